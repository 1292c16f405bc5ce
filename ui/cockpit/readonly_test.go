package cockpit

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gonogo/model/board"
	"gonogo/model/operation"
)

// quietly opens the cockpit in a session that its person wants to be read-only.
func quietly(t *testing.T, width, height int) (*driver, *memoryActor) {
	t.Helper()
	src := acme()
	src.board.Status.ReadOnly = "gonogo was started with --read-only"
	actor := &memoryActor{draft: promotes(src)}
	return operating(t, width, height, look(t, dark), src, actor), actor
}

// A session that is read-only shows everything and offers no action; each key says why, and which one lifts that.
func TestReadOnlyOffersNoAction(t *testing.T) {
	d, actor := quietly(t, 120, 36)
	d.see("READ-ONLY").press("j", "j").miss("p promote", "b roll back")
	for _, k := range []string{"p", "b", "h", "a"} {
		if d.press(k).miss("promote  ", "roll back to"); len(d.c.stack) > 0 {
			t.Errorf("%s opens a dialog", k)
		}
	}
	d.press("p").see("read-only: gonogo was started with --read-only; U lifts that for a while")
	d.press("2").to("✗ failure").miss("R re-run").press("R").see("read-only: ")
	if len(actor.told) > 0 {
		t.Errorf("it was told %q", actor.told)
	}
}

// It is lifted with a reason, for a while that the header counts down, and then holds again.
func TestReadOnlyIsLiftedForAWhile(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			d, actor := quietly(t, size.width, size.height)
			d.press("U").see("Nothing is done from here: gonogo was started with --read-only.").golden("read-only-" + name)
			d.press("enter").see("first say the reason").typed("an incident").press("enter").wait(settled).see("l lift it").press("l").see("actions work for 15 minutes")
			if want := []string{"lift read-only: an incident"}; !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
			d.src.board.Status.Lifted = d.now.Add(15 * time.Minute)
			d.send(boardMsg{board: d.src.board})
			d.see("acts for 15m").press("j", "j", "p").see("api → production: promote").press("esc")
			d.wait(14*time.Minute + 10*time.Second).see("acts for 45s").press("U").see("It is lifted already").press("esc")
			d.wait(time.Minute).see("READ-ONLY").press("p").see("read-only: ").miss("api → production: promote")
		})
	}
}

// Where nobody wants it there is nothing to lift, and the key says so.
func TestWithoutReadOnlyNothingIsLifted(t *testing.T) {
	d, _ := promoting(t, 120, 36)
	if d.miss("READ-ONLY").press("U").see("nothing to lift"); len(d.c.stack) > 0 || d.c.feed.board.Status.ReadOnly != (board.Status{}).ReadOnly {
		t.Error("a dialog was opened")
	}
}

// What the token may not do is off, and says which permission is missing; what nobody has tried stays on, and what there is to
// see is seen.
func TestAKeyThatTheTokenMayNotUseSaysWhy(t *testing.T) {
	src := acme()
	const why = "the token lacks the permission Contents: write in acme/api"
	for _, kind := range []operation.Kind{operation.Promote, operation.Hold, operation.Rerun} {
		denied := board.Denied{Service: "api", Environment: "production", Kind: kind, Why: why}
		if kind.OnRun() {
			denied.Environment = ""
		}
		src.board.Denied = append(src.board.Denied, denied)
	}
	d := operating(t, 160, 48, look(t, dark), src, &memoryActor{draft: promotes(src)})
	d.press("j", "j", "4").to("production").miss("p promote", "READ-ONLY").see("b roll back")
	for _, k := range []string{"p", "h"} {
		if d.press(k).see(why); len(d.c.stack) > 0 {
			t.Errorf("%s opens a dialog", k)
		}
	}
	d.press("b").see("roll back to").press("esc")
	d.to("staging  ✓ GO").see("p promote").press("p").see("api → staging: promote").press("esc")
	d.press("2").to("✗ failure").miss("R re-run").press("R").see(why)
	src.board.Denied = nil
	d.send(boardMsg{board: src.board})
	d.press("4", "g").to("production").press("p").see("api → production: promote")
}
