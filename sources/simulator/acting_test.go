package simulator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/sources/contract"
	"gonogo/sources/simulator"
)

// send asks with another method than GET and a JSON body.
func (s *site) send(method, path string, body any, headers ...string) reply {
	s.t.Helper()
	req, err := s.request(path, headers...)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Method = method
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		req.Header.Set("Content-Type", "application/json")
	}
	return s.do(req.WithContext(s.t.Context()))
}

// released is a repository with a workflow that deploys, two tags before and after the workflow learnt the operation's
// ID, and production guarded by a reviewer.
func released(w *simulator.World) *simulator.Repository {
	r := w.Repository("acme/api")
	r.Environment("production", simulator.Protection{Reviewers: []string{"octocat"}})
	r.Environment("staging", simulator.Protection{})
	old := simulator.WorkflowPlan{
		Path: "deploy.yml", On: []string{"workflow_dispatch"}, Concurrency: "deploy-{environment}", RunName: "Deploy {version} to {environment}",
		Inputs: []simulator.InputPlan{{Name: "environment", Type: "choice", Required: true, Options: []string{"staging", "production"}}, {Name: "version", Type: "string", Required: true}},
		Jobs:   []simulator.JobPlan{{Name: "deploy", Environment: "{environment}", Duration: 2 * time.Minute}},
	}
	r.Workflow(old)
	r.Push(simulator.Change{Message: "First"})
	r.Tag("v1.0.0", "")
	w.Pass(time.Hour)
	now := old
	now.RunName += " {gonogo_operation}"
	now.Inputs = append(now.Inputs, simulator.InputPlan{Name: "gonogo_operation", Type: "string"})
	r.Workflow(now)
	w.Pass(time.Minute)
	r.Push(simulator.Change{Message: "Second"})
	r.Tag("v1.1.0", "")
	r.Release(simulator.ReleaseOf{Tag: "v1.1.0", Prerelease: true})
	return r
}

// writes are the paths of every write, with their methods.
func writes(r *simulator.Repository) []string {
	var all []string
	for _, p := range []string{
		"POST actions/workflows/deploy.yml/dispatches", "POST actions/runs/1/cancel", "POST actions/runs/1/force-cancel", "POST actions/runs/1/rerun",
		"POST actions/runs/1/rerun-failed-jobs", "POST actions/runs/1/pending_deployments", "POST deployments", "POST deployments/1/statuses",
		"PATCH releases/1", "POST git/tags", "POST git/refs", "PATCH git/refs/tags/x", "DELETE git/refs/tags/x",
	} {
		method, path, _ := strings.Cut(p, " ")
		all = append(all, method+" /repos/"+r.FullName()+"/"+path)
	}
	return all
}

func TestEveryWriteKeepsGitHubsContract(t *testing.T) {
	for _, edition := range []struct {
		name     string
		plays    simulator.Edition
		contract contract.Edition
	}{{"github.com", simulator.GitHubCom, contract.GitHubCom}, {"Enterprise Server 3.19", simulator.EnterpriseServer319, contract.Enterprise}} {
		t.Run(edition.name, func(t *testing.T) {
			recorder := contract.NewRecorder(t, edition.contract)
			c := &clock{noon}
			w := simulator.New(simulator.Options{Seed: 7, Now: c.Now, Start: noon.Add(-8 * time.Hour), Edition: edition.plays, OnExchange: recorder.Record})
			r := released(w)
			s := serve(t, w, c)
			base := "/repos/acme/api/"
			walked := 0
			want := func(status int, method, path string, body any) reply {
				t.Helper()
				got := s.send(method, base+path, body)
				if walked++; got.StatusCode != status {
					t.Fatalf("%s %s answered %s instead of %d: %s", method, path, got.Status, status, got.body)
				}
				return got
			}
			const dispatch = "actions/workflows/deploy.yml/dispatches"
			production := map[string]any{"environment": "production", "version": "v1.1.0"}
			want(204, http.MethodPost, dispatch, map[string]any{"ref": "v1.1.0", "inputs": production})
			n := r.Runs()[0]
			pending := read[[]struct {
				Environment struct{ ID int64 }
			}](s, base+fmt.Sprintf("actions/runs/%d/pending_deployments", n.ID))
			if len(pending) != 1 {
				t.Fatalf("%d deployments wait", len(pending))
			}
			review := map[string]any{"environment_ids": []int64{pending[0].Environment.ID}, "state": "approved", "comment": "go"}
			want(200, http.MethodPost, fmt.Sprintf("actions/runs/%d/pending_deployments", n.ID), review)
			s.pass(10 * time.Minute)
			want(201, http.MethodPost, fmt.Sprintf("actions/runs/%d/rerun", n.ID), nil)
			want(202, http.MethodPost, fmt.Sprintf("actions/runs/%d/cancel", n.ID), nil)
			want(409, http.MethodPost, fmt.Sprintf("actions/runs/%d/force-cancel", n.ID), nil)
			want(201, http.MethodPost, fmt.Sprintf("actions/runs/%d/rerun-failed-jobs", n.ID), nil)
			d := want(201, http.MethodPost, "deployments", map[string]any{"ref": "v1.1.0", "environment": "staging", "auto_merge": false, "required_contexts": []string{}, "payload": map[string]any{"gonogo": map[string]any{"operation": "x"}}})
			var made deployment
			if err := json.Unmarshal([]byte(d.body), &made); err != nil || made.ID == 0 {
				t.Fatal(d.body, err)
			}
			want(201, http.MethodPost, fmt.Sprintf("deployments/%d/statuses", made.ID), map[string]any{"state": "success"})
			releases := read[[]struct{ ID int64 }](s, base+"releases")
			want(200, http.MethodPatch, fmt.Sprintf("releases/%d", releases[0].ID), map[string]any{"prerelease": false})
			head := r.Head("").SHA
			tag := want(201, http.MethodPost, "git/tags", map[string]any{"tag": "gonogo", "message": "gonogo lock\n\n{}", "object": head, "type": "commit"})
			var object struct{ SHA string }
			if err := json.Unmarshal([]byte(tag.body), &object); err != nil {
				t.Fatal(err)
			}
			ref := map[string]any{"ref": "refs/gonogo/lock/api/production", "sha": object.SHA}
			want(201, http.MethodPost, "git/refs", ref)
			want(422, http.MethodPost, "git/refs", ref)
			want(200, http.MethodGet, "git/tags/"+object.SHA, nil)
			want(200, http.MethodPatch, "git/refs/gonogo/lock/api/production", map[string]any{"sha": head, "force": true})
			want(204, http.MethodDelete, "git/refs/gonogo/lock/api/production", nil)
			want(422, http.MethodDelete, "git/refs/gonogo/lock/api/production", nil)
			if recorder.Seen() < walked {
				t.Errorf("%d of %d answers were judged", recorder.Seen(), walked)
			}
		})
	}
}

func TestDispatchTakesTheWorkflowAsItIsAtTheRef(t *testing.T) {
	c := &clock{noon}
	w := simulator.New(simulator.Options{Seed: 7, Now: c.Now, Start: noon.Add(-8 * time.Hour)})
	r := released(w)
	s := serve(t, w, c)
	const path = "/repos/acme/api/actions/workflows/deploy.yml/dispatches"
	inputs := func(more ...string) map[string]any {
		all := map[string]any{"environment": "staging", "version": "v1"}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	for _, c := range []struct {
		name   string
		body   map[string]any
		status int
		says   string
	}{
		{"a hash", map[string]any{"ref": r.Head("").SHA, "inputs": inputs()}, 422, "No ref found for"},
		{"no such tag", map[string]any{"ref": "v9", "inputs": inputs()}, 422, "No ref found for: v9"},
		{"no ref", map[string]any{"inputs": inputs()}, 422, "ref"},
		{"an input that the old file lacks", map[string]any{"ref": "v1.0.0", "inputs": inputs("gonogo_operation", "x")}, 422, `Unexpected inputs provided: ["gonogo_operation"]`},
		{"a required one is missing", map[string]any{"ref": "v1.1.0", "inputs": map[string]any{"environment": "staging"}}, 422, "Required input 'version' not provided"},
		{"not among the choices", map[string]any{"ref": "v1.1.0", "inputs": map[string]any{"environment": "prod", "version": "v1"}}, 422, "not in the list of allowed values"},
		{"an unknown key", map[string]any{"ref": "v1.1.0", "inputs": inputs(), "sha": "x"}, 400, `"sha" is not a permitted key`},
		{"with details", map[string]any{"ref": "v1.1.0", "inputs": inputs("gonogo_operation", "op-7"), "return_run_details": true}, 200, "workflow_run_id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := s.send(http.MethodPost, path, c.body)
			var said struct{ Message string }
			_ = json.Unmarshal([]byte(got.body), &said) // of a success there is none
			if got.StatusCode != c.status || !strings.Contains(said.Message+got.body, c.says) {
				t.Errorf("%s: %s", got.Status, got.body)
			}
		})
	}
	if n := r.Runs()[0]; n.Title != "Deploy v1 to staging op-7" || len(r.Runs()) != 1 {
		t.Errorf("%d runs, the newest %q", len(r.Runs()), n.Title)
	}
}

func TestWritesAskForTheirPermission(t *testing.T) {
	c := &clock{noon}
	w := simulator.New(simulator.Options{Seed: 7, Now: c.Now, Start: noon.Add(-8 * time.Hour)})
	r := released(w)
	w.Token("reads", simulator.Access{Permissions: map[string]string{"actions": "read", "contents": "read", "deployments": "read"}})
	w.Token("classic", simulator.Access{Scopes: []string{"read:org"}})
	w.Token("ghp_test", simulator.Access{Scopes: []string{"repo"}})
	s := serve(t, w, c)
	for _, p := range writes(r) {
		method, path, _ := strings.Cut(p, " ")
		got := s.send(method, path, map[string]any{}, "Authorization", "Bearer reads")
		if accepted := got.Header.Get("X-Accepted-GitHub-Permissions"); got.StatusCode != http.StatusForbidden || !strings.HasSuffix(accepted, "=write") {
			t.Errorf("%s with a token that may read: %s, %q", p, got.Status, accepted)
		}
		if got := s.send(method, path, map[string]any{}, "Authorization", "Bearer classic"); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s with a token without scope: %s", p, got.Status)
		}
	}
	r.Rename("acme/api2")
	if got := s.send(http.MethodPost, "/repos/acme/api/git/refs", map[string]any{}); got.StatusCode != http.StatusTemporaryRedirect || got.Header.Get("Location") == "" {
		t.Errorf("a write to a former name: %s", got.Status)
	}
	r.Archive()
	if got := s.send(http.MethodPost, "/repos/acme/api2/git/refs", map[string]any{}); got.StatusCode != http.StatusForbidden {
		t.Errorf("a write to an archive: %s", got.Status)
	}
}

func TestRefsAreMadeOnceAndComparedByGraphQL(t *testing.T) {
	c := &clock{noon}
	w := simulator.New(simulator.Options{Seed: 7, Now: c.Now, Start: noon.Add(-8 * time.Hour)})
	r := released(w)
	s := serve(t, w, c)
	head, first := r.Head("").SHA, r.Head("v1.0.0").SHA
	node := read[struct {
		Node string `json:"node_id"`
	}](s, "/repos/acme/api").Node
	const zero = "0000000000000000000000000000000000000000"
	update := func(before, after string, force bool) string {
		t.Helper()
		got := s.send(http.MethodPost, s.GraphQLURL(), map[string]any{
			"query": `mutation($i: UpdateRefsInput!) { updateRefs(input: $i) { clientMutationId } }`,
			"variables": map[string]any{"i": map[string]any{"repositoryId": node, "refUpdates": []any{
				map[string]any{"name": "refs/gonogo/lock/api/production", "beforeOid": before, "afterOid": after, "force": force},
			}}},
		})
		var a struct {
			Errors []struct{ Type, Message string }
		}
		if err := json.Unmarshal([]byte(got.body), &a); err != nil || got.StatusCode != http.StatusOK {
			t.Fatalf("%s %s", got.Status, got.body)
		}
		if len(a.Errors) > 0 {
			return a.Errors[0].Type
		}
		return ""
	}
	for i, c := range []struct {
		before, after string
		force         bool
		want          string
	}{
		{zero, head, false, ""},
		{zero, head, false, "UNPROCESSABLE"},
		{first, zero, false, "UNPROCESSABLE"},
		{head, first, false, "UNPROCESSABLE"}, // no fast forward
		{head, first, true, ""},
		{head, zero, false, "UNPROCESSABLE"},
		{first, head, false, ""},
		{head, zero, false, ""},
		{head, zero, false, "UNPROCESSABLE"},
	} {
		if got := update(c.before, c.after, c.force); got != c.want {
			t.Errorf("step %d: %q instead of %q; refs: %v", i+1, got, c.want, r.Refs())
		}
	}
	for _, c := range []struct {
		name string
		want int
	}{ // in this order: one is in another's way
		{"refs/gonogo/a/b", 201}, {"refs/gonogo/a/b/c", 422}, {"refs/gonogo/a", 422}, {"refs/gonogo", 422}, {"gonogo/x/y", 422}, {"refs/gonogo/x y", 422},
		{"refs/gonogo/x.lock", 422}, {"refs/gonogo/..", 422},
	} {
		if got := s.send(http.MethodPost, "/repos/acme/api/git/refs", map[string]any{"ref": c.name, "sha": head}); got.StatusCode != c.want {
			t.Errorf("%s: %s", c.name, got.Status)
		}
	}
}

func TestDeploymentsAndTheirContexts(t *testing.T) {
	c := &clock{noon}
	w := simulator.New(simulator.Options{Seed: 7, Now: c.Now, Start: noon.Add(-8 * time.Hour)})
	r := released(w)
	r.Status(simulator.CommitStatusOf{Context: "buildkite/api", State: simulator.Failure})
	r.Branch("behind", "v1.0.0")
	s := serve(t, w, c)
	for _, c := range []struct {
		name string
		body map[string]any
		want int
	}{
		{"all contexts, one red", map[string]any{"ref": "main", "auto_merge": false}, 409},
		{"none asked for", map[string]any{"ref": "main", "auto_merge": false, "required_contexts": []string{}}, 201},
		{"one that is missing", map[string]any{"ref": "main", "auto_merge": false, "required_contexts": []string{"x"}}, 409},
		{"a branch that is behind is merged into", map[string]any{"ref": "behind", "required_contexts": []string{}}, 202},
		{"unless that is switched off", map[string]any{"ref": "behind", "auto_merge": false, "required_contexts": []string{}}, 201},
		{"no such ref", map[string]any{"ref": "v9"}, 422},
	} {
		before := len(read[[]deployment](s, "/repos/acme/api/deployments"))
		got := s.send(http.MethodPost, "/repos/acme/api/deployments", c.body)
		after := len(read[[]deployment](s, "/repos/acme/api/deployments"))
		if got.StatusCode != c.want || (after > before) != (c.want == 201) {
			t.Errorf("%s: %s, %d deployments more", c.name, got.Status, after-before)
		}
	}
}
