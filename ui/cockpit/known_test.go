package cockpit

import (
	"slices"
	"testing"

	"gonogo/model"
	"gonogo/sources/operate"
)

// A dialog that was opened while something was unknown says by itself when it has become known; news that tell no more change
// nothing.
func TestWhatBecomesKnownIsSaidInTheDialog(t *testing.T) {
	src := acme()
	read, unknown := 0, true
	draft := promotes(src)
	actor := &memoryActor{draft: func(r operate.Request) *operate.Draft {
		d := draft(r)
		read++
		d.Against = slices.DeleteFunc(slices.Clone(d.Against), func(f model.Finding) bool { return f.Result == model.Unknown })
		if unknown {
			f := finding(model.GateCI, model.Unknown, "the runs of v5.2.0 were not read yet")
			d.Against = append(d.Against, f)
			d.Plan.Findings = append(slices.Clone(d.Plan.Findings), f)
		}
		return d
	}}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	d.press("/").typed("gateway").press("enter", "p").see("gateway → production: promote", "were not read yet", "type bypass for ci").wait(settled)
	before := read
	d.send(eventsMsg{services: map[string]bool{"api": true}, ended: true})
	if d.see("were not read yet"); read != before {
		t.Errorf("another service's news ask %d times", read-before)
	}
	d.send(eventsMsg{services: map[string]bool{"gateway": true}, ended: true})
	if d.see("were not read yet"); read != before+1 { // the cache alone
		t.Errorf("news that tell nothing ask %d times", read-before)
	}
	unknown = false
	d.send(eventsMsg{services: map[string]bool{"gateway": true}, ended: true})
	d.miss("were not read yet", "bypass for ci").see("type production")
	before = read
	d.send(eventsMsg{services: map[string]bool{"gateway": true}, ended: true})
	if d.see("type production"); read != before {
		t.Errorf("where all is known news ask %d times", read-before)
	}
}
