package cockpit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/theme"
)

// onRun drafts what can be done with the fleet's runs: what waits is for production, and NO-GO.
func onRun(r operate.Request) *operate.Draft {
	d := &operate.Draft{Read: true}
	d.Plan = operation.Plan{ID: awaited, Kind: r.Kind, Service: r.Service, Subject: r.Run, FailedOnly: r.FailedOnly, Release: release(r.Service, "v3.1.0", 5)}
	if r.Kind == operation.Approve || r.Kind == operation.Reject {
		d.Name, d.Plan.Environment, d.Plan.Tier = "production", "production", model.Production
		d.Notes = []model.Text{"it also waits for the review of staging, which this does not give"}
	}
	if r.Kind == operation.Approve {
		d.Against = []model.Finding{finding(model.GateSoak, model.Wait, "healthy in staging for 12 min, 30 min are asked for: 18 min left")}
	}
	d.Calls = []operate.Call{{Method: "POST", Path: "/repos/acme/" + r.Service + "/actions/runs/1/…", Body: "{\n  \"state\": \"approved\"\n}", What: "the one send"}}
	return d
}

func acting(t *testing.T, width, height int) (*driver, *memoryActor) {
	t.Helper()
	actor := &memoryActor{draft: onRun}
	return operating(t, width, height, look(t, dark), acme(), actor), actor
}

func TestARunIsActedOnFromWhereItIsSeen(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			d, actor := acting(t, size.width, size.height)
			d.press("2").to("◔ waiting").press("a").see("review of deploy.yml").wait(settled).golden("act-approve-" + name)
			d.typed("trust me").press("enter").typed("production").press("enter").wait(settled).see("a approve", "r reject").press("c").see("the one send", "approved").wait(settled).press("r")
			d.press("esc", "2", "g").to("✗ failure").press("R").see("again").wait(settled).golden("act-rerun-" + name)
			d.press("enter").wait(settled).see("f its failed jobs", "a all its jobs").press("f")
			d.press("esc", "2", "g").to("▸ running").press("x").see("cancel ").wait(settled).golden("act-cancel-" + name)
			d.press("enter").wait(settled).press("s")
			if len(actor.told) != 3 {
				t.Fatalf("it was told %q", actor.told)
			}
			for i, want := range []string{`confirm reject of 401 failed false: "production" "trust me" []`, `confirm re-run of 101 failed true: "" "" []`, `confirm cancel of `} {
				if len(actor.told[i]) < len(want) || actor.told[i][:len(want)] != want {
					t.Errorf("it was told %q, want %q", actor.told[i], want)
				}
			}
		})
	}
}

// What stands against a release stands against letting it in: approving it takes a reason, rejecting it doesn't.
func TestApprovingWhatIsNoGoTakesAReason(t *testing.T) {
	d, actor := acting(t, 120, 36)
	d.press("2").to("◔ waiting").press("a").see("(approve bypasses it)")
	d.press("enter").see("first say the comment").typed("a customer waits").press("enter").typed("production").press("enter").wait(settled).press("a")
	if want := []string{`confirm approve of 401 failed false: "production" "a customer waits" [soak]`}; !slices.Equal(actor.told, want) {
		t.Errorf("it was told %q, want %q", actor.told, want)
	}
}

// Facts that changed under the dialog are said, and asked for anew; what can't be done is said and has no key.
func TestAnActionThatCannotBeTaken(t *testing.T) {
	d, actor := acting(t, 120, 36)
	actor.err = fmt.Errorf("re-run: %w", operate.ErrLocked)
	d.press("2").to("✗ failure").press("R", "enter").wait(settled).press("f").see("another operation has the environment").wait(settled).see("f its failed jobs")
	d.press("esc")
	actor.draft = func(r operate.Request) *operate.Draft {
		x := onRun(r)
		x.Refusals = []model.Text{"it deploys to production: such a run is run again with all that a promotion asks"}
		return x
	}
	actor.told = nil
	d.press("R").see("it deploys to production", "all its jobs: can't be done").press("enter").wait(settled).press("f", "a")
	if len(actor.told) > 0 {
		t.Errorf("it was told %q", actor.told)
	}
	actor.draft = nil
	d.press("esc", "R").see("nothing is sketched here")
}

// Where nothing can be done no key says so.
func TestWithoutAnActorNothingIsOffered(t *testing.T) {
	d := open(t, 120, 36)
	d.press("2").to("✗ failure").miss("R re-run").press("R", "x", "a")
	if len(d.c.stack) > 0 {
		t.Error("a dialog was opened")
	}
}

func TestAKeyThatMeansNothingHereSaysWhy(t *testing.T) {
	d, _ := acting(t, 120, 36)
	d.press("2").to("✗ failure").press("a").see("the run has ended: it waits for nobody").press("x").see("the run has ended").press("g").to("▸ running").press("R").see("the run has not ended").press("a").see("waits for nobody's review")
}

// An answer that comes after the dialog was closed changes nothing.
func TestALateDraftIsDropped(t *testing.T) {
	d, _ := acting(t, 120, 36)
	d.press("2").to("✗ failure")
	_, cmd := d.c.Update(key("R"))
	d.send(tea.KeyMsg{Type: tea.KeyEsc})
	d.run(cmd)
	d.miss("its failed jobs")
}

// A word about a run is an operation like others: followed, listed, and decided on where its answer was lost.
func TestAWordAboutARunIsAnOperation(t *testing.T) {
	plan := operation.Plan{
		ID: awaited, Kind: operation.Rerun, Host: "github.com", Repo: "acme/api", Service: "api", Workflow: "ci.yml", Subject: 101, Attempt: 1, Release: model.Release{SHA: sha("run101")}, Actor: "mona", MadeAt: ago(60e9),
	}
	records := []operation.Record{
		{Event: operation.Planned, State: operation.Preflight, Plan: &plan}, {Event: operation.Approved, State: operation.Confirmed, Actor: "mona"}, {Event: operation.Claims, State: operation.Claiming},
		{Event: operation.Reads, State: operation.Claiming}, {Event: operation.Sends, State: operation.Dispatching},
	}
	made := func(more ...operation.Record) operate.Operation {
		all := slices.Concat(records, more)
		for i := range all {
			all[i].Operation, all[i].Process, all[i].At = plan.ID, "4711-cafe", ago(50e9)
		}
		p, err := operation.Fold(all)
		if err != nil {
			t.Fatal(err)
		}
		return operate.Operation{Progress: p, Records: all, Driven: true}
	}
	src, actor := acme(), &memoryActor{operations: []operate.Operation{made(operation.Record{Event: operation.Judged, State: operation.Ambiguous, Why: "it was sent, and the answer was lost"})}}
	d := operating(t, 80, 24, look(t, dark), src, actor)
	d.see("re-run api → ci.yml: ambiguous").press("w").see("Under way").press("enter").see("api → ci.yml: re-run", "Don't say it again", "ci.yml #101").golden("operation-on-run-80x24")
	d.to("GitHub shows it").press("enter").see("You say that it was done").typed("seen").press("enter").wait(settled).press("d").see("it ends as succeeded")
	if want := []string{"decide " + awaited + " 101 mona: seen"}; !slices.Equal(actor.told, want) {
		t.Errorf("it was told %q, want %q", actor.told, want)
	}
	actor.operations = []operate.Operation{made(operation.Record{Event: operation.Judged, State: operation.Succeeded, Status: 201, Why: "GitHub took it"})}
	d.send(eventsMsg{services: map[string]bool{"api": true}, operations: true, ended: true})
	d.see("✓ succeeded", "GitHub took it").miss("Verification")
}

func TestHostileTextInDialogs(t *testing.T) {
	for i, s := range hostiles {
		made := look(t, dark)
		if i%5 == 0 {
			made = look(t, theme.Options{Name: theme.Mono, ASCII: true})
		}
		text := model.Clean(s)
		actor := &memoryActor{draft: func(r operate.Request) *operate.Draft {
			d := onRun(r)
			d.Name, d.Plan.Environment, d.Plan.Release.Tag, d.Plan.Replaces.Tag, d.Plan.RollsBackTo.Tag = s, s, s, s, s
			d.Plan.Findings = []model.Finding{{Gate: model.Gate(s), Result: model.Fail, Why: text}, {Gate: model.GateCI, Result: model.Pass, Why: text}}
			d.Against, d.Acknowledge, d.Notes, d.Unasked = d.Plan.Findings[:1], d.Plan.Findings[:1], []model.Text{text}, []model.Text{text}
			d.Environment.Ship.Commits = []model.Commit{{Author: text}}
			d.Calls = []operate.Call{{Method: "POST", Path: s, Body: s + "\n" + s, What: s}}
			return d
		}}
		src := hostile(s)
		for name, detail := range src.details {
			at := "refs/gonogo/hold/" + operation.EscapeRef(detail.Facts.Service.Name) + "/"
			for _, e := range detail.Assessment.Environments {
				detail.Facts.Marks = append(detail.Facts.Marks, operation.Mark{Ref: at + operation.EscapeRef(e.GitHub), Owner: s, Reason: s, Since: ago(time.Hour)})
			}
			detail.Facts.Marks = append(detail.Facts.Marks, operation.Mark{Ref: strings.Replace(at, "/hold/", "/veto/", 1) + "a", Owner: s, Reason: s}, operation.Mark{Ref: strings.Replace(at, "/hold/", "/veto/", 1) + "b", Flaw: s})
			src.details[name] = detail
		}
		d := operating(t, 80, 24, made, src, actor)
		for _, k := range []string{"p", "h", "b"} {
			d.press("j", k)
			d.harmless("the dialog of " + k)
			if k == "h" {
				d.press("G", "enter")
				d.harmless("its last row's dialog")
			}
			d.press("tab", "tab", "tab", "tab").wait(settled).press("c")
			d.harmless("its requests")
			d.press("esc", "esc", "0")
		}
		d.press("2", "a", "R", "x")
		d.harmless("a run's dialog")
	}
}
