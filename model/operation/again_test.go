package operation_test

import (
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

// again is a plan that runs run 9 again after its attempt 2, or aborts that.
func again(kind operation.Kind) operation.Plan {
	p := operation.Plan{
		ID: id, Kind: kind, Service: "api", Environment: "production", Release: model.Release{Tag: "v2.14.0", SHA: "aa"}, Newest: 40, Subject: 9, Attempt: 2, Lock: true, Actor: "mona",
	}
	if kind == operation.Redeploy {
		p.Way = operation.ByRerun
	}
	return p
}

// What is seen of a run means something for a redeploy from the attempt on that was asked for, and no longer than that is
// its newest; for an abort only how the run has ended.
func TestFollowAnAttempt(t *testing.T) {
	success := model.Deployment{ID: 41, SHA: "aa", StatusesRead: true, Statuses: []model.DeploymentStatus{{State: model.DeploymentSuccess, At: noon}}}
	run := func(attempt int, status model.RunStatus, c model.Conclusion) model.Run {
		return model.Run{ID: 9, SHA: "aa", Attempt: attempt, Status: status, Conclusion: c}
	}
	for _, c := range []struct {
		name string
		kind operation.Kind
		from operation.State
		s    operation.Seen
		want operation.State
		why  string
	}{
		{"the attempt before, which failed", operation.Redeploy, operation.Queued, operation.Seen{Run: run(2, model.StatusCompleted, model.Failure), Began: true}, operation.Queued, ""},
		{"the attempt before, while ours ran already", operation.Redeploy, operation.Running, operation.Seen{Run: run(2, model.StatusCompleted, model.Success), Deployment: success}, operation.Running, ""},
		{"ours runs", operation.Redeploy, operation.Queued, operation.Seen{Run: run(3, model.StatusInProgress, "")}, operation.Running, "in progress"},
		{"ours deployed", operation.Redeploy, operation.Running, operation.Seen{Run: run(3, model.StatusCompleted, model.Success), Deployment: success, Began: true}, operation.Verifying, "deployed"},
		{"ours failed", operation.Redeploy, operation.Running, operation.Seen{Run: run(3, model.StatusCompleted, model.Failure), Began: true}, operation.Failed, "failure"},
		{"somebody ran it again", operation.Redeploy, operation.Running, operation.Seen{Run: run(4, model.StatusInProgress, "")}, operation.Errored, "attempt 4: what runs in production can't be told"},
		{"it stops", operation.Abort, operation.Running, operation.Seen{Run: run(2, model.StatusInProgress, "")}, operation.Running, "asked to stop"},
		{"it has stopped before it deployed", operation.Abort, operation.Running, operation.Seen{Run: run(2, model.StatusCompleted, model.Cancelled)}, operation.Succeeded, "before anything was deployed"},
		{"it has stopped while it deployed", operation.Abort, operation.Running, operation.Seen{Run: run(2, model.StatusCompleted, model.Cancelled), Began: true}, operation.Succeeded, "which version production runs is unknown"},
		{"it was faster", operation.Abort, operation.Running, operation.Seen{Run: run(2, model.StatusCompleted, model.Success), Began: true}, operation.Failed, "ended as success before it could be cancelled"},
		{"it ended, and was run again", operation.Abort, operation.Running, operation.Seen{Run: run(3, model.StatusInProgress, "")}, operation.Errored, "attempt 3"},
		{"deleted", operation.Abort, operation.Running, operation.Seen{Gone: true}, operation.Errored, "deleted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, why := operation.Follow(operation.Progress{Plan: again(c.kind), State: c.from, Run: 9}, c.s)
			if got != c.want || !strings.Contains(string(why), c.why) {
				t.Errorf("%s (%s) instead of %s", got, why, c.want)
			}
			if got != c.from && !operation.Allowed(c.from, got) {
				t.Errorf("%s does not become %s", c.from, got)
			}
		})
	}
}

// Where the answer was lost only the attempt after the one that was confirmed is ours, and only the confirmer's.
func TestIdentifyAnAttempt(t *testing.T) {
	for _, c := range []struct {
		name         string
		run          int64
		attempt      int
		by           model.Text
		actor        model.Text
		strong, weak int
		says         string
	}{
		{"none yet", 9, 2, "mona", "mona", 0, 0, ""},
		{"the confirmer's", 9, 3, "mona", "mona", 1, 0, ""},
		{"somebody else's", 9, 3, "ada", "mona", 0, 1, ""},
		{"nobody's who can be named", 9, 3, "", "", 0, 1, ""},
		{"several", 9, 4, "mona", "mona", 0, 0, "attempt 4"},
		{"another run", 10, 3, "mona", "mona", 0, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := operation.Progress{Plan: again(operation.Redeploy)}
			p.Plan.Actor = c.actor
			f := operation.IdentifyAttempt(p, model.Run{ID: c.run, Attempt: c.attempt}, c.by, noon)
			if len(f.Strong) != c.strong || len(f.Weak) != c.weak || !strings.Contains(string(f.Says), c.says) || c.says == "" && f.Says != "" {
				t.Errorf("%+v", f)
			}
		})
	}
	goes, ended := model.Run{ID: 9, Attempt: 2, Status: model.StatusInProgress}, model.Run{ID: 9, Attempt: 2, Status: model.StatusCompleted}
	p := operation.Progress{Plan: again(operation.Abort)}
	if len(operation.IdentifyEnd(p, goes, noon).Strong) != 0 || len(operation.IdentifyEnd(p, ended, noon).Strong) != 1 {
		t.Error("an abort whose answer was lost is told by its run's end, and by nothing else")
	}
}

func TestDriftOfAnAttempt(t *testing.T) {
	redeploy := func() operation.Again {
		return operation.Again{At: noon, Newest: model.Deployment{ID: 40}, Run: model.Run{ID: 9, Number: 5, Workflow: "deploy.yml", Attempt: 2, Status: model.StatusCompleted, Conclusion: model.Failure}, Lock: operation.Lock{Known: true, Owner: id}, TagSHA: "aa"}
	}
	abort := func() operation.Again {
		return operation.Again{At: noon, Newest: model.Deployment{ID: 41}, Run: model.Run{ID: 9, Number: 5, Workflow: "deploy.yml", Attempt: 2, Status: model.StatusInProgress}, Lock: operation.Lock{Known: true, Owner: id}}
	}
	beside := func(p *operation.Plan) { p.Beside, p.Lock = "other", false }
	for _, c := range []struct {
		name   string
		kind   operation.Kind
		plan   func(*operation.Plan)
		change func(*operation.Again)
		want   string
	}{
		{"as it was", operation.Redeploy, nil, nil, ""},
		{"somebody ran it again", operation.Redeploy, nil, func(a *operation.Again) { a.Run.Attempt, a.Run.Status = 3, model.StatusInProgress }, "deploy.yml #5 was run again meanwhile: attempt 3"},
		{"somebody ran it again, and it has ended", operation.Redeploy, nil, func(a *operation.Again) { a.Run.Attempt = 3 }, "was run again meanwhile"},
		{"another release got there", operation.Redeploy, nil, func(a *operation.Again) { a.Newest.ID = 44 }, "api production moved from"},
		{"its failed jobs, and it succeeded", operation.Redeploy, func(p *operation.Plan) { p.FailedOnly = true }, func(a *operation.Again) { a.Run.Conclusion = model.Success }, "no job of it failed"},
		{"the tag was moved", operation.Redeploy, nil, func(a *operation.Again) { a.TagSHA = "bb" }, "the tag v2.14.0 now points at bb"},
		{"the lock was taken away", operation.Redeploy, nil, func(a *operation.Again) { a.Lock.Owner = "" }, "was taken away"},
		{"the run can't be read", operation.Redeploy, nil, func(a *operation.Again) {
			a.Run, a.Unread = model.Run{}, []model.Text{"the run could not be read: 502"}
		}, "the run could not be read: 502"},
		{"as it was", operation.Abort, nil, nil, ""},
		{"it has ended", operation.Abort, nil, func(a *operation.Again) { a.Run.Status, a.Run.Conclusion = model.StatusCompleted, model.Success }, "deploy.yml #5 has ended: success"},
		{"it has begun to deploy", operation.Abort, nil, func(a *operation.Again) { a.Began = true }, "it has begun to deploy to production meanwhile"},
		{"it had begun to deploy", operation.Abort, func(p *operation.Plan) { p.Began = true }, func(a *operation.Again) { a.Began = true }, ""},
		{"the lock was taken away", operation.Abort, nil, func(a *operation.Again) { a.Lock.Owner = "" }, "was taken away"},
		{"the lock is another's", operation.Abort, nil, func(a *operation.Again) { a.Lock.Owner = "x" }, "is locked by another operation"},
		{"the lock can't be read", operation.Abort, nil, func(a *operation.Again) { a.Lock = operation.Lock{Why: "no answer"} }, "could not be read: no answer"},
		{"beside the operation that has the lock", operation.Abort, beside, func(a *operation.Again) { a.Lock.Owner = "other" }, ""},
		{"beside one that has given it back", operation.Abort, beside, func(a *operation.Again) { a.Lock.Owner = "" }, ""},
		{"beside one whose lock was taken over", operation.Abort, beside, func(a *operation.Again) { a.Lock.Owner = "x" }, "is locked by another operation"},
	} {
		t.Run(string(c.kind)+": "+c.name, func(t *testing.T) {
			p, a := again(c.kind), redeploy()
			if c.kind == operation.Abort {
				a = abort()
			}
			if c.plan != nil {
				c.plan(&p)
			}
			if c.change != nil {
				c.change(&a)
			}
			d := operation.Drift(p, a)
			if c.want == "" && len(d) > 0 || c.want != "" && (len(d) == 0 || !strings.Contains(string(d[0]), c.want)) {
				t.Errorf("%q instead of %q", d, c.want)
			}
		})
	}
}

// Whatever the journal is told, a redeploy and an abort are about their own run, and only an abort is over when it stops.
func TestFoldOfAnAttempt(t *testing.T) {
	fold := func(kind operation.Kind, more ...operation.Record) error {
		p := again(kind)
		records := append([]operation.Record{
			{Event: operation.Planned, State: operation.Preflight, Plan: &p}, {Event: operation.Approved, State: operation.Confirmed},
			{Event: operation.Claims, State: operation.Claiming}, {Event: operation.Claimed, State: operation.Claiming, Place: "refs/x"},
			{Event: operation.Reads, State: operation.Claiming}, {Event: operation.Sends, State: operation.Dispatching},
		}, more...)
		for i := range records {
			records[i].Operation, records[i].Process, records[i].At = id, "p1", noon.Add(time.Duration(i)*time.Second)
		}
		_, err := operation.Fold(records)
		return err
	}
	stopped := operation.Record{Event: operation.Saw, State: operation.Succeeded}
	for _, c := range []struct {
		name string
		kind operation.Kind
		more []operation.Record
		want string
	}{
		{"its own attempt", operation.Redeploy, []operation.Record{{Event: operation.Answered, State: operation.Queued, Status: 201, Run: 9}}, ""},
		{"another run answered", operation.Redeploy, []operation.Record{{Event: operation.Answered, State: operation.Queued, Status: 201, Run: 8}}, "about another run"},
		{"another run adopted", operation.Redeploy, []operation.Record{{Event: operation.Unanswered, State: operation.Dispatching}, {Event: operation.Adopted, State: operation.Queued, Run: 8}}, "about another run"},
		{"over when it has stopped", operation.Redeploy, []operation.Record{{Event: operation.Answered, State: operation.Running, Status: 201, Run: 9}, stopped}, "only an abort"},
		{"over when it has stopped", operation.Abort, []operation.Record{{Event: operation.Answered, State: operation.Running, Status: 202, Run: 9}, stopped}, ""},
		{"over when GitHub took it", operation.Abort, []operation.Record{{Event: operation.Judged, State: operation.Succeeded, Status: 202}}, "only what is about a run"},
	} {
		if err := fold(c.kind, c.more...); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %s: %v", c.kind, c.name, err)
		}
	}
	p := again(operation.Abort)
	lost := operation.Progress{Plan: p, State: operation.Dispatching, Process: "p1", Sender: "p1", SentAt: noon, Silent: true}
	found := &operation.Found{At: noon.Add(time.Second), Strong: []operation.Match{{Run: 9}}}
	if s := operation.Next(lost, operation.Here{Process: "p1", Now: noon.Add(2 * time.Second), Handed: true, Found: found}); s.Action != operation.DoAdopt || s.State != operation.Running || s.Run != 9 {
		t.Errorf("an abort whose run has ended goes on with %s %s", s.Action, s.State)
	}
}
