// Package probe asks environments how they are: it runs checks and makes samples of their answers. A check that fails is
// a sample with its reason, never an error.
package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/sources/clock"
)

// Job is one check of one environment.
type Job struct {
	Service     string
	Environment string // the configuration's name
	Check       model.Check
}

// Options are what a Prober is given.
type Options struct {
	Clock    clock.Clock
	Answered *Answered // nil: one of its own
	// Environ is what an exec check may see of the environment, as in os.Environ; only names that Passed lists go through.
	Environ []string
	// Folder is where exec checks run; empty: the working folder.
	Folder string
	// Proxy is nil for the environment's proxies, which loopback addresses never go through (net/http).
	Proxy func(*http.Request) (*url.URL, error)
	// TLS is nil for the system's certificates.
	TLS *tls.Config
	// Stopwatch measures latency; nil: the machine's monotonic clock, whatever Clock says, for the network is not scaled.
	Stopwatch func() time.Time
	// UserAgent is "gonogo" unless given.
	UserAgent string
}

// Prober runs checks. It may be used by several goroutines and keeps nothing between checks but who answered and which
// checks fail.
type Prober struct {
	options Options
	client  *http.Client
	dialer  net.Dialer
}

// New makes a prober. Connections are not kept: each check sees whether a new one can be made, and none lies idle.
func New(o Options) *Prober {
	if o.Clock == nil {
		o.Clock = clock.Real()
	}
	if o.Answered == nil {
		o.Answered = NewAnswered()
	}
	if o.Proxy == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	if o.Stopwatch == nil {
		o.Stopwatch = time.Now
	}
	if o.UserAgent == "" {
		o.UserAgent = "gonogo"
	}
	p := &Prober{options: o}
	p.client = &http.Client{
		Transport: &http.Transport{
			Proxy: o.Proxy, DialContext: p.dialer.DialContext, TLSClientConfig: o.TLS, ForceAttemptHTTP2: true,
			DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return p
}

// Run asks once, within the check's time limit, and always comes back with a sample. Values are those of the release
// that runs in the environment; its Tag, Version and SHA are empty where that isn't known.
func (p *Prober) Run(ctx context.Context, job Job, values model.Values) model.Sample {
	began := p.options.Clock.Now()
	s := model.Sample{Service: job.Service, Environment: job.Environment, Check: job.Check.ID, At: began}
	if job.Check.Untrusted {
		return unknown(s, "not run: the configuration isn't trusted")
	}
	timeout := job.Check.Timeout
	if timeout <= 0 {
		timeout = model.DefaultTimeout
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	a := asking{
		Prober: p, check: job.Check, values: values, timeout: timeout,
		key: checkKey{service: job.Service, environment: job.Environment, check: job.Check.ID},
	}
	switch job.Check.Kind {
	case model.CheckHTTP:
		s = a.http(limited, s)
	case model.CheckTCP:
		s = a.tcp(limited, s)
	case model.CheckExec:
		s = a.exec(limited, s)
	case model.CheckPrometheus:
		s = a.prometheus(limited, s)
	default:
		return unknown(s, "no check of the kind %q is known", job.Check.Kind)
	}
	if ctx.Err() != nil {
		return unknown(s, "not finished: gonogo was stopping")
	}
	if !s.Unreachable {
		p.options.Answered.reached(a.key)
	}
	return s
}

// asking is one run of one check.
type asking struct {
	*Prober
	check   model.Check
	values  model.Values
	timeout time.Duration
	key     checkKey
}

func unknown(s model.Sample, format string, args ...any) model.Sample {
	s.State, s.Reason = model.HealthUnknown, model.Clean(fmt.Sprintf(format, args...))
	return s
}

func unhealthy(s model.Sample, format string, args ...any) model.Sample {
	s.State, s.Reason = model.Unhealthy, model.Clean(fmt.Sprintf(format, args...))
	return s
}

// unreachable is a transport error. It is the service's fault only if the network is known to work: another target
// answered this process after this check began to fail, within its interval. What answered before says nothing, for the
// network may have gone in between. Without such a witness nothing is known; the check's next failure may have one.
func (a asking) unreachable(s model.Sample, target, why string) model.Sample {
	s.Unreachable = true
	since := a.options.Answered.failing(a.key, s.At)
	if earliest := s.At.Add(-max(a.check.Every, a.timeout) - a.timeout); since.Before(earliest) {
		since = earliest
	}
	if other := a.options.Answered.Other(target, since); other != "" {
		return unhealthy(s, "%s", why)
	}
	return unknown(s, "%s, and nothing else has answered since to tell an outage from a broken network here", why)
}

// expand fills a template in. A release's field that isn't known is an error: what would be asked is then unknown.
func (a asking) expand(template string, escape func(string) string) (string, error) {
	for field, value := range map[string]string{"Tag": a.values.Tag, "Version": a.values.Version, "SHA": a.values.SHA} {
		if value == "" && model.Templated(template, field) {
			return "", fmt.Errorf("it asks with {{.%s}}, and which release runs here isn't known", field)
		}
	}
	v := a.values
	if escape != nil {
		v = model.Values{
			Service: escape(v.Service), Environment: escape(v.Environment), Tag: escape(v.Tag), Version: escape(v.Version),
			SHA: escape(v.SHA), Operation: escape(v.Operation),
		}
	}
	return model.Expand(template, v)
}

// inURL escapes a value for any part of a URL.
func inURL(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// seconds is a duration as sentences say it: 0.1 s, 5 s.
func seconds(d time.Duration) string {
	return fmt.Sprintf("%.3g s", d.Seconds())
}

// because is the inner reason of a transport error, without the request around it.
func because(err error, timeout time.Duration) string {
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	var (
		network net.Error
		dns     *net.DNSError
		verify  *tls.CertificateVerificationError
		op      *net.OpError
	)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "no answer within " + seconds(timeout)
	case errors.As(err, &dns) && dns.IsNotFound:
		return "the name " + dns.Name + " is not known"
	case errors.As(err, &verify):
		return "its certificate is not valid: " + verify.Err.Error()
	}
	if errors.Is(err, io.EOF) {
		return "it closed the connection without an answer"
	}
	if errors.As(err, &op) && op.Err != nil {
		why := strings.TrimPrefix(op.Err.Error(), op.Op+": ")
		if op.Op == "dial" {
			return "can't connect: " + strings.TrimPrefix(why, "connect: ")
		}
		return "no answer: " + why
	}
	return "no answer: " + err.Error()
}
