package probe

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"gonogo/sources/clock"
)

// Answered remembers which targets (GitHub, services) answered this process, and when: what tells an outage from a
// network that is down here. It keeps the newest answer of each target only, and since when checks have not been
// answered.
type Answered struct {
	mu     sync.Mutex
	at     map[string]time.Time   // host:port
	failed map[checkKey]time.Time // when the first attempt began that nothing has answered since
}

// checkKey names one check of one environment.
type checkKey struct{ service, environment, check string }

// maxTargets bounds what is remembered; a fleet has fewer.
const maxTargets = 4096

// NewAnswered remembers nothing yet.
func NewAnswered() *Answered {
	return &Answered{at: map[string]time.Time{}, failed: map[checkKey]time.Time{}}
}

// failing remembers that an attempt of a check was not answered, and is when the first such attempt in a row began.
func (a *Answered) failing(check checkKey, began time.Time) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	first, known := a.failed[check]
	if known && !first.After(began) { // else the clock was set back
		return first
	}
	if len(a.failed) >= maxTargets && !known {
		for old := range a.failed { // any one: it only starts anew
			delete(a.failed, old)
			break
		}
	}
	a.failed[check] = began
	return began
}

// reached ends a check's row of unanswered attempts.
func (a *Answered) reached(check checkKey) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.failed, check)
}

// Note remembers that a target, host:port, gave any answer at all.
func (a *Answered) Note(target string, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.at) >= maxTargets && a.at[target].IsZero() {
		for old := range a.at { // any one: each is as good a witness
			delete(a.at, old)
			break
		}
	}
	if at.After(a.at[target]) {
		a.at[target] = at
	}
}

// Other names a target other than this one that has answered since then, or is empty. What answers on this machine says
// nothing about the network: it counts only for a target that is on this machine too.
func (a *Answered) Other(target string, since time.Time) string {
	here := onLoopback(target)
	a.mu.Lock()
	defer a.mu.Unlock()
	for other, at := range a.at {
		if other != target && !at.Before(since) && (here || !onLoopback(other)) {
			return other
		}
	}
	return ""
}

// Transport notes every answer that comes through another transport: the one of a GitHub client.
func (a *Answered) Transport(base http.RoundTripper, c clock.Clock) http.RoundTripper {
	return noting{base: base, answered: a, clock: c}
}

type noting struct {
	base     http.RoundTripper
	answered *Answered
	clock    clock.Clock
}

func (n noting) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := n.base.RoundTrip(r)
	if err == nil {
		n.answered.Note(hostPort(r.URL), n.clock.Now())
	}
	return response, err
}

// hostPort is where a URL's host listens.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "443"
		if u.Scheme == "http" {
			port = "80"
		}
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func onLoopback(target string) bool {
	host, _, err := net.SplitHostPort(target)
	if err != nil {
		host = target
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
