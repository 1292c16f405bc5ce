package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"gonogo/model"
)

// maxBody bounds what is read of an answer, in bytes.
const maxBody = 1 << 20

// http asks a URL. Any 2xx is well, or the one status that is expected. A redirect is not followed: it is an answer.
func (a asking) http(ctx context.Context, s model.Sample) model.Sample {
	target, err := a.expand(a.check.Target, inURL)
	if err != nil {
		return unknown(s, "%v", err)
	}
	u, err := url.Parse(target)
	if err != nil {
		return unknown(s, "%q is not a URL", target)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return unknown(s, "can't ask %s: %v", target, err)
	}
	request.Header.Set("User-Agent", a.options.UserAgent)
	request.Header.Set("Accept", "application/json, */*;q=0.5")
	began := a.options.Stopwatch()
	response, err := a.client.Do(request)
	if err != nil {
		return a.unreachable(s, hostPort(u), because(err, a.timeout))
	}
	defer func() { _ = response.Body.Close() }()
	a.options.Answered.Note(hostPort(u), a.options.Clock.Now())
	if why := a.status(response); why != "" {
		s.Latency = a.options.Stopwatch().Sub(began)
		return unhealthy(s, "%s", why)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	s.Latency = a.options.Stopwatch().Sub(began)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return a.unreachable(s, hostPort(u), "the answer was not complete within "+seconds(a.timeout))
	case err != nil:
		return a.unreachable(s, hostPort(u), "the answer broke off: "+err.Error())
	case len(body) > maxBody && len(a.check.JSON) > 0:
		return unknown(s, "the answer is longer than %d KiB, and was not read", maxBody>>10)
	}
	s = a.fields(s, body)
	return a.latency(s)
}

// status says what is wrong with the status, or nothing.
func (a asking) status(r *http.Response) string {
	got := fmt.Sprintf("it answered %d", r.StatusCode)
	if text := http.StatusText(r.StatusCode); text != "" {
		got += " " + text
	}
	if location := r.Header.Get("Location"); location != "" && r.StatusCode/100 == 3 {
		got += " to " + location
	}
	switch {
	case a.check.Status != 0 && r.StatusCode != a.check.Status:
		return fmt.Sprintf("%s, not %d", got, a.check.Status)
	case a.check.Status != 0 || r.StatusCode/100 == 2:
		return ""
	case r.StatusCode/100 == 3:
		return got + "; redirects are not followed"
	}
	return got
}

// latency makes a good answer that took too long a degraded one.
func (a asking) latency(s model.Sample) model.Sample {
	if limit := a.check.Degraded; limit != nil && s.Latency.Seconds() >= *limit && s.State < model.Degraded {
		s.State = model.Degraded
		s.Reason = model.Clean(fmt.Sprintf("it took %s; %g s or more is degraded", seconds(s.Latency), *limit))
	}
	return s
}
