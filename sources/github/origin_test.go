package github_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
	"gonogo/sources/token"
)

// elsewhere is another host that must not be asked; it tells what it saw.
func elsewhere(t *testing.T) (base string, seen func() []*http.Request) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skipf("this machine has one loopback address only: %v", err)
	}
	var requests []*http.Request
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, r)
		_, _ = w.Write([]byte(`{"login":"mallory","workflow_runs":[]}`))
	})}}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL, func() []*http.Request { return requests }
}

func TestATokenNeverGoesToAnotherHost(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			other, seen := elsewhere(t)
			var log bytes.Buffer
			client := answering(t, clock.Real(), func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "Bearer "+secret {
					t.Error("its own host must get the token")
				}
				w.Header().Set("Location", strings.Replace(other, "http://", "http://user:password@", 1)+"/storage?sig=abc")
				w.WriteHeader(status)
			}, func(o *github.Options) {
				o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			_, err := client.Runs(background(), api, nil)
			p := problem(t, err, model.ProblemMalformed)
			if !strings.Contains(p.Error(), "to another host") || strings.Contains(p.Error(), "password") {
				t.Errorf("it says %q", p.Error())
			}
			if _, err := client.Overview(background(), []github.Wanted{wantedShop}); err == nil {
				t.Error("GraphQL was answered by another host")
			}
			if n := len(seen()); n != 0 {
				t.Errorf("the other host was asked %d times", n)
			}
			if log.Len() == 0 || strings.Contains(log.String(), secret) || strings.Contains(fmt.Sprintf("%+v %#v", err, p), secret) {
				t.Errorf("the token is in the log or in the error")
			}
		})
	}
}

func TestANextPageElsewhereIsAskedHere(t *testing.T) {
	other, seen := elsewhere(t)
	pages := 0
	client := answering(t, clock.Real(), func(w http.ResponseWriter, r *http.Request) {
		pages++
		if r.URL.Query().Get("page") == "" {
			w.Header().Set("Link", "<"+other+`/repos/acme/api/actions/runs?page=2>; rel="next"`)
		}
		_, _ = w.Write([]byte(`{"workflow_runs":[]}`))
	}, nil)
	must[github.Reading[[]model.Run]](t)(client.CommitRuns(background(), api, model.SHA(strings.Repeat("a", 40)), nil))
	if len(seen()) != 0 || pages != 2 {
		t.Errorf("the other host was asked %d times, this one %d times", len(seen()), pages)
	}
}

func TestRedirectsInACircleEnd(t *testing.T) {
	asked := 0
	client := answering(t, clock.Real(), func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, r.URL.Path+"x", http.StatusMovedPermanently)
	}, nil)
	_, err := client.Runs(background(), api, nil)
	problem(t, err, model.ProblemMalformed)
	if asked > 6 {
		t.Errorf("asked %d times", asked)
	}
}

func TestARenamedRepositoryIsFollowedAndRemembered(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		sh.repo.Rename("acme/gateway")
		r := must[github.Reading[model.Repository]](t)(s.client.Repository(background(), api, nil))
		if r.Value.FullName != "acme/gateway" {
			t.Errorf("its name of today is %q", r.Value.FullName)
		}
		s.charged()
		runs := must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, nil))
		if sent, _ := s.charged(); sent != 1 || len(runs.Value) == 0 {
			t.Errorf("%d requests for %d runs; the redirect should be known by now", sent, len(runs.Value))
		}
		again := must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, runs.Validators))
		if !again.Unchanged {
			t.Error("validators must hold under the old name")
		}
		for _, l := range s.Requests() {
			if !l.Authorization {
				t.Errorf("%s went without the token", l.Path)
			}
		}
		sh.repo.Remove()
		_, err := s.client.Runs(background(), api, nil)
		problem(t, err, model.ProblemMissing)
	})
}

func TestNamesThatWalkThePathAreRefused(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
	for _, repo := range []model.Repo{{Owner: "../../user", Name: "x"}, {Owner: "acme", Name: ".."}, {Owner: "acme", Name: "a/b"}, {Owner: "", Name: "x"}, {Owner: "acme", Name: "a?b"}, {Owner: "acme", Name: "a%2fb"}} {
		_, err := s.client.Repository(background(), repo, nil)
		problem(t, err, model.ProblemMissing)
	}
	_, err := s.client.Commit(background(), api, "../../../user", nil)
	problem(t, err, model.ProblemMissing)
	_, err = s.client.Comparison(background(), api, "main", "x", 0, nil)
	problem(t, err, model.ProblemMissing)
	if sent, _ := s.charged(); sent != 0 {
		t.Errorf("%d requests were sent", sent)
	}
	for _, branch := range []string{"..", ".", "a/../../../../user", "feature/x?y=z#w", "%2e%2e"} {
		_, err := s.client.Branch(background(), api, branch, nil)
		problem(t, err, model.ProblemMissing)
	}
	for _, r := range s.Requests() {
		if !strings.HasPrefix(r.Path, "/repos/acme/api/branches/") || strings.Count(r.Path, "/") != 5 || r.Query != "" {
			t.Errorf("a branch's name became the path %s?%s", r.Path, r.Query)
		}
	}
}

func TestWhereAClientMayBeMade(t *testing.T) {
	parse := func(s string) *url.URL {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	belongs := token.New("github.com", secret, "GH_TOKEN")
	for _, c := range []struct {
		name string
		o    github.Options
		ok   bool
	}{
		{"github.com", github.Options{Token: belongs}, true},
		{"an Enterprise Server", github.Options{Host: "GHE.acme.dev:8443"}, true},
		{"with data residency", github.Options{Host: "acme.ghe.com"}, true},
		{"plain http to another machine", github.Options{Host: "ghe.acme.dev", Scheme: "http"}, false},
		{"plain http to this machine", github.Options{Host: "localhost:3000", Scheme: "http"}, true},
		{"a root elsewhere", github.Options{Token: belongs, Root: parse("https://evil.example/api/v3/")}, false},
		{"a root on loopback", github.Options{Token: belongs, Root: parse("http://127.0.0.1:5000/api/v3/")}, true},
		{"its own root", github.Options{Token: belongs, Root: parse("https://api.github.com/")}, true},
		{"a root that is a file", github.Options{Root: parse("file:///etc/")}, false},
		{"another host's token", github.Options{Host: "ghe.acme.dev", Token: belongs}, false},
		{"a token with a line break", github.Options{Token: token.New("github.com", secret+"\n", "GH_TOKEN")}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := github.New(c.o)
			if (err == nil) != c.ok {
				t.Errorf("got %v", err)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Error("the token is in the error")
			}
		})
	}
}
