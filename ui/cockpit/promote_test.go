package cockpit

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
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
		d.Releases = releasesOf(r.Service, e)
		for _, c := range d.Releases {
			if r.Release != "" && c.Release.Tag == r.Release {
				d.Plan.Release = c.Release
				d.Notes = append(d.Notes, c.Why)
			}
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

// releasesOf are what could be promoted to an environment: of the gateway several, else what is next.
func releasesOf(service string, e *readiness.Environment) []readiness.Choice {
	if !e.Candidate.Exists() {
		return nil
	}
	all := []readiness.Choice{{Release: e.Candidate.Release, Candidate: true, Can: true, In: []string{"staging"}, Why: "succeeded in staging 3 h ago"}}
	if service == "gateway" {
		all = append(all,
			readiness.Choice{Release: release(service, "v5.1.9", 30*time.Hour), Can: true, Why: "succeeded in staging 28 h ago; v5.2.0 is newer"},
			readiness.Choice{Release: release(service, "v5.3.0-rc.1", time.Hour), Can: true, Why: "never succeeded in staging"},
			readiness.Choice{Release: release(service, "v5.1.7", 60*time.Hour), Why: "was vetoed by octocat 2 days ago: it logs the card's number"},
			readiness.Choice{Release: e.Current.Release, In: []string{"production"}, Why: "is what runs here"},
			readiness.Choice{Release: release(service, "v5.0.4", 400*time.Hour), Older: true, Why: "is older than v5.1.0, which runs here: that is a rollback"},
		)
	}
	return all
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
			d.press("/").typed("gateway").press("enter", "p").see("PRODUCTION gateway → production: promote", "v5.2.0", "ships", "the way back", "What would ship").wait(settled).golden("promote-" + name)
			for range 5 { // what isn't seen at once is reached
				d.press("pgdown")
			}
			d.see("The other gates", "blackbox")
			for range 5 {
				d.press("pgup")
			}
			d.press("enter").typed("production").press("enter").wait(settled).see("g go: promote").press("c").see("the one send").wait(settled).golden("promote-calls-" + name)
			d.press("c").wait(settled).press("g").see("promoting gateway → production")
			if want := []string{`confirm promote of 0 failed false: "production" "" []`}; !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
		})
	}
}

// Another release is picked from a list, in which any is found by typing. What was typed was for the one before.
func TestAnotherReleaseIsPicked(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			d, actor := promoting(t, size.width, size.height)
			d.press("/").typed("gateway").press("enter", "p").see("v5.2.0").wait(settled)
			d.press("v").see("v5.2.0").press("backspace") // it is text while something is typed
			d.press("enter").typed("production").press("enter").wait(settled).see("v instead")
			d.press("v").see("PRODUCTION gateway → production: promote which release", "that is a rollback").golden("releases-" + name)
			d.press("/").typed("octocat").press("enter").see("v5.1.7").press("enter").see("promote which release") // it can't be
			d.press("esc", "/").typed("5.1.9").press("enter", "enter").see("v5.1.9", "over v5.1.0", "first type production").wait(settled)
			d.press("g") // is text: the name is typed anew
			d.press("backspace").typed("production").press("enter").wait(settled).see("g go: promote").press("g")
			if want := []string{`confirm promote of 0 failed false: "production" "" []`}; !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
			if got := actor.confirmed; got.Plan.Release.Tag != "v5.1.9" {
				t.Errorf("%s was confirmed", got.Plan.Release.Title())
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
