package simulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gonogo/sources/simulator"
)

func TestAnEnterpriseServer(t *testing.T) {
	s := world(t, func(o *simulator.Options) { o.Edition = simulator.EnterpriseServer319; o.NoRateLimit = true })
	s.Repository("acme/api")
	r := s.get("/repos/acme/api")
	if !strings.HasSuffix(s.Server.URL(), "/api/v3/") || !strings.HasSuffix(s.GraphQLURL(), "/api/graphql") || r.StatusCode != http.StatusOK ||
		r.Header.Get("X-GitHub-Enterprise-Version") != "3.19.0" || r.Header.Get("X-RateLimit-Limit") != "" {
		t.Errorf("%s %s: %s %v", s.Server.URL(), s.GraphQLURL(), r.Status, r.Header)
	}
	if r := s.get("/rate_limit"); r.StatusCode != http.StatusNotFound {
		t.Errorf("limits that nobody enabled answer %s", r.Status)
	}
	if r := s.get("/orgs/acme/projectsV2"); r.StatusCode != http.StatusNotFound {
		t.Errorf("projects over REST answer %s", r.Status)
	}
	if m := read[map[string]any](s, "/meta"); m["installed_version"] != "3.19.0" {
		t.Errorf("meta: %v", m)
	}
}

func TestWhatATokenMay(t *testing.T) {
	fine := func(permissions ...string) simulator.Access {
		a := simulator.Access{Permissions: map[string]string{}}
		for _, p := range permissions {
			a.Permissions[p] = "read"
		}
		return a
	}
	classic := simulator.Access{Scopes: []string{"repo"}}
	for _, c := range []struct {
		name   string
		access simulator.Access
		path   string
		status int
		header string
		value  string
	}{
		{"a classic token with scope repo", classic, "/repos/acme/api/actions/runs", 200, "X-OAuth-Scopes", "repo"},
		{"a classic token without it doesn't see private repositories", simulator.Access{Scopes: []string{"read:user"}}, "/repos/acme/api", 404, "X-OAuth-Scopes", "read:user"},
		{"but public ones", simulator.Access{Scopes: []string{"read:user"}}, "/repos/acme/open/deployments", 200, "X-OAuth-Scopes", "read:user"},
		{"a fine-grained token with the permission", fine("deployments"), "/repos/acme/api/deployments", 200, "X-OAuth-Scopes", ""},
		{"a fine-grained token without it", fine("contents"), "/repos/acme/api/deployments", 403, "X-Accepted-GitHub-Permissions", "deployments=read"},
		{"without Actions no environments", fine("deployments"), "/repos/acme/api/environments", 403, "X-Accepted-GitHub-Permissions", "actions=read"},
		{"checks never", fine("checks"), "/repos/acme/api/commits/main/check-runs", 403, "X-Accepted-GitHub-Permissions", "checks=read"},
		{"checks not even of public repositories", fine(), "/repos/acme/open/commits/main/check-runs", 403, "X-Accepted-GitHub-Permissions", "checks=read"},
		{"everything else of public ones", fine(), "/repos/acme/open/commits/main/status", 200, "X-OAuth-Scopes", ""},
		{"the repository itself always", fine(), "/repos/acme/api", 200, "X-OAuth-Scopes", ""},
		{"a repository that was not granted", simulator.Access{Permissions: map[string]string{"contents": "read"}, Repositories: []string{"acme/web"}}, "/repos/acme/api", 404, "X-OAuth-Scopes", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			s.Repository("acme/api").Push(simulator.Change{})
			s.Repository("acme/open").Public().Push(simulator.Change{})
			s.Token("ghp_test", c.access)
			r := s.get(c.path)
			if r.StatusCode != c.status || r.Header.Get(c.header) != c.value {
				t.Errorf("%s, %s: %q, not %d, %q: %s", r.Status, c.header, r.Header.Get(c.header), c.status, c.value, r.body)
			}
			if c.status == 403 && !strings.Contains(r.body, "Resource not accessible by personal access token") {
				t.Errorf("refused with %s", r.body)
			}
		})
	}
}

func TestWrongMissingAndRevokedTokens(t *testing.T) {
	s := world(t)
	s.Repository("acme/api")
	s.Repository("acme/open").Public()
	s.Token("ghp_right", simulator.Access{Scopes: []string{"repo"}})
	if r := s.get("/repos/acme/open"); r.StatusCode != http.StatusUnauthorized || !strings.Contains(r.body, "Bad credentials") {
		t.Errorf("an unknown token: %s %s", r.Status, r.body)
	}
	s.token = ""
	if r := s.get("/repos/acme/open"); r.StatusCode != http.StatusOK || r.Header.Get("X-RateLimit-Limit") != "60" {
		t.Errorf("nobody, a public repository: %s, limit %s", r.Status, r.Header.Get("X-RateLimit-Limit"))
	}
	if r := s.get("/repos/acme/api"); r.StatusCode != http.StatusNotFound {
		t.Errorf("nobody, a private repository: %s", r.Status)
	}
	if r := s.get("/user"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody's user: %s", r.Status)
	}
	s.token = "ghp_right"
	if r := s.get("/user"); r.StatusCode != http.StatusOK {
		t.Errorf("the right token: %s", r.Status)
	}
	s.Revoke("ghp_right")
	if r := s.get("/user"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("a revoked token: %s", r.Status)
	}
}

func TestARenamedRepositoryIsFoundByItsNumber(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Push(simulator.Change{})
	api.Deploy("staging", "")
	api.Rename("umbrella/api")
	r := s.get("/repos/acme/api/deployments?environment=staging&per_page=1")
	location := fmt.Sprintf("%srepositories/%d/deployments?environment=staging&per_page=1", s.Server.URL(), api.ID)
	if r.StatusCode != http.StatusMovedPermanently || r.Header.Get("Location") != location || !strings.Contains(r.body, "Moved Permanently") {
		t.Fatalf("%s to %s: %s", r.Status, r.Header.Get("Location"), r.body)
	}
	if got := read[[]deployment](s, location); len(got) != 1 {
		t.Errorf("there are %d deployments", len(got))
	}
	if got := read[struct {
		FullName string `json:"full_name"`
	}](s, "/repos/Umbrella/API"); got.FullName != "umbrella/api" {
		t.Errorf("it is called %s", got.FullName)
	}
	s.Repository("acme/api").Push(simulator.Change{}) // somebody takes the name
	if r := s.get("/repos/acme/api"); r.StatusCode != http.StatusOK {
		t.Errorf("the name's new owner: %s", r.Status)
	}
	api.Remove()
	if a, b := s.get("/repos/umbrella/api"), s.get(location); a.StatusCode != http.StatusNotFound || b.StatusCode != http.StatusNotFound {
		t.Errorf("removed: %s, %s", a.Status, b.Status)
	}
}

func TestEmptyAndArchivedRepositories(t *testing.T) {
	s := world(t)
	s.Repository("acme/empty")
	for path, status := range map[string]int{"": 200, "/commits": 409, "/branches": 200, "/tags": 200, "/releases/latest": 404, "/contents/a": 404, "/git/ref/heads/main": 409,
		"/actions/runs": 200, "/environments": 200, "/deployments": 200, "/commits/main/status": 409, "/compare/a...b": 404} {
		if r := s.get("/repos/acme/empty" + path); r.StatusCode != status {
			t.Errorf("%s of an empty repository answers %s", path, r.Status)
		}
	}
	s.Repository("acme/old").Archive().Push(simulator.Change{})
	if got := read[struct{ Archived bool }](s, "/repos/acme/old"); !got.Archived {
		t.Error("the archived repository doesn't say so")
	}
}

func TestPathsThatLeadNowhere(t *testing.T) {
	s := world(t)
	s.Repository("acme/api").Push(simulator.Change{})
	for _, path := range []string{"/nothing", "/repos/acme", "/repos/../../user", "/repos/acme/%2e%2e/user", "/repos/acme/api/nothing", "/repos/acme/api/actions/runs/x", "/repos/acme/api/deployments/1", "/repos//api"} {
		u := strings.TrimSuffix(s.Server.URL(), "/") + path
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r := s.do(req); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %s", path, r.Status)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Server.URL()+"repos/acme/api/deployments", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if r := s.do(req); r.StatusCode != http.StatusNotFound {
		t.Errorf("a write answers %s", r.Status)
	}
}
