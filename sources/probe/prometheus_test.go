package probe

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/model"
)

// prometheusAnswers are what Prometheus documents and sends (Prometheus docs, "HTTP API").
func vector(elements ...string) string {
	return `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(elements, ",") + `]}}`
}

func element(at time.Time, value string) string {
	return fmt.Sprintf(`{"metric":{"__name__":"up","job":"api"},"value":[%d.781,%q]}`, at.Unix(), value)
}

func TestPrometheusChecks(t *testing.T) {
	five, fifty := 0.05, 0.5
	for _, c := range []struct {
		name   string
		status int
		body   string
		state  model.HealthState
		why    string
	}{
		{"below", 200, vector(element(noon, "0.01")), model.Healthy, ""},
		{"degraded", 200, vector(element(noon, "0.2")), model.Degraded, "0.2; 0.05 or more is degraded"},
		{"degraded exactly", 200, vector(element(noon, "0.05")), model.Degraded, "0.05; 0.05 or more is degraded"},
		{"unhealthy exactly", 200, vector(element(noon, "0.5")), model.Unhealthy, "0.5; 0.5 or more is unhealthy"},
		{"a scalar", 200, fmt.Sprintf(`{"status":"success","data":{"resultType":"scalar","result":[%d,"0.7"]}}`, noon.Unix()), model.Unhealthy, "0.7;"},
		{"with warnings", 200, strings.Replace(vector(element(noon, "0.01")), `"data"`, `"warnings":["x"],"infos":["y"],"data"`, 1), model.Healthy, ""},
		{"nothing", 200, vector(), model.HealthUnknown, "the query found nothing"},
		{"not a number", 200, vector(element(noon, "NaN")), model.HealthUnknown, "not a number"},
		{"infinite", 200, vector(element(noon, "+Inf")), model.HealthUnknown, "infinite"},
		{"several", 200, vector(element(noon, "1"), element(noon, "2")), model.HealthUnknown, "found 2 series, not one"},
		{"stale", 200, vector(element(noon.Add(-2*time.Minute), "0.01")), model.HealthUnknown, "the query's value is 1m59s old"},
		{"a matrix", 200, `{"status":"success","data":{"resultType":"matrix","result":[]}}`, model.HealthUnknown, "gives a matrix, not one value"},
		{"a string", 200, `{"status":"success","data":{"resultType":"string","result":[1,"x"]}}`, model.HealthUnknown, "gives a string, not one value"},
		{"a histogram", 200, vector(`{"metric":{},"histogram":[1,{"count":"1"}]}`), model.HealthUnknown, "the query's series has no value"},
		{"a bad query", 400, `{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error"}`, model.HealthUnknown, `Prometheus refused the query: bad_data: invalid parameter "query": 1:5: parse error`},
		{"too long a query", 503, `{"status":"error","errorType":"timeout","error":"query timed out"}`, model.HealthUnknown, "timeout: query timed out"},
		{"a proxy in front", 502, "<html>Bad gateway", model.HealthUnknown, "answered 502 Bad Gateway"},
		{"no Prometheus", 200, "<html>", model.HealthUnknown, "does not answer as a Prometheus does"},
		{"another JSON", 200, `{"ok":true}`, model.HealthUnknown, "does not answer as a Prometheus does"},
		{"a value that is none", 200, vector(`{"metric":{},"value":[1,"x"]}`), model.HealthUnknown, "not a vector"},
		{"a time that is none", 200, vector(`{"metric":{},"value":[1e300,"1"]}`), model.HealthUnknown, "not a vector"},
		{"an escape sequence as the error", 400, `{"status":"error","errorType":"x","error":"\u001b[2J"}`, model.HealthUnknown, "␛[2J"},
		{"a flood", 200, `{"status":"success","data":{"resultType":"string","result":[1,"` + strings.Repeat("x", 2<<20) + `"]}}`, model.HealthUnknown, "longer than 1024 KiB"},
		{"a redirect", 302, "", model.HealthUnknown, "answered 302 Found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			target := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/prom/api/v1/query" || r.URL.Query().Get("query") != `up{job="api",v="v2.14.0"}` {
					t.Errorf("asked %s", r.RequestURI)
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			s := run(t, prober(), model.Check{
				Kind: model.CheckPrometheus, Target: target + "/prom", Query: `up{job="api",v="{{.Version}}"}`,
				Degraded: &five, Unhealthy: &fifty, MaxAge: 90 * time.Second,
			})
			if s.State != c.state || !strings.Contains(string(s.Reason), c.why) || s.Unreachable {
				t.Errorf("%s because %q, want %s because %q", s.State, s.Reason, c.state, c.why)
			}
			if known := s.State != model.HealthUnknown; known != (s.Value != nil) {
				t.Errorf("%s with the value %v", s.State, s.Value)
			}
		})
	}
}

func TestAPrometheusThatIsDownSaysNothingOfTheService(t *testing.T) {
	limit := 1.0
	s := run(t, prober(), model.Check{Kind: model.CheckPrometheus, Target: "http://" + refusing(t), Query: "up", Degraded: &limit})
	if s.State != model.HealthUnknown || !strings.Contains(string(s.Reason), "can't connect") {
		t.Errorf("%s because %q", s.State, s.Reason)
	}
}

func TestAValueCannotLeaveItsQuotesInAQuery(t *testing.T) {
	if got := inQuery("v1\"} or vector(0) #\\\n"); got != `v1\"} or vector(0) #\\\n` {
		t.Errorf("got %s", got)
	}
}

func TestThePastOfAQuery(t *testing.T) {
	limit := 0.5
	var body, asked string
	target := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Path + " " + r.URL.Query().Get("start") + " " + r.URL.Query().Get("end") + " " + r.URL.Query().Get("step")
		_, _ = io.WriteString(w, body)
	})
	job := Job{Service: "api", Environment: "production", Check: model.Check{
		ID: "p", Name: "errors", Kind: model.CheckPrometheus, Target: target, Query: "errors", Unhealthy: &limit, Every: 30 * time.Second,
	}}
	body = fmt.Sprintf(`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[%d,"0.1"],[%d.5,"0.9"],[%d,"NaN"]]}]}}`,
		noon.Unix()-90, noon.Unix()-60, noon.Unix()-30)
	samples, err := prober().Range(t.Context(), job, running, noon.Add(-90*time.Second), noon)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("/api/v1/query_range %d.000 %d.000 30", noon.Unix()-90, noon.Unix()); asked != want {
		t.Errorf("asked %s, want %s", asked, want)
	}
	var states []model.HealthState
	for _, s := range samples {
		states = append(states, s.State)
	}
	if len(samples) != 3 || states[0] != model.Healthy || states[1] != model.Unhealthy || states[2] != model.HealthUnknown ||
		!samples[1].At.Equal(noon.Add(-59500*time.Millisecond)) || samples[0].Check != "p" {
		t.Errorf("got %+v", samples)
	}
	if _, err := prober().Range(t.Context(), job, running, noon.Add(-90*24*time.Hour), noon); err != nil || !strings.HasSuffix(asked, " 707") {
		t.Errorf("90 days were asked as %s: %v", asked, err)
	}
	for want, answer := range map[string]string{
		"not a matrix":             vector(element(noon, "1")),
		"found 2 series":           `{"status":"success","data":{"resultType":"matrix","result":[{"values":[]},{"values":[]}]}}`,
		"Prometheus refused":       `{"status":"error","errorType":"bad_data","error":"exceeded maximum resolution"}`,
		"of errors in production ": `{`,
	} {
		body = answer
		if _, err := prober().Range(t.Context(), job, running, noon.Add(-time.Hour), noon); err == nil || !strings.Contains(err.Error()+" ", want) && !strings.Contains(err.Error(), strings.TrimSpace(want)) {
			t.Errorf("%s: %v", want, err)
		}
	}
	job.Check.Kind = model.CheckHTTP
	if _, err := prober().Range(t.Context(), job, running, noon.Add(-time.Hour), noon); err == nil {
		t.Error("an http check has a past")
	}
}
