package contract_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gonogo/sources/contract"
)

const goodRef = `{"ref":"refs/heads/main","node_id":"MDM","url":"https://api.github.com/x",
	"object":{"type":"commit","sha":"aa218f56b14c9653891f9e74264a383fa43fefbd","url":"https://api.github.com/y"}}`

const refPath = "/repos/acme/api/git/ref/heads/main"

const runsPath = "/repos/acme/api/actions/runs"

const noRuns = `{"total_count":0,"workflow_runs":[]}`

// Each row is one exchange; wrong is what the violation must say, empty where there is none.
var restExchanges = []struct {
	name, method, path, sent string
	status                   int
	body                     string
	wrong                    string
}{
	{"a ref, as described", "GET", refPath, "", 200, goodRef, ""},
	{"a ref whose name holds slashes", "GET", "/repos/acme/api/git/ref/tags/api/v2.1.0", "", 200, goodRef, ""},
	{"a number where a string belongs", "GET", refPath, "", 200, strings.Replace(goodRef, `"MDM"`, `7`, 1), "value must be a string"},
	{"a required property is missing", "GET", refPath, "", 200, strings.Replace(goodRef, `"ref":"refs/heads/main",`, ``, 1), `property "ref" is missing`},
	{"null where it isn't allowed", "GET", refPath, "", 200, strings.Replace(goodRef, `"MDM"`, `null`, 1), "not nullable"},
	{"no JSON", "GET", refPath, "", 200, `<html>`, "failed to decode"},
	{"a path that doesn't exist", "GET", "/repos/acme/api/deploys", "", 200, `[]`, "no such path"},
	{"a path that doesn't exist, though answered 404", "GET", "/repos/acme/api/deploys", "", 404, `{"message":"Not Found"}`, "must not ask"},
	{"a method that doesn't exist", "PUT", refPath, "", 200, goodRef, "no such method"},
	{"an unknown query parameter", "GET", runsPath + "?sha=abc", "", 200, noRuns, "unknown to /repos/{owner}/{repo}/actions/runs: sha"},
	{"known query parameters", "GET", runsPath + "?head_sha=abc&per_page=100&page=2&status=waiting&exclude_pull_requests=true", "", 200, noRuns, ""},
	{"a page that is no number", "GET", runsPath + "?page=two", "", 200, noRuns, `parameter "page"`},
	{"a status that doesn't exist", "GET", runsPath + "?status=sleeping", "", 200, noRuns, `parameter "status"`},
	{"created since a day", "GET", runsPath + "?created=%3E%3D2026-01-01", "", 200, noRuns, ""},
	{"created in a range", "GET", runsPath + "?created=2026-01-01T10:00:00Z..2026-01-02T10:00:00%2B02:00", "", 200, noRuns, ""},
	{"created yesterday", "GET", runsPath + "?created=yesterday", "", 200, noRuns, `parameter "created"`},
	{"a path parameter of the wrong type", "GET", runsPath + "/latest", "", 200, `{}`, `parameter "run_id"`},
	{"an environment whose name is escaped", "GET", "/repos/acme/api/environments/Production%2FEU/deployment-branch-policies", "", 200, `{"total_count":0,"branch_policies":[]}`, ""},
	{"the latest release is no release with the number latest", "GET", "/repos/acme/api/releases/latest", "", 404, `{"message":"Not Found"}`, ""},
	{"a status the description doesn't know", "GET", refPath, "", 203, goodRef, "203 is not in the description"},
	{"a refusal it doesn't know", "GET", refPath, "", 403, `{"message":"Resource not accessible by integration"}`, ""},
	{"a refusal without a message", "GET", refPath, "", 403, `{"error":"no"}`, "must hold a message"},
	{"a refusal that is no JSON", "GET", refPath, "", 429, `slow down`, "must be a JSON object"},
	{"unchanged", "GET", runsPath, "", 304, ``, ""},
	{"unchanged, with a body", "GET", runsPath, "", 304, noRuns, "304 has no body"},
	{"a renamed repository", "GET", runsPath, "", 301, `{"message":"Moved Permanently"}`, ""},
	{"a proxy's page", "GET", runsPath, "", 502, `<html>`, ""},
	{"a run re-run, answered null as in GitHub's example", "POST", runsPath + "/7/rerun", `{}`, 201, `null`, ""},
	{"a run re-run, answered with a list", "POST", runsPath + "/7/rerun", `{}`, 201, `[]`, "must be an object"},
	{"a ref to be made", "POST", "/repos/acme/api/git/refs", `{"ref":"refs/heads/x","sha":"abc"}`, 201, goodRef, ""},
	{"a ref to be made without its name", "POST", "/repos/acme/api/git/refs", `{"sha":"abc"}`, 201, goodRef, `property "ref" is missing`},
	{"a body where none belongs", "GET", refPath, `{"x":1}`, 200, goodRef, "body not allowed"},
}

func TestRESTExchanges(t *testing.T) {
	validator, err := contract.REST(contract.GitHubCom)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range restExchanges {
		t.Run(c.name, func(t *testing.T) {
			judge(t, validator, c.method, c.path, c.sent, c.status, c.body, c.wrong)
		})
	}
}

func judge(t *testing.T, v *contract.Validator, method, path, sent string, status int, body, wrong string) {
	t.Helper()
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	if status == http.StatusMovedPermanently {
		header.Set("Location", "https://api.github.com/repositories/7")
	}
	err := v.Exchange(httptest.NewRequest(method, path, nil), []byte(sent), status, header, []byte(body))
	switch {
	case wrong == "" && err != nil:
		t.Errorf("a lawful exchange was refused: %v", err)
	case wrong != "" && err == nil:
		t.Errorf("the violation went unnoticed, wanted %q", wrong)
	case wrong != "" && !strings.Contains(err.Error(), wrong):
		t.Errorf("refused for another reason, wanted %q: %v", wrong, err)
	}
}

func TestEnterpriseHasItsOwnDescription(t *testing.T) {
	validator, err := contract.REST(contract.Enterprise)
	if err != nil {
		t.Fatal(err)
	}
	judge(t, validator, "GET", "/api/v3"+refPath, "", 200, goodRef, "")
	judge(t, validator, "GET", "/api/v3/orgs/acme/projectsV2", "", 200, `[]`, "no such path")
	judge(t, validator, "POST", "/api/v3/repos/acme/api/actions/workflows/7/dispatches",
		`{"ref":"main"}`, 200, `{"workflow_run_id":1}`, "200 is not in the description")
}

func TestEachLeniencySaysWhy(t *testing.T) {
	for _, l := range contract.Leniencies() {
		if l.About == "" || l.Because == "" {
			t.Errorf("leniency %+v says not what it lets through and why", l)
		}
	}
}
