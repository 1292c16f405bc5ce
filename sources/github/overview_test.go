package github_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

var wantedShop = github.Wanted{Repo: api, Branches: []string{"main", "none"}, Environments: []string{"staging", "Production EU/1", "nowhere"}}

func TestOneQueryTellsWhatSeveralReadersTell(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		s.charged()
		all := must[map[model.Repo]github.Overview](t)(s.client.Overview(background(), []github.Wanted{wantedShop}))
		if sent, counted := s.charged(); sent != 1 || counted > 2 {
			t.Errorf("%d requests, %d points", sent, counted)
		}
		o := all[api]
		if len(o.Problems) != 0 {
			t.Fatalf("problems: %v", o.Problems)
		}
		if !o.At.Equal(start) || o.Request == "" {
			t.Errorf("came from %q at %s", o.Request, o.At)
		}
		repository := must[github.Reading[model.Repository]](t)(s.client.Repository(background(), api, nil)).Value
		o.Repository.CanWrite = repository.CanWrite // GraphQL can't tell
		same(t, "repository", o.Repository, repository)
		branch := must[github.Reading[model.Branch]](t)(s.client.Branch(background(), api, "main", nil)).Value
		same(t, "branch", o.Branches["main"], branch, cmpopts.IgnoreFields(model.Commit{}, "Parents"))
		same(t, "default branch", o.Branches[""], branch, cmpopts.IgnoreFields(model.Commit{}, "Parents"))
		if _, ok := o.Branches["none"]; ok {
			t.Error("a branch that isn't there was found")
		}
		releases, cut, ok := o.ReleasesOf("v*")
		rest := must[github.Reading[[]model.Release]](t)(s.client.Releases(background(), api, "v*", nil)).Value
		same(t, "releases", byTag(releases), byTag(rest))
		if cut || !ok {
			t.Errorf("releases: cut %t, found %t", cut, ok)
		}
		deployments := must[github.Reading[[]model.Deployment]](t)(s.client.Deployments(background(), api, github.DeploymentsWanted{Environments: wantedShop.Environments}, nil)).Value
		same(t, "deployments", o.Deployments, deployments,
			cmpopts.IgnoreFields(model.Deployment{}, "Transient", "Production"), cmpopts.IgnoreFields(model.DeploymentStatus{}, "ID"),
			cmp.Transformer("state", func(s model.DeploymentState) string { // REST shows waiting as pending
				if s == model.DeploymentWaiting {
					s = model.DeploymentPending
				}
				return string(s)
			}))
		protections := must[github.Reading[[]model.Protection]](t)(s.client.Environments(background(), api, wantedShop.Environments, nil)).Value
		protections = slices.DeleteFunc(protections, func(p model.Protection) bool { return p.Environment == "locked" })
		slices.SortFunc(protections, byEnvironment)
		slices.SortFunc(o.Protections, byEnvironment)
		same(t, "protections", o.Protections, protections, cmpopts.IgnoreFields(model.Protection{}, "Policy", "Patterns", "PatternsRead", "URL"))
		if p := o.Protections[0]; p.Policy != model.PolicyUnread {
			t.Errorf("GraphQL tells only that there is a policy: %+v", p)
		}
	})
}

func byEnvironment(a, b model.Protection) int { return cmpString(a.Environment, b.Environment) }

func cmpString(a, b string) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

func byTag(list []model.Release) map[string]model.Release {
	out := map[string]model.Release{}
	for _, r := range list {
		if r.Draft {
			r.URL = "" // a draft's page has no name in REST
		}
		out[r.Tag] = r
	}
	return out
}

func same(t *testing.T, what string, got, want any, opts ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, append(opts, cmpopts.EquateEmpty())...); diff != "" {
		t.Errorf("%s differs between REST (-) and GraphQL (+):\n%s", what, diff)
	}
}

func TestAnOverviewOfManyRepositories(t *testing.T) {
	var wanted []github.Wanted
	s := open(t, simulator.Options{}, func(w *simulator.World) {
		for i := range 23 {
			r := w.Repository(fmt.Sprintf("acme/s%d", i))
			r.Push(simulator.Change{Message: "One"})
			r.Deployment(simulator.DeploymentOf{Environment: "production", States: []string{simulator.InProgress, simulator.Success}})
			repo := model.Repo{Owner: "acme", Name: fmt.Sprintf("s%d", i)}
			wanted = append(wanted, github.Wanted{Repo: repo, Environments: []string{"dev", "staging"}}, github.Wanted{Repo: repo, Environments: []string{"production"}})
		}
	})
	wanted = append(wanted, github.Wanted{Repo: model.Repo{Owner: "acme", Name: "gone"}}, github.Wanted{Repo: model.Repo{Owner: "../../user", Name: "x"}})
	s.charged()
	all := must[map[model.Repo]github.Overview](t)(s.client.Overview(background(), wanted))
	sent, points := s.charged()
	if sent != 3 || points > 18 {
		t.Errorf("%d queries for %d points; want 3 and at most 6 each", sent, points)
	}
	if b := s.client.Budget(); b.GraphQL.Charged != points || b.GraphQL.Limit != 5000 || b.GraphQL.Remaining != 5000-points {
		t.Errorf("booked %+v, want %d points", b.GraphQL, points)
	}
	for i := range 23 {
		o := all[model.Repo{Owner: "acme", Name: fmt.Sprintf("s%d", i)}]
		if len(o.Problems) != 0 || len(o.Deployments) != 1 || !o.Deployments[0].StatusesRead || len(o.Protections) != 3 {
			t.Errorf("s%d: %+v", i, o)
		}
	}
	gone := all[model.Repo{Owner: "acme", Name: "gone"}].Problems[model.SignalRepository]
	if gone == nil || gone.Kind != model.ProblemMissing {
		t.Errorf("a missing repository: %v", gone)
	}
	if bad := all[model.Repo{Owner: "../../user", Name: "x"}].Problems[model.SignalRepository]; bad == nil || bad.Kind != model.ProblemMissing {
		t.Errorf("a name that walks the path: %v", bad)
	}
}

func TestTagsStandForReleasesWhereThereAreNone(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) {
		r := w.Repository("acme/api")
		for i, tag := range []string{"api/v1.9.0", "api/v1.10.0", "web/v3.0.0", "gonogo/lock/api/production"} {
			r.Push(simulator.Change{Message: fmt.Sprint(i)})
			if i == 1 {
				r.AnnotatedTag(tag, "main", "x", "mona")
			} else {
				r.Tag(tag, "main")
			}
			w.Pass(time.Hour)
		}
	})
	if all := must[github.Reading[[]model.Release]](t)(s.client.Releases(background(), api, "", nil)).Value; len(all) != 3 {
		t.Errorf("a lock among the tags is a release: %+v", all)
	}
	r := must[github.Reading[[]model.Release]](t)(s.client.Releases(background(), api, "api/*", nil))
	if len(r.Value) != 2 || r.Value[0].Tag != "api/v1.10.0" || r.Value[0].SHA == "" || r.Value[0].Channel != model.NoRelease || r.Value[0].PublishedAt.IsZero() {
		t.Errorf("over REST: %+v", r.Value)
	}
	o := must[map[model.Repo]github.Overview](t)(s.client.Overview(background(), []github.Wanted{{Repo: api}}))[api]
	tags, cut, ok := o.ReleasesOf("api/*")
	same(t, "bare tags", tags, r.Value, cmpopts.IgnoreFields(model.Release{}, "URL"))
	if cut || !ok {
		t.Errorf("cut %t, found %t", cut, ok)
	}
}

func TestChecksOfManyCommitsInOneQuery(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		third := github.CommitWanted{Repo: api, SHA: model.SHA(sh.third.SHA)}
		none := github.CommitWanted{Repo: api, SHA: "1111111111111111111111111111111111111111"}
		all := must[map[github.CommitWanted]github.CommitChecksFound](t)(s.client.OverviewChecks(background(), []github.CommitWanted{third, none}))
		rest := must[github.Reading[[]model.CommitCheck]](t)(s.client.CommitChecks(background(), api, third.SHA, nil, nil)).Value
		got := all[third].Checks
		sort := cmpopts.SortSlices(func(a, b model.CommitCheck) bool { return a.Name < b.Name })
		same(t, "checks", got, rest, sort, cmpopts.IgnoreFields(model.CommitCheck{}, "App", "CompletedAt", "URL"))
		if all[none].Problem == nil {
			t.Error("a commit that isn't there has a problem")
		}
	})
}

func TestWhereGraphQLIsRefusedItIsSaid(t *testing.T) {
	s := open(t, simulator.Options{NoGraphQL: true}, func(w *simulator.World) { buildShop(w) })
	_, err := s.client.Overview(background(), []github.Wanted{wantedShop})
	p := problem(t, err, model.ProblemForbidden)
	if p.Doing != "read the overview of acme/api" {
		t.Errorf("%v", err)
	}
	must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, nil)) // REST goes on
}

func TestAFineGrainedTokenMayNotReadChecks(t *testing.T) {
	var sh *shop
	s := open(t, simulator.Options{}, func(w *simulator.World) {
		sh = buildShop(w)
		w.Token(secret, simulator.Access{User: "octocat", Permissions: map[string]string{"contents": "read", "actions": "read", "deployments": "read", "statuses": "read"}})
	})
	third := github.CommitWanted{Repo: api, SHA: model.SHA(sh.third.SHA)}
	all, err := s.client.OverviewChecks(background(), []github.CommitWanted{third})
	if err != nil {
		problem(t, err, model.ProblemForbidden)
	} else if p := all[third].Problem; p == nil || p.Kind != model.ProblemForbidden {
		t.Errorf("the roll-up must be refused: %+v", all[third])
	}
	r, err := s.client.CommitChecks(background(), api, third.SHA, nil, nil)
	p := problem(t, err, model.ProblemForbidden)
	if len(r.Value) != 1 || r.Value[0].Name != "buildkite/api" || len(r.Validators) != 0 {
		t.Errorf("statuses must come beside the problem: %+v", r)
	}
	if want := "read check runs of commit " + third.SHA.Short() + " of acme/api: the token may not read Checks (403); " +
		"fine-grained tokens can't be given that; use a classic token with the scope repo, or let the CI report commit statuses"; p.Error() != want {
		t.Errorf("it says %q", p.Error())
	}
	if r, err := s.client.CommitChecks(background(), api, third.SHA, []string{"buildkite/api"}, nil); err != nil || len(r.Value) != 1 {
		t.Errorf("a named status needs no check runs: %+v, %v", r.Value, err)
	}
}
