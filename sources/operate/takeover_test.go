package operate_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// over waits until nothing of an operation is left to be done.
func (s *stage) over(id string) operate.Operation {
	s.t.Helper()
	return s.until(id, "over", func(o operate.Operation) bool { return o.State.Ended() && !o.Open() && !o.Undecided })
}

// While a promotion of one's own verifies, a rollback takes over its lock, with a reason: the promotion becomes superseded,
// and the environment goes back. While it deploys it is not taken over.
func TestARollbackTakesOver(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	deploysIn(40*time.Second, s.sim) // so that nobody misses it
	promoted := s.prepare(production)
	o, err := s.Confirm(t.Context(), promoted, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	s.until(o.Plan.ID, "sent", func(o operate.Operation) bool { return o.State == operation.Queued || o.State == operation.Running })
	if d := s.prepareRollback(""); d.Takeover != nil || len(locks(d.Against)) != 1 || !strings.Contains(notes(d), "what deploys is not taken over") {
		t.Errorf("while it deploys: %+v, against %+v; %s", d.Takeover, d.Against, notes(d))
	}
	s.until(o.Plan.ID, "verifying", func(o operate.Operation) bool { return o.State == operation.Verifying })
	d := s.prepareRollback("")
	if d.Takeover == nil || len(locks(d.Against)) != 0 || len(d.Unasked) != 1 || !strings.Contains(string(d.Unasked[0]), "becomes superseded") {
		t.Fatalf("while it verifies: %+v, against %+v, %q; %s", d.Takeover, d.Against, d.Unasked, notes(d))
	}
	if _, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production}); err == nil {
		t.Fatal("it is taken over without a reason")
	}
	if now, _ := s.Operation(o.Plan.ID); now.State != operation.Verifying {
		t.Fatalf("a refused word has made it %s", now.State)
	}
	back, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production, Reason: "users see errors"})
	if err != nil {
		t.Fatal(err)
	}
	if o = s.over(o.Plan.ID); o.State != operation.Superseded || !strings.Contains(string(o.Why), "users see errors") {
		t.Errorf("the promotion is %s: %s", o.State, o.Why)
	}
	if back = s.over(back.Plan.ID); back.State != operation.Succeeded {
		t.Errorf("the rollback is %s: %s", back.State, back.Why)
	}
	if n := s.sim.Dispatches("acme/" + service); n != 2 {
		t.Errorf("%d were sent", n)
	}
	if refs := strings.Join(s.sim.Refs("acme/"+service), " "); strings.Contains(refs, "lock/") {
		t.Errorf("%s is left", refs)
	}
}

// Another operator's operation that verifies is taken over, too; their gonogo sees that and ends it as superseded. The lock
// is replaced in one step, so that nobody is faster between; where GraphQL can't be asked it takes two, and that is journalled.
func TestAnotherOperatorsIsTakenOver(t *testing.T) {
	t.Parallel()
	for _, atomic := range []bool{true, false} {
		t.Run(fmt.Sprint("in one step ", atomic), func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) { // longer than it takes another operator to come
				o.Source.Data = []byte(strings.Replace(string(o.Source.Data), "bake: 80s", "bake: 20m", 1))
			})
			o, err := s.Confirm(t.Context(), s.prepare(production), operate.Confirmation{Name: production})
			if err != nil {
				t.Fatal(err)
			}
			s.until(o.Plan.ID, "verifying", func(o operate.Operation) bool { return o.State == operation.Verifying })
			other := s.another()
			d := other.prepareRollback(o.Plan.Replaces.Tag)
			if d.Takeover == nil || d.Takeover.Operation != o.Plan.ID || d.Plan.Takes.Own || len(d.Refusals) > 0 {
				t.Fatalf("%+v; refused %q; against %+v; %s", d.Takeover, d.Refusals, d.Against, notes(d))
			}
			var none *simulator.Fault
			if !atomic {
				none = s.sim.World().Fault(simulator.Fault{Method: "POST", Path: "/graphql", Status: 403, Instead: true})
			}
			back, err := other.Confirm(t.Context(), d, operate.Confirmation{Name: production, Reason: "mona is on a plane"})
			if err != nil {
				t.Fatal(err)
			}
			back = other.until(back.Plan.ID, "verifying", func(o operate.Operation) bool { return o.State == operation.Verifying || o.State.Ended() })
			if none != nil {
				s.sim.World().Lift(none)
			}
			record := func(e operation.Event) (r operation.Record) {
				for _, r = range back.Records {
					if r.Event == e {
						return r
					}
				}
				return operation.Record{}
			}
			if back.State != operation.Verifying || !strings.Contains(string(record(operation.Claims).Why), o.Plan.ID) {
				t.Errorf("the rollback is %s: %s", back.State, back.Why)
			}
			if why := string(record(operation.Claimed).Why); strings.Contains(why, "in two steps") == atomic {
				t.Errorf("it is journalled as %q", why)
			}
			if deleted := slices.ContainsFunc(s.sim.World().Requests(), func(q simulator.Request) bool { return q.Method == http.MethodDelete }); deleted == atomic {
				t.Errorf("the lock was taken away by itself: %v", deleted)
			}
			if o = s.over(o.Plan.ID); o.State != operation.Superseded || !strings.Contains(string(o.Why), "has taken over") {
				t.Errorf("the promotion is %s: %s", o.State, o.Why)
			}
		})
	}
}

// another is another operator with files of their own.
func (s *stage) another() *stage {
	s.t.Helper()
	options := s.options
	options.Folders.State, options.Folders.Cache = s.t.TempDir(), s.t.TempDir()
	options.Rand = rand.New(rand.NewPCG(2, 2))
	other := &stage{t: s.t, sim: s.sim, options: options}
	other.start()
	return other
}

func notes(d *operate.Draft) string {
	var all []string
	for _, n := range d.Notes {
		all = append(all, string(n))
	}
	return strings.Join(all, "; ")
}
