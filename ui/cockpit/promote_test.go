package cockpit

import (
	"fmt"
	"slices"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
)

// promotes drafts what a promotion into the fleet's environments would be: production as it was assessed.
func promotes(src *memory) func(operate.Request) *operate.Draft {
	return func(r operate.Request) *operate.Draft {
		detail := src.details[r.Service]
		e := detail.Assessment.Environment(r.Environment)
		d := &operate.Draft{Environment: *e, Verdict: e.Verdict, Read: true, Notes: []model.Text{"no required check is configured: the release will not be verified"}}
		d.Plan = operation.Plan{
			ID: awaited, Kind: r.Kind, Service: r.Service, Environment: r.Environment, Tier: e.Tier, Release: e.Candidate.Release, Replaces: e.Current.Release, RollsBackTo: e.Current.Release, Findings: e.Findings,
		}
		if e.Tier == model.Production {
			d.Name = e.Name
		}
		for _, f := range e.Findings {
			if f.Level == model.Required && (f.Result == model.Fail || f.Result == model.Wait || f.Result == model.Unknown) {
				d.Against = append(d.Against, f)
			}
		}
		d.Calls = []operate.Call{
			{Method: "POST", Path: "/repos/acme/api/git/refs", Body: "{\n  \"ref\": \"refs/gonogo/lock/api/production\",\n  \"sha\": \"…\"\n}", What: "the lock"},
			{Method: "POST", Path: "/repos/acme/api/actions/workflows/deploy.yml/dispatches", Body: "{\n  \"ref\": \"v2.14.0\"\n}", What: "the one send"},
		}
		return d
	}
}

func promoting(t *testing.T, width, height int) (*driver, *memoryActor) {
	t.Helper()
	src := acme()
	actor := &memoryActor{draft: promotes(src)}
	return operating(t, width, height, look(t, dark), src, actor), actor
}

func TestAReleaseIsPromotedFromTheKeyboard(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			d, actor := promoting(t, size.width, size.height)
			d.press("/").typed("gateway").press("enter", "p").see("PRODUCTION gateway → production: promote", "v5.2.0").wait(settled).golden("promote-" + name)
			d.press("enter").typed("production").press("enter").wait(settled).see("g go: promote").press("c").see("the one send").wait(settled).golden("promote-calls-" + name)
			d.press("c").wait(settled).press("g").see("promoting gateway → production")
			if want := []string{`confirm promote of 0 failed false: "production" "" []`}; !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
		})
	}
}

// A gate that stands against it is bypassed with a reason, and with a word of its own; the rest is no production, and takes
// no name.
func TestABypassIsTyped(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			d, actor := promoting(t, size.width, size.height)
			d.press("j", "j", "p").see("PRODUCTION api → production: promote", "NO-GO").wait(settled).golden("promote-bypass-" + name)
			d.typed("a customer waits").press("enter").typed("bypas").press("enter").see("first type bypass").typed("s").press("enter").typed("production").press("enter").wait(settled).press("g")
			if want := []string{`confirm promote of 0 failed false: "production" "a customer waits" [ci tests coverage soak]`}; !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
		})
	}
}

// Gates that stand against it only now ask for the word anew: what was typed was for others.
func TestABypassCountsForTheGatesThatWereShown(t *testing.T) {
	d, actor := promoting(t, 120, 36)
	draft, asked := actor.draft, 0
	actor.draft = func(r operate.Request) *operate.Draft {
		x := draft(r)
		if asked++; asked > 1 {
			x.Against = append(x.Against, finding(model.GateFreeze, model.Fail, "frozen until Monday"))
		}
		return x
	}
	drafts := 0
	d.late = func(msg tea.Msg) bool {
		if fmt.Sprintf("%T", msg) == "dialog.draftMsg" {
			drafts++
		}
		return drafts == 2
	}
	d.press("j", "j", "p").wait(settled).typed("a customer waits").press("enter").typed("bypass").press("enter").typed("production").press("enter").wait(settled)
	d.see("reading").arrive().see("freeze is against it now", "first type bypass").wait(settled)
	if d.press("g"); len(actor.told) > 0 {
		t.Errorf("it was told %q", actor.told)
	}
}

func TestWhatCannotBePromotedSaysWhy(t *testing.T) {
	d, actor := promoting(t, 80, 24)
	draft := actor.draft
	actor.draft = func(r operate.Request) *operate.Draft {
		x := draft(r)
		x.Refusals = []model.Text{"the tag v2.14.0 now points at 0badc0d instead of 87c024d, which was built and tested"}
		return x
	}
	d.press("j", "j", "p").see("the tag v2.14.0 now points at", "can't be done").wait(settled).typed("x").press("enter").typed("bypass").press("enter").typed("production").press("enter").wait(settled).press("g")
	if len(actor.told) > 0 {
		t.Errorf("it was told %q", actor.told)
	}
	d.press("esc", "k", "k").press("p").miss("promote:") // the whole fleet is no environment
}

// From wherever an environment is selected the same dialog opens.
func TestPromoteFromWhereverAnEnvironmentIs(t *testing.T) {
	d, _ := promoting(t, 160, 48)
	d.press("j", "j", "4").to("✗ fail").press("p").see("api → production: promote").press("esc")
	d.to("staging  ✓ GO").press("p").see("api → staging: promote").press("esc").press("enter").see("Gates").press("p").see("api → staging: promote").press("esc", "esc")
	d.press("0", "g", "4").press("p").see("→ production: promote").press("esc", "left", "p").see("→ staging: promote")
}

// What is read again may be another thing than what was drawn at once: then it is said, and the name is typed anew.
func TestANameCountsForWhatWasShown(t *testing.T) {
	for name, change := range map[string]func(*operate.Draft){
		"another release": func(d *operate.Draft) {
			d.Plan.Release = model.Release{Tag: "v9", SHA: "9999999999999999999999999999999999999999"}
		},
		"another one is replaced": func(d *operate.Draft) {
			d.Plan.Replaces = model.Release{Tag: "v8", SHA: "8888888888888888888888888888888888888888"}
		},
		"a gate is against it now": func(d *operate.Draft) {
			d.Against = append(d.Against, finding(model.GateFreeze, model.Fail, "frozen until Monday"))
		},
		"nothing": func(*operate.Draft) {},
	} {
		t.Run(name, func(t *testing.T) {
			d, actor := promoting(t, 120, 36)
			draft, asked := actor.draft, 0
			actor.draft = func(r operate.Request) *operate.Draft {
				x := draft(r)
				if asked++; asked > 1 {
					change(x)
				}
				return x
			}
			d.press("/").typed("gateway").press("enter", "p").see("gateway → production: promote").wait(settled)
			switch name {
			case "another release":
				d.see("v9 would go, not v5.2.0 as was shown before")
			case "another one is replaced":
				d.see("it would replace v8, not")
			case "a gate is against it now":
				d.see("freeze is against it now: frozen until Monday")
			default:
				d.miss("as was shown before")
			}
		})
	}
}
