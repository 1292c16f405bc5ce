package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gonogo/model"
)

// answer is what Prometheus' HTTP API says (Prometheus docs, "HTTP API": format overview, expression queries).
type answer struct {
	Status    string `json:"status"`
	ErrorType string `json:"errorType"`
	Error     string `json:"error"`
	Data      struct {
		ResultType string          `json:"resultType"`
		Result     json.RawMessage `json:"result"`
	} `json:"data"`
}

// series is one element of a vector (Value) or a matrix (Values).
type series struct {
	Metric map[string]string `json:"metric"`
	Value  point             `json:"value"`
	Values []point           `json:"values"`
}

// point is [time in seconds, "value"].
type point struct {
	at    time.Time
	value float64
}

func (p *point) UnmarshalJSON(data []byte) error {
	var parts [2]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	var at float64
	var value string
	if err := errors.Join(json.Unmarshal(parts[0], &at), json.Unmarshal(parts[1], &value)); err != nil {
		return err
	}
	v, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return fmt.Errorf("%q is not a value", value)
	}
	if math.Abs(at) > 1e12 || math.IsNaN(at) {
		return fmt.Errorf("%g is not a time", at)
	}
	p.at, p.value = time.UnixMilli(int64(at*1000)), v
	return nil
}

// prometheus asks a query of one value. Whatever keeps the value from being read is unknown, and so is a Prometheus that
// can't be reached: that says nothing of the service.
func (a asking) prometheus(ctx context.Context, s model.Sample) model.Sample {
	query, err := a.expand(a.check.Query, inQuery)
	if err != nil {
		return unknown(s, "%v", err)
	}
	began := a.options.Stopwatch()
	result, err := a.query(ctx, "query", url.Values{"query": {query}})
	s.Latency = a.options.Stopwatch().Sub(began)
	if err != nil {
		return unknown(s, "%v", err)
	}
	p, err := single(result)
	if err != nil {
		return unknown(s, "%v", err)
	}
	if age := s.At.Sub(p.at); a.check.MaxAge > 0 && age > a.check.MaxAge {
		return unknown(s, "the query's value is %s old", age.Round(time.Second))
	}
	return a.judge(s, p.value)
}

// single is the value of a scalar, or of a vector of one element.
func single(r answer) (point, error) {
	switch r.Data.ResultType {
	case "scalar":
		var p point
		if err := json.Unmarshal(r.Data.Result, &p); err != nil {
			return p, fmt.Errorf("what Prometheus answered is not a scalar: %w", err)
		}
		return p, nil
	case "vector":
		var list []series
		if err := json.Unmarshal(r.Data.Result, &list); err != nil {
			return point{}, fmt.Errorf("what Prometheus answered is not a vector: %w", err)
		}
		switch {
		case len(list) == 0:
			return point{}, errors.New("the query found nothing")
		case len(list) > 1:
			return point{}, fmt.Errorf("the query found %d series, not one; sum or select one", len(list))
		case list[0].Value.at.IsZero():
			return point{}, errors.New("the query's series has no value")
		}
		return list[0].Value, nil
	}
	return point{}, fmt.Errorf("the query gives a %s, not one value", short(r.Data.ResultType))
}

// judge compares a value with what is degraded and unhealthy; reached counts.
func (a asking) judge(s model.Sample, value float64) model.Sample {
	switch {
	case math.IsNaN(value):
		return unknown(s, "the query's value is not a number, as nothing divided by nothing")
	case math.IsInf(value, 0):
		return unknown(s, "the query's value is infinite, as something divided by nothing")
	}
	s.Value = &value
	s.State, s.Reason = model.Healthy, ""
	switch {
	case a.check.Unhealthy != nil && value >= *a.check.Unhealthy:
		return unhealthy(s, "%.4g; %.4g or more is unhealthy", value, *a.check.Unhealthy)
	case a.check.Degraded != nil && value >= *a.check.Degraded:
		s.State = model.Degraded
		s.Reason = model.Clean(fmt.Sprintf("%.4g; %.4g or more is degraded", value, *a.check.Degraded))
	}
	return s
}

// query asks one of the API's endpoints.
func (a asking) query(ctx context.Context, endpoint string, parameters url.Values) (answer, error) {
	var out answer
	base, err := a.expand(a.check.Target, inURL)
	if err != nil {
		return out, err
	}
	u, err := url.Parse(base)
	if err != nil {
		return out, fmt.Errorf("%q is not a URL", base)
	}
	u = u.JoinPath("api/v1", endpoint)
	u.RawQuery = parameters.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return out, err
	}
	request.Header.Set("User-Agent", a.options.UserAgent)
	request.Header.Set("Accept", "application/json")
	response, err := a.client.Do(request)
	if err != nil {
		return out, fmt.Errorf("Prometheus at %s: %s", u.Host, because(err, a.timeout))
	}
	defer func() { _ = response.Body.Close() }()
	a.options.Answered.Note(hostPort(u), a.options.Clock.Now())
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return out, fmt.Errorf("Prometheus at %s: %s", u.Host, because(err, a.timeout))
	}
	if len(body) > maxBody {
		return out, fmt.Errorf("Prometheus at %s: the answer is longer than %d KiB", u.Host, maxBody>>10)
	}
	decodeErr := json.Unmarshal(body, &out)
	switch {
	case decodeErr == nil && out.Status == "error": // 400, 422 and 503 carry it
		return out, fmt.Errorf("Prometheus refused the query: %s: %s", short(out.ErrorType), short(out.Error))
	case response.StatusCode/100 != 2:
		return out, fmt.Errorf("Prometheus at %s answered %d %s", u.Host, response.StatusCode, http.StatusText(response.StatusCode))
	case decodeErr != nil || out.Status != "success":
		return out, fmt.Errorf("%s does not answer as a Prometheus does", u.Host)
	}
	return out, nil
}

// inQuery escapes a value for a quoted string of PromQL.
func inQuery(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `'`, `\'`, "`", "", "\n", `\n`).Replace(s)
}

// maxPoints is what Prometheus gives of one series at most (query_range refuses more than 11,000).
const maxPoints = 11000

// Range is what a Prometheus check would have said between two times, one sample an interval, oldest first: it covers
// what gonogo didn't see while it wasn't running. A time without a value has no sample. Only Prometheus can tell.
func (p *Prober) Range(ctx context.Context, job Job, values model.Values, from, to time.Time) ([]model.Sample, error) {
	what := fmt.Sprintf("read the past of %s in %s of %s", job.Check.Name, job.Environment, job.Service)
	if job.Check.Kind != model.CheckPrometheus || job.Check.Untrusted || !from.Before(to) {
		return nil, fmt.Errorf("%s: only a trusted Prometheus check has one, from a time to a later one", what)
	}
	step := max(job.Check.Every, to.Sub(from)/maxPoints+time.Second, time.Second).Truncate(time.Second)
	a := asking{Prober: p, check: job.Check, values: values, timeout: max(job.Check.Timeout, model.DefaultTimeout)}
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	query, err := a.expand(job.Check.Query, inQuery)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	unix := func(t time.Time) string { return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64) }
	result, err := a.query(ctx, "query_range", url.Values{
		"query": {query}, "start": {unix(from)}, "end": {unix(to)}, "step": {strconv.FormatInt(int64(step/time.Second), 10)},
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	var list []series
	if err := json.Unmarshal(result.Data.Result, &list); err != nil || result.Data.ResultType != "matrix" {
		return nil, fmt.Errorf("%s: what Prometheus answered is not a matrix", what)
	}
	if len(list) > 1 {
		return nil, fmt.Errorf("%s: the query found %d series, not one", what, len(list))
	}
	var samples []model.Sample
	for _, one := range list {
		for _, point := range one.Values {
			s := model.Sample{Service: job.Service, Environment: job.Environment, Check: job.Check.ID, At: point.at}
			samples = append(samples, a.judge(s, point.value))
		}
	}
	return samples, nil
}
