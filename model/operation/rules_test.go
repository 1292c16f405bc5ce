package operation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gonogo/model"
	"gonogo/model/operation"
)

func TestNext(t *testing.T) {
	fold := func(upTo operation.Event, more ...operation.Record) operation.Progress {
		p, err := operation.Fold(append(journal(upTo), more...))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	at := noon.Add(5 * time.Second)
	held := operation.Lock{Known: true, Owner: id}
	own := func(change ...func(*operation.Here)) operation.Here {
		h := operation.Here{Process: "p1", Now: at, Lock: held}
		for _, c := range change {
			c(&h)
		}
		return h
	}
	other := operation.Here{Process: "p2", Now: noon.Add(time.Hour)}
	refused := operation.Record{Operation: id, At: at, Process: "p1", Event: operation.DetailsRefused, State: operation.Dispatching}
	rejected := operation.Record{Operation: id, At: at, Process: "p1", Event: operation.Answered, State: operation.Dispatching, Status: 422}
	for _, c := range []struct {
		name   string
		p      operation.Progress
		h      operation.Here
		action operation.Action
		state  operation.State
		why    string
	}{
		{"never confirmed", fold(operation.Planned), other, operation.DoEnd, operation.Aborted, "never confirmed"},
		{"confirmed", fold(operation.Approved), own(), operation.DoClaim, "", ""},
		{"confirmed, then the process died", fold(operation.Approved), other, operation.DoEnd, operation.Aborted, "before anything was sent"},
		{"claimed, then the process died", fold(operation.Claimed), other, operation.DoEnd, operation.Aborted, "before anything was sent"},
		{"whether the claim got through is not known", fold(operation.Claims), own(func(h *operation.Here) { h.Lock = operation.Lock{} }), operation.DoRecheck, "", ""},
		{"another one's lock", fold(operation.Claims), own(func(h *operation.Here) { h.Lock.Owner = "y" }), operation.DoEnd, operation.Aborted, "could not be had"},
		{"claimed", fold(operation.Claimed), own(), operation.DoReread, "", ""},
		{"read again", fold(operation.Reads), own(), operation.DoSend, "", ""},
		{"read again 11 s ago", fold(operation.Reads), own(func(h *operation.Here) { h.Now = noon.Add(15 * time.Second) }), operation.DoReread, "", ""},
		{"the laptop slept since", fold(operation.Reads), own(func(h *operation.Here) { h.Slept = true }), operation.DoReread, "", ""},
		{"something moved", fold(operation.Reads), own(func(h *operation.Here) { h.Drift = []model.Text{"production moved"} }), operation.DoEnd, operation.Aborted, "production moved"},
		{"announced and not on its way", fold(operation.Sends), own(), operation.DoSend, "", ""},
		{"announced, not on its way, and old", fold(operation.Sends), own(func(h *operation.Here) { h.Now = noon.Add(time.Minute) }), operation.DoReread, "", ""},
		{"on its way", fold(operation.Sends), own(func(h *operation.Here) { h.Handed = true }), operation.DoFind, "", ""},
		{"announced, then the process died", fold(operation.Sends), other, operation.DoFind, "", ""},
		{"nothing was found in time", fold(operation.Sends), operation.Here{Process: "p2", Now: noon.Add(time.Hour), Found: &operation.Found{At: noon.Add(time.Hour)}}, operation.DoEnd, operation.Ambiguous, "no run or deployment carries its ID"},
		{"one run carries its ID", fold(operation.Sends), operation.Here{Process: "p2", Now: noon.Add(time.Hour), Found: &operation.Found{At: noon.Add(time.Hour), Strong: []operation.Match{{Run: 9}}}}, operation.DoAdopt, operation.Queued, ""},
		{"two runs carry its ID", fold(operation.Sends), operation.Here{Process: "p2", Now: noon.Add(time.Hour), Found: &operation.Found{At: noon.Add(time.Hour), Strong: []operation.Match{{Run: 9}, {Run: 10}}}}, operation.DoEnd, operation.Errored, "2 runs or deployments"},
		{"the field was refused", fold(operation.Sends, refused), own(), operation.DoSend, "", ""},
		{"the field was refused, then the process died", fold(operation.Sends, refused), other, operation.DoEnd, operation.Aborted, "before anything was sent"},
		{"refused", fold(operation.Sends, rejected), own(), operation.DoEnd, operation.Errored, "refused"},
		{"under way", fold(operation.Answered), other, operation.DoFollow, "", ""},
		{"verifying", fold(operation.Saw), other, operation.DoFollow, "", ""},
		{"ended, the lock still held", fold(operation.Judged), other, operation.DoRelease, "", ""},
		{"ended", fold(operation.Released), other, operation.DoNothing, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := operation.Next(c.p, c.h)
			if s.Action != c.action || c.state != "" && s.State != c.state || !strings.Contains(string(s.Why), c.why) {
				t.Errorf("%s %s %q", s.Action, s.State, s.Why)
			}
			if c.p.Refused && s.Action == operation.DoSend && !s.Plain {
				t.Error("the refused field is sent again")
			}
		})
	}
}

func TestDrift(t *testing.T) {
	plan := operation.Plan{
		ID: id, Kind: operation.Promote, Service: "api", Environment: "production", Newest: 40, Unfinished: []int64{7}, Lock: true,
		Release: model.Release{Tag: "v2.14.0", SHA: "aa"}, Replaces: model.Release{Tag: "v2.13.0"}, Despite: []string{"shown"},
	}
	same := func() operation.Again {
		return operation.Again{At: noon, Newest: model.Deployment{ID: 40}, Unfinished: []model.Run{{ID: 7}}, Lock: operation.Lock{Known: true, Owner: id}, TagSHA: "aa"}
	}
	if d := operation.Drift(plan, same()); len(d) > 0 {
		t.Fatalf("nothing has changed, and it says %q", d)
	}
	for _, c := range []struct {
		name   string
		change func(*operation.Again)
		want   string
	}{
		{"another release got there", func(a *operation.Again) {
			a.Newest = model.Deployment{ID: 41, SHA: "bb", Creator: "octocat", CreatedAt: noon.Add(-12 * time.Second)}
			a.Carries = "v2.14.1"
		}, "api production moved from v2.13.0 to v2.14.1 by octocat 12 s ago"},
		{"a deployment was deleted", func(a *operation.Again) { a.Newest = model.Deployment{} }, "the newest deployment of api production was deleted"},
		{"another run began", func(a *operation.Again) {
			a.Unfinished = append(a.Unfinished, model.Run{ID: 8, Actor: "mona", Title: "Deploy v3", CreatedAt: noon.Add(-time.Minute)})
		}, "mona began another run 60 s ago: Deploy v3"},
		{"the lock is another's", func(a *operation.Again) { a.Lock.Owner = "x" }, "api production is locked by another operation"},
		{"the lock was taken away", func(a *operation.Again) { a.Lock.Owner = "" }, "the lock of api production was taken away"},
		{"the lock can't be read", func(a *operation.Again) { a.Lock = operation.Lock{Why: "no answer"} }, "the lock of api production could not be read: no answer"},
		{"held", func(a *operation.Again) { a.Holds = []operation.Standing{{Why: "by ada: rolled back"}} }, "api production is held: by ada: rolled back"},
		{"vetoed", func(a *operation.Again) { a.Vetoes = []operation.Standing{{Why: "by ada: loses orders"}} }, "v2.14.0 was vetoed: by ada: loses orders"},
		{"held anew", func(a *operation.Again) { a.Holds = []operation.Standing{{Object: "other", Why: "by ada"}} }, "api production is held: by ada"},
		{"held as it was shown", func(a *operation.Again) { a.Holds = []operation.Standing{{Object: "shown", Why: "by ada"}} }, ""},
		{"vetoed as it was shown", func(a *operation.Again) { a.Vetoes = []operation.Standing{{Object: "shown", Why: "by ada"}} }, ""},
		{"the tag was moved", func(a *operation.Again) { a.TagSHA = "cccccccccc" }, "the tag v2.14.0 now points at ccccccc instead of aa"},
		{"the tag is gone", func(a *operation.Again) { a.TagSHA = "" }, "the tag v2.14.0 is gone"},
		{"not read", func(a *operation.Again) {
			a.Unread = []model.Text{"the newest deployment could not be read: 502"}
			a.Newest = model.Deployment{}
		}, "the newest deployment could not be read: 502"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := same()
			c.change(&a)
			if d := operation.Drift(plan, a); c.want == "" && len(d) > 0 || c.want != "" && (len(d) != 1 || string(d[0]) != c.want) {
				t.Errorf("%q instead of %q", d, c.want)
			}
		})
	}
	rollback := plan
	rollback.Kind = operation.RollBack
	a := same()
	a.Holds, a.Unfinished = []operation.Standing{{Why: "by ada"}}, []model.Run{{ID: 8}}
	if d := operation.Drift(rollback, a); len(d) > 0 {
		t.Errorf("neither a hold nor a run in the lane stops a rollback, and it says %q", d)
	}
	a.Vetoes = []operation.Standing{{Object: "shown", Why: "by ada"}}
	if d := operation.Drift(rollback, a); len(d) != 1 {
		t.Errorf("it goes back to what is vetoed, shown or not: %q", d)
	}
	a.Vetoes = nil
	rollback.Failure = &operation.Failure{At: noon.Add(-operation.FreshFailure)}
	if d := operation.Drift(rollback, a); len(d) != 2 {
		t.Errorf("both stop one that no person asked for, and it says %q", d)
	}
	a = same()
	if a.At = a.At.Add(time.Second); len(operation.Drift(rollback, a)) != 1 {
		t.Error("no person asked for it, the failure is old, and it goes on")
	}
}

func TestFollow(t *testing.T) {
	p := operation.Progress{Plan: operation.Plan{Release: model.Release{SHA: "aa"}, Environment: "production"}, Run: 7}
	success := model.Deployment{ID: 5, SHA: "aa", StatusesRead: true, Statuses: []model.DeploymentStatus{{State: model.DeploymentSuccess, At: noon}}}
	run := func(status model.RunStatus, c model.Conclusion) model.Run {
		return model.Run{ID: 7, SHA: "aa", Status: status, Conclusion: c}
	}
	for _, c := range []struct {
		name string
		s    operation.Seen
		want operation.State
	}{
		{"queued", operation.Seen{Run: run(model.StatusQueued, "")}, operation.Queued},
		{"in its concurrency group", operation.Seen{Run: run(model.StatusPending, "")}, operation.Queued},
		{"waits for a review", operation.Seen{Run: run(model.StatusWaiting, "")}, operation.Awaiting},
		{"a job waits for a review while another runs", operation.Seen{Run: run(model.StatusInProgress, ""), Pending: true}, operation.Awaiting},
		{"runs", operation.Seen{Run: run(model.StatusInProgress, "")}, operation.Running},
		{"deployed, and the run goes on", operation.Seen{Run: run(model.StatusInProgress, ""), Deployment: success}, operation.Running},
		{"succeeded and deployed", operation.Seen{Run: run(model.StatusCompleted, model.Success), Deployment: success, Began: true}, operation.Verifying},
		{"succeeded without a deployment", operation.Seen{Run: run(model.StatusCompleted, model.Success)}, operation.Errored},
		{"succeeded, its deployment failed", operation.Seen{Run: run(model.StatusCompleted, model.Success), Deployment: model.Deployment{ID: 5, SHA: "aa", StatusesRead: true}, Began: true}, operation.Errored},
		{"failed", operation.Seen{Run: run(model.StatusCompleted, model.Failure), Began: true}, operation.Failed},
		{"its review was rejected", operation.Seen{Run: run(model.StatusCompleted, model.Failure), JobsRead: true}, operation.Aborted},
		{"failed before the deployment", operation.Seen{Run: run(model.StatusCompleted, model.Failure), JobsRead: true, Jobs: []model.Job{{Conclusion: model.Failure, Steps: []model.Step{{}}}}}, operation.Failed},
		{"timed out", operation.Seen{Run: run(model.StatusCompleted, model.TimedOut), Began: true}, operation.Failed},
		{"cancelled before it began", operation.Seen{Run: run(model.StatusCompleted, model.Cancelled)}, operation.Aborted},
		{"cancelled midway", operation.Seen{Run: run(model.StatusCompleted, model.Cancelled), Began: true}, operation.Errored},
		{"skipped", operation.Seen{Run: run(model.StatusCompleted, model.Skipped)}, operation.Errored},
		{"another commit runs", operation.Seen{Run: model.Run{ID: 7, SHA: "bb", Status: model.StatusInProgress}}, operation.Errored},
		{"deleted", operation.Seen{Gone: true}, operation.Errored},
		{"a deployment alone is queued", operation.Seen{Deployment: model.Deployment{ID: 5, SHA: "aa", StatusesRead: true}}, operation.Queued},
		{"a deployment alone is under way", operation.Seen{Deployment: model.Deployment{ID: 5, SHA: "aa", StatusesRead: true, Statuses: []model.DeploymentStatus{{State: model.DeploymentInProgress}}}}, operation.Running},
		{"a deployment alone succeeded", operation.Seen{Deployment: success}, operation.Verifying},
		{"a deployment alone failed", operation.Seen{Deployment: model.Deployment{ID: 5, SHA: "aa", StatusesRead: true, Statuses: []model.DeploymentStatus{{State: model.DeploymentFailure}}}}, operation.Failed},
		{"a deployment alone was overtaken", operation.Seen{Deployment: model.Deployment{ID: 5, SHA: "aa", StatusesRead: true, Statuses: []model.DeploymentStatus{{State: model.DeploymentInactive}}}}, operation.Errored},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, why := operation.Follow(p, c.s); got != c.want {
				t.Errorf("%s (%s) instead of %s", got, why, c.want)
			}
		})
	}
	onBranch := p
	onBranch.Plan.OnBranch = true
	if got, _ := operation.Follow(onBranch, operation.Seen{Run: model.Run{ID: 7, SHA: "head", Status: model.StatusInProgress}}); got != operation.Running {
		t.Errorf("a run on a branch carries the branch's head, and is called %s", got)
	}
}

func TestVerify(t *testing.T) {
	checks := []model.Check{{ID: "c", Name: "healthz", Every: 10 * time.Second, Failures: 3}}
	w := operation.Watch{Checks: checks, From: noon, Settle: 10 * time.Second, Bake: time.Minute}
	seen := func(states string) (all []operation.Observation) {
		for i, c := range states {
			o := operation.Observation{Check: "c", At: noon.Add(time.Duration(i) * 10 * time.Second), Why: "500"}
			switch c {
			case 'h':
				o.State = model.Healthy
			case 'd':
				o.State = model.Degraded
			case 'u':
				o.State = model.Unhealthy
			case 'x': // the transport failed, and nothing else answered either
				o.State, o.Unreachable = model.Unhealthy, true
			case 'X': // the transport failed, and GitHub answered meanwhile
				o.State, o.Unreachable, o.Confirmed = model.Unhealthy, true, true
			case 'p':
				o.State = model.Progressing
			case '?':
				o.State = model.HealthUnknown
			case '.':
				continue
			}
			all = append(all, o)
		}
		return all
	}
	end := noon.Add(70 * time.Second)
	for _, c := range []struct {
		name, states string
		now          time.Time
		want         operation.State
		why          string
	}{
		{"healthy throughout", "hhhhhhhh", end, operation.Succeeded, "verified"},
		{"goes on", "hhhh", noon.Add(30 * time.Second), operation.Verifying, ""},
		{"three times unhealthy in a row", "hhuuu", noon.Add(40 * time.Second), operation.Failed, "healthz was unhealthy 3 times in a row: 500"},
		{"unhealthy while it settles counts once", "uuuhhhhh", end, operation.Succeeded, ""},
		{"twice, then well again", "huuhuuhh", end, operation.Succeeded, ""},
		{"an operator's broken network", "hxxxxxxx", end, operation.Inconclusive, "answered 0 of the 3"},
		{"an outage", "hhXXX", noon.Add(40 * time.Second), operation.Failed, ""},
		{"what can't be told does not interrupt", "hhu?u?u", noon.Add(60 * time.Second), operation.Failed, ""},
		{"another version interrupts", "hhupupuh", end, operation.Inconclusive, "answered"},
		{"degraded at the end", "hhhhhhhd", end, operation.Inconclusive, "degraded at the end"},
		{"unhealthy at the end", "hhhhhhhu", end, operation.Inconclusive, "unhealthy at the end"},
		{"another version at the end", "hhhhhhhp", end, operation.Inconclusive, "another version"},
		{"silent at the end", "hhhh....", end, operation.Inconclusive, "towards the end"},
		{"the laptop slept", "h......h", end, operation.Inconclusive, "answered 1 of the 3"},
		{"after the end nothing counts", "hhhhhhhhuuu", end.Add(time.Minute), operation.Succeeded, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if v := operation.Verify(w, seen(c.states), c.now); v.State != c.want || !strings.Contains(string(v.Why), c.why) {
				t.Errorf("%s %q instead of %s %q", v.State, v.Why, c.want, c.why)
			}
		})
	}
	if v := operation.Verify(operation.Watch{From: noon}, nil, noon); v.State != operation.Succeeded || !strings.Contains(string(v.Why), "not verified") {
		t.Errorf("without checks: %s %q", v.State, v.Why)
	}
	if got := (operation.Watch{Checks: checks, From: noon}).End(); !got.Equal(noon.Add(50 * time.Second)) {
		t.Errorf("bake is 5 × the interval by default, and it ends %s", got)
	}
}

// An operator's own lost network never fails a verification, and never makes it succeed without enough answers.
func TestNothingIsConcludedFromSilence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := operation.Watch{Checks: []model.Check{{ID: "a", Every: 5 * time.Second}, {ID: "b", Every: 10 * time.Second, Failures: 2}}, From: noon, Bake: 2 * time.Minute}
		var seen []operation.Observation
		answers := map[string]int{}
		for range rapid.IntRange(0, 60).Draw(t, "observations") {
			o := operation.Observation{Check: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "check"), At: noon.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "at")) * time.Second)}
			if rapid.Bool().Draw(t, "told") {
				o.State = model.Healthy
				answers[o.Check]++
			} else {
				o.State, o.Unreachable = rapid.SampledFrom([]model.HealthState{model.Unhealthy, model.HealthUnknown}).Draw(t, "silence"), true
			}
			seen = append(seen, o)
		}
		v := operation.Verify(w, seen, noon.Add(time.Hour))
		switch {
		case v.State == operation.Failed:
			t.Fatalf("failed on silence: %s", v.Why)
		case v.State == operation.Succeeded && (answers["a"] < model.DefaultFailures || answers["b"] < 2):
			t.Fatalf("succeeded on %v answers", answers)
		}
	})
}

func TestAutomatic(t *testing.T) {
	good := func() operation.Automatic {
		return operation.Automatic{
			Mode: model.RollbackAutomatic, MarkRead: true, Eligible: true, Process: "p1",
			Operation: operation.Progress{State: operation.Failed, FailedAt: noon, Sender: "p1", Plan: operation.Plan{
				Kind: operation.Promote, GoesBack: true, Release: model.Release{SHA: "bb"}, RollsBackTo: model.Release{SHA: "aa"},
			}},
			Back: operation.Plan{Kind: operation.RollBack, Release: model.Release{SHA: "aa"}, Replaces: model.Release{SHA: "bb"}},
		}
	}
	now := noon.Add(time.Minute)
	if why := good().Why(now); why != "" {
		t.Fatalf("it isn't rolled back: %s", why)
	}
	for _, c := range []struct {
		name   string
		change func(*operation.Automatic)
	}{
		{"not opted in", func(a *operation.Automatic) { a.Mode = model.RollbackOffer }},
		{"over a rollback", func(a *operation.Automatic) { a.Operation.Plan.Kind = operation.RollBack }},
		{"over a redeploy", func(a *operation.Automatic) { a.Operation.Plan.Kind = operation.Redeploy }},
		{"inconclusive", func(a *operation.Automatic) { a.Operation.State = operation.Inconclusive }},
		{"the run failed, not verification", func(a *operation.Automatic) { a.Operation.FailedAt = time.Time{} }},
		{"not said when it was confirmed", func(a *operation.Automatic) { a.Operation.Plan.GoesBack = false }},
		{"driven by another process", func(a *operation.Automatic) { a.Process = "p2" }},
		{"21 minutes old", func(a *operation.Automatic) { a.Operation.FailedAt = now.Add(-21 * time.Minute) }},
		{"from the future", func(a *operation.Automatic) { a.Operation.FailedAt = now.Add(time.Minute) }},
		{"once already", func(a *operation.Automatic) { a.Marked = true }},
		{"not known whether once already", func(a *operation.Automatic) { a.MarkRead = false }},
		{"a person acted", func(a *operation.Automatic) { a.PersonActed = true }},
		{"nothing to go back to", func(a *operation.Automatic) { a.Eligible = false }},
		{"back to another release than was shown", func(a *operation.Automatic) { a.Back.Release.SHA = "cc" }},
		{"another release runs there", func(a *operation.Automatic) { a.Back.Replaces.SHA = "cc" }},
		{"over somebody's lock", func(a *operation.Automatic) { a.Back.Takes = &operation.Taken{} }},
	} {
		a := good()
		if c.change(&a); a.Why(now) == "" {
			t.Errorf("%s: it is rolled back", c.name)
		}
	}
}

func TestIdentifyWantsTheWholeID(t *testing.T) {
	p := operation.Progress{Plan: operation.Plan{ID: id, Way: operation.ByWorkflow, Workflow: "deploy.yml", Ref: "v1"}, SentAt: noon}
	run := func(n int64, title string) model.Run {
		return model.Run{ID: n, Title: model.Text(title), Event: "workflow_dispatch", Workflow: ".github/workflows/deploy.yml@refs/tags/v1", Branch: "v1", CreatedAt: noon.Add(time.Second)}
	}
	f := operation.Identify(p, []model.Run{run(1, "Deploy v1 "+id), run(2, "Deploy v1 "+id+"0"), run(3, "x-"+id), run(4, "Deploy v1"), run(5, "("+id+")")}, []model.Deployment{
		{ID: 60, RunID: 1}, {ID: 61, Payload: `{"gonogo":{"operation":"` + id + `"}}`}, {ID: 62, Payload: `{"operation":"` + id + `f"}`},
	}, noon.Add(time.Minute))
	if got := fmt.Sprint(ids(f.Strong), ids(f.Weak)); got != "[1/0 5/0 0/61] [2/0 3/0 4/0]" {
		t.Errorf("strong and weak: %s", got)
	}
}

func ids(all []operation.Match) (out []string) {
	for _, m := range all {
		out = append(out, fmt.Sprintf("%d/%d", m.Run, m.Deployment))
	}
	return out
}
