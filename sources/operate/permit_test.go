package operate_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/operation"
	"gonogo/sources/config"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// fine is a fine-grained token that reads all there is, and writes what is named.
func fine(writes ...string) simulator.Access {
	a := simulator.Access{User: "mona", Permissions: map[string]string{"actions": "read", "contents": "read", "deployments": "read", "statuses": "read", "issues": "read", "pull_requests": "read"}}
	for _, w := range writes {
		a.Permissions[w] = "write"
	}
	return a
}

// whyDenied is why the token may not do a kind of operation in an environment.
func (s *stage) whyDenied(kind operation.Kind, environment string) string {
	s.t.Helper()
	b, err := s.Board(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return board.WhyDenied(b.Denied, kind, service, environment)
}

// tells reports whether any of texts holds a part.
func tells(texts []model.Text, part string) bool {
	for _, t := range texts {
		if strings.Contains(string(t), part) {
			return true
		}
	}
	return false
}

const lacksContents = "the token lacks the permission Contents: write in acme/service-001"

// held tries to hold production, and returns how that ended.
func (s *stage) held() operate.Operation {
	s.t.Helper()
	d, err := s.Prepare(s.t.Context(), operate.Request{Kind: operation.Hold, Service: service, Environment: production})
	if err != nil {
		s.t.Fatal(err)
	}
	o, err := s.Confirm(s.t.Context(), d, operate.Confirmation{Reason: "to see"})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.until(o.Plan.ID, "ended", func(o operate.Operation) bool { return o.State.Ended() })
}

// A write that nobody has tried is tried; what GitHub refuses once is known from then on: it is refused before anything is
// sent, also after a restart, for that token alone, and for a while. Where a lock isn't compulsory it goes on without one.
func TestWhatATokenMayNotWriteIsRemembered(t *testing.T) {
	t.Parallel()
	var late shifted
	s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) { late.Clock, o.Clock = o.Clock, &late })
	if why := s.whyDenied(operation.Promote, production); why != "" {
		t.Errorf("a classic token with the scope repo is denied it: %s", why)
	}
	s.sim.World().Token(s.sim.Token, fine("actions", "deployments"))
	if why := s.whyDenied(operation.Promote, production); why != "" {
		t.Errorf("what nobody has tried is denied: %s", why)
	}
	before := s.prepare(production)
	if o := s.held(); o.State == operation.Succeeded || !strings.Contains(string(o.Why), "give it the permission Contents: write") {
		t.Fatalf("it is %s: %s", o.State, o.Why)
	}
	for _, kind := range []operation.Kind{operation.Promote, operation.RollBack, operation.Hold} {
		if why := s.whyDenied(kind, production); !strings.HasPrefix(why, lacksContents) {
			t.Errorf("%s: %q", kind, why)
		}
	}
	for _, kind := range []operation.Kind{operation.Approve, operation.Rerun, operation.Cancel} {
		if why := s.whyDenied(kind, ""); why != "" {
			t.Errorf("%s: %q", kind, why)
		}
	}
	if why := s.whyDenied(operation.Promote, "staging"); why != "" {
		t.Errorf("staging needs no lock: %q", why)
	}
	if d := s.prepare(production); !tells(d.Refusals, lacksContents+": no lock can be taken, and production is not touched without one") {
		t.Errorf("production is refused with %q", d.Refusals)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.start()
	if d := s.prepare(production); !tells(d.Refusals, lacksContents) {
		t.Errorf("after a restart it is refused with %q", d.Refusals)
	}

	s.sim.World().Token("another", fine())
	mine := s.sim.Token
	s.sim.Token = "another"
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.start()
	if d := s.prepare(production); tells(d.Refusals, "the token") || s.whyDenied(operation.Promote, production) != "" {
		t.Errorf("another token is refused with %q", d.Refusals)
	}
	s.sim.Token = mine
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.start()
	late.by.Store(int64(15 * time.Minute))
	if why := s.whyDenied(operation.Promote, production); why != "" {
		t.Errorf("after a quarter of an hour: %q", why)
	}
	late.by.Store(0)

	// What was prepared before it was known is tried, and what is done may be done.
	s.sim.World().Token(mine, fine("actions", "contents"))
	o, err := s.Confirm(t.Context(), before, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	s.until(o.Plan.ID, "past its lock", func(o operate.Operation) bool {
		return o.State != operation.Confirmed && o.State != operation.Claiming && o.State != ""
	})
	if why := s.whyDenied(operation.Hold, production); why != "" {
		t.Errorf("after it was done: %q", why)
	}
}

// Where no lock can be taken and none has to be the plan has none, and says so; it ends without a shared ref.
func TestWithoutALockWhereNoneHasToBe(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) { o.User = config.DefaultUser(); o.User.LockOptional = true })
	s.sim.World().Token(s.sim.Token, fine("actions"))
	s.held()
	if why := s.whyDenied(operation.Promote, production); why != "" {
		t.Fatalf("the lock is optional, and %q", why)
	}
	d := s.prepare(production)
	if len(d.Refusals) > 0 || d.Plan.Lock || !tells(d.Notes, "no lock is taken") {
		t.Fatalf("lock %v, refused with %q, notes %q", d.Plan.Lock, d.Refusals, d.Notes)
	}
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	if o = s.until(o.Plan.ID, "sent", func(o operate.Operation) bool { return o.Progress.Run != 0 || o.State.Ended() }); o.State.Ended() || s.sim.Dispatches("acme/"+service) != 1 {
		t.Errorf("it is %s: %s", o.State, o.Why)
	}
	if refs := s.sim.Refs("acme/" + service); len(refs) > 0 {
		t.Errorf("%q was made", refs)
	}
}

// A classic token's scopes are told by every answer, so that what it may not write is known before anything is tried.
func TestScopesThatMayNotWrite(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) {})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.sim.World().Token("reader", simulator.Access{User: "mona", Scopes: []string{"read:org", "read:project"}})
	s.sim.Token = "reader"
	s.start()
	if d := s.prepare(production); !tells(d.Refusals, "the token lacks the scope repo") {
		t.Errorf("it is refused with %q", d.Refusals)
	}
	for _, kind := range []operation.Kind{operation.Promote, operation.RollBack, operation.Hold, operation.Approve, operation.Rerun, operation.Cancel} {
		environment := production
		if kind.OnRun() {
			environment = ""
		}
		if why := s.whyDenied(kind, environment); !strings.Contains(why, "the token lacks the scope repo and may not write to acme/service-001: it has read:org, read:project alone") {
			t.Errorf("%s: %q", kind, why)
		}
	}
	for _, r := range s.sim.World().Requests() {
		if r.Method != http.MethodGet && !strings.HasSuffix(r.Path, "/graphql") {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
}
