package cockpit

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model/operation"
	"gonogo/sources/operate"
)

// at opens the page of an operation that has come to a point.
func at(t *testing.T, width, height int, point string) (*driver, *memoryActor) {
	t.Helper()
	src, actor := acme(), &memoryActor{}
	actor.operations = []operate.Operation{operationAt(t, src, point)}
	d := operating(t, width, height, look(t, dark), src, actor)
	return d.press("w").see("Operations").press("enter").see("PRODUCTION api → production"), actor
}

const awaited = "7d3f0c1e-0000-4000-8000-000000000001"

func TestWhatWaitsIsReviewed(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			d, actor := at(t, size.width, size.height, "awaiting")
			d.press("a").see("mona asks to promote v2.14.0 in production").golden("review-" + name)
			d.typed("read the notes").press("enter").typed("productio").press("enter").see("first type production")
			d.typed("n").press("enter").wait(settled).golden("review-answers-" + name)
			d.press("a").see("approved: promote api → production").miss("comment")
			if want := []string{"review " + awaited + " true read the notes"}; !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
		})
	}
}

func TestAReviewIsRejectedByItsOwnKey(t *testing.T) {
	d, actor := at(t, 120, 36, "awaiting")
	d.press("a", "tab").typed("production").press("enter").wait(settled).see("a approve", "r reject").press("r").see("rejected: promote api → production")
	if want := []string{"review " + awaited + " false "}; !slices.Equal(actor.told, want) {
		t.Errorf("it was told %q, want %q", actor.told, want)
	}
}

// What nobody meant confirms nothing: Enter, keys typed ahead or held, pasted text, another name, a click.
func TestNothingIsConfirmedByAccident(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(d *driver)
	}{
		{"enter", func(d *driver) { d.press("enter", "enter", "enter", "enter") }},
		{"the keys without the name", func(d *driver) { d.press("tab", "tab").wait(settled).press("a", "r") }},
		{"another name", func(d *driver) {
			d.press("tab").typed("Production").press("enter", "tab").wait(settled).press("a", "r")
		}},
		{"all typed in one go", func(d *driver) {
			d.press("tab").wait(settled)
			d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("production")})
			d.send(key("enter"))
			d.send(key("a"))
		}},
		{"a held key", func(d *driver) {
			d.press("tab").typed("production")
			d.send(key("enter"))
			for range 40 {
				d.send(key("a"))
				d.wait(50 * time.Millisecond)
			}
		}},
		{"a pasted name", func(d *driver) {
			d.press("tab")
			d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("production"), Paste: true})
			d.press("enter", "tab").wait(settled).press("a")
		}},
		{"a pasted answer", func(d *driver) {
			d.press("tab").typed("production").press("enter").wait(settled)
			d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a"), Paste: true})
		}},
		{"cancel has the focus", func(d *driver) {
			d.press("tab").typed("production").press("enter").wait(settled).see("enter cancel").press("enter").miss("comment")
		}},
		{"a resize", func(d *driver) {
			d.press("tab").typed("production").press("enter")
			d.send(tea.WindowSizeMsg{Width: 90, Height: 30})
			d.press("a")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, actor := at(t, 120, 36, "awaiting")
			c.do(d.press("a"))
			if len(actor.told) > 0 {
				t.Errorf("it was told %q", actor.told)
			}
			d.exact()
		})
	}
}

// An error stays until it is dismissed, and can be copied.
func TestAReviewThatFailsSaysSo(t *testing.T) {
	d, actor := at(t, 80, 24, "awaiting")
	actor.err = errors.Join(errors.New("approve operation: GitHub answers 403: the token lacks Deployments: write"), errors.New("the disk is full"))
	d.press("a", "tab").typed("production").press("enter").wait(settled).press("a").see("the token lacks Deployments:", "write; the disk is full").wait(time.Minute)
	d.press("y").see("copied the error: approve operation").press("x").see("the disk is full").wait(settled).golden("review-error")
	actor.err = nil
	d.press("a").see("approved: promote api → production")
}

func TestAKeyThatIsOffSaysWhy(t *testing.T) {
	src, actor := acme(), &memoryActor{}
	o := operationAt(t, src, "awaiting")
	o.Pending[0].CanApprove = false
	actor.operations = []operate.Operation{o}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	d.press("w").see("Operations").press("a").see("GitHub doesn't let this token's user review it: it awaits acme/release").miss("comment")
}

// What another process drives is decided there; several runs that carry an ID are only listed.
func TestOnlyWhoDrivesTakesADecision(t *testing.T) {
	src, actor := acme(), &memoryActor{}
	o := operationAt(t, src, "ambiguous")
	o.Driven, o.Held = false, "another gonogo of yours drives there (process 4711)"
	actor.operations = []operate.Operation{o}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	d.press("w").see("Under way").press("enter").see("it is said where it is driven", "process 4711").to("brings").press("j", "enter").miss("You say that")

	o = operationAt(t, src, "ambiguous")
	o.Records = append(o.Records, operation.Record{Operation: awaited, At: noon, Process: "4711-cafe", Event: operation.Judged, State: operation.Errored, Several: 2, Why: "2 runs or deployments carry the operation's ID"})
	o.State = operation.Errored
	o.Found.Strong, o.Found.Weak = []operation.Match{{Run: 311, Why: "its name holds the operation's ID"}, {Deployment: 99, Why: "its payload holds the operation's ID"}}, nil
	actor.operations = []operate.Operation{o}
	d.send(eventsMsg{services: map[string]bool{"api": true}, operations: true, ended: true})
	d.see("They carry its ID", "run 311", "deployment 99")
}

func TestAPersonDecidesWhatIsAmbiguous(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			d, actor := at(t, size.width, size.height, "ambiguous")
			d.to("run 312").press("enter").see("You say that run 312").golden("decide-" + name)
			d.press("enter").see("first say the reason").typed("its page says so").press("enter").typed("production").press("enter").wait(settled).press("d").see("run 312 is followed")
			d.to("nothing").press("enter").see("nothing of it was sent").typed("no run began").press("enter").typed("production").press("enter").wait(settled).press("d").see("it ends as aborted")
			want := []string{"decide " + awaited + " 312 mona: its page says so", "decide " + awaited + " 0 mona: no run began"}
			if !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
		})
	}
}
