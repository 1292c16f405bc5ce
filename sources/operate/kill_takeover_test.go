package operate_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/cache/journal"
	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/simulator"
)

// TestKilledWhileItTakesOver kills the process of a rollback that takes over the lock of an operation that verifies, of this
// person's and of another operator's, from before the old one is ended until the rollback's run is known; what follows is as
// with any rollback.
func TestKilledWhileItTakesOver(t *testing.T) {
	t.Parallel()
	if quietly(t) {
		return
	}
	for _, own := range []bool{true, false} {
		t.Run(fmt.Sprintf("own %v", own), func(t *testing.T) {
			t.Parallel()
			killedAnywhere(t, func(at string) *killing { return taking(t, own, at) }, func(point string) bool {
				switch {
				case strings.Contains(point, " saw "), strings.Contains(point, " mark"), strings.Contains(point, " hold "), strings.Contains(point, " veto "), strings.Contains(point, " tag object 2"), strings.Contains(point, " tag object 3"):
					return false
				case strings.Contains(point, " judged "), strings.Contains(point, " releases "), strings.Contains(point, " unlock "), strings.Contains(point, " released "):
					return own // of the promotion
				}
				return true
			})
		})
	}
}

const former = "8d7f3c1e-1111-4222-8333-000000000002"

// taking is a world in which a promotion verifies and holds its lock, and a rollback that will be killed.
func taking(t *testing.T, own bool, at string) *killing {
	t.Helper()
	s := begin(t, operation.RollBack, at)
	r := s.sim.World().Repository("acme/" + service)
	const tag = "v1.1.1"
	bad := model.Release{Tag: tag, SHA: model.SHA(r.Head(tag).SHA)}
	r.Deploy(production, tag)
	lock := operation.Mark{Kind: operation.MarkLock, Operation: former, Owner: "ada", Service: service, Environment: production, SHA: string(bad.SHA), Reason: "promote " + tag, Since: time.Now()}
	name, err := lock.Name()
	if err != nil {
		t.Fatal(err)
	}
	text, err := lock.Message()
	if err != nil {
		t.Fatal(err)
	}
	r.TaggedRef(operation.RefRoot+name, text, "ada")
	s.victim.Patient, s.victim.Word.Reason = true, "users see errors"
	if own { // it goes on to verify until it is taken over
		s.after = s.victim.Config
		s.victim.Config = strings.ReplaceAll(s.sim.Config, "- name: production\n", "- name: production\n        bake: 10h\n")
		s.victim.Until, s.want = operation.Verifying, operation.Verifying
		plan := operation.Plan{
			ID: former, Kind: operation.Promote, Host: s.sim.Host, Repo: "acme/" + service, Service: service, Environment: production, GitHub: production, Tier: model.Production,
			Release: bad, Way: operation.ByWorkflow, Workflow: "deploy.yml", Ref: tag, Lock: true, Checks: 1, Actor: "mona", MadeAt: s.victim.From,
		}
		s.write(t,
			operation.Record{Event: operation.Planned, State: operation.Preflight, Plan: &plan}, operation.Record{Event: operation.Approved, State: operation.Confirmed},
			operation.Record{Event: operation.Claims, State: operation.Claiming}, operation.Record{Event: operation.Claimed, State: operation.Claiming, Place: operation.RefRoot + name},
			operation.Record{Event: operation.Reads, State: operation.Claiming}, operation.Record{Event: operation.Sends, State: operation.Dispatching},
			operation.Record{Event: operation.Answered, State: operation.Queued, Status: 200, Run: deployed(t, r).ID}, operation.Record{Event: operation.Saw, State: operation.Verifying})
	}
	s.holds = func(t *testing.T, end operation.State) { s.holdTaken(t, own, end) }
	return s
}

func (s *killing) journal(t *testing.T) *journal.Journal {
	t.Helper()
	j, err := journal.Open(t.Context(), journal.Options{Path: filepath.Join(s.victim.Folder, "state", "operations", "journal-"+operation.EscapeRef(s.sim.Host)+".sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

// write leaves what a former process has journalled.
func (s *killing) write(t *testing.T, records ...operation.Record) {
	t.Helper()
	j := s.journal(t)
	for _, r := range records {
		r.Operation, r.At, r.Process = former, s.victim.From, "a former one"
		if _, err := j.Append(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// get asks the simulated GitHub by itself.
func (s *killing) get(t *testing.T, path string, into any) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimSuffix(s.sim.Root, "/")+"/repos/acme/"+service+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+s.sim.Token)
	q.Close = true
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if err := json.NewDecoder(a.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// refs are the objects that the refs below a name point at.
func (s *killing) refs(t *testing.T, below string) (objects []string) {
	t.Helper()
	var refs []struct{ Object struct{ SHA string } }
	s.get(t, "/git/matching-refs/"+below, &refs)
	for _, r := range refs {
		objects = append(objects, r.Object.SHA)
	}
	return objects
}

// lockOf is the operation that has the environment's lock; empty: none has.
func (s *killing) lockOf(t *testing.T) string {
	t.Helper()
	locks := append(s.refs(t, "gonogo/lock/"), s.refs(t, "tags/gonogo/lock/")...)
	if len(locks) == 0 {
		return ""
	}
	var tag struct{ Message string }
	s.get(t, "/git/tags/"+locks[0], &tag)
	m, err := operation.ReadMark(tag.Message)
	if err != nil {
		t.Fatal(err)
	}
	return m.Operation
}

// ended are the operations of the journal, of which nothing is left to be done.
func (s *killing) ended(t *testing.T) []operation.Progress {
	t.Helper()
	all, err := s.journal(t).Newest(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		if all[i].Open() && all[i].State != operation.Ambiguous {
			t.Errorf("%s of %s is %s: something is left to be done", all[i].Plan.Kind, all[i].Plan.Release.Title(), all[i].State)
		}
	}
	return all
}

// marks counts the shared refs of a kind.
func (s *killing) marks(kind operation.MarkKind) (n int) {
	for _, ref := range s.sim.Refs("acme/" + service) {
		if strings.Contains(ref, "/"+string(kind)+"/") {
			n++
		}
	}
	return n
}

// holdTaken is what must hold after another process has gone on with a rollback that takes over a lock.
func (s *killing) holdTaken(t *testing.T, own bool, end operation.State) {
	t.Helper()
	sent, runs := s.sim.Dispatches("acme/"+service), 0
	for _, r := range s.sim.World().Repository("acme/" + service).Runs() {
		if strings.Contains(r.Title, s.victim.ID) {
			runs++
		}
	}
	lock, left := s.lockOf(t), s.marks(operation.MarkHold)+s.marks(operation.MarkVeto)
	switch {
	case sent > 1 || runs > 1:
		t.Errorf("it was sent %d times and made %d runs", sent, runs)
	case end == operation.Succeeded && (runs != 1 || lock != "" || left != 2):
		t.Errorf("it succeeded, made %d runs, left %d vetoes and holds and the lock of %q", runs, left, lock)
	case end == operation.Aborted && (sent != 0 || left != 0 || lock == s.victim.ID || own && lock != ""):
		t.Errorf("it is called aborted, was sent %d times, left %d vetoes and holds and the lock of %q", sent, left, lock)
	case end == operation.Ambiguous && (runs != 0 || lock != s.victim.ID):
		t.Errorf("it is called ambiguous, made %d runs, and the lock is of %q", runs, lock)
	case end != operation.Succeeded && end != operation.Aborted && end != operation.Ambiguous:
		t.Errorf("it ended as %q", end)
	}
	all := s.ended(t)
	i := slices.IndexFunc(all, func(p operation.Progress) bool { return p.Plan.ID == former })
	switch {
	case own != (i >= 0):
		t.Errorf("the journal holds %d operations", len(all))
	case own && all[i].State != operation.Superseded && (all[i].State != operation.Succeeded || !strings.Contains(t.Name(), "before_journal_judged")):
		t.Errorf("the promotion is %s", all[i].State)
	}
}

// TestKilledWhileItGoesBack kills the process of a promotion whose verification fails and that goes back without a person,
// from before that is journalled until the rollback's run is known.
func TestKilledWhileItGoesBack(t *testing.T) {
	t.Parallel()
	if quietly(t) {
		return
	}
	killedAnywhere(t, func(at string) *killing { return failing(t, at) }, func(point string) bool {
		kind, n := point[:strings.LastIndex(point, " ")], point[strings.LastIndex(point, " ")+1:]
		switch {
		case strings.HasSuffix(kind, " saw") || strings.HasSuffix(kind, " re-read") || strings.HasSuffix(kind, " marks") || strings.HasSuffix(kind, " marked"):
			return false
		case strings.HasSuffix(kind, " judged"), strings.HasSuffix(kind, " releases"), strings.HasSuffix(kind, " unlock"), strings.HasSuffix(kind, " released"):
			return n == "1" // of the promotion
		case strings.HasSuffix(kind, " tag object"):
			return n == "2" || n == "3" // of the mark, and of the rollback's lock
		case strings.HasSuffix(kind, " auto"), strings.HasSuffix(kind, " noted"):
			return true
		}
		return n == "2"
	})
}

// failing is a world in which a promotion that will be killed fails its verification and goes back.
func failing(t *testing.T, at string) *killing {
	t.Helper()
	s := begin(t, operation.Promote, at)
	text := strings.ReplaceAll(s.sim.Config, "expect: {status", "every: 2s\n            max_age: 2m\n            expect: {status")
	s.victim.Config = strings.ReplaceAll(text, "- name: production\n", "- name: production\n        rollback: automatic\n        settle: 12s\n        bake: 30s\n")
	s.want, s.through = operation.Failed, "after journal answered 2"
	s.sim.Services().Behave("acme/"+service, "v1.1.1", simulator.Behaviour{Failing: true, Environment: production})
	s.holds = func(t *testing.T, end operation.State) { s.holdBack(t, end) }
	return s
}

// holdBack is what must hold after another process has gone on with a promotion that goes back, or with its rollback.
func (s *killing) holdBack(t *testing.T, end operation.State) {
	t.Helper()
	var back *operation.Progress
	all := s.ended(t)
	for i := range all {
		switch p := &all[i]; {
		case p.Plan.ID == s.victim.ID:
		case back != nil:
			t.Error("it went back twice")
		default:
			back = p
		}
	}
	sent, autos, left := s.sim.Dispatches("acme/"+service), s.marks(operation.MarkAuto), s.marks(operation.MarkHold)+s.marks(operation.MarkVeto)
	switch {
	case end != operation.Failed:
		t.Errorf("the promotion ended as %q", end)
	case sent > 2 || autos > 1 || s.lockOf(t) != "" && (back == nil || back.State != operation.Ambiguous):
		t.Errorf("%d were sent, %d marks left that it went back, and the lock of %q", sent, autos, s.lockOf(t))
	case back == nil:
		if strings.Contains(t.Name(), "answered_2") {
			t.Error("it had gone back, and nothing tells of it")
		}
		if sent != 1 || left != 0 {
			t.Errorf("it did not go back; %d were sent, %d vetoes and holds left", sent, left)
		}
	case back.Plan.Kind != operation.RollBack || back.Plan.Failure == nil || back.Plan.Failure.Operation != s.victim.ID || autos != 1:
		t.Errorf("%s of %+v, with %d marks that it went back", back.Plan.Kind, back.Plan.Failure, autos)
	case back.State != operation.Succeeded && strings.Contains(t.Name(), "answered_2"):
		t.Errorf("the rollback was sent, carries its ID, and is %s: %s", back.State, back.Why)
	case back.State == operation.Succeeded && (sent != 2 || left != 2), back.State == operation.Aborted && (sent != 1 || left != 0):
		t.Errorf("the rollback is %s; %d were sent, %d vetoes and holds left", back.State, sent, left)
	case back.State != operation.Succeeded && back.State != operation.Aborted && back.State != operation.Ambiguous:
		t.Errorf("the rollback ended as %s: %s", back.State, back.Why)
	}
}
