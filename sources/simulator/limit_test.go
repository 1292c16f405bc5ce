package simulator_test

import (
	"context"
	"fmt"
	"net/http"
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
	if first.StatusCode != http.StatusOK || !strings.HasPrefix(etag, `W/"`) || first.Header.Get("X-RateLimit-Remaining") != "4999" {
		t.Fatalf("%s, ETag %s, %v", first.Status, etag, first.Header)
	}
	again := s.get("/repos/acme/api/commits", "If-None-Match", etag)
	if again.StatusCode != http.StatusNotModified || again.body != "" || again.Header.Get("X-RateLimit-Remaining") != "4999" || again.Header.Get("ETag") != etag {
		t.Errorf("unchanged: %s, %q, %v", again.Status, again.body, again.Header)
	}
	if r := s.get("/repos/acme/api/commits", "If-None-Match", strings.TrimPrefix(etag, "W/")); r.StatusCode != http.StatusNotModified {
		t.Errorf("the strong form of the tag answers %s", r.Status)
	}
	s.token = "ghp_other"
	if r := s.get("/repos/acme/api/commits", "If-None-Match", etag); r.StatusCode != http.StatusOK || r.Header.Get("X-RateLimit-Remaining") != "4999" {
		t.Errorf("another token's tag: %s, remaining %s", r.Status, r.Header.Get("X-RateLimit-Remaining"))
	}
	s.token = "ghp_test"
	api.Push(simulator.Change{})
	if r := s.get("/repos/acme/api/commits", "If-None-Match", etag); r.StatusCode != http.StatusOK || r.Header.Get("X-RateLimit-Remaining") != "4998" {
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
		if r := s.get("/repos/acme/api"); r.StatusCode != http.StatusOK {
			t.Fatal(r.Status)
		}
	}
	r := s.get("/repos/acme/api")
	if r.StatusCode != http.StatusForbidden || r.Header.Get("X-RateLimit-Remaining") != "0" || r.Header.Get("X-RateLimit-Resource") != "core" ||
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
	if r := s.get("/repos/acme/api"); r.StatusCode != http.StatusOK || r.Header.Get("X-RateLimit-Remaining") != "2" {
		t.Errorf("an hour later: %s, remaining %s", r.Status, r.Header.Get("X-RateLimit-Remaining"))
	}
	s.Spend(s.token, "core", 1)
	if r := s.get("/repos/acme/api"); r.Header.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("one spent by hand: remaining %s", r.Header.Get("X-RateLimit-Remaining"))
	}
	s.pass(time.Hour)
	s.Exhaust(s.token, "core")
	if r := s.get("/repos/acme/api"); r.StatusCode != http.StatusForbidden || s.Remaining(s.token, "core") != 0 {
		t.Errorf("exhausted by hand: %s", r.Status)
	}
}

func TestSecondaryLimits(t *testing.T) {
	t.Run("too many requests within a minute", func(t *testing.T) {
		s := world(t, func(o *simulator.Options) { o.PointsPerMinute = 5 })
		for i := range 6 {
			r := s.get("/meta")
			if refused := r.StatusCode == http.StatusForbidden && r.Header.Get("Retry-After") == "60" && strings.Contains(r.body, "secondary rate limit"); refused != (i == 5) {
				t.Errorf("request %d: %s %s", i+1, r.Status, r.body)
			}
		}
		s.pass(time.Minute)
		if r := s.get("/meta"); r.StatusCode != http.StatusOK {
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
		if r := s.get("/meta"); r.StatusCode != http.StatusForbidden || !strings.Contains(r.body, "secondary rate limit") {
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
			if r := s.get("/meta"); r.StatusCode != http.StatusOK {
				t.Errorf("afterwards: %s", r.Status)
			}
		})
	}
}
