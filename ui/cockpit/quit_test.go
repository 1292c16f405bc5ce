package cockpit

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/sources/operate"
)

// settled is how long a question waits before a key is its answer.
const settled = 400 * time.Millisecond

// alone is how long no key follows one that is an answer.
const alone = 80 * time.Millisecond

// quits reports whether the program was told to end.
func (d *driver) quits() bool {
	return slices.ContainsFunc(d.sent, func(msg tea.Msg) bool { _, quit := msg.(tea.QuitMsg); return quit })
}

func TestQuitAsksOnceWhileAnOperationIsDriven(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			src, actor := acme(), &memoryActor{}
			second := journalled(t, promotion(2, "ledger", "production"))
			actor.operations = []operate.Operation{operationAt(t, src, "verifying"), second}
			d := operating(t, size.width, size.height, look(t, dark), src, actor)
			d.press("q").see("esc stay").miss("quit all the same").wait(settled).golden("quit-" + name)
			if d.quits() {
				t.Fatal("the key that asks has answered")
			}
			d.press("y").see("copied the command: gonogo follow 7d3f0c1e")
			d.press("esc").miss("Quit?")
			if d.quits() {
				t.Fatal("who stayed has gone")
			}
			d.press("q")
			d.wait(settled).press("q")
			if !d.quits() {
				t.Error("the second one doesn't quit")
			}
		})
	}
}

// A held key repeats; none of its repeats is an answer, however long it is held.
func TestAHeldKeyDoesNotAnswer(t *testing.T) {
	src, actor := acme(), &memoryActor{}
	actor.operations = []operate.Operation{operationAt(t, src, "running")}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	for range 60 {
		d.send(key("q"))
		d.wait(33 * time.Millisecond)
	}
	if d.quits() {
		t.Fatal("a held key quits")
	}
	d.see("Quit?").wait(settled)
	d.press("q")
	if !d.quits() {
		t.Error("let go and pressed again it doesn't")
	}
}

func TestQuitAsksNothingWhereNothingIsDrivenHere(t *testing.T) {
	src, actor := acme(), &memoryActor{}
	o := operationAt(t, src, "running")
	o.Driven, o.Held = false, "another gonogo of yours drives there (process 4711)"
	actor.operations = []operate.Operation{o}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	if d.press("q"); !d.quits() {
		t.Errorf("it asks:\n%s", d.screen())
	}
}
