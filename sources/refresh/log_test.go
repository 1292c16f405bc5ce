package refresh

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/simulator"
)

// loggedStage is a fleet of one service whose CI has failed, and the run.
func loggedStage(t *testing.T, plan simulator.WorkflowPlan) (s *stage, run *simulator.Run) {
	t.Helper()
	s = onStage(t, simulator.FleetOf{Services: 1})
	repo := s.world.Repositories()[0]
	repo.Workflow(plan)
	repo.Push(simulator.Change{Message: "Break it", By: "octocat"})
	for _, r := range repo.Runs() {
		if strings.HasSuffix(r.Workflow.Path, plan.Path) {
			run = r
		}
	}
	s.begin(s.options())
	s.pass(20 * time.Second)
	return s, run
}

// look looks at a log as the screen does, until d has gone by.
func (s *stage) look(subject string, d time.Duration) (cache.Log, model.Read) {
	s.t.Helper()
	service := *s.fleet.Service("service-001")
	s.Want("service-001", model.SignalLog, subject)
	s.pass(d)
	l, err := s.cache.Log(s.t.Context(), service, subject)
	if err != nil {
		s.t.Fatal(err)
	}
	read, err := s.cache.Read(s.t.Context(), service, model.SignalLog, subject)
	if err != nil {
		s.t.Fatal(err)
	}
	return l, read
}

// downloads is how often the storage host was asked.
func (s *stage) downloads() (n int) {
	for _, r := range s.world.Requests() {
		if strings.HasPrefix(r.Path, "/actions-results/") {
			n++
		}
	}
	return n
}

func TestALogIsDownloadedOnceItsJobHasEnded(t *testing.T) {
	t.Parallel()
	s, run := loggedStage(t, simulator.WorkflowPlan{Path: "nightly.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{
		{Name: "test", Steps: []simulator.StepPlan{{Name: "Unit tests", Conclusion: simulator.Failure, Lines: 9000, Duration: time.Minute}}},
	}})
	subject := fmt.Sprintf("%d/%d", run.ID, run.JobID("test"))
	l, read := s.look(subject, 2*time.Second)
	if !l.Zero() || read.Problem != model.ProblemMissing || !strings.Contains(string(read.Why), "GitHub has no log of this job") {
		t.Fatalf("while the job runs: %+v, %+v", l, read)
	}
	s.pass(3 * time.Minute)
	s.Refresh("service-001")
	l, read = s.look(subject, 5*time.Second)
	if !l.Complete || !read.OK() || read.Problem != "" || l.Index.ErrorCount != 1 || l.Index.Lines < 9000 || !strings.Contains(read.Request, "/actions/jobs/") {
		t.Fatalf("%+v\n%+v", l, read)
	}
	p, err := s.cache.LogPiece(t.Context(), l.ID, 0, 0)
	if err != nil || !strings.Contains(string(p.Line(0).Text()), "Current runner version") {
		t.Errorf("it begins with %q, %v", p.Line(0).Text(), err)
	}
	before := s.downloads()
	for range 3 {
		s.pass(time.Minute)
		s.Refresh("service-001")
		s.look(subject, 5*time.Second)
	}
	if n := s.downloads() - before; n != 0 {
		t.Errorf("it was downloaded %d times more", n)
	}
	if len(s.world.Leaks()) != 0 {
		t.Error("the storage host saw the token")
	}
	told := false
	s.mu.Lock()
	for _, c := range s.changed {
		told = told || c.Signal == model.SignalLog
	}
	s.mu.Unlock()
	if !told {
		t.Error("nobody was told")
	}
}

// Of a log that is too long its beginning and its end are kept, for at its end stands why it failed.
func TestTheMiddleOfALogThatIsTooLongIsDropped(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1})
	repo := s.world.Repositories()[0]
	repo.Workflow(simulator.WorkflowPlan{Path: "nightly.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{
		{Name: "test", Steps: []simulator.StepPlan{{Name: "x", Conclusion: simulator.Failure, Lines: 150_000, Duration: 30 * time.Second}}},
	}})
	repo.Push(simulator.Change{Message: "Break it", By: "octocat"})
	run := repo.Runs()[0]
	o := s.options()
	o.LogBound = 1 << 20
	s.begin(o)
	s.pass(3 * time.Minute)
	l, _ := s.look(fmt.Sprintf("%d/%d", run.ID, run.JobID("test")), 5*time.Second)
	x := l.Index
	if !l.Complete || x.Cut || x.Gone.First == 0 || x.Gone.Past < x.Gone.First+10 || x.Gone.Past >= len(x.Pieces) || len(x.Errors) != 1 {
		t.Fatalf("%d pieces, missing %+v, errors %v, cut %v", len(x.Pieces), x.Gone, x.Errors, x.Cut)
	}
	kept := 0
	for i, first := range x.Pieces {
		_, err := s.cache.LogPiece(t.Context(), l.ID, i, first)
		if gone := i >= x.Gone.First && i < x.Gone.Past; (err != nil) != gone {
			t.Errorf("piece %d of %d: %v", i, len(x.Pieces), err)
		}
		if err == nil {
			kept++
		}
	}
	if kept < 20 {
		t.Errorf("only %d pieces are kept", kept)
	}
}

func TestALogThatComesLateIsAskedForAgainSoon(t *testing.T) {
	t.Parallel()
	s, run := loggedStage(t, simulator.WorkflowPlan{Path: "nightly.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{{Name: "test", Steps: []simulator.StepPlan{{Name: "x", Duration: 30 * time.Second}}}}})
	s.pass(time.Minute)
	s.Want("service-001", model.SignalJobs, fmt.Sprint(run.ID))
	s.pass(2 * time.Second)
	s.world.Fault(simulator.Fault{Storage: true, Status: 404, Times: 1})
	subject := fmt.Sprintf("%d/%d", run.ID, run.JobID("test"))
	if l, read := s.look(subject, time.Second); l.Complete || read.Until.Sub(s.clock.Now()) > lateAgain {
		t.Fatalf("complete %v, asked again at %s, now is %s", l.Complete, read.Until, s.clock.Now())
	}
	if l, read := s.look(subject, 8*time.Second); !l.Complete || read.Problem != "" {
		t.Errorf("%+v, %+v", l, read)
	}
}

func TestALogThatBreaksOffLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s, run := loggedStage(t, simulator.WorkflowPlan{Path: "nightly.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{{Name: "test", Steps: []simulator.StepPlan{{Name: "x", Duration: 30 * time.Second, Lines: 40_000}}}}})
	s.pass(3 * time.Minute)
	s.world.Fault(simulator.Fault{Storage: true, Cut: simulator.CutMiddle, Times: 1})
	subject := fmt.Sprintf("%d/%d", run.ID, run.JobID("test"))
	if l, read := s.look(subject, 2*time.Second); !l.Zero() || read.Problem != model.ProblemNetwork {
		t.Fatalf("%+v, %+v", l, read)
	}
	s.Refresh("service-001")
	if l, _ := s.look(subject, 5*time.Second); !l.Complete || l.Index.Lines < 40_000 {
		t.Errorf("%+v", l)
	}
}
