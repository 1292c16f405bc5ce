package simulator_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

func TestAnUnchangedAnswerIsNotCharged(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Push(simulator.Change{})
	s.Token("ghp_test", simulator.Access{Scopes: []string{"repo"}})
	s.Token("ghp_other", simulator.Access{Scopes: []string{"repo"}})
	first := s.get("/repos/acme/api/commits")
	etag := first.Header.Get("ETag")
	if first.StatusCode != 200 || !strings.HasPrefix(etag, `W/"`) || first.Header.Get("X-RateLimit-Remaining") != "4999" {
		t.Fatalf("%s, ETag %s, %v", first.Status, etag, first.Header)
	}
	again := s.get("/repos/acme/api/commits", "If-None-Match", etag)
	if again.StatusCode != 304 || again.body != "" || again.Header.Get("X-RateLimit-Remaining") != "4999" || again.Header.Get("ETag") != etag {
		t.Errorf("unchanged: %s, %q, %v", again.Status, again.body, again.Header)
	}
	if r := s.get("/repos/acme/api/commits", "If-None-Match", strings.TrimPrefix(etag, "W/")); r.StatusCode != 304 {
		t.Errorf("the strong form of the tag answers %s", r.Status)
	}
	s.token = "ghp_other"
	if r := s.get("/repos/acme/api/commits", "If-None-Match", etag); r.StatusCode != 200 || r.Header.Get("X-RateLimit-Remaining") != "4999" {
		t.Errorf("another token's tag: %s, remaining %s", r.Status, r.Header.Get("X-RateLimit-Remaining"))
	}
	s.token = "ghp_test"
	api.Push(simulator.Change{})
	if r := s.get("/repos/acme/api/commits", "If-None-Match", etag); r.StatusCode != 200 || r.Header.Get("X-RateLimit-Remaining") != "4998" {
		t.Errorf("changed: %s, remaining %s", r.Status, r.Header.Get("X-RateLimit-Remaining"))
	}
	charged := 0
	for _, r := range s.Requests() {
		charged += r.Charged
	}
	if len(s.Requests()) != 5 || charged != 3 {
		t.Errorf("%d requests were charged %d", len(s.Requests()), charged)
	}
}

func TestThePrimaryLimit(t *testing.T) {
	s := world(t, func(o *simulator.Options) { o.CoreLimit = 3 })
	s.Repository("acme/api")
	for range 3 {
		if r := s.get("/repos/acme/api"); r.StatusCode != 200 {
			t.Fatal(r.Status)
		}
	}
	r := s.get("/repos/acme/api")
	if r.StatusCode != 403 || r.Header.Get("X-RateLimit-Remaining") != "0" || r.Header.Get("X-RateLimit-Resource") != "core" ||
		r.Header.Get("X-RateLimit-Reset") != fmt.Sprint(noon.Add(time.Hour).Unix()) || !strings.Contains(r.body, "API rate limit exceeded") {
		t.Errorf("exhausted: %s %v %s", r.Status, r.Header, r.body)
	}
	limits := read[struct {
		Resources map[string]struct{ Limit, Remaining, Used int }
	}](s, "/rate_limit")
	if core := limits.Resources["core"]; core.Limit != 3 || core.Remaining != 0 || core.Used != 3 || limits.Resources["graphql"].Remaining != 5000 {
		t.Errorf("limits: %+v", limits)
	}
	s.pass(time.Hour)
	if r := s.get("/repos/acme/api"); r.StatusCode != 200 || r.Header.Get("X-RateLimit-Remaining") != "2" {
		t.Errorf("an hour later: %s, remaining %s", r.Status, r.Header.Get("X-RateLimit-Remaining"))
	}
	s.Exhaust(s.token, "core")
	if r := s.get("/repos/acme/api"); r.StatusCode != 403 || s.Remaining(s.token, "core") != 0 {
		t.Errorf("exhausted by hand: %s", r.Status)
	}
}

func TestSecondaryLimits(t *testing.T) {
	t.Run("too many requests within a minute", func(t *testing.T) {
		s := world(t, func(o *simulator.Options) { o.PointsPerMinute = 5 })
		for i := range 6 {
			r := s.get("/meta")
			if refused := r.StatusCode == 403 && r.Header.Get("Retry-After") == "60" && strings.Contains(r.body, "secondary rate limit"); refused != (i == 5) {
				t.Errorf("request %d: %s %s", i+1, r.Status, r.body)
			}
		}
		s.pass(time.Minute)
		if r := s.get("/meta"); r.StatusCode != 200 {
			t.Errorf("a minute later: %s", r.Status)
		}
	})
	t.Run("too many requests at once", func(t *testing.T) {
		s := world(t)
		s.http.Timeout = 10 * time.Second
		slow := s.Fault(simulator.Fault{Path: "/user", Delay: time.Hour})
		ctx, stop := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if req, err := s.request("/user"); err == nil {
					if resp, err := s.http.Do(req.WithContext(ctx)); err == nil {
						resp.Body.Close()
					}
				}
			})
		}
		for len(s.Requests()) < 100 {
			time.Sleep(time.Millisecond)
		}
		if r := s.get("/meta"); r.StatusCode != 403 || !strings.Contains(r.body, "secondary rate limit") {
			t.Errorf("the 101st: %s %s", r.Status, r.body)
		}
		s.Lift(slow)
		stop()
		all.Wait()
	})
	for _, c := range []struct {
		status int
		after  time.Duration
		header string
	}{{403, time.Minute, "60"}, {403, 0, ""}, {429, 30 * time.Second, "30"}, {429, 0, ""}} {
		t.Run(fmt.Sprintf("%d with Retry-After %q", c.status, c.header), func(t *testing.T) {
			s := world(t)
			s.SecondaryLimit(c.status, c.after, 1)
			r := s.get("/meta")
			if r.StatusCode != c.status || r.Header.Get("Retry-After") != c.header || r.Header.Get("X-RateLimit-Remaining") != "4999" || !strings.Contains(r.body, "secondary rate limit") {
				t.Errorf("%s %v %s", r.Status, r.Header, r.body)
			}
			if r := s.get("/meta"); r.StatusCode != 200 {
				t.Errorf("afterwards: %s", r.Status)
			}
		})
	}
}

func TestAnEnterpriseServer(t *testing.T) {
	s := world(t, func(o *simulator.Options) { o.Edition = simulator.EnterpriseServer319; o.NoRateLimit = true })
	s.Repository("acme/api")
	r := s.get("/repos/acme/api")
	if !strings.HasSuffix(s.Server.URL(), "/api/v3/") || !strings.HasSuffix(s.GraphQLURL(), "/api/graphql") || r.StatusCode != 200 ||
		r.Header.Get("X-GitHub-Enterprise-Version") != "3.19.0" || r.Header.Get("X-RateLimit-Limit") != "" {
		t.Errorf("%s %s: %s %v", s.Server.URL(), s.GraphQLURL(), r.Status, r.Header)
	}
	if r := s.get("/rate_limit"); r.StatusCode != 404 {
		t.Errorf("limits that nobody enabled answer %s", r.Status)
	}
	if r := s.get("/orgs/acme/projectsV2"); r.StatusCode != 404 {
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
	if r := s.get("/repos/acme/open"); r.StatusCode != 401 || !strings.Contains(r.body, "Bad credentials") {
		t.Errorf("an unknown token: %s %s", r.Status, r.body)
	}
	s.token = ""
	if r := s.get("/repos/acme/open"); r.StatusCode != 200 || r.Header.Get("X-RateLimit-Limit") != "60" {
		t.Errorf("nobody, a public repository: %s, limit %s", r.Status, r.Header.Get("X-RateLimit-Limit"))
	}
	if r := s.get("/repos/acme/api"); r.StatusCode != 404 {
		t.Errorf("nobody, a private repository: %s", r.Status)
	}
	if r := s.get("/user"); r.StatusCode != 401 {
		t.Errorf("nobody's user: %s", r.Status)
	}
	s.token = "ghp_right"
	if r := s.get("/user"); r.StatusCode != 200 {
		t.Errorf("the right token: %s", r.Status)
	}
	s.Revoke("ghp_right")
	if r := s.get("/user"); r.StatusCode != 401 {
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
	if r.StatusCode != 301 || r.Header.Get("Location") != location || !strings.Contains(r.body, "Moved Permanently") {
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
	if r := s.get("/repos/acme/api"); r.StatusCode != 200 {
		t.Errorf("the name's new owner: %s", r.Status)
	}
	api.Remove()
	if a, b := s.get("/repos/umbrella/api"), s.get(location); a.StatusCode != 404 || b.StatusCode != 404 {
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
		if r := s.do(req); r.StatusCode != 404 {
			t.Errorf("%s answers %s", path, r.Status)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Server.URL()+"repos/acme/api/deployments", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if r := s.do(req); r.StatusCode != 404 {
		t.Errorf("a write answers %s", r.Status)
	}
}

func TestFilesLieOnAHostThatRefusesTokens(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{
		{Name: "build / linux: amd64", Steps: []simulator.StepPlan{{Name: "make", Log: "hello from make"}}},
	}})
	api.Push(simulator.Change{})
	n := api.Runs()[0]
	logs := fmt.Sprintf("/repos/acme/api/actions/runs/%d/logs", n.ID)
	if r := s.get(logs); r.StatusCode != 404 {
		t.Errorf("logs of a run that moves: %s", r.Status)
	}
	s.pass(time.Hour)
	location := s.get(logs).Header.Get("Location")
	if !strings.HasPrefix(location, s.StorageURL()) || strings.HasPrefix(location, s.Server.URL()) {
		t.Fatalf("logs lie at %s", location)
	}
	if r := s.get(location); r.StatusCode != 400 || len(s.Leaks()) != 1 || s.Leaks()[0].Token != "ghp_test" {
		t.Errorf("with a token: %s, leaks %+v", r.Status, s.Leaks())
	}
	s.token = ""
	r := s.get(location)
	z, err := zip.NewReader(bytes.NewReader([]byte(r.body)), int64(len(r.body)))
	if err != nil {
		t.Fatalf("%s: %v", r.Status, err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, ", "); got != "0_build  linux amd64.txt, build  linux amd64/1_Set up job.txt, build  linux amd64/2_make.txt, build  linux amd64/3_Complete job.txt" {
		t.Errorf("the archive holds %s", got)
	}
	first, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if text, err := io.ReadAll(first); err != nil || !strings.Contains(string(text), "hello from make") {
		t.Errorf("the log is %q, %v", text, err)
	}
	if r := s.get(s.StorageURL() + "actions-results/none"); r.StatusCode != 404 {
		t.Errorf("a file that never was: %s", r.Status)
	}
	s.pass(2 * time.Minute)
	if r := s.get(location); r.StatusCode != 403 {
		t.Errorf("the address two minutes later: %s", r.Status)
	}
	if len(s.Leaks()) != 1 {
		t.Errorf("leaks: %+v", s.Leaks())
	}
}

func TestArtifactsExpire(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml"})
	api.Push(simulator.Change{})
	a := api.Run(simulator.RunOf{Workflow: "ci.yml"}).Artifact("coverage", map[string]string{"c.out": "mode: set"})
	path := fmt.Sprintf("/repos/acme/api/actions/artifacts/%d", a.ID)
	if r := s.get(path + "/zip"); r.StatusCode != 302 {
		t.Errorf("fresh: %s", r.Status)
	}
	s.pass(91 * 24 * time.Hour)
	if r, got := s.get(path+"/zip"), read[struct{ Expired bool }](s, path); r.StatusCode != 410 || !got.Expired {
		t.Errorf("after 91 days: %s, %+v", r.Status, got)
	}
}

func TestFaults(t *testing.T) {
	s := world(t)
	s.Repository("acme/api").Push(simulator.Change{})
	s.Repository("acme/web").Push(simulator.Change{})
	t.Run("a status, for one path, twice", func(t *testing.T) {
		s.Fault(simulator.Fault{Path: "/repos/acme/*/commits", Status: 502, Times: 2, Body: "<html>Unicorn!</html>"})
		if r := s.get("/repos/acme/api/branches"); r.StatusCode != 200 {
			t.Errorf("another path: %s", r.Status)
		}
		for _, want := range []int{502, 502, 200} {
			if r := s.get("/repos/acme/api/commits"); r.StatusCode != want {
				t.Errorf("%s, not %d", r.Status, want)
			}
		}
	})
	t.Run("until it is lifted, by regular expression", func(t *testing.T) {
		f := s.Fault(simulator.Fault{Path: "^/repos/[^/]+/web", Status: 500})
		for range 3 {
			if r := s.get("/repos/acme/web"); r.StatusCode != 500 || !json.Valid([]byte(r.body)) {
				t.Errorf("%s %s", r.Status, r.body)
			}
		}
		s.Lift(f)
		if r := s.get("/repos/acme/web"); r.StatusCode != 200 {
			t.Errorf("lifted: %s", r.Status)
		}
	})
	t.Run("wrong JSON", func(t *testing.T) {
		s.Fault(simulator.Fault{WrongJSON: true, Times: 1})
		if r := s.get("/repos/acme/api"); r.StatusCode != 200 || json.Valid([]byte(r.body)) || r.Header.Get("ETag") != "" {
			t.Errorf("%s %s", r.Status, r.body)
		}
	})
	for name, when := range map[string]simulator.Cut{"before the answer": simulator.CutBefore, "in the middle of it": simulator.CutMiddle} {
		t.Run("cut "+name, func(t *testing.T) {
			s.Fault(simulator.Fault{Cut: when, Times: 1, Path: "/user"})
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Server.URL()+"user", strings.NewReader("not repeated by the transport"))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := s.http.Do(req)
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				resp.Body.Close()
			}
			if err == nil {
				t.Error("the connection held")
			}
		})
	}
	t.Run("slow, until the client has had enough", func(t *testing.T) {
		f := s.Fault(simulator.Fault{Delay: time.Hour})
		defer s.Lift(f)
		client := http.Client{Timeout: 50 * time.Millisecond, Transport: s.http.Transport}
		_, err := client.Get(s.Server.URL() + "meta")
		var timeout *url.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("got %v", err)
		}
	})
	t.Run("for one token", func(t *testing.T) {
		f := s.Fault(simulator.Fault{Token: "ghp_other", Status: 503})
		defer s.Lift(f)
		if r := s.get("/meta"); r.StatusCode != 200 {
			t.Errorf("another token: %s", r.Status)
		}
	})
}

func TestCloseEndsARequestThatIsKeptWaiting(t *testing.T) {
	c := &clock{noon}
	w := simulator.New(simulator.Options{Now: c.Now})
	w.Fault(simulator.Fault{Delay: time.Hour})
	s, err := w.Serve()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Serve(); !errors.Is(err, simulator.ErrServed) {
		t.Errorf("a world was served twice: %v", err)
	}
	done := make(chan error)
	go func() {
		req, err := http.NewRequest(http.MethodGet, s.URL()+"meta", nil)
		if err == nil {
			var resp *http.Response
			if resp, err = (&http.Transport{DisableKeepAlives: true}).RoundTrip(req); err == nil {
				resp.Body.Close()
			}
		}
		done <- err
	}()
	for len(w.Requests()) == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err == nil {
		t.Error("the request was answered")
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}
