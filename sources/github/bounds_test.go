package github_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

func TestReleasesOfAServiceAmongManyOthers(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) {
		r := w.Repository("acme/api")
		r.Push(simulator.Change{Message: "One"})
		for i := range 3 {
			r.Release(simulator.ReleaseOf{Tag: fmt.Sprintf("api/v1.%d.0", i)})
			w.Pass(time.Minute)
		}
		for i := range 140 {
			r.Release(simulator.ReleaseOf{Tag: fmt.Sprintf("web/v1.%d.0", i)})
			w.Pass(time.Minute)
		}
	})
	s.charged()
	old := must[github.Reading[[]model.Release]](t)(s.client.Releases(background(), api, "api/*", nil))
	if sent, _ := s.charged(); len(old.Value) != 3 || old.Cut || sent > 4 || old.Value[2].SHA == "" {
		t.Errorf("%d requests for %s", sent, short(old.Value))
	}
	many := must[github.Reading[[]model.Release]](t)(s.client.Releases(background(), api, "", nil))
	if sent, _ := s.charged(); len(many.Value) != 100 || !many.Cut || many.Value[0].Tag != "web/v1.139.0" || sent > 3 {
		t.Errorf("%d requests for %d releases, cut %t", sent, len(many.Value), many.Cut)
	}
	for _, r := range many.Value {
		if r.SHA == "" {
			t.Errorf("%s was not resolved", r.Tag)
		}
	}
	o := must[map[model.Repo]github.Overview](t)(s.client.Overview(background(), []github.Wanted{{Repo: api}}))[api]
	if _, _, ok := o.ReleasesOf("api/*"); ok {
		t.Error("the overview doesn't reach far enough, and must say so")
	}
	if list, cut, ok := o.ReleasesOf("web/*"); !ok || !cut || len(list) != 50 {
		t.Errorf("the newest: %d, cut %t, found %t", len(list), cut, ok)
	}
}

func TestAComparisonSaysWhatGitHubCutOff(t *testing.T) {
	var first, last *simulator.Commit
	s := open(t, simulator.Options{}, func(w *simulator.World) {
		r := w.Repository("acme/api")
		first = r.Push(simulator.Change{Message: "One"})
		files := map[string]string{}
		for i := range 320 {
			files[fmt.Sprintf("f%03d", i)] = "x"
		}
		r.Push(simulator.Change{Message: "Many files", Files: files})
		for i := range 300 {
			last = r.Push(simulator.Change{Message: fmt.Sprintf("Change %d", i)})
			w.Pass(time.Second)
		}
	})
	base, head := model.SHA(first.SHA), model.SHA(last.SHA)
	part := must[github.Reading[model.Comparison]](t)(s.client.Comparison(background(), api, base, head, 1, nil))
	if c := part.Value; !part.Cut || !c.CommitsCut || !c.PathsCut || len(c.Commits) != 250 || c.Ahead != 301 || len(c.Paths) != 300 {
		t.Errorf("one page: %d commits, %d paths, cut %t %t, %d ahead", len(c.Commits), len(c.Paths), c.CommitsCut, c.PathsCut, c.Ahead)
	}
	all := must[github.Reading[model.Comparison]](t)(s.client.Comparison(background(), api, base, head, 0, nil))
	if c := all.Value; c.CommitsCut || !c.PathsCut || len(c.Commits) != 301 || c.Commits[0].SHA != head {
		t.Errorf("all pages: %d commits, cut %t %t", len(c.Commits), c.CommitsCut, c.PathsCut)
	}
	back := must[github.Reading[model.Comparison]](t)(s.client.Comparison(background(), api, head, base, 0, nil))
	if c := back.Value; c.Status != "behind" || c.Behind != 301 || c.Ahead != 0 || len(c.Commits) != 0 || c.CommitsCut {
		t.Errorf("the other way round: %+v", c)
	}
}

func TestADeploymentThatWasDeletedIsForgotten(t *testing.T) {
	list := func(ids ...int64) string {
		var all []string
		for _, id := range ids {
			all = append(all, fmt.Sprintf(`{"id":%d,"sha":"%s","environment":"staging","created_at":"2026-03-01T00:00:%02dZ","updated_at":"2026-03-01T00:00:00Z"}`, id, strings.Repeat("a", 40), id))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	bodies := list(3, 2, 1)
	client := answering(t, clock.Real(), func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/statuses") {
			_, _ = w.Write([]byte(`[{"id":2,"state":"inactive","created_at":"2026-03-01T01:00:00Z"},{"id":1,"state":"success","created_at":"2026-03-01T00:30:00Z"}]`))
			return
		}
		_, _ = w.Write([]byte(bodies))
	}, nil)
	first := must[github.Reading[[]model.Deployment]](t)(client.Deployments(background(), api, github.DeploymentsWanted{}, nil))
	if len(first.Value) != 3 || first.Value[0].State() != model.DeploymentInactive || first.Value[0].FirstSuccess().IsZero() {
		t.Fatalf("%+v", first.Value)
	}
	bodies = list(3, 1)
	second := must[github.Reading[[]model.Deployment]](t)(client.Deployments(background(), api, github.DeploymentsWanted{Have: first.Value}, nil))
	if len(second.Value) != 2 || second.Value[1].ID != 1 {
		t.Errorf("%+v", second.Value)
	}
}

func TestStatusesAreReadNoFurtherThanNeeded(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) {
		r := w.Repository("acme/api")
		for range 30 {
			r.Push(simulator.Change{Message: "Change"})
			r.Deployment(simulator.DeploymentOf{Environment: "production", States: []string{simulator.InProgress, simulator.Success}})
			w.Pass(time.Hour)
		}
		r.Deployment(simulator.DeploymentOf{Environment: "production", States: []string{simulator.Failure}})
	})
	s.charged()
	r := must[github.Reading[[]model.Deployment]](t)(s.client.Deployments(background(), api, github.DeploymentsWanted{Environments: []string{"production"}}, nil))
	read, successes := 0, 0
	for _, d := range r.Value {
		if d.StatusesRead {
			read++
		}
		if !d.FirstSuccess().IsZero() {
			successes++
		}
	}
	if sent, _ := s.charged(); sent != 4 || len(r.Value) != 31 || read != 3 || successes != 2 {
		t.Errorf("%d requests, %d deployments, %d with statuses, %d successes; want the failed one and two that succeeded", sent, len(r.Value), read, successes)
	}
}

func TestWithoutATokenThatIsSaid(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
	nobody := s.connect("", nil)
	_, err := nobody.Runs(background(), api, nil)
	p := problem(t, err, model.ProblemMissing)
	if want := "read CI runs of acme/api: acme/api does not exist, or it is private and there is no token (404); sign in with gh auth login, or set the host's token variable"; p.Error() != want {
		t.Errorf("it says %q", p.Error())
	}
	_, err = nobody.Viewer(background(), nil)
	if p := problem(t, err, model.ProblemToken); !strings.Contains(p.Error(), "there is none") {
		t.Errorf("it says %q", p.Error())
	}
}
