package simulator

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"time"
)

// traffic is what a service has answered until a moment. It follows from the
// world's history alone, so that it is the same however often it is asked for.
type traffic struct {
	service, environment string
	version, sha         string
	requests, errors     float64
	seconds              float64   // spent on all requests
	buckets              []float64 // requests by bucketBounds, cumulative
}

// bucketBounds are the upper bounds of the latency histogram, in seconds: the
// defaults of Prometheus' client libraries.
func bucketBounds() []float64 {
	return []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
}

// requestRate is how many requests a second a service gets: between 5 and 50, each its own.
func requestRate(r *Repository, environment string) float64 {
	h := uint32(2166136261)
	for _, b := range []byte(fold(serviceOf(r) + "/" + environment)) {
		h = (h ^ uint32(b)) * 16777619
	}
	return 5 + float64(h%46)
}

// trafficBetween is what a service answered between two moments. The world is locked.
func trafficBetween(r *Repository, environment string, all []behaviour, since, t time.Time) traffic {
	sum := traffic{service: serviceOf(r), environment: environment, buckets: make([]float64, len(bucketBounds()))}
	rate := requestRate(r, environment)
	for _, v := range stretches(r, environment) {
		from, to, ok := v.within(since, t)
		if !ok {
			continue
		}
		sum.version, sum.sha = v.deployment.version(), v.deployment.Commit.SHA
		good := to.Sub(from)
		for _, b := range all {
			d := min(b.shows(v, from, to), good)
			good -= d
			sum.add(rate*d.Seconds(), max(b.ErrorRatio, goodErrorRatio), max(b.Latency, goodLatency))
		}
		sum.add(rate*good.Seconds(), goodErrorRatio, goodLatency)
	}
	return sum
}

func (t *traffic) add(requests, errorRatio float64, latency time.Duration) {
	t.requests += requests
	t.errors += requests * errorRatio
	t.seconds += requests * latency.Seconds()
	for i, bound := range bucketBounds() {
		// Half of the requests are quicker than the median, and few are much slower.
		x := math.Pow(bound/latency.Seconds(), 3)
		t.buckets[i] += requests * x / (1 + x)
	}
}

// answerMetrics writes Prometheus' text format (Prometheus docs, "Exposition
// formats", text format 0.0.4), of all services or of the one in the path.
func (s *Services) answerMetrics(out http.ResponseWriter, in *http.Request) {
	list := s.traffic(in.PathValue("service"), in.PathValue("environment"))
	out.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	var b strings.Builder
	write := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	write("# HELP http_requests_total Requests answered, by code.\n# TYPE http_requests_total counter")
	for _, t := range list {
		write(`http_requests_total{service=%s,environment=%s,code="200"} %.0f`, quote(t.service), quote(t.environment), math.Floor(t.requests-t.errors))
		write(`http_requests_total{service=%s,environment=%s,code="500"} %.0f`, quote(t.service), quote(t.environment), math.Floor(t.errors))
	}
	write("# HELP http_request_duration_seconds Time to answer a request.\n# TYPE http_request_duration_seconds histogram")
	for _, t := range list {
		labels := "service=" + quote(t.service) + ",environment=" + quote(t.environment)
		for i, bound := range bucketBounds() {
			write(`http_request_duration_seconds_bucket{%s,le="%g"} %.0f`, labels, bound, math.Floor(t.buckets[i]))
		}
		write(`http_request_duration_seconds_bucket{%s,le="+Inf"} %.0f`, labels, math.Floor(t.requests))
		write(`http_request_duration_seconds_sum{%s} %.3f`, labels, t.seconds)
		write(`http_request_duration_seconds_count{%s} %.0f`, labels, math.Floor(t.requests))
	}
	write("# HELP build_info What runs.\n# TYPE build_info gauge")
	for _, t := range list {
		write(`build_info{service=%s,environment=%s,version=%s,sha=%s} 1`, quote(t.service), quote(t.environment), quote(t.version), quote(t.sha))
	}
	_, _ = io.WriteString(out, b.String()) // a client that has gone needs no answer
}

// quote writes a label's value (Prometheus docs, "Exposition formats": backslash,
// quote and line feed are escaped).
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// traffic is what each service has answered until now; both names empty mean all.
func (s *Services) traffic(service, environment string) []traffic {
	all := s.behavioursNow()
	defer s.world.enter()()
	var list []traffic
	for _, p := range s.world.places(service, environment) {
		list = append(list, trafficBetween(p.repo, p.environment, all, time.Time{}, s.world.now))
	}
	return list
}

// place is where something runs.
type place struct {
	repo        *Repository
	environment string
}

// places are all environments in which something was ever deployed successfully,
// bounded to a service and an environment where they are named. The world is locked.
func (w *World) places(service, environment string) []place {
	var list []place
	for _, r := range w.order {
		if r.gone || service != "" && !strings.EqualFold(service, serviceOf(r)) {
			continue
		}
		for _, e := range r.environments {
			if environment != "" && !strings.EqualFold(environment, e.Name) || r.running(e.Name) == nil {
				continue
			}
			list = append(list, place{r, e.Name})
		}
	}
	return list
}
