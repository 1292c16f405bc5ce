package simulator

import (
	"encoding/json"
	"net/http"
)

// object is a JSON object; its keys are written in alphabetical order.
type object map[string]any

// found answers 200 with a JSON value.
func found(v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		panic("simulator: an answer can't be written as JSON: " + err.Error())
	}
	return answer{status: http.StatusOK, header: http.Header{}, body: body}
}

// failure answers an error in GitHub's form (REST docs, "Troubleshooting the REST API").
func failure(status int, message string) answer {
	a := found(object{"message": message, "documentation_url": "https://docs.github.com/rest", "status": itoa(status)})
	a.status = status
	return a
}
