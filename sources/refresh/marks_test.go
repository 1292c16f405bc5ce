package refresh

import (
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/simulator"
)

// marksCalls is how often GitHub was asked for shared refs, and for what one says.
func (s *stage) marksCalls() (lists, objects, charged int) {
	for _, r := range s.world.Requests() {
		switch {
		case strings.Contains(r.Path, "/git/matching-refs/"):
			lists++
		case strings.Contains(r.Path, "/git/tags/"):
			objects++
		default:
			continue
		}
		if r.Status != 304 {
			charged++
		}
	}
	return lists, objects, charged
}

func (s *stage) mark(root string, m operation.Mark) {
	s.t.Helper()
	name, err := m.Name()
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := m.Message()
	if err != nil {
		s.t.Fatal(err)
	}
	s.world.Repository("acme/service-001").TaggedRef(root+name, text, "octocat")
}

// Locks, holds and vetoes are found in both places, what they say is read once, and looking again costs nothing.
func TestMarksAreReadOnceAndLookedAtForNothing(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2})
	const name = "service-001"
	env := s.fleet.Service(name).Environments[1].GitHub
	s.mark(operation.RefRoot, operation.Mark{Kind: operation.MarkHold, Owner: "octocat", Service: name, Environment: env, Reason: "rolled back", Since: start})
	s.mark(operation.RefFallback, operation.Mark{Kind: operation.MarkLock, Operation: "o", Owner: "octocat", Service: name, Environment: env, Since: start})
	s.mark(operation.RefRoot, operation.Mark{Kind: operation.MarkLock, Operation: "p", Owner: "octocat", Service: "another", Environment: env, Since: start})
	s.world.Repository("acme/service-001").TaggedRef(operation.RefRoot+"veto/service-001/"+strings.Repeat("a", 40), "not ours", "octocat")
	s.begin(s.options())
	s.pass(time.Minute)
	f := s.facts(name)
	if len(f.Marks) != 3 || f.Marks[0].Reason != "rolled back" || f.Marks[1].Flaw == "" || f.Marks[2].Operation != "o" || !f.Read(model.SignalMarks, "").OK() {
		t.Fatalf("the marks are %+v", f.Marks)
	}
	if _, objects, _ := s.marksCalls(); objects != 3 {
		t.Errorf("%d tag objects were read", objects)
	}
	s.world.ForgetRequests()
	s.pass(20 * time.Minute)
	if lists, objects, charged := s.marksCalls(); lists < 8 || objects > 0 || charged > 0 {
		t.Errorf("20 minutes in which nothing changed took %d lists and %d objects, %d charged", lists, objects, charged)
	}
	f = s.facts(name)
	if r := f.Read(model.SignalMarks, ""); !r.Fresh(s.clock.Now()) {
		t.Errorf("the marks are %s old", s.clock.Now().Sub(r.At))
	}
	s.mark(operation.RefRoot, operation.Mark{Kind: operation.MarkHold, Owner: "ada", Service: name, Environment: s.fleet.Service(name).Environments[0].GitHub, Since: start})
	s.Refresh(name)
	s.pass(time.Minute)
	if _, objects, _ := s.marksCalls(); objects != 1 || len(s.facts(name).Marks) != 4 {
		t.Errorf("one more hold: %d objects were read, there are %d marks", objects, len(s.facts(name).Marks))
	}
}

// The services of one repository share what GitHub says of its refs.
func TestMarksAreSharedByTheServicesOfARepository(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 5})
	for i := range s.fleet.Services {
		s.fleet.Services[i].Repo = s.fleet.Services[0].Repo
	}
	s.mark(operation.RefRoot, operation.Mark{Kind: operation.MarkHold, Owner: "octocat", Service: "service-003", Environment: "production", Since: start})
	s.begin(s.options())
	for range 100 {
		s.pass(100 * time.Millisecond)
		if len(s.Progress()) == 0 {
			break
		}
	}
	if lists, objects, _ := s.marksCalls(); lists != 2 || objects != 1 {
		t.Errorf("5 services of one repository took %d lists and %d objects\n%s", lists, objects, strings.Join(s.asked(), "\n"))
	}
	for i, service := range s.fleet.Services {
		if f := s.facts(service.Name); !f.Read(model.SignalMarks, "").OK() || (len(f.Marks) == 1) != (i == 2) {
			t.Errorf("%s has %d marks", service.Name, len(f.Marks))
		}
	}
	s.pass(5 * time.Minute)
	s.world.ForgetRequests()
	s.pass(20 * time.Minute)
	if lists, objects, charged := s.marksCalls(); lists > 5*2*6/2 || objects+charged > 0 {
		t.Errorf("20 minutes took %d lists and %d objects, %d charged", lists, objects, charged)
	}
}
