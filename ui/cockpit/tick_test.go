package cockpit

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/operate"
	"gonogo/ui/pane"
)

// listing gives the candidate of api's production a checklist, of which one item is ticked.
func listing(src *memory) {
	d := src.details["api"]
	d.Assessment.Environments = slices.Clone(d.Assessment.Environments)
	e := d.Assessment.Environment("production")
	e.Checklist = []readiness.Ticked{
		{Item: "release notes read", By: &operation.Mark{Owner: "octocat", Since: ago(20 * time.Minute), Reason: "both languages"}},
		{Item: "support was told what changes for customers who pay by direct debit, and has its answers ready"},
		{Item: "database is backed up", By: &operation.Mark{Flaw: "the mark holds no JSON"}},
	}
	e.Findings = append(slices.Clone(e.Findings), finding(model.GateChecklist, model.Wait, "not ticked for v2.14.0: support was told …"))
	src.details["api"] = d
}

// ticks drafts what can be done with an item.
func ticks(r operate.Request) *operate.Draft {
	d := &operate.Draft{Read: true}
	d.Plan = operation.Plan{
		ID: awaited, Kind: r.Kind, Service: r.Service, Environment: r.Environment, Tier: model.Production, Release: release("api", "v2.14.0", 5*time.Hour),
		Mark: &operation.Mark{Kind: operation.MarkTick, Item: r.Item}, Ref: "refs/gonogo/tick/api/production/3f2c1a9/support",
	}
	if r.Kind == operation.Untick {
		d.Notes = []model.Text{"the tick is of octocat since 11:40: both languages"}
	}
	return d
}

func TestAChecklistIsTicked(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			src, actor := acme(), &memoryActor{draft: ticks}
			listing(src)
			d := operating(t, size.width, size.height, look(t, dark), src, actor)
			d.press("j", "j", "4").to("production").press("enter").to("checklist").press("enter").to("open").golden("checklist-" + name)
			d.press("enter").see("You say that it has been seen to").press("t").wait(settled).golden("tick-" + name)
			if len(actor.told) > 0 {
				t.Fatalf("a key that came before it could be read told %q", actor.told)
			}
			d.press("enter").miss("You say that").press("enter").wait(settled).press("t").see("asked to tick: support", "Checklist")
			d.press("g").to("✓ ticked").press("enter").see("the tick is of octocat").wait(settled).press("shift+tab").typed("the English ones only").press("enter").wait(settled).press("u")
			if want := []string{`confirm tick of 0 failed false: "" "" []`, `confirm untick of 0 failed false: "" "the English ones only" []`}; !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
		})
	}
}

// Where nothing can be done the list tells how it stands, and no key says otherwise.
func TestAChecklistWithoutAnActor(t *testing.T) {
	src := acme()
	listing(src)
	d := start(t, src, 120, 36, look(t, dark))
	d.press("j", "j", "4").to("production").press("enter").to("checklist").press("enter").see("ticked", "octocat 20m ago: both languages", "unreadable").miss("enter ticks")
}

func TestHostileTextInAChecklist(t *testing.T) {
	for _, h := range hostiles {
		src, actor := acme(), &memoryActor{draft: ticks}
		listing(src)
		d := src.details["api"]
		e := d.Assessment.Environment("production") // the map's detail holds the same list
		e.Checklist = []readiness.Ticked{{Item: h}, {Item: h + "2", By: &operation.Mark{Owner: h, Reason: h, Since: ago(time.Hour)}}, {Item: h + "3", By: &operation.Mark{Flaw: h}}}
		c := operating(t, 80, 24, look(t, dark), src, actor)
		c.send(pane.OpenMsg{Target: pane.Target{Kind: pane.GateKind, Service: "api", Environment: "production", Name: string(model.GateChecklist)}})
		c.harmless("the checklist")
		c.press("j", "j", "j", "j", "enter")
		c.harmless("an item's dialog")
	}
}
