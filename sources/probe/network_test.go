package probe

import (
	"net"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/clock"
)

// listening answers TCP until it is closed.
func listening(t *testing.T, address string) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return listener
}

// pair probes two services in turn, each every 30 seconds.
type pair struct {
	t      *testing.T
	clock  *clock.Driven
	prober *Prober
	jobs   [2]Job
}

func newPair(t *testing.T, a, b net.Listener) *pair {
	p := &pair{t: t, clock: clock.NewDriven(noon)}
	p.prober = New(Options{Clock: p.clock})
	for i, l := range []net.Listener{a, b} {
		p.jobs[i] = Job{Service: string(rune('a' + i)), Environment: "production", Check: model.Check{
			ID: "tcp", Kind: model.CheckTCP, Target: l.Addr().String(), Every: 30 * time.Second, Timeout: 2 * time.Second,
		}}
	}
	return p
}

// round probes both, 15 seconds apart.
func (p *pair) round() (states [2]model.Sample) {
	for i, job := range p.jobs {
		p.clock.Advance(15 * time.Second)
		states[i] = p.prober.Run(p.t.Context(), job, running)
	}
	return states
}

func TestAServiceThatDiesAloneIsUnhealthyAtItsSecondSample(t *testing.T) {
	a, b := listening(t, "127.0.0.1:0"), listening(t, "127.0.0.1:0")
	p := newPair(t, a, b)
	if s := p.round(); s[0].State != model.Healthy || s[1].State != model.Healthy {
		t.Fatalf("at first %s and %s", s[0].State, s[1].State)
	}
	_ = a.Close()
	if s := p.round(); s[0].State != model.HealthUnknown || s[1].State != model.Healthy {
		t.Errorf("at its first failure %s because %q, the other %s", s[0].State, s[0].Reason, s[1].State)
	}
	for n := range 5 {
		if s := p.round(); s[0].State != model.Unhealthy || s[1].State != model.Healthy {
			t.Errorf("failure %d: %s because %q, the other %s", n+2, s[0].State, s[0].Reason, s[1].State)
		}
	}
}

func TestANetworkThatIsCutMakesNothingUnhealthy(t *testing.T) {
	a, b := listening(t, "127.0.0.1:0"), listening(t, "127.0.0.1:0")
	p := newPair(t, a, b)
	for outage := range 2 {
		if s := p.round(); s[0].State != model.Healthy || s[1].State != model.Healthy {
			t.Fatalf("before cut %d: %s and %s", outage, s[0].State, s[1].State)
		}
		_, _ = a.Close(), b.Close()
		for n := range 5 {
			for _, s := range p.round() {
				if s.State != model.HealthUnknown || !s.Unreachable {
					t.Errorf("cut %d, sample %d of %s: %s because %q", outage, n, s.Service, s.State, s.Reason)
				}
			}
		}
		a, b = listening(t, a.Addr().String()), listening(t, b.Addr().String())
	}
	if s := p.round(); s[0].State != model.Healthy || s[1].State != model.Healthy {
		t.Errorf("in the end %s and %s", s[0].State, s[1].State)
	}
}
