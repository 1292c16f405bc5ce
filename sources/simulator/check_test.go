package simulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

func TestTheStatusesOfACommitAreCombined(t *testing.T) {
	for _, c := range []struct {
		name string
		set  []simulator.CommitStatusOf // oldest first
		want string
	}{
		{"none", nil, "pending of 0"},
		{"all successful", []simulator.CommitStatusOf{{Context: "a"}, {Context: "b"}}, "success of 2"},
		{"one pending", []simulator.CommitStatusOf{{Context: "a"}, {Context: "b", State: simulator.Pending}}, "pending of 2"},
		{"one failed, one pending", []simulator.CommitStatusOf{{Context: "a", State: simulator.Failure}, {Context: "b", State: simulator.Pending}}, "failure of 2"},
		{"an error is a failure", []simulator.CommitStatusOf{{Context: "a", State: simulator.Error}}, "failure of 1"},
		{"the newest of a context counts", []simulator.CommitStatusOf{{Context: "a", State: simulator.Failure}, {Context: "a"}}, "success of 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			api := s.Repository("acme/api")
			api.Push(simulator.Change{})
			for _, o := range c.set {
				api.Status(o)
			}
			got := read[struct {
				State string
				Total int `json:"total_count"`
			}](s, "/repos/acme/api/commits/main/status")
			if text := fmt.Sprintf("%s of %d", got.State, got.Total); text != c.want {
				t.Errorf("%s, not %s", text, c.want)
			}
			if all := read[[]status](s, "/repos/acme/api/commits/main/statuses"); len(all) != len(c.set) {
				t.Errorf("%d statuses are listed, not %d", len(all), len(c.set))
			}
		})
	}
}

type checks struct {
	Total int `json:"total_count"`
	Runs  []struct {
		ID                       int64
		Name, Status, Conclusion string
		App                      struct{ Slug string }
	} `json:"check_runs"`
}

func (c checks) String() string {
	var words []string
	for _, r := range c.Runs {
		words = append(words, r.App.Slug+" "+r.Name+" "+r.Status+r.Conclusion)
	}
	return strings.Join(words, ", ")
}

func TestChecksOfAppsStandBesideTheJobsOfActions(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{{Name: "build"}}})
	api.Push(simulator.Change{Outcomes: simulator.Outcomes{"build": simulator.Failure}})
	api.Check(simulator.CheckOf{App: "codecov", Name: "patch", Conclusion: simulator.Failure})
	moving := api.Check(simulator.CheckOf{App: "codecov", Name: "patch", Status: simulator.InProgress})
	s.pass(time.Hour)
	n := api.Runs()[0]
	if err := n.Rerun("mona", nil); err != nil {
		t.Fatal(err)
	}
	s.pass(time.Hour)
	list := func(query string) checks {
		return read[checks](s, "/repos/acme/api/commits/main/check-runs?"+query)
	}
	if got := list("").String(); got != "codecov patch in_progress, github-actions build completedsuccess" {
		t.Errorf("the latest: %s", got)
	}
	all := list("filter=all")
	if all.Total != 4 || n.Attempt() != 2 {
		t.Errorf("all: %s", all)
	}
	moving.Update(simulator.Completed, simulator.Neutral)
	if got := list("check_name=patch&status=completed").String(); got != "codecov patch completedneutral" {
		t.Errorf("updated: %s", got)
	}
	for _, r := range all.Runs {
		one := read[struct {
			ID   int64
			Name string
		}](s, fmt.Sprintf("/repos/acme/api/check-runs/%d", r.ID))
		if one.ID != r.ID || one.Name != r.Name {
			t.Errorf("check run %d reads %+v", r.ID, one)
		}
	}
	suites := read[struct {
		Suites []struct {
			Conclusion string
			App        struct{ Slug string }
		} `json:"check_suites"`
	}](s, "/repos/acme/api/commits/main/check-suites").Suites
	if len(suites) != 2 || suites[0].App.Slug != "github-actions" || suites[0].Conclusion != simulator.Success || suites[1].App.Slug != "codecov" {
		t.Errorf("suites: %+v", suites)
	}
}

func TestReleases(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Push(simulator.Change{})
	api.Release(simulator.ReleaseOf{Tag: "v1"})
	s.pass(time.Hour)
	api.Push(simulator.Change{})
	pre := api.Release(simulator.ReleaseOf{Tag: "v2", Prerelease: true})
	draft := api.Release(simulator.ReleaseOf{Tag: "v3", Draft: true})
	type release struct {
		Tag        string `json:"tag_name"`
		Draft      bool
		Prerelease bool
		Published  *string `json:"published_at"`
	}
	latest := func() string { return read[release](s, "/repos/acme/api/releases/latest").Tag }
	names := func() string {
		var words []string
		for _, r := range read[[]release](s, "/repos/acme/api/releases") {
			words = append(words, r.Tag)
		}
		return strings.Join(words, " ")
	}
	if latest() != "v1" || names() != "v3 v2 v1" {
		t.Errorf("latest %s of %s", latest(), names())
	}
	s.Token("ghp_fine", simulator.Access{Permissions: map[string]string{"contents": "read"}})
	s.token = "ghp_fine"
	if names() != "v2 v1" {
		t.Errorf("whoever may not push sees %s", names())
	}
	if r := s.get(fmt.Sprintf("/repos/acme/api/releases/%d", draft.ID)); r.StatusCode != http.StatusNotFound {
		t.Errorf("and reads the draft: %s", r.Status)
	}
	if r := s.get("/repos/acme/api/git/ref/tags/v3"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a draft's tag: %s", r.Status)
	}
	pre.Publish("mona")
	if latest() != "v2" || pre.IsPrerelease() {
		t.Errorf("once v2 is public the latest is %s", latest())
	}
	draft.Publish("mona")
	if got := read[release](s, "/repos/acme/api/releases/tags/v3"); got.Draft || got.Published == nil || draft.IsDraft() {
		t.Errorf("v3 published: %+v", got)
	}
	if r := s.get("/repos/acme/api/git/ref/tags/v3"); r.StatusCode != http.StatusOK {
		t.Errorf("a published draft's tag: %s", r.Status)
	}
}

func TestWhatIsRemovedIsMissing(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api").DefaultBranch("trunk")
	api.Push(simulator.Change{})
	api.Branch("topic", "trunk")
	api.Tag("v1", "topic")
	api.Environment("staging", simulator.Protection{})
	wf := api.Workflow(simulator.WorkflowPlan{Path: "ci.yml"})
	api.Run(simulator.RunOf{Workflow: "ci.yml"})
	api.Deploy("staging", "")
	paths := []string{"/branches/topic", "/git/ref/tags/v1", "/environments/staging", "/actions/workflows/ci.yml"}
	for _, p := range paths {
		if r := s.get("/repos/acme/api" + p); r.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", p, r.Status)
		}
	}
	api.RemoveBranch("topic")
	api.RemoveTag("v1")
	api.RemoveEnvironment("Staging")
	wf.Delete()
	s.ForgetRequests()
	for _, p := range paths {
		if r := s.get("/repos/acme/api" + p); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s once removed: %s", p, r.Status)
		}
	}
	if n := len(s.Requests()); n != len(paths) {
		t.Errorf("%d requests are remembered", n)
	}
	if got := read[runs](s, "/repos/acme/api/actions/runs"); got.Total != 1 {
		t.Errorf("the deleted workflow's runs: %+v", got)
	}
	if got := read[[]deployment](s, "/repos/acme/api/deployments"); len(got) != 1 {
		t.Errorf("deployments to the removed environment: %+v", got)
	}
}
