package operate_test

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/clock"
	"gonogo/sources/fleet"
	"gonogo/sources/github"
	"gonogo/sources/operate"
	"gonogo/sources/token"
)

// trip is one request and its answer.
type trip struct {
	what       string
	began, end time.Time
}

// far is a network on which every answer is a round trip away. It remembers them.
type far struct {
	away time.Duration
	mu   sync.Mutex
	all  []trip
}

func (f *far) RoundTrip(r *http.Request) (*http.Response, error) {
	t := trip{what: r.Method + " " + r.URL.Path, began: time.Now()}
	select {
	case <-time.After(f.away): // the way there and back, before the answer is made
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	t.end = time.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, t)
	return answer, err
}

// sequence is the longest chain of round trips that began after one another had ended, up to and without the last one
// whose path ends so (an Enterprise Server refuses the first dispatch); empty: of all.
func (f *far) sequence(until string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	slices.SortFunc(f.all, func(a, b trip) int { return a.end.Compare(b.end) })
	var chain []string
	var free time.Time
	last := len(f.all)
	for i := range f.all {
		if until != "" && strings.HasSuffix(f.all[i].what, until) {
			last = i
		}
	}
	for _, t := range f.all[:last] {
		if !t.began.Before(free) {
			chain, free = append(chain, t.what), t.end
		}
	}
	return chain
}

func (f *far) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = nil
}

// TestRoundTrips counts what a person waits for where GitHub is 200 ms away: preflight behind the dialog, and from the
// word to the dispatch being sent. What runs beside each other is one trip.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	for _, edition := range []struct {
		name       string
		enterprise bool
		send       int
	}{{"github.com", false, 4}, {"Enterprise Server", true, 5}} {
		t.Run(edition.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{Enterprise: edition.enterprise})
			s.publish("v1.1.2", "v1.2.0")
			known, err := s.Detail(t.Context(), service)
			if err != nil {
				t.Fatal(err)
			}
			configured := s.Config()
			if err := s.Close(); err != nil { // so that nobody but the engine asks
				t.Fatal(err)
			}
			network := &far{away: away}
			e := engineOn(t, s, network, configured, known.Facts)
			began := time.Now()
			d, err := e.Prepare(t.Context(), operate.Request{Kind: operation.Promote, Service: service, Environment: production})
			if err != nil || len(d.Refusals) > 0 || len(d.Against) > 0 {
				t.Fatalf("%v; refused %q, against %+v", err, d.Refusals, d.Against)
			}
			trips := network.sequence("")
			t.Logf("preflight: %d in sequence, %v: %q", len(trips), time.Since(began).Round(time.Millisecond), trips)
			if len(trips) == 0 || len(trips) > 3 {
				t.Errorf("preflight takes %d round trips in sequence: %q", len(trips), trips)
			}
			for _, other := range []operate.Request{ // what is read for these is read beside, or once before
				{Kind: operation.RollBack, Service: service, Environment: production},
				{Kind: operation.Promote, Service: service, Environment: production, Release: "v1.1.2"},
			} {
				network.forget()
				if x, err := e.Prepare(t.Context(), other); err != nil || len(x.Refusals) > 0 || !x.Undoes.Known && !x.Environment.Ship.Known {
					t.Fatalf("%v; refused %q", err, x.Refusals)
				}
				trips := network.sequence("")
				t.Logf("preflight to %s %s: %d in sequence: %q", other.Kind, other.Release, len(trips), trips)
				if len(trips) == 0 || len(trips) > 3 {
					t.Errorf("preflight to %s %s takes %d round trips in sequence: %q", other.Kind, other.Release, len(trips), trips)
				}
			}
			network.forget()
			began = time.Now()
			o, err := e.Confirm(t.Context(), d, operate.Confirmation{Name: production})
			if err != nil {
				t.Fatal(err)
			}
			s.waitSent(o.Plan.ID, e)
			trips = network.sequence("/dispatches")
			t.Logf("from the word to the send: %d in sequence, answered after %v: %q", len(trips), time.Since(began).Round(time.Millisecond), trips)
			if len(trips) == 0 || len(trips) > edition.send {
				t.Errorf("the send comes after %d round trips in sequence: %q", len(trips), trips)
			}
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// engineOn is an engine alone on a network, which knows a service as it was read.
func engineOn(t *testing.T, s *stage, network http.RoundTripper, configured *model.Fleet, facts readiness.Facts) *operate.Engine {
	t.Helper()
	root, err := url.Parse(s.sim.Root)
	if err != nil {
		t.Fatal(err)
	}
	c, err := github.New(github.Options{Host: s.sim.Host, Root: root, Token: token.New(s.sim.Host, s.sim.Token, "the test"), Clock: s.sim.Clock, Transport: network})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	now := s.sim.Clock.Now()
	e := operate.New(t.Context(), operate.Options{
		Folder: filepath.Join(t.TempDir(), "operations"), Fleet: func() *model.Fleet { return configured },
		Clients: func(string) (*github.Client, error) { return c, nil },
		Facts:   func(context.Context, string) (readiness.Facts, error) { return facts, nil },
		Samples: func(context.Context, string, string, string, time.Time) ([]model.Sample, error) { return nil, nil },
		Refresh: func(string) {}, Clock: clock.Scaled(now, 1), NewID: func() string { return "8d7f3c1e-1111-4222-8333-000000000001" }, Process: "the test",
		Go: func(do func()) { go do() }, ReadOnly: func() string { return "" },
	})
	t.Cleanup(func() { _ = e.Close() }) // again does nothing
	return e
}

// waitSent waits until the send has been answered.
func (s *stage) waitSent(id string, e *operate.Engine) {
	s.t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		o, _ := e.Operation(id)
		if o.State == operation.Queued || o.State.Ended() || o.Answer != 0 {
			if o.State.Ended() {
				s.t.Fatalf("it is %s: %s", o.State, o.Why)
			}
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatalf("never sent: %s: %s; %s", o.State, o.Why, o.Trouble)
		}
	}
}
