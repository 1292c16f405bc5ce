package github_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
	"gonogo/sources/token"
)

func TestEveryProblemSaysWhatIsTheMatterAndWhatToDo(t *testing.T) {
	gone := model.Repo{Owner: "acme", Name: "gone"}
	runs := func(c *github.Client) error { _, err := c.Runs(background(), api, nil); return err }
	for _, c := range []struct {
		name   string
		access *simulator.Access // of the token; nil: it is not known to GitHub
		ask    func(*github.Client) error
		kind   model.Problem
		says   string
	}{
		{
			"wrong token", nil, runs, model.ProblemToken,
			`read CI runs of acme/api: GitHub does not accept the token (401): GitHub says "Bad credentials"; sign in again with gh auth login, or set the host's token variable`,
		},
		{
			"a fine-grained token without Actions", &simulator.Access{Permissions: map[string]string{"contents": "read"}}, runs, model.ProblemForbidden,
			"read CI runs of acme/api: the token may not read Actions (403); give it the permission Actions: read",
		},
		{
			"a fine-grained token without Deployments", &simulator.Access{Permissions: map[string]string{"contents": "read"}},
			func(c *github.Client) error {
				_, err := c.Deployments(background(), api, github.DeploymentsWanted{}, nil)
				return err
			}, model.ProblemForbidden,
			"read deployments of acme/api: the token may not read Deployments (403); give it the permission Deployments: read",
		},
		{
			"a repository that is missing", &simulator.Access{Scopes: []string{"repo"}},
			func(c *github.Client) error { _, err := c.Repository(background(), gone, nil); return err }, model.ProblemMissing,
			"read the repository acme/gone: acme/gone does not exist, or the token can't see it (404); check its name in the configuration and the token's access to it",
		},
		{
			"a private repository that the token can't see", &simulator.Access{Scopes: []string{"public_repo"}}, runs, model.ProblemMissing,
			"read CI runs of acme/api: acme/api does not exist, or the token can't see it (404); check its name in the configuration and the token's access to it",
		},
		{
			"a branch that is missing", &simulator.Access{Scopes: []string{"repo"}},
			func(c *github.Client) error { _, err := c.Branch(background(), api, "gone", nil); return err }, model.ProblemMissing,
			"read branch gone of acme/api: acme/api has no branch gone, or the token can't see it (404)",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, simulator.Options{}, func(w *simulator.World) {
				buildShop(w)
				w.Token("another", simulator.Access{})
				if c.access != nil {
					w.Token(secret, *c.access)
				}
			})
			if p := problem(t, c.ask(s.client), c.kind); p.Error() != c.says {
				t.Errorf("it says\n  %s, want\n  %s", p.Error(), c.says)
			}
		})
	}
}

func TestGitHubNamesThePermissionThatIsMissing(t *testing.T) {
	for _, c := range []struct {
		name   string
		header map[string]string
		next   string
	}{
		{"one of two", map[string]string{"X-Accepted-GitHub-Permissions": "actions=read; pull_requests=write,contents=read"}, "give it the permission Actions: read, or Pull requests: write and Contents: read"},
		{"a classic token", map[string]string{"X-OAuth-Scopes": "read:user"}, "give it the scope repo"},
		{"single sign-on", map[string]string{"X-GitHub-SSO": "required; url=https://github.com/orgs/acme/sso?authorization_request=abc"}, "open https://github.com/orgs/acme/sso?authorization_request=abc"},
		{"single sign-on with a link that is none", map[string]string{"X-GitHub-SSO": "required; url=javascript:alert(1)"}, "give it the permission Actions: read"},
		{"hostile words", map[string]string{"X-Accepted-GitHub-Permissions": "act\x1b[31mions=read"}, "give it the permission Act␛[31mions: read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := roundTrip(func(r *http.Request) (*http.Response, error) {
				h := http.Header{}
				for k, v := range c.header {
					h.Set(k, v)
				}
				return &http.Response{StatusCode: http.StatusForbidden, Header: h, Body: http.NoBody, Request: r}, nil
			})
			client := must[*github.Client](t)(github.New(github.Options{Transport: base, Clock: clock.NewDriven(start), Token: token.New("github.com", secret, "a test")}))
			_, err := client.Runs(background(), api, nil)
			if p := problem(t, err, model.ProblemForbidden); p.Next != c.next {
				t.Errorf("next: %q, want %q", p.Next, c.next)
			}
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestATransportThatBlabsIsSilenced(t *testing.T) {
	base := roundTrip(func(r *http.Request) (*http.Response, error) {
		return nil, errors.New("proxy says no to " + r.Header.Get("Authorization"))
	})
	clk := clock.NewDriven(start)
	driving(t, clk)
	client := answering(t, clk, nil, func(o *github.Options) { o.Transport = base })
	_, err := client.Runs(background(), api, nil)
	problem(t, err, model.ProblemNetwork)
	for e := err; e != nil; e = errors.Unwrap(e) {
		if strings.Contains(e.Error(), secret) {
			t.Errorf("the token is in %q", e)
		}
	}
}

func TestRepositoriesWithLittleInThem(t *testing.T) {
	for _, edition := range []simulator.Edition{simulator.GitHubCom, simulator.EnterpriseServer319} {
		s := open(t, simulator.Options{Edition: edition}, func(w *simulator.World) {
			w.Repository("acme/api")
			r := w.Repository("acme/old")
			r.Push(simulator.Change{Message: "One"})
			r.Archive()
		})
		old := model.Repo{Owner: "acme", Name: "old"}
		empty := must[github.Reading[model.Repository]](t)(s.client.Repository(background(), api, nil))
		if !empty.Value.Empty {
			t.Errorf("an empty repository: %+v", empty.Value)
		}
		archived := must[github.Reading[model.Repository]](t)(s.client.Repository(background(), old, nil))
		if !archived.Value.Archived || archived.Value.Empty {
			t.Errorf("an archived repository: %+v", archived.Value)
		}
		all := must[map[model.Repo]github.Overview](t)(s.client.Overview(background(), []github.Wanted{{Repo: api, Environments: []string{"production"}}, {Repo: old}}))
		if o := all[api]; !o.Repository.Empty || len(o.Problems) != 0 || len(o.Branches) != 0 || len(o.Protections) != 1 || o.Protections[0].Exists {
			t.Errorf("the overview of an empty repository: %+v", o)
		}
		if !all[old].Repository.Archived {
			t.Errorf("the overview of an archived repository: %+v", all[old])
		}
		_, err := s.client.Branch(background(), api, "main", nil)
		problem(t, err, model.ProblemMissing)
		if r := must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, nil)); len(r.Value) != 0 {
			t.Errorf("runs of an empty repository: %+v", r.Value)
		}
		if r := must[github.Reading[[]model.Release]](t)(s.client.Releases(background(), api, "", nil)); len(r.Value) != 0 {
			t.Errorf("releases: %+v", r.Value)
		}
		if r := must[github.Reading[[]model.Protection]](t)(s.client.Environments(background(), api, []string{"production"}, nil)); len(r.Value) != 1 || r.Value[0].Exists {
			t.Errorf("environments: %+v", r.Value)
		}
		if r := must[github.Reading[[]model.Deployment]](t)(s.client.Deployments(background(), api, github.DeploymentsWanted{Environments: []string{"production"}}, nil)); len(r.Value) != 0 || r.Cut {
			t.Errorf("deployments: %+v", r.Value)
		}
	}
}

func TestPartsOfAnOverviewFailAlone(t *testing.T) {
	answer := `{"data":{"rateLimit":{"cost":1},"r0":{"nameWithOwner":"acme/api","isArchived":false,"isEmpty":false,"isPrivate":true,"pushedAt":null,"url":"https://github.com/acme/api","viewerCanAdminister":false,
		"defaultBranchRef":{"name":"main","target":{"__typename":"Commit","oid":"` + strings.Repeat("a", 40) + `","committedDate":"2026-03-01T00:00:00Z"}},
		"releases":{"pageInfo":{"hasNextPage":false},"nodes":"nonsense"},"refs":{"pageInfo":{"hasNextPage":false},"nodes":[]},
		"d0":{"pageInfo":{"hasNextPage":false},"nodes":[]},"environments":null}},
		"errors":[{"type":"FORBIDDEN","path":["r0","environments"],"message":"Resource not accessible by personal access token"}]}`
	client := answering(t, clock.Real(), func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(answer)) }, nil)
	o := must[map[model.Repo]github.Overview](t)(client.Overview(background(), []github.Wanted{{Repo: api, Environments: []string{"production"}}}))[api]
	if p := o.Problems[model.SignalEnvironments]; p == nil || p.Kind != model.ProblemForbidden {
		t.Errorf("environments: %v", p)
	}
	if p := o.Problems[model.SignalReleases]; p == nil || p.Kind != model.ProblemMalformed || !strings.Contains(p.Error(), "releases") {
		t.Errorf("releases: %v", p)
	}
	if len(o.Problems) != 2 || o.Branches[""].Head.SHA == "" || o.Repository.FullName != "acme/api" {
		t.Errorf("the rest stands: %+v", o)
	}
	if client.Budget().Charged != 1 {
		t.Errorf("points: %+v", client.Budget())
	}
}
