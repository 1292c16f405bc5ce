package cockpit

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
)

// marking drafts what can be done with an environment that is held and locked; the release that runs there is vetoed.
func marking(r operate.Request) *operate.Draft {
	d := &operate.Draft{Read: true}
	d.Plan = operation.Plan{ID: awaited, Kind: r.Kind, Service: r.Service, Environment: r.Environment, Mark: &operation.Mark{}, Ref: "refs/gonogo/hold/api/production"}
	switch r.Kind {
	case operation.Hold:
		d.Refusals = []model.Text{"there is a hold already: octocat since 09:12: v2.14.0 was bad"}
	case operation.Lift:
		d.Name = "production"
		d.Notes = []model.Text{"the hold is of octocat since 09:12: v2.14.0 was bad"}
	case operation.Break:
		d.Name = "production"
		d.Notes = []model.Text{
			"the lock is of ada since 08:00: promote v2.14.0", "whose operation it was may still move: gonogo breaks its lock and ends nothing else",
			"by hand: gh api --method DELETE repos/acme/api/git/refs/gonogo/lock/api/production",
		}
	case operation.Clear:
		d.Refusals = []model.Text{"there is no veto to clear"}
	}
	return d
}

// marked are the shared refs of that environment.
func marked(src *memory) {
	d := src.details["api"]
	e := d.Assessment.Environment("production")
	d.Facts.Marks = []operation.Mark{
		{Kind: operation.MarkHold, Ref: "refs/gonogo/hold/api/production", Owner: "octocat", Since: ago(3 * time.Hour), Reason: "v2.14.0 was bad: the refunds are rounded twice, and customers have seen it"},
		{Kind: operation.MarkLock, Ref: "refs/gonogo/lock/api/production", Owner: "ada", Since: ago(4 * time.Hour), Expiry: ago(2 * time.Hour), Reason: "promote v2.14.0"},
		{Kind: operation.MarkVeto, Ref: "refs/gonogo/veto/api/" + string(e.Current.Release.SHA), Owner: "octocat", Since: ago(3 * time.Hour), Reason: "rolled back in staging"},
		{Kind: operation.MarkVeto, Ref: "refs/gonogo/veto/api/0badc0de0badc0de0badc0de0badc0de0badc0de", Flaw: "the mark holds no JSON"},
	}
	src.details["api"] = d
}

func TestWhatStandsInAnEnvironmentIsSetAndTakenAway(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			src, actor := acme(), &memoryActor{draft: marking}
			marked(src)
			d := operating(t, size.width, size.height, look(t, dark), src, actor)
			d.press("j", "j", "4").to("production").press("h").see("hold, lock and vetoes", "octocat 3h ago", "it expired 2h ago").golden("marks-" + name)
			d.press("enter").see("api → production: hold", "octocat since 09:12").wait(settled).golden("hold-" + name)
			d.typed("fixed in v2.14.1").press("enter").typed("production").press("enter").wait(settled).see("l lift the hold").press("h", "k", "v").wait(settled).press("l")
			d.press("esc").to("locked").press("enter").see("repos/acme/api/git/refs/gonogo/lock").wait(settled).golden("break-" + name)
			d.typed("ada is on a plane").press("enter").typed("production").press("enter").wait(settled).press("k")
			d.press("esc").to("not vetoed").press("enter").see("v2.14.0: veto").wait(settled).golden("veto-" + name)
			d.typed("it leaks").press("enter").wait(settled).press("enter").miss("v2.14.0: veto").press("enter").typed("it leaks").press("enter").wait(settled).press("x").wait(settled).press("v")
			want := []string{
				`confirm lift of 0 failed false: "production" "fixed in v2.14.1" []`, `confirm break of 0 failed false: "production" "ada is on a plane" []`, `confirm veto of 0 failed false: "" "it leaks" []`,
			}
			if !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
		})
	}
}

// Where nothing is set all of it can be; where the shared refs could not be read that is said first.
func TestNothingStandsInAnEnvironment(t *testing.T) {
	src, actor := acme(), &memoryActor{draft: marking}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	d.press("j", "j", "4").to("production").press("h").see("not held", "not locked", "not vetoed").miss("unreadable")
	if d.press("h"); len(d.c.stack) != 1 {
		t.Errorf("it is opened %d times", len(d.c.stack))
	}
	detail := src.details["api"]
	detail.Assessment.Environments = slices.Clone(detail.Assessment.Environments)
	e := detail.Assessment.Environment("production")
	e.Findings = append(slices.Clone(e.Findings), finding(model.GateLock, model.Unknown, "locks, holds and vetoes were never read"))
	src.details["api"] = detail
	d.press("esc", "h").see("were never read")
}
