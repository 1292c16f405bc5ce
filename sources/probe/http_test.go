package probe

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gonogo/model"
	"gonogo/sources/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

var running = model.Values{
	Service: "api", Environment: "Production EU", Tag: "api/v2.14.0", Version: "v2.14.0",
	SHA: "3f2c1a9e5b7d8c6a4f1e2d3c4b5a69788796a5b4",
}

// prober has a clock that stands at noon; another target answers, unless told otherwise.
func prober(change ...func(*Options)) *Prober {
	o := Options{Clock: clock.NewDriven(noon), Answered: NewAnswered()}
	o.Answered.Note("127.0.0.1:1", noon)
	o.Answered.Note("api.github.com:443", noon)
	for _, c := range change {
		c(&o)
	}
	return New(o)
}

func alone(o *Options) { o.Answered = NewAnswered() }

func run(t *testing.T, p *Prober, check model.Check) model.Sample {
	t.Helper()
	if check.Timeout == 0 {
		check.Timeout = 5 * time.Second
	}
	check.ID = "check"
	s := p.Run(t.Context(), Job{Service: "api", Environment: "production", Check: check}, running)
	if s.Service != "api" || s.Environment != "production" || s.Check != "check" || !s.At.Equal(noon) {
		t.Errorf("the sample is of %s/%s/%s at %s", s.Service, s.Environment, s.Check, s.At)
	}
	if model.Clean(string(s.Reason)) != s.Reason || model.Clean(string(s.Version)) != s.Version {
		t.Errorf("%q and %q are not safe to draw", s.Reason, s.Version)
	}
	if (s.State == model.Healthy) != (s.Reason == "") {
		t.Errorf("%s because %q", s.State, s.Reason)
	}
	return s
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

func seconds64(v float64) *float64 { return &v }

func TestHTTPChecks(t *testing.T) {
	expect := func(pairs ...string) []model.Expect {
		var out []model.Expect
		for i := 0; i < len(pairs); i += 2 {
			version := strings.Contains(pairs[i+1], "{{.Version") || strings.Contains(pairs[i+1], "{{.SHA")
			out = append(out, model.Expect{Path: pairs[i], Value: pairs[i+1], Version: version})
		}
		return out
	}
	answer := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		check   model.Check
		state   model.HealthState
		why     string
		version model.Text
	}{
		{"200 is well", answer(200, "ok"), model.Check{}, model.Healthy, "", ""},
		{"so is any other 2xx", answer(204, ""), model.Check{}, model.Healthy, "", ""},
		{"500 isn't", answer(500, "stack"), model.Check{}, model.Unhealthy, "it answered 500 Internal Server Error", ""},
		{"nor is a status without a name", answer(599, ""), model.Check{}, model.Unhealthy, "it answered 599", ""},
		{"another 2xx than the expected", answer(204, ""), model.Check{Status: 200}, model.Unhealthy, "it answered 204 No Content, not 200", ""},
		{"a 401 that is expected", answer(401, ""), model.Check{Status: 401}, model.Healthy, "", ""},
		{"a redirect is not followed", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://login.acme.dev/", http.StatusFound)
		}, model.Check{}, model.Unhealthy, "it answered 302 Found to https://login.acme.dev/; redirects are not followed", ""},
		{"a redirect nowhere", answer(304, ""), model.Check{}, model.Unhealthy, "it answered 304 Not Modified", ""},
		{"a redirect that is expected", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/login", http.StatusFound)
		}, model.Check{Status: 302}, model.Healthy, "", ""},
		{"slow is degraded", func(w http.ResponseWriter, _ *http.Request) { time.Sleep(30 * time.Millisecond) }, model.Check{Degraded: seconds64(0.02)}, model.Degraded, "0.02 s or more is degraded", ""},
		{"slow and of another version is degraded", func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(30 * time.Millisecond)
			_, _ = io.WriteString(w, `{"version":"1"}`)
		}, model.Check{Degraded: seconds64(0.02), JSON: expect("version", "{{.Version}}")}, model.Degraded, "0.02 s or more is degraded", "1"},
		{"quick is not", answer(200, ""), model.Check{Degraded: seconds64(4)}, model.Healthy, "", ""},
		{"a slow failure is a failure", func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(30 * time.Millisecond)
			w.WriteHeader(http.StatusServiceUnavailable)
		}, model.Check{Degraded: seconds64(0.02)}, model.Unhealthy, "it answered 503", ""},

		{"a field as expected", answer(200, `{"status":"up"}`), model.Check{JSON: expect("status", "up")}, model.Healthy, "", ""},
		{"a field that isn't", answer(200, `{"status":"down"}`), model.Check{JSON: expect("status", "up")}, model.Unhealthy, `status is "down", not "up"`, ""},
		{"a field that isn't there", answer(200, `{}`), model.Check{JSON: expect("status", "up")}, model.Unhealthy, "the answer has no field status", ""},
		{"a field that is several", answer(200, `{"status":{}}`), model.Check{JSON: expect("status", "up")}, model.Unhealthy, "status is not a single value", ""},
		{"numbers, truths and nothing", answer(200, `{"n":3.0,"t":true,"z":null}`), model.Check{JSON: expect("n", "3", "t", "true", "z", "null")}, model.Healthy, "", ""},
		{"a text is not a number", answer(200, `{"n":"3.0"}`), model.Check{JSON: expect("n", "3")}, model.Unhealthy, `n is "3.0", not "3"`, ""},
		{"deep in lists", answer(200, `{"checks":[{"state":"x"},{"state":"up"}]}`), model.Check{JSON: expect("checks.1.state", "up")}, model.Healthy, "", ""},
		{"beyond a list", answer(200, `{"checks":[]}`), model.Check{JSON: expect("checks.0.state", "up")}, model.Unhealthy, "no field checks.0.state", ""},
		{"a list at the top", answer(200, `["up"]`), model.Check{JSON: expect("0", "up")}, model.Healthy, "", ""},
		{"a key with dots", answer(200, `{"git.commit.id":"abc","git":{"commit":1}}`), model.Check{JSON: expect("git.commit.id", "abc")}, model.Healthy, "", ""},
		{"not JSON at all", answer(200, "<html>"), model.Check{JSON: expect("status", "up")}, model.Unhealthy, "the answer is not JSON", ""},
		{"JSON cut short", answer(200, `{"status":"up"`), model.Check{JSON: expect("status", "up")}, model.Unhealthy, "empty or cut", ""},
		{"two JSONs", answer(200, `{"status":"up"}{}`), model.Check{JSON: expect("status", "up")}, model.Unhealthy, "something follows it", ""},
		{"a field of a template that isn't a version", answer(200, `{"env":"Production EU"}`), model.Check{JSON: expect("env", "{{.Environment}}")}, model.Healthy, "", ""},

		{"the version that runs", answer(200, `{"version":"v2.14.0"}`), model.Check{JSON: expect("version", "{{.Version}}")}, model.Healthy, "", "v2.14.0"},
		{"without its v", answer(200, `{"version":"2.14.0"}`), model.Check{JSON: expect("version", "{{.Version}}")}, model.Healthy, "", "2.14.0"},
		{"another version is progressing", answer(200, `{"version":"2.13.2"}`), model.Check{JSON: expect("version", "{{.Version}}")}, model.Progressing, "2.13.2 answers, not v2.14.0", "2.13.2"},
		{"a short commit", answer(200, `{"sha":"3F2C1A9"}`), model.Check{JSON: expect("sha", "{{.SHA}}")}, model.Healthy, "", "3F2C1A9"},
		{"too short a commit", answer(200, `{"sha":"3f2c"}`), model.Check{JSON: expect("sha", "{{.SHA}}")}, model.Progressing, "3f2c answers", "3f2c"},
		{"a version inside a text", answer(200, `{"build":"api-v2.14.0"}`), model.Check{JSON: expect("build", "api-{{.Version}}")}, model.Healthy, "", "api-v2.14.0"},
		{"no version field", answer(200, `{}`), model.Check{JSON: expect("version", "{{.Version}}")}, model.HealthUnknown, "no field version to tell the version", ""},
		{"a version of nothing", answer(200, `{"version":null}`), model.Check{JSON: expect("version", "{{.Version}}")}, model.HealthUnknown, "version tells no version", ""},
		{"a version that isn't JSON", answer(200, "<html>"), model.Check{JSON: expect("version", "{{.Version}}")}, model.HealthUnknown, "is not JSON", ""},
		{"another version that is down is down", answer(200, `{"version":"2.13.2","status":"down"}`), model.Check{JSON: expect("version", "{{.Version}}", "status", "up")}, model.Unhealthy, `status is "down"`, "2.13.2"},
		{"an escape sequence as the version", answer(200, `{"version":"\u001b[2J\u202e"}`), model.Check{JSON: expect("version", "{{.Version}}")}, model.Progressing, "␛[2J", model.Clean("\x1b[2J\u202e")},

		{"a huge answer to nothing", answer(200, strings.Repeat("x", 3<<20)), model.Check{}, model.Healthy, "", ""},
		{"a huge answer to read", answer(200, `{"status":"`+strings.Repeat("x", 3<<20)+`"}`), model.Check{JSON: expect("status", "up")}, model.HealthUnknown, "longer than 1024 KiB", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.check.Kind, c.check.Target = model.CheckHTTP, serve(t, c.handler)+"/healthz"
			s := run(t, prober(), c.check)
			if s.State != c.state || !strings.Contains(string(s.Reason), c.why) || s.Version != c.version || s.Unreachable {
				t.Errorf("%s because %q, version %q; want %s because %q, version %q", s.State, s.Reason, s.Version, c.state, c.why, c.version)
			}
			if s.Latency <= 0 {
				t.Error("no latency")
			}
		})
	}
}

func TestWhereNothingIsKnownToRunAVersionIsKept(t *testing.T) {
	target := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"version":"2.13.2"}`) })
	check := model.Check{ID: "c", Kind: model.CheckHTTP, Target: target, JSON: []model.Expect{{Path: "version", Value: "{{.Version}}", Version: true}}}
	s := prober().Run(t.Context(), Job{Check: check}, model.Values{Service: "api"})
	if s.State != model.Healthy || s.Version != "2.13.2" {
		t.Errorf("%s because %q, version %q", s.State, s.Reason, s.Version)
	}
	check.Target += "/{{.Version}}"
	s = prober().Run(t.Context(), Job{Check: check}, model.Values{Service: "api"})
	if s.State != model.HealthUnknown || !strings.Contains(string(s.Reason), "{{.Version}}, and which release runs here isn't known") {
		t.Errorf("%s because %q", s.State, s.Reason)
	}
}

func TestWhatIsAsked(t *testing.T) {
	var got *http.Request
	target := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Clone(context.Background()) })
	s := run(t, prober(), model.Check{Kind: model.CheckHTTP, Target: target + "/{{.Environment}}/{{.Tag}}?v={{.Version}}"})
	if s.State != model.Healthy {
		t.Fatal(s.Reason)
	}
	if got.URL.EscapedPath() != "/Production%20EU/api%2Fv2.14.0" || got.URL.RawQuery != "v=v2.14.0" {
		t.Errorf("asked %s", got.RequestURI)
	}
	if got.Method != http.MethodGet || got.UserAgent() != "gonogo" || got.Header.Get("Cookie") != "" || got.Header.Get("Authorization") != "" {
		t.Errorf("asked with %v", got.Header)
	}
}

// silent takes connections and never answers.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open []net.Conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			open = append(open, c)
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
		for _, c := range open {
			_ = c.Close()
		}
	})
	return listener.Addr().String()
}

// refusing is an address where nothing listens.
func refusing(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

func TestATransportErrorIsTheServicesOnlyIfSomethingElseAnswers(t *testing.T) {
	hung, refused := silent(t), refusing(t)
	cutOff := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	closing := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	slow := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	short := 100 * time.Millisecond
	for _, c := range []struct {
		name  string
		check model.Check
		why   string
	}{
		{"hangs", model.Check{Kind: model.CheckHTTP, Target: "http://" + hung, Timeout: short}, "no answer within 0.1 s"},
		{"hangs in the middle", model.Check{Kind: model.CheckHTTP, Target: slow, Timeout: short}, "the answer was not complete within 0.1 s"},
		{"refuses", model.Check{Kind: model.CheckHTTP, Target: "http://" + refused}, "can't connect: connection refused"},
		{"breaks off", model.Check{Kind: model.CheckHTTP, Target: cutOff}, "the answer broke off: unexpected EOF"},
		{"has a stranger's certificate", model.Check{Kind: model.CheckHTTP, Target: secure.URL}, "its certificate is not valid: x509: certificate signed by unknown authority"},
		{"speaks no TLS", model.Check{Kind: model.CheckHTTP, Target: strings.Replace(cutOff, "http:", "https:", 1)}, "no answer: "},
		{"closes at once", model.Check{Kind: model.CheckHTTP, Target: closing}, "it closed the connection without an answer"},
		{"refuses TCP", model.Check{Kind: model.CheckTCP, Target: refused}, "can't connect: connection refused"},
		{"has a name that nobody knows", model.Check{Kind: model.CheckTCP, Target: "gonogo.invalid:80"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.check.Every = 30 * time.Second
			s := run(t, prober(), c.check)
			if s.State != model.Unhealthy || !s.Unreachable || !strings.HasPrefix(string(s.Reason), c.why) {
				t.Errorf("another answered: %s because %q", s.State, s.Reason)
			}
			s = run(t, prober(alone), c.check)
			if s.State != model.HealthUnknown || !s.Unreachable || !strings.HasPrefix(string(s.Reason), c.why) || !strings.Contains(string(s.Reason), "nothing else has answered since") {
				t.Errorf("nothing answered: %s because %q", s.State, s.Reason)
			}
			s = run(t, prober(func(o *Options) {
				o.Answered = NewAnswered()
				o.Answered.Note("127.0.0.1:1", noon.Add(-time.Second))
				o.Answered.Note("api.github.com:443", noon.Add(-time.Second))
			}), c.check)
			if s.State != model.HealthUnknown {
				t.Errorf("something answered before the attempt: %s because %q", s.State, s.Reason)
			}
		})
	}
}

func TestAnExpiredCertificateIsSaid(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	client := server.Client().Transport.(*http.Transport).TLSClientConfig
	p := prober(func(o *Options) {
		o.TLS = &tls.Config{RootCAs: client.RootCAs, Time: func() time.Time { return noon.AddDate(200, 0, 0) }}
	})
	if s := run(t, p, model.Check{Kind: model.CheckHTTP, Target: server.URL}); !strings.Contains(string(s.Reason), "certificate has expired") {
		t.Errorf("%s because %q", s.State, s.Reason)
	}
	p = prober(func(o *Options) { o.TLS = client })
	if s := run(t, p, model.Check{Kind: model.CheckHTTP, Target: server.URL, Status: 404}); s.State != model.Healthy {
		t.Errorf("%s because %q", s.State, s.Reason)
	}
}

func TestWhoAnswered(t *testing.T) {
	a := NewAnswered()
	a.Note("10.0.0.1:443", noon)
	a.Note("127.0.0.1:80", noon)
	for _, c := range []struct {
		name, target string
		since        time.Time
		want         bool
	}{
		{"another on the network", "10.0.0.2:443", noon, true},
		{"itself is no witness", "10.0.0.1:443", noon, false},
		{"too long ago", "10.0.0.2:443", noon.Add(time.Second), false},
		{"anything for what is on this machine", "127.0.0.1:81", noon, true},
	} {
		if got := a.Other(c.target, c.since); (got != "") != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	local := NewAnswered()
	local.Note("localhost:80", noon)
	local.Note("[::1]:80", noon)
	if got := local.Other("10.0.0.2:443", noon); got != "" {
		t.Errorf("%s on this machine vouches for the network", got)
	}
	for i := range 2 * maxTargets {
		a.Note(fmt.Sprint("h:", i), noon)
	}
	if len(a.at) > maxTargets {
		t.Errorf("%d targets are remembered", len(a.at))
	}
}

func TestAGitHubClientsAnswersAreNoted(t *testing.T) {
	target := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	a := NewAnswered()
	base := &http.Transport{DisableKeepAlives: true}
	client := http.Client{Transport: a.Transport(base, clock.NewDriven(noon))}
	response, err := client.Get(target)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	u, _ := url.Parse(target)
	if a.Other("127.0.0.1:1", noon) != u.Host {
		t.Error("the answer was not noted")
	}
	if _, err := client.Get("http://" + refusing(t)); err == nil || len(a.at) != 1 {
		t.Errorf("no answer was noted: %v", a.at)
	}
}

func TestAnUntrustedCheckIsNotRun(t *testing.T) {
	var asked atomic.Bool
	target := serve(t, func(http.ResponseWriter, *http.Request) { asked.Store(true) })
	s := run(t, prober(), model.Check{Kind: model.CheckHTTP, Target: target, Untrusted: true})
	if asked.Load() || s.State != model.HealthUnknown || s.Reason != "not run: the configuration isn't trusted" {
		t.Errorf("%s because %q", s.State, s.Reason)
	}
}

func TestAStoppedProgramSaysNothingOfTheService(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	target := serve(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	s := prober().Run(ctx, Job{Check: model.Check{Kind: model.CheckHTTP, Target: target, Timeout: time.Second}}, running)
	if s.State != model.HealthUnknown {
		t.Errorf("%s because %q", s.State, s.Reason)
	}
}

func TestTCP(t *testing.T) {
	s := run(t, prober(), model.Check{Kind: model.CheckTCP, Target: silent(t)})
	if s.State != model.Healthy || s.Latency <= 0 {
		t.Errorf("%s because %q after %s", s.State, s.Reason, s.Latency)
	}
}
