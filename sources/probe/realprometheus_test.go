package probe

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/simulator"
)

// deployed is a service that is deployed now, by a simulated GitHub, and answers real HTTP.
func deployed(t *testing.T) *simulator.Services {
	t.Helper()
	w := simulator.New(simulator.Options{Seed: 1, Now: time.Now, Start: time.Now().Add(-2 * time.Hour)})
	r := w.Repository("acme/store")
	r.Push(simulator.Change{Message: "Begin"})
	r.Tag("v1.0.0", "")
	r.Environment("production", simulator.Protection{})
	w.PassUntil(time.Now().Add(-time.Hour))
	r.Deploy("production", "v1.0.0")
	services := simulator.NewServices(w)
	if err := services.Serve(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = services.Close() })
	github, err := w.Serve() // from here on its time is Now's
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = github.Close() })
	return services
}

// startPrometheus runs the real one, which scrapes the services every second.
func startPrometheus(t *testing.T, services *simulator.Services) string {
	t.Helper()
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Fatalf("GONOGO_TOOLS is set, and there is no prometheus: %v", err)
	}
	dir := t.TempDir()
	u, err := url.Parse(services.URL())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs: [{job_name: services, static_configs: [{targets: [%q]}]}]\n", u.Host)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--config.file="+file, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = log.Close()
		if t.Failed() {
			said, _ := os.ReadFile(log.Name())
			t.Logf("prometheus said\n%s", said)
		}
	})
	return "http://" + address
}

// The fake Prometheus of the other tests is made from documentation; this one is the real one, so that both are held to
// it. It scrapes the simulated services, whose release is made to fail.
func TestARealPrometheus(t *testing.T) {
	if os.Getenv("GONOGO_TOOLS") == "" {
		t.Skip("it needs Prometheus; set GONOGO_TOOLS=1 where it is installed")
	}
	services := deployed(t)
	target := startPrometheus(t, services)
	p := New(Options{Clock: clock.Real()})
	degraded, unhealthy := 0.02, 0.2
	ask := func(query string) model.Sample {
		return p.Run(t.Context(), Job{Service: "store", Environment: "production", Check: model.Check{
			ID: "p", Kind: model.CheckPrometheus, Target: target, Query: query, Degraded: &degraded, Unhealthy: &unhealthy,
			Timeout: 5 * time.Second, MaxAge: time.Minute, Every: time.Second,
		}}, running)
	}
	errorRatio := `sum(rate(http_requests_total{service="store",environment="production",code=~"5.."}[5s])) / sum(rate(http_requests_total{service="store",environment="production"}[5s]))`
	until := func(query string, state model.HealthState) model.Sample {
		t.Helper()
		var s model.Sample
		for deadline := time.Now().Add(40 * time.Second); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
			if s = ask(query); s.State == state {
				return s
			}
		}
		t.Fatalf("%s stayed %s because %q", query, s.State, s.Reason)
		return s
	}
	began := time.Now()
	until(errorRatio, model.Healthy)
	for query, want := range map[string]string{
		"vector(0.01)":                     "healthy ",
		"0.05":                             "degraded 0.05; 0.02 or more is degraded",
		"vector(0.5)":                      "unhealthy 0.5; 0.2 or more is unhealthy",
		"no_such_metric":                   "unknown the query found nothing",
		"vector(0) / 0":                    "unknown the query's value is not a number",
		"vector(1) / 0":                    "unknown the query's value is infinite",
		`"text"`:                           "unknown the query gives a string, not one value",
		"up[1m]":                           "unknown the query gives a matrix, not one value",
		"http_requests_total":              "unknown the query found ",
		"sum(":                             "unknown Prometheus refused the query: bad_data: ",
		`vector(0) and up{v="{{.Version}}`: "unknown Prometheus refused the query: bad_data: ",
	} {
		if s := ask(query); !strings.HasPrefix(s.State.String()+" "+string(s.Reason), want) {
			t.Errorf("%s: %s because %q, want %s", query, s.State, s.Reason, want)
		}
	}
	services.Behave("acme/store", "v1.0.0", simulator.Behaviour{ErrorRatio: 0.9})
	until(errorRatio, model.Unhealthy)

	// The past is told in steps of a second, so the newest of them may lie before the change.
	asked := Job{Service: "store", Environment: "production", Check: model.Check{
		ID: "p", Name: "errors", Kind: model.CheckPrometheus, Target: target, Query: errorRatio, Unhealthy: &unhealthy, Every: time.Second,
	}}
	states := map[model.HealthState]int{}
	for deadline := time.Now().Add(40 * time.Second); states[model.Healthy] == 0 || states[model.Unhealthy] == 0; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the past shows %v", states)
		}
		past, err := p.Range(t.Context(), asked, running, began, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		clear(states)
		for i, s := range past {
			states[s.State]++
			if i > 0 && !s.At.After(past[i-1].At) {
				t.Errorf("sample %d at %s is not after the one before", i, s.At)
			}
		}
	}
}

// The simulated services themselves, checked as the configuration would.
func TestTheSimulatedServices(t *testing.T) {
	services := deployed(t)
	check := model.Check{
		ID: "h", Kind: model.CheckHTTP, Target: services.HealthURL("store", "production"), Timeout: 5 * time.Second, Status: 200,
		JSON: []model.Expect{{Path: "status", Value: "ok"}, {Path: "version", Value: "{{.Version}}", Version: true}},
	}
	p := New(Options{Clock: clock.Real()})
	for _, c := range []struct {
		version string
		want    model.HealthState
	}{{"v1.0.0", model.Healthy}, {"1.0.0", model.Healthy}, {"v1.1.0", model.Progressing}} {
		s := p.Run(t.Context(), Job{Check: check}, model.Values{Version: c.version})
		if s.State != c.want || s.Version != "v1.0.0" {
			t.Errorf("while %s should run: %s because %q, version %q", c.version, s.State, s.Reason, s.Version)
		}
	}
	services.Behave("acme/store", "v1.0.0", simulator.Behaviour{Failing: true})
	if s := p.Run(t.Context(), Job{Check: check}, model.Values{Version: "v1.0.0"}); s.State != model.Unhealthy || !strings.Contains(string(s.Reason), "503") {
		t.Errorf("failing: %s because %q", s.State, s.Reason)
	}
}
