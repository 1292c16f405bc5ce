package probe

import (
	"encoding/json"
	"testing"

	"gonogo/model"
)

// FuzzAnswers holds what reads answers to: a sample that can be drawn, with a reason unless it is healthy, whatever a
// service or a Prometheus sends.
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{
		`{"version":"2.14.0","status":"up"}`, `{"checks":[{"state":"up"}]}`, `{"git.commit.id":null}`, `[[[]]]`, `"\u001b[2J"`,
		vector(element(noon, "0.5")), vector(element(noon, "NaN")), `{"status":"error","error":"x"}`,
		`{"status":"success","data":{"resultType":"scalar","result":[1e999,"1"]}}`,
	} {
		f.Add([]byte(body), "checks.0.state", "up")
	}
	limit := 0.5
	f.Fuzz(func(t *testing.T, body []byte, path, want string) {
		a := asking{Prober: prober(), values: running, check: model.Check{
			Degraded: &limit, Unhealthy: &limit,
			JSON: []model.Expect{{Path: path, Value: want}, {Path: "version", Value: "{{.Version}}", Version: true}},
		}}
		samples := []model.Sample{a.fields(model.Sample{At: noon}, body)}
		var result answer
		if json.Unmarshal(body, &result) == nil {
			if p, err := single(result); err == nil {
				samples = append(samples, a.judge(model.Sample{At: noon}, p.value))
			}
		}
		for _, s := range samples {
			if s.State < model.Healthy || s.State > model.Unhealthy || (s.State == model.Healthy) != (s.Reason == "") {
				t.Errorf("%s because %q", s.State, s.Reason)
			}
			if model.Clean(string(s.Reason)) != s.Reason || model.Clean(string(s.Version)) != s.Version {
				t.Errorf("%q and %q can't be drawn", s.Reason, s.Version)
			}
			if s.Value != nil {
				if _, err := json.Marshal(s.Value); err != nil {
					t.Errorf("the value %v can't be written: %v", *s.Value, err)
				}
			}
		}
	})
}
