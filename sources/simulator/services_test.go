package simulator_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// store is one service with a release in production since an hour, and a newer one ready.
func store(t *testing.T) *stage {
	t.Helper()
	return perform(t, func(o simulator.Options) (*simulator.World, *simulator.Services) {
		o.Start = noon.Add(-3 * time.Hour)
		w := simulator.New(o)
		r := w.Repository("acme/store")
		r.Push(simulator.Change{Message: "Begin"})
		r.Tag("store/v1.0.0", "")
		r.Environment("production", simulator.Protection{})
		r.Environment("empty", simulator.Protection{})
		w.PassUntil(noon.Add(-time.Hour))
		r.Deploy("Production EU/1", "store/v1.0.0")
		r.Deploy("production", "store/v1.0.0")
		r.Push(simulator.Change{Message: "Go on"})
		r.Tag("store/v1.1.0", "")
		w.PassUntil(noon)
		return w, simulator.NewServices(w)
	})
}

func (s *stage) wantHealth(when string, status int, state, version string) {
	s.t.Helper()
	if gotStatus, gotState, gotVersion := s.health("store", "production"); gotStatus != status || gotState != state || gotVersion != version {
		s.t.Errorf("%s: %d %s %s, want %d %s %s", when, gotStatus, gotState, gotVersion, status, state, version)
	}
}

func TestAServiceAnswersForTheReleaseThatRuns(t *testing.T) {
	s := store(t)
	r := s.Repository("acme/store")
	s.wantHealth("before", 200, "ok", "v1.0.0")
	d := r.Deployment(simulator.DeploymentOf{Environment: "production", Ref: "store/v1.1.0", States: []string{simulator.InProgress}})
	s.pass(time.Minute)
	s.wantHealth("while it is deployed", 200, "ok", "v1.0.0")
	d.Status(simulator.StatusOf{State: simulator.Success})
	s.pass(9 * time.Second)
	s.wantHealth("while load balancers drain", 200, "ok", "v1.0.0")
	s.pass(2 * time.Second)
	s.wantHealth("after the roll-out", 200, "ok", "v1.1.0")
	failed := r.Deployment(simulator.DeploymentOf{Environment: "production", Ref: "store/v1.0.0", States: []string{simulator.Failure}})
	s.pass(time.Minute)
	s.wantHealth("after a deployment that failed", 200, "ok", "v1.1.0")
	if failed.State() != simulator.Failure {
		t.Error("the deployment did not fail")
	}
	_, body, err := s.fetch(s.services.HealthURL("store", "production"))
	if err != nil || !strings.Contains(body, `"sha":"`+r.Head("store/v1.1.0").SHA+`"`) {
		t.Errorf("the SHA is missing: %s %v", body, err)
	}
	if status, state, _ := s.health("store", "empty"); status != 503 || state != "down" {
		t.Errorf("where nothing was ever deployed: %d %s", status, state)
	}
	if status, _, version := s.health("store", "Production EU/1"); status != 200 || version != "v1.0.0" {
		t.Errorf("an environment whose name must be escaped: %d %s", status, version)
	}
	for _, unknown := range []string{s.services.HealthURL("store", "moon"), s.services.HealthURL("shop", "production"), s.services.URL() + "/"} {
		if status, _, err := s.fetch(unknown); status != 404 || err != nil {
			t.Errorf("%s: %d %v, want 404", unknown, status, err)
		}
	}
}

func TestABadReleaseTurnsUnhealthyAfterItIsDeployedAndARollbackCures(t *testing.T) {
	s := store(t)
	r := s.Repository("acme/store")
	s.services.Behave("acme/store", "store/v1.1.0", simulator.Behaviour{Failing: true, ErrorRatio: 0.25, After: 2 * time.Minute})
	s.wantHealth("before it is deployed", 200, "ok", "v1.0.0")
	r.Deploy("production", "store/v1.1.0")
	s.pass(90 * time.Second)
	s.wantHealth("at first", 200, "ok", "v1.1.0")
	s.pass(time.Minute)
	s.wantHealth("when it shows", 503, "failing", "v1.1.0")
	r.Deploy("production", "store/v1.0.0")
	s.pass(30 * time.Second)
	s.wantHealth("rolled back", 200, "ok", "v1.0.0")

	s.services.Behave("acme/store", "store/v1.0.0", simulator.Behaviour{Failing: true, Environment: "staging"})
	s.wantHealth("bad elsewhere", 200, "ok", "v1.0.0")
	s.services.Behave("acme/store", "store/v1.0.0", simulator.Behaviour{Failing: true, For: time.Hour})
	s.wantHealth("bad for an hour", 503, "failing", "v1.0.0")
	s.pass(time.Hour)
	s.wantHealth("an hour later", 200, "ok", "v1.0.0")
	s.services.Behave("acme/store", "store/v1.0.0", simulator.Behaviour{Latency: 450 * time.Millisecond})
	begin := time.Now()
	s.wantHealth("slow", 200, "slow", "v1.0.0")
	if took := time.Since(begin); took < 450*time.Millisecond {
		t.Errorf("a slow service answered in %s", took)
	}
	s.services.Recover("acme/store", "store/v1.0.0")
	s.wantHealth("recovered", 200, "ok", "v1.0.0")
}

func TestAServicesTroubles(t *testing.T) {
	s := store(t)
	address := s.services.HealthURL("store", "production")
	s.services.Fault("store", "production", simulator.ServiceCuts)
	if status, body, err := s.fetch(address); err == nil {
		t.Errorf("a cut connection was answered: %d %s", status, body)
	}
	s.services.Fault("store", "production", simulator.ServiceWrongJSON)
	if status, body, err := s.fetch(address); err != nil || status != 200 || json.Valid([]byte(body)) {
		t.Errorf("wrong JSON: %d %q %v", status, body, err)
	}
	s.services.Fault("store", "production", simulator.ServiceRedirects)
	if status, _, err := s.fetch(address); err != nil || status != 302 {
		t.Errorf("a redirect: %d %v", status, err)
	}
	s.services.Fault("store", "production", simulator.ServiceHangs)
	client := &http.Client{Timeout: 50 * time.Millisecond}
	if resp, err := client.Get(address); err == nil {
		_ = resp.Body.Close()
		t.Error("a hanging service answered")
	} else if !os.IsTimeout(err) {
		t.Errorf("want a time-out: %v", err)
	}
	s.services.Fault("store", "production", simulator.ServiceAnswers)
	s.wantHealth("over", 200, "ok", "v1.0.0")

	c, err := net.DialTimeout("tcp", s.services.TCPAddress(), time.Second)
	if err != nil {
		t.Fatalf("the TCP port does not accept: %v", err)
	}
	_ = c.Close()
}

func TestClosingTheServicesEndsARequestThatHangs(t *testing.T) {
	s := store(t)
	s.services.Fault("store", "production", simulator.ServiceHangs)
	ended := make(chan error, 1)
	address := s.services.HealthURL("store", "production")
	go func() {
		resp, err := http.Get(address)
		if err == nil {
			_ = resp.Body.Close()
		}
		ended <- err
	}()
	select {
	case err := <-ended:
		t.Fatalf("it did not hang: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if err := s.services.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("the request was answered")
	}
}

// samples reads Prometheus' text format: values by series, as written.
func samples(t *testing.T, text string) map[string]float64 {
	t.Helper()
	values := map[string]float64{}
	types := map[string]bool{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		if kind, ok := strings.CutPrefix(line, "# TYPE "); ok {
			name, _, _ := strings.Cut(kind, " ")
			if types[name] {
				t.Errorf("%s has two types", name)
			}
			types[name] = true
			continue
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		at := strings.LastIndexByte(line, ' ')
		v, err := strconv.ParseFloat(line[at+1:], 64)
		if err != nil {
			t.Fatalf("no sample: %q", line)
		}
		if _, twice := values[line[:at]]; twice {
			t.Errorf("the series %s is there twice", line[:at])
		}
		values[line[:at]] = v
	}
	return values
}

func (s *stage) scrape(address string) map[string]float64 {
	s.t.Helper()
	status, body, err := s.fetch(address)
	if err != nil || status != 200 {
		s.t.Fatalf("scrape: %d %v", status, err)
	}
	return samples(s.t, body)
}

func TestAScrapeCountsRequestsAsTimePasses(t *testing.T) {
	s := store(t)
	const of = `{service="store",environment="production",code="`
	before := s.scrape(s.services.URL() + "/metrics")
	s.services.Behave("acme/store", "store/v1.0.0", simulator.Behaviour{ErrorRatio: 0.2, Latency: 300 * time.Millisecond, After: time.Hour})
	s.pass(10 * time.Minute)
	after := s.scrape(s.services.URL() + "/store/production/metrics")
	rose := func(series string) float64 { return after[series] - before[series] }
	good, bad := rose("http_requests_total"+of+`200"}`), rose("http_requests_total"+of+`500"}`)
	if rate := (good + bad) / 600; rate < 5 || rate > 51 {
		t.Errorf("%.1f requests a second", rate)
	}
	if ratio := bad / (good + bad); math.Abs(ratio-0.2) > 0.001 {
		t.Errorf("the share of errors is %.4f, want 0.2", ratio)
	}
	const histogram = `http_request_duration_seconds_bucket{service="store",environment="production",le="`
	last := 0.0
	for _, le := range []string{"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"} {
		n, there := after[histogram+le+`"}`]
		if !there || n < last {
			t.Errorf("bucket %s holds %v after %v", le, n, last)
		}
		last = n
	}
	if count := after[`http_request_duration_seconds_count{service="store",environment="production"}`]; count != last {
		t.Errorf("the count %v is not the last bucket %v", count, last)
	}
	if half := rose(histogram+`0.25"}`) / (good + bad); half > 0.5 || half < 0.2 {
		t.Errorf("%.2f of the requests took less than 250 ms, though the median is 300 ms", half)
	}
	version := fmt.Sprintf(`build_info{service="store",environment="production",version="v1.0.0",sha="%s"}`, s.Repository("acme/store").Head("store/v1.0.0").SHA)
	if after[version] != 1 {
		t.Errorf("%s is missing", version)
	}
	if again := s.scrape(s.services.URL() + "/metrics"); again["http_requests_total"+of+`200"}`] != after["http_requests_total"+of+`200"}`] {
		t.Error("time stood still, but the counter moved")
	}
}

// vector asks an instant query; ok is false for an empty answer.
func (s *stage) vector(query string, at time.Time) (value float64, ok bool) {
	s.t.Helper()
	q := url.Values{"query": {query}, "time": {at.Format(time.RFC3339)}}
	status, body, err := s.fetch(s.services.PrometheusURL() + "/api/v1/query?" + q.Encode())
	if err != nil || status != 200 {
		s.t.Fatalf("%s: %d %s %v", query, status, body, err)
	}
	var a struct {
		Status string
		Data   struct {
			ResultType string
			Result     []struct{ Value [2]any }
		}
	}
	if err := json.Unmarshal([]byte(body), &a); err != nil || a.Status != "success" || a.Data.ResultType != "vector" {
		s.t.Fatalf("%s: %v %s", query, err, body)
	}
	if len(a.Data.Result) == 0 {
		return 0, false
	}
	if a.Data.Result[0].Value[0] != float64(at.Unix()) {
		s.t.Errorf("the value is of %v, want %d", a.Data.Result[0].Value[0], at.Unix())
	}
	value, err = strconv.ParseFloat(a.Data.Result[0].Value[1].(string), 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return value, true
}

func TestThePrometheusOfTheServicesKnowsTheErrorRatio(t *testing.T) {
	s := store(t)
	s.services.Behave("acme/store", "store/v1.0.0", simulator.Behaviour{ErrorRatio: 0.1, After: time.Hour})
	s.pass(10 * time.Minute)
	now := s.clock.now
	ratio := simulator.ErrorRatioQuery("store", "production")
	for _, c := range []struct {
		name, query string
		at          time.Time
		want        float64
		there       bool
	}{
		{"now", ratio, now, 0.1, true},
		{"before it showed", ratio, noon, 0.001, true},
		{"half of the window", ratio, noon.Add(150 * time.Second), 0.0505, true},
		{"of all environments of a service", `sum(rate(http_requests_total{service="store",code=~"5.."}[5m])) / sum(rate(http_requests_total{service="store"}[5m]))`, now, 0.1, true},
		{"of everything", `sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))`, now, 0.1, true},
		{"as in the documentation, on two lines", "sum(rate(http_requests_total{code=~\"5..\"}[5m]))\n/ sum(rate(http_requests_total[5m]))", now, 0.1, true},
		{"of a service that doesn't exist", simulator.ErrorRatioQuery("shop", "production"), now, 0, false},
		{"a moment ahead of the world's clock", ratio, now.Add(time.Second), 0.1, true},
		{"in the future", ratio, now.Add(time.Hour), 0, false},
		{"before anything was deployed", ratio, noon.Add(-2 * time.Hour), math.NaN(), true},
		{"errors by code alone", `sum(rate(http_requests_total{service="store",code="500"}[1m])) / sum(rate(http_requests_total{service="store"}[1m]))`, now, 0.1, true},
	} {
		got, there := s.vector(c.query, c.at)
		same := math.Abs(got-c.want) < 1e-6 || math.IsNaN(got) && math.IsNaN(c.want)
		if there != c.there || there && !same {
			t.Errorf("%s: %v %v, want %v %v", c.name, got, there, c.want, c.there)
		}
	}
	if rate, _ := s.vector(`sum(rate(http_requests_total{service="store"}[5m]))`, now); rate < 5 || rate > 51 {
		t.Errorf("%v requests a second", rate)
	}
	t.Run("a range", func(t *testing.T) {
		q := url.Values{"query": {ratio}, "start": {fmt.Sprint(noon.Unix())}, "end": {fmt.Sprint(now.Add(5 * time.Minute).Unix())}, "step": {"5m"}}
		_, body, err := s.fetch(s.services.PrometheusURL() + "/api/v1/query_range?" + q.Encode())
		var a struct {
			Data struct {
				ResultType string
				Result     []struct{ Values [][2]any }
			}
		}
		if err != nil || json.Unmarshal([]byte(body), &a) != nil || a.Data.ResultType != "matrix" || len(a.Data.Result) != 1 || len(a.Data.Result[0].Values) != 3 {
			t.Fatalf("want three values until now: %s %v", body, err)
		}
		if first := a.Data.Result[0].Values[0][1]; first != "0.001" {
			t.Errorf("the first value is %v", first)
		}
	})
	t.Run("what it refuses", func(t *testing.T) {
		for _, c := range []struct{ path, query, wrong string }{
			{"query", "query=up", "unexpected"},
			{"query", "query=" + url.QueryEscape(`sum(rate(http_requests_total{pod="x"}[5m]))`), "unexpected matcher"},
			{"query", "query=" + url.QueryEscape(`sum(rate(http_requests_total[0m]))`), "greater than 0"},
			{"query", "query=" + url.QueryEscape(ratio+" * 100"), "unexpected"},
			{"query", "time=yesterday&query=" + url.QueryEscape(ratio), "timestamp"},
			{"query_range", "start=1&end=0&step=1&query=" + url.QueryEscape(ratio), "before start"},
			{"query_range", "start=1&end=2&step=0&query=" + url.QueryEscape(ratio), "zero or negative"},
			{"query_range", "start=1&end=99999&step=1&query=" + url.QueryEscape(ratio), "11,000"},
		} {
			status, body, err := s.fetch(s.services.PrometheusURL() + "/api/v1/" + c.path + "?" + c.query)
			var a struct{ Status, ErrorType, Error string }
			if err != nil || json.Unmarshal([]byte(body), &a) != nil || status != 400 || a.Status != "error" || a.ErrorType != "bad_data" || !strings.Contains(a.Error, c.wrong) {
				t.Errorf("%s: %d %s %v, want 400 with %q", c.query, status, body, err, c.wrong)
			}
		}
	})
	t.Run("by POST", func(t *testing.T) {
		resp, err := http.PostForm(s.services.PrometheusURL()+"/api/v1/query", url.Values{"query": {ratio}})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("a form is taken too: %d", resp.StatusCode)
		}
	})
}

func TestServicesThatAreNotServedAreClosedWithoutAWord(t *testing.T) {
	w := simulator.New(simulator.Options{Now: func() time.Time { return noon }})
	if err := simulator.NewServices(w).Close(); err != nil {
		t.Error(err)
	}
}
