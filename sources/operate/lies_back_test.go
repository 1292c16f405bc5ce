package operate_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// TestTheNetworkLiesToWhoGoesBack answers each write that is a takeover's or an automatic rollback's own in every way that
// nobody wants; see TestTheNetworkLies. The table is testdata/lies_back.txt.
func TestTheNetworkLiesToWhoGoesBack(t *testing.T) {
	t.Parallel()
	if quietly(t) {
		return
	}
	lieAbout(t, "lies_back.txt", []write{
		{"take over", "POST", "/graphql"}, {"take away", "DELETE", "/repos/*/*/git/refs/**"}, // the one, or, where GraphQL can't be asked, the other
		{"auto", "POST", "/repos/*/*/git/refs"}, {"dispatch", "POST", "/repos/*/*/actions/workflows/*/dispatches"},
	}, func(t *testing.T, write, method, path string, fault simulator.Fault) string {
		switch write {
		case "auto":
			return wentBack(t, write, 1, path, fault)
		case "dispatch": // of what goes back
			return wentBack(t, write, 2, path, fault)
		}
		return takenOver(t, write, method, path, fault)
	})
}

// takenOver drives a rollback that takes over another operator's lock, of which one write is answered so.
func takenOver(t *testing.T, write, method, path string, fault simulator.Fault) string {
	fault.Method, fault.Path, fault.Times = method, path, 1
	if write == "take over" { // not what GraphQL calls the repository, which is asked first
		fault.Skip = 1
	}
	var world *simulator.World
	var once sync.Once
	s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) {
		o.Source.Data = []byte(unchecked(string(o.Source.Data)))
		o.Hook = func(point string) {
			if point == "before request "+write {
				once.Do(func() { world.Fault(fault) })
			}
		}
	})
	world = s.sim.World()
	r := world.Repository("acme/" + service)
	r.Deploy(production, "v1.1.1")
	lock := operation.Mark{Kind: operation.MarkLock, Operation: former, Owner: "ada", Service: service, Environment: production, SHA: r.Head("v1.1.1").SHA, Reason: "promote v1.1.1", Since: s.Now()}
	s.leave(lock)
	d := s.prepareRollback("")
	if d.Takeover == nil || len(d.Refusals) > 0 {
		t.Fatalf("%+v; %q", d.Takeover, d.Refusals)
	}
	if write == "take away" {
		world.Fault(simulator.Fault{Method: "POST", Path: "/graphql", Status: 403, Instead: true})
	}
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production, Reason: "users see errors"})
	if err != nil {
		t.Fatal(err)
	}
	o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && !o.Open() || o.State == operation.Ambiguous })
	k := killing{sim: s.sim}
	switch sent, whose := s.sim.Dispatches("acme/"+service), k.lockOf(t); {
	case sent > 1, o.State == operation.Succeeded && (sent != 1 || whose != ""), o.State == operation.Aborted && (sent != 0 || whose == o.Plan.ID):
		t.Errorf("it is %s, was sent %d times, and the lock is %q's", o.State, sent, whose)
	case o.State != operation.Succeeded && o.State != operation.Aborted:
		t.Errorf("it is %s", o.State)
	}
	says := o.Why
	for _, record := range o.Records {
		if record.Event == operation.Claimed && record.Why != "" {
			says = record.Why
		}
	}
	return fmt.Sprintf("%s: %s", o.State, day.ReplaceAllString(plain(s, o, string(says)), "DAY HH:MM"))
}

var day = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d`)

// wentBack drives a promotion that fails its verification and goes back, of which the nth write of a name is answered so.
func wentBack(t *testing.T, write string, nth int, path string, fault simulator.Fault) string {
	fault.Method, fault.Path, fault.Times = "POST", path, 1
	var world *simulator.World
	var mu sync.Mutex
	n := 0
	s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) {
		text := strings.ReplaceAll(string(o.Source.Data), "every: 4s", "every: 2s")
		o.Source.Data = []byte(strings.Replace(text, "bake: 80s\n", "bake: 30s\n        settle: 12s\n        rollback: automatic\n", 1))
		o.Hook = func(point string) {
			mu.Lock()
			defer mu.Unlock()
			if point == "before request "+write {
				if n++; n == nth {
					world.Fault(fault)
				}
			}
		}
	})
	world = s.sim.World()
	d := s.prepare(production)
	s.sim.Services().Behave("acme/"+service, d.Plan.Release.Tag, simulator.Behaviour{Failing: true, Environment: production})
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	o = s.over(o.Plan.ID)
	back := o
	if o.WentBack != "" {
		back = s.until(o.WentBack, "decided", func(o operate.Operation) bool {
			return o.State.Ended() && !o.Open() || o.State == operation.Ambiguous
		})
	}
	k := killing{sim: s.sim}
	sent, mark := s.sim.Dispatches("acme/"+service), len(k.refs(t, "gonogo/auto/"))+len(k.refs(t, "tags/gonogo/auto/")) == 1
	runs := 0
	for _, r := range world.Repository("acme/" + service).Runs() {
		if o.WentBack != "" && strings.Contains(r.Title, o.WentBack) {
			runs++
		}
	}
	switch {
	case o.State != operation.Failed || sent > 2:
		t.Errorf("it is %s, and %d were sent", o.State, sent)
	case o.WentBack == "" && sent != 1, o.WentBack != "" && !mark:
		t.Errorf("%d were sent, the mark is left: %v", sent, mark)
	case o.WentBack != "" && (back.State == operation.Succeeded) != (runs == 1):
		t.Errorf("the rollback is %s, and made %d runs", back.State, runs)
	}
	if o.WentBack == "" {
		return plain(s, o, string(o.Records[len(o.Records)-1].Why))
	}
	says := back.Why
	for _, r := range back.Records {
		if r.Event == operation.Unanswered {
			says = r.Why
		}
	}
	return fmt.Sprintf("%s: %s", back.State, plain(s, back, string(says)))
}

// leave makes a shared ref as another operator's gonogo does.
func (s *stage) leave(m operation.Mark) {
	s.t.Helper()
	name, err := m.Name()
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := m.Message()
	if err != nil {
		s.t.Fatal(err)
	}
	s.sim.World().Repository("acme/"+service).TaggedRef(operation.RefRoot+name, text, m.Owner)
}

// unchecked is a configuration without checks: what it looks at ends sooner.
func unchecked(text string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool {
		for _, of := range []string{"health:", "http:", "expect:", "every:", "max_age:"} {
			if strings.Contains(line, of) {
				return true
			}
		}
		return false
	}), "\n")
}
