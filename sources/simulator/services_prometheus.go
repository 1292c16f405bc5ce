package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// PrometheusURL is the root of a Prometheus that scrapes the services, as a
// check's prometheus: wants it. It understands two queries, with any spaces,
//
//	sum(rate(http_requests_total{M}[D])) / sum(rate(http_requests_total{M}[D]))
//	sum(rate(http_requests_total{M}[D]))
//
// where D is a duration as 5m, and M none, one or more of service="NAME",
// environment="NAME", code=~"5.." and code="200" or "500" (the braces may be left
// out when there is none). Everything else answers 400 bad_data, in the form that
// Prometheus has for what it can't parse. A service that was never deployed has
// no series, so that the answer is empty; 0 / 0 is NaN.
func (s *Services) PrometheusURL() string { return s.URL() }

// selection is one sum(rate(…)) of a query.
type selection struct {
	service, environment string
	code                 string // "", 5.., 200, 500
	window               time.Duration
}

// query is a selection, or the quotient of two.
type query struct {
	over  selection
	under *selection
}

// The patterns are made at the first query: a program that asks none must not pay for them.
var (
	sumOfRate = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^sum\(rate\(http_requests_total(?:\{([^}]*)\})?\[(\d+)(ms|s|m|h|d)\]\)\)`)
	})
	matcherForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(service|environment|code)(=~|=)"([^"\\]*)"$`)
	})
)

// parseQuery reads one of the two forms.
func parseQuery(text string) (query, error) {
	rest := withoutSpaces(text)
	over, rest, err := parseSelection(rest)
	if err != nil {
		return query{}, err
	}
	if rest == "" {
		return query{over: over}, nil
	}
	rest, ok := strings.CutPrefix(rest, "/")
	if !ok {
		return query{}, fmt.Errorf("unexpected %q", rest)
	}
	under, rest, err := parseSelection(rest)
	if err == nil && rest != "" {
		err = fmt.Errorf("unexpected %q", rest)
	}
	return query{over: over, under: &under}, err
}

func parseSelection(text string) (s selection, rest string, err error) {
	m := sumOfRate().FindStringSubmatch(text)
	if m == nil {
		return s, "", fmt.Errorf("unexpected %q, the simulated Prometheus knows sum(rate(http_requests_total{…}[5m])) and the quotient of two", text)
	}
	n, err := strconv.Atoi(m[2])
	if err != nil || n == 0 {
		return s, "", errors.New("duration must be greater than 0")
	}
	s.window = time.Duration(n) * map[string]time.Duration{
		"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
	}[m[3]]
	for _, matcher := range strings.Split(m[1], ",") {
		if matcher == "" {
			continue
		}
		if err := s.match(matcher); err != nil {
			return s, "", err
		}
	}
	return s, text[len(m[0]):], nil
}

func (s *selection) match(matcher string) error {
	m := matcherForm().FindStringSubmatch(matcher)
	if m == nil {
		return fmt.Errorf("unexpected matcher %s", matcher)
	}
	name, operator, value := m[1], m[2], m[3]
	switch {
	case name == "service" && operator == "=":
		s.service = value
	case name == "environment" && operator == "=":
		s.environment = value
	case name == "code" && (operator == "=~" && value == "5.." || operator == "=" && (value == "200" || value == "500")):
		s.code = value
	default:
		return fmt.Errorf("unexpected matcher %s", matcher)
	}
	return nil
}

// withoutSpaces takes out the spaces that lie outside quotes.
func withoutSpaces(text string) string {
	var b strings.Builder
	quoted := false
	for _, c := range text {
		if c == '"' {
			quoted = !quoted
		}
		if quoted || !strings.ContainsRune(" \t\r\n", c) {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// at is the query's value at a moment; false where there are no series.
func (s *Services) at(q query, t time.Time, all []behaviour) (float64, bool) {
	value, ok := s.rate(q.over, t, all)
	if q.under == nil || !ok {
		return value, ok
	}
	under, ok := s.rate(*q.under, t, all)
	return value / under, ok
}

// rate is a selection's requests a second. A window that lies wholly in the future
// holds no samples. The world is locked.
func (s *Services) rate(sel selection, t time.Time, all []behaviour) (float64, bool) {
	since := t.Add(-sel.window)
	if !since.Before(s.world.now) {
		return 0, false
	}
	if t.After(s.world.now) {
		t = s.world.now
	}
	places := s.world.places(sel.service, sel.environment)
	sum := 0.0
	for _, p := range places {
		seen := trafficBetween(p.repo, p.environment, all, since, t)
		switch sel.code {
		case "5..", "500":
			sum += seen.errors
		case "200":
			sum += seen.requests - seen.errors
		default:
			sum += seen.requests
		}
	}
	return sum / sel.window.Seconds(), len(places) > 0
}

// answerQuery answers an instant query (Prometheus docs, "HTTP API").
func (s *Services) answerQuery(out http.ResponseWriter, in *http.Request) {
	q, err := parseQuery(in.FormValue("query"))
	if err != nil {
		badData(out, "query", err)
		return
	}
	all := s.behavioursNow()
	leave := s.world.enter()
	t := s.world.now
	if text := in.FormValue("time"); text != "" {
		if t, err = instant(text); err != nil {
			leave()
			badData(out, "time", err)
			return
		}
	}
	value, ok := s.at(q, t, all)
	leave()
	result := []any{}
	if ok {
		result = append(result, map[string]any{"metric": map[string]string{}, "value": point(t, value)})
	}
	succeed(out, "vector", result)
}

// maxPoints is how many points Prometheus gives of one series.
const maxPoints = 11_000

// answerRange answers a range query (Prometheus docs, "HTTP API").
func (s *Services) answerRange(out http.ResponseWriter, in *http.Request) {
	q, err := parseQuery(in.FormValue("query"))
	if err != nil {
		badData(out, "query", err)
		return
	}
	var moments [2]time.Time
	for i, name := range []string{"start", "end"} {
		if moments[i], err = instant(in.FormValue(name)); err != nil {
			badData(out, name, err)
			return
		}
	}
	step, err := length(in.FormValue("step"))
	start, end := moments[0], moments[1]
	switch {
	case err != nil:
		badData(out, "step", err)
		return
	case end.Before(start):
		badData(out, "end", errors.New("end timestamp must not be before start time"))
		return
	case step <= 0:
		badData(out, "step", errors.New("zero or negative query resolution step widths are not accepted. Try a positive integer"))
		return
	case end.Sub(start)/step > maxPoints:
		badData(out, "", errors.New("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"))
		return
	}
	all := s.behavioursNow()
	leave := s.world.enter()
	var points [][2]any
	for t := start; !t.After(end); t = t.Add(step) {
		if value, ok := s.at(q, t, all); ok {
			points = append(points, point(t, value))
		}
	}
	leave()
	result := []any{}
	if points != nil {
		result = append(result, map[string]any{"metric": map[string]string{}, "values": points})
	}
	succeed(out, "matrix", result)
}

// point is a time in seconds and a value as text, as Prometheus writes them.
func point(t time.Time, value float64) [2]any {
	text := strconv.FormatFloat(value, 'f', -1, 64)
	if math.IsNaN(value) {
		text = "NaN"
	}
	return [2]any{float64(t.UnixMilli()) / 1000, text}
}

// instant reads RFC 3339 or seconds since 1970.
func instant(text string) (time.Time, error) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		whole, fraction := math.Modf(seconds)
		return time.Unix(int64(whole), int64(math.Round(fraction*1e3))*1e6), nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("cannot parse %q to a valid timestamp", text)
	}
	return t, nil
}

// length reads seconds, or a duration as 30s.
func length(text string) (time.Duration, error) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		return time.Duration(seconds * float64(time.Second)), nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("cannot parse %q to a valid duration", text)
	}
	return d, nil
}

func succeed(out http.ResponseWriter, kind string, result []any) {
	out.Header().Set("Content-Type", "application/json")
	// A client that has gone needs no answer.
	_ = json.NewEncoder(out).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": kind, "result": result}})
}

// badData is how Prometheus refuses a request (Prometheus docs, "HTTP API",
// format overview: 400 when parameters are missing or incorrect).
func badData(out http.ResponseWriter, parameter string, err error) {
	message := err.Error()
	if parameter != "" {
		message = fmt.Sprintf("invalid parameter %q: %s", parameter, err)
	}
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(out).Encode(map[string]string{"status": "error", "errorType": "bad_data", "error": message})
}
