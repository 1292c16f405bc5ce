package github_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

// read is one reader with everything but its validators settled; it tells whether GitHub said that nothing changed.
type read struct {
	name string
	ask  func(context.Context, github.Validators) (unchanged bool, next github.Validators, err error)
}

func readerOf[T any](name string, f func(context.Context, github.Validators) (github.Reading[T], error)) read {
	return read{name, func(ctx context.Context, known github.Validators) (bool, github.Validators, error) {
		r, err := f(ctx, known)
		return r.Unchanged, r.Validators, err
	}}
}

// readers lists every reader of the client, for one repository.
func readers(c *github.Client, repo model.Repo, base, head model.SHA, run int64, have func() []model.Deployment) []read {
	envs := []string{"staging", "Production EU/1"}
	return []read{
		readerOf("repository", func(ctx context.Context, v github.Validators) (github.Reading[model.Repository], error) {
			return c.Repository(ctx, repo, v)
		}),
		readerOf("branch", func(ctx context.Context, v github.Validators) (github.Reading[model.Branch], error) {
			return c.Branch(ctx, repo, "main", v)
		}),
		readerOf("releases", func(ctx context.Context, v github.Validators) (github.Reading[[]model.Release], error) {
			return c.Releases(ctx, repo, "v*", v)
		}),
		readerOf("deployments", func(ctx context.Context, v github.Validators) (github.Reading[[]model.Deployment], error) {
			return c.Deployments(ctx, repo, github.DeploymentsWanted{Environments: envs, Have: have()}, v)
		}),
		readerOf("environments", func(ctx context.Context, v github.Validators) (github.Reading[[]model.Protection], error) {
			return c.Environments(ctx, repo, envs, v)
		}),
		readerOf("runs", func(ctx context.Context, v github.Validators) (github.Reading[[]model.Run], error) {
			return c.Runs(ctx, repo, v)
		}),
		readerOf("runs of a commit", func(ctx context.Context, v github.Validators) (github.Reading[[]model.Run], error) {
			return c.CommitRuns(ctx, repo, head, v)
		}),
		readerOf("jobs", func(ctx context.Context, v github.Validators) (github.Reading[[]model.Job], error) {
			return c.Jobs(ctx, repo, run, 0, v)
		}),
		readerOf("checks", func(ctx context.Context, v github.Validators) (github.Reading[[]model.CommitCheck], error) {
			return c.CommitChecks(ctx, repo, head, nil, v)
		}),
		readerOf("commit", func(ctx context.Context, v github.Validators) (github.Reading[github.CommitPaths], error) {
			return c.Commit(ctx, repo, head, v)
		}),
		readerOf("comparison", func(ctx context.Context, v github.Validators) (github.Reading[model.Comparison], error) {
			return c.Comparison(ctx, repo, base, head, 0, v)
		}),
		readerOf("pending", func(ctx context.Context, v github.Validators) (github.Reading[[]model.PendingDeployment], error) {
			return c.Pending(ctx, repo, run, v)
		}),
		readerOf("viewer", func(ctx context.Context, v github.Validators) (github.Reading[string], error) {
			return c.Viewer(ctx, v)
		}),
	}
}

func TestWhatHasNotChangedIsNotCharged(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		have := must[github.Reading[[]model.Deployment]](t)(s.client.Deployments(background(), api, github.DeploymentsWanted{Environments: []string{"staging", "Production EU/1"}}, nil)).Value
		all := readers(s.client, api, model.SHA(sh.first.SHA), model.SHA(sh.third.SHA), sh.waits.ID, func() []model.Deployment { return have })
		for _, r := range all {
			_, known, err := r.ask(background(), nil)
			if err != nil {
				t.Fatalf("%s: %v", r.name, err)
			}
			s.charged()
			unchanged, again, err := r.ask(background(), known)
			if err != nil || !unchanged {
				t.Errorf("%s: nothing changed, but it says unchanged %t, %v", r.name, unchanged, err)
			}
			if sent, counted := s.charged(); sent == 0 || counted != 0 {
				t.Errorf("%s: %d requests, %d of them charged; want some, none charged", r.name, sent, counted)
			}
			if len(again) != len(known) {
				t.Errorf("%s: the validators of an unchanged reading must stay: had %d, have %d", r.name, len(known), len(again))
			}
		}
	})
}

func TestAChangedStatusIsNoticedBehindAnUnchangedList(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		want := github.DeploymentsWanted{Environments: []string{"staging", "Production EU/1"}}
		first := must[github.Reading[[]model.Deployment]](t)(s.client.Deployments(background(), api, want, nil))
		if err := sh.waits.Approve("octocat", "ship it"); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(time.Hour)
		s.charged()
		want.Have = first.Value
		second := must[github.Reading[[]model.Deployment]](t)(s.client.Deployments(background(), api, want, first.Validators))
		if second.Unchanged || len(second.Value) != 3 || second.Value[0].State() != model.DeploymentSuccess {
			t.Fatalf("after the approval: %+v", second)
		}
		if sent, counted := s.charged(); counted > 2 {
			t.Errorf("one deployment moved: %d requests, %d charged; want at most the list and its statuses", sent, counted)
		}
		want.Have = second.Value
		third := must[github.Reading[[]model.Deployment]](t)(s.client.Deployments(background(), api, want, second.Validators))
		if sent, counted := s.charged(); !third.Unchanged || counted != 0 || sent != 1 {
			t.Errorf("all finished, nothing changed: unchanged %t, %d requests, %d charged", third.Unchanged, sent, counted)
		}
	})
}

func TestAnotherQuestionIsNotUnchanged(t *testing.T) {
	var sh *shop
	s := open(t, simulator.Options{}, func(w *simulator.World) { sh = buildShop(w) })
	_ = sh
	first := must[github.Reading[[]model.Release]](t)(s.client.Releases(background(), api, "v1.0*", nil))
	second := must[github.Reading[[]model.Release]](t)(s.client.Releases(background(), api, "v*", first.Validators))
	if second.Unchanged || len(second.Value) != 3 {
		t.Errorf("the pattern changed, so the releases must be read again: %+v", second)
	}
	envs := must[github.Reading[[]model.Protection]](t)(s.client.Environments(background(), api, []string{"staging"}, nil))
	more := must[github.Reading[[]model.Protection]](t)(s.client.Environments(background(), api, []string{"staging", "nowhere"}, envs.Validators))
	if more.Unchanged || len(more.Value) != 4 {
		t.Errorf("another environment is wanted: %+v", more)
	}
}

func TestEveryPageIsReadAgainWhenOneChanged(t *testing.T) {
	var r *simulator.Repository
	s := open(t, simulator.Options{}, func(w *simulator.World) {
		r = w.Repository("acme/api")
		r.Workflow(simulator.WorkflowPlan{Path: "ci.yml", Jobs: []simulator.JobPlan{{Name: "a"}}})
		r.Push(simulator.Change{Message: "One"})
		for range 250 {
			r.Run(simulator.RunOf{Workflow: "ci.yml", Conclusion: simulator.StartupFailure})
			w.Pass(time.Second)
		}
	})
	of := model.SHA(r.Head("main").SHA)
	first := must[github.Reading[[]model.Run]](t)(s.client.CommitRuns(background(), api, of, nil))
	if len(first.Value) != 250 || first.Cut || len(first.Validators) != 3 {
		t.Fatalf("%d runs, cut %t, %d pages", len(first.Value), first.Cut, len(first.Validators))
	}
	newest := must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, nil))
	if len(newest.Value) != 100 || !newest.Cut {
		t.Errorf("the newest runs: %d, cut %t; want 100 and at least", len(newest.Value), newest.Cut)
	}
	s.charged()
	same := must[github.Reading[[]model.Run]](t)(s.client.CommitRuns(background(), api, of, first.Validators))
	if sent, counted := s.charged(); !same.Unchanged || sent != 3 || counted != 0 {
		t.Errorf("unchanged %t with %d requests, %d charged; want 3 and none", same.Unchanged, sent, counted)
	}
	r.Run(simulator.RunOf{Workflow: "ci.yml", Conclusion: simulator.StartupFailure})
	again := must[github.Reading[[]model.Run]](t)(s.client.CommitRuns(background(), api, of, first.Validators))
	if again.Unchanged || len(again.Value) != 251 {
		t.Errorf("after a new run: unchanged %t, %d runs", again.Unchanged, len(again.Value))
	}
}

func TestPartsThatTheNewestDeploymentsDoNotReach(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) {
		r := w.Repository("acme/api")
		r.Push(simulator.Change{Message: "One"})
		r.Deployment(simulator.DeploymentOf{Environment: "production", States: []string{simulator.Success}})
		for i := range 120 {
			w.Pass(time.Minute)
			r.Deployment(simulator.DeploymentOf{Environment: fmt.Sprintf("pr-%d", i), States: []string{simulator.Success}})
		}
	})
	want := github.DeploymentsWanted{Environments: []string{"production"}}
	s.charged()
	r := must[github.Reading[[]model.Deployment]](t)(s.client.Deployments(background(), api, want, nil))
	last := r.Value[len(r.Value)-1]
	if last.Environment != "production" || last.FirstSuccess().IsZero() || !r.Cut {
		t.Errorf("production's deployment lies behind a hundred others: %+v", last)
	}
	if sent, _ := s.charged(); sent != 3 {
		t.Errorf("%d requests; want the list, production's list and one deployment's statuses", sent)
	}
	want.Have = r.Value
	again := must[github.Reading[[]model.Deployment]](t)(s.client.Deployments(background(), api, want, r.Validators))
	if _, counted := s.charged(); !again.Unchanged || counted != 0 {
		t.Errorf("again: unchanged %t, %d charged", again.Unchanged, counted)
	}
}
