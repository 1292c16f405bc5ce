package operate_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// word has one word about a shared ref said, and waits until it is over.
func (s *stage) word(kind operation.Kind, environment, release string, c operate.Confirmation) (operate.Operation, *operate.Draft) {
	s.t.Helper()
	return s.say(operate.Request{Kind: kind, Service: service, Environment: environment, Release: release}, c)
}

// say has what a request asks for done, and waits until it is over.
func (s *stage) say(r operate.Request, c operate.Confirmation) (operate.Operation, *operate.Draft) {
	s.t.Helper()
	d, err := s.Prepare(s.t.Context(), r)
	if err != nil {
		s.t.Fatal(err)
	}
	if len(d.Refusals) > 0 {
		return operate.Operation{}, d
	}
	o, err := s.Confirm(s.t.Context(), d, c)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return !o.Open() || o.State == operation.Ambiguous }), d
}

func TestAnEnvironmentIsHeldAndLifted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		enterprise bool
		refuses    bool // refs outside heads and tags
	}{{"github.com", false, false}, {"refs among the tags", false, true}, {"Enterprise Server", true, false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{Enterprise: c.enterprise})
			if c.refuses {
				s.sim.World().Fault(simulator.Fault{Method: "POST", Path: "/repos/*/*/git/refs", Status: 422, Instead: true, Times: 1})
			}
			d, err := s.Prepare(t.Context(), operate.Request{Kind: operation.Hold, Service: service, Environment: production})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Confirm(t.Context(), d, operate.Confirmation{}); !errors.Is(err, operate.ErrRefused) || !strings.Contains(err.Error(), "takes a reason") {
				t.Errorf("without a reason: %v", err)
			}
			o, _ := s.word(operation.Hold, production, "", operate.Confirmation{Reason: "the database is moved"})
			refs := s.sim.Refs("acme/" + service)
			if o.State != operation.Succeeded || !c.refuses && len(refs) != 1 {
				t.Fatalf("%s: %s; %v; %s", o.State, o.Why, refs, events(o.Records))
			}
			if said := sayAgainst(s.prepare(production)); !strings.Contains(said, "hold: production is held by mona") || !strings.Contains(said, "the database is moved") {
				t.Errorf("against a promotion stands %q", said)
			}
			if _, d := s.word(operation.Hold, production, "", operate.Confirmation{Reason: "again"}); !strings.Contains(sayAll(d), "there is a hold already: mona since") {
				t.Errorf("held twice: %q", sayAll(d))
			}
			o, d = s.word(operation.Lift, production, "", operate.Confirmation{Reason: "it was moved", Name: production})
			if o.State != operation.Succeeded || len(s.sim.Refs("acme/"+service)) != 0 || !strings.Contains(string(d.Notes[len(d.Notes)-1]), "by hand: gh api --method DELETE ") {
				t.Errorf("%s: %s; %v, %q", o.State, o.Why, s.sim.Refs("acme/"+service), d.Notes)
			}
			if d := s.prepare(production); len(d.Refusals) != 0 {
				t.Errorf("after it was lifted: %q", d.Refusals)
			}
			if _, d := s.word(operation.Lift, production, "", operate.Confirmation{}); !strings.Contains(sayAll(d), "there is no hold to lift") {
				t.Errorf("lifted twice: %q", sayAll(d))
			}
		})
	}
}

func TestAReleaseIsVetoedAndCleared(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	tag := s.prepare(production).Plan.Release.Tag
	if o, _ := s.word(operation.Veto, "", tag, operate.Confirmation{Reason: "it leaks"}); o.State != operation.Succeeded {
		t.Fatalf("%s: %s", o.State, o.Why)
	}
	d := s.prepare(production)
	if said := sayAll(d) + sayAgainst(d); !strings.Contains(said, "vetoed by mona") || !strings.Contains(said, "it leaks") {
		t.Errorf("against a promotion stands %q", said)
	}
	// The answer to the one request is lost after it was processed: the ref itself tells.
	s.sim.World().Fault(simulator.Fault{Method: "POST", Path: "/graphql", Status: 502, Times: 1})
	if o, _ := s.word(operation.Clear, "", tag, operate.Confirmation{Reason: "it doesn't"}); o.State != operation.Succeeded || len(s.sim.Refs("acme/"+service)) != 0 {
		t.Errorf("%s: %s; %v; %s", o.State, o.Why, s.sim.Refs("acme/"+service), events(o.Records))
	}
	if _, d := s.word(operation.Veto, "", "v99", operate.Confirmation{}); !strings.Contains(sayAll(d), "has no release v99") {
		t.Errorf("of what isn't there: %q", sayAll(d))
	}
}

// Another operator's lock is broken with a reason; what was shown is taken away, and nothing that came since.
func TestALockIsBroken(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	lock := func(id string) {
		mark := operation.Mark{Kind: operation.MarkLock, Operation: id, Owner: "ada", Service: service, Environment: production, Since: s.Now(), Reason: "promotes"}
		name, err := mark.Name()
		if err != nil {
			t.Fatal(err)
		}
		text, err := mark.Message()
		if err != nil {
			t.Fatal(err)
		}
		s.sim.World().Repository("acme/"+service).TaggedRef(operation.RefRoot+name, text, "ada")
	}
	lock("one")
	d, err := s.Prepare(t.Context(), operate.Request{Kind: operation.Break, Service: service, Environment: production})
	if err != nil || len(d.Refusals) != 0 || !strings.Contains(string(d.Notes[0]), "ada since") {
		t.Fatalf("%v; %q, %q", err, d.Refusals, d.Notes)
	}
	lock("two")
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Reason: "ada is on a plane", Name: production})
	if err != nil {
		t.Fatal(err)
	}
	o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return !o.Open() })
	if o.State != operation.Aborted || !strings.Contains(string(o.Why), "another one now") || len(s.sim.Refs("acme/"+service)) != 1 {
		t.Errorf("%s: %s; %v", o.State, o.Why, s.sim.Refs("acme/"+service))
	}
	if o, _ := s.word(operation.Break, production, "", operate.Confirmation{Reason: "ada is on a plane", Name: production}); o.State != operation.Succeeded || len(s.sim.Refs("acme/"+service)) != 0 {
		t.Errorf("%s: %s; %v", o.State, o.Why, s.sim.Refs("acme/"+service))
	}
}

// The lock of one's own operation that moves is not broken: it is given back when that has ended.
func TestOnesOwnLockIsNotBroken(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	deploysIn(40*time.Second, s.sim) // so that nobody misses it
	o, err := s.Confirm(t.Context(), s.prepare(production), operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	s.until(o.Plan.ID, "running", func(o operate.Operation) bool { return o.State == operation.Running })
	d, err := s.Prepare(t.Context(), operate.Request{Kind: operation.Break, Service: service, Environment: production})
	if err != nil || !strings.Contains(sayAll(d), "the lock of your own operation "+o.Plan.ID) {
		t.Errorf("%v, %q", err, sayAll(d))
	}
}

// A commit that no release is known of can be vetoed where it ran, and its veto cleared.
func TestACommitIsVetoedAndCleared(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	sha := s.sim.World().Repository("acme/" + service).Head("main").SHA
	d, err := s.Sketch(t.Context(), operate.Request{Kind: operation.Veto, Service: service, Release: sha})
	if err != nil || len(d.Refusals) != 0 || d.Plan.Mark.SHA != sha {
		t.Errorf("%v, %q; %+v", err, sayAll(d), d.Plan.Mark)
	}
	for _, c := range []struct {
		kind    operation.Kind
		refuses bool
	}{{operation.Veto, true}, {operation.Clear, false}} { // of a commit that nobody knows nothing but a veto can be there
		d, err := s.Sketch(t.Context(), operate.Request{Kind: c.kind, Service: service, Release: strings.Repeat("0badc0de", 5)})
		if err != nil || len(d.Refusals) != 0 != c.refuses {
			t.Errorf("%s: %v, %q", c.kind, err, sayAll(d))
		}
	}
}
