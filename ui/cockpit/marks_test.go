package cockpit

import (
	"fmt"
	"slices"
	"testing"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
)

// held drafts what can be done with an environment that is held and not locked.
func held(r operate.Request) *operate.Draft {
	d := &operate.Draft{Read: true}
	d.Plan = operation.Plan{ID: awaited, Kind: r.Kind, Service: r.Service, Environment: r.Environment, Mark: &operation.Mark{}, Ref: "refs/gonogo/hold/api/production"}
	switch r.Kind {
	case operation.Hold:
		d.Refusals = []model.Text{"there is a hold already: octocat since 09:12: v2.14.0 was bad"}
	case operation.Lift:
		d.Name = "production"
		d.Notes = []model.Text{"the hold is of octocat since 09:12: v2.14.0 was bad"}
	default:
		d.Refusals = []model.Text{"there is no lock to break"}
	}
	return d
}

func TestAHoldIsLifted(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			actor := &memoryActor{draft: held}
			d := operating(t, size.width, size.height, look(t, dark), acme(), actor)
			d.press("j", "j", "h").see("api → production: hold and lock", "octocat since 09:12", "no lock to break").wait(settled).golden("hold-" + name)
			d.typed("fixed in v2.14.1").press("enter").typed("production").press("enter").wait(settled).see("l lift the hold").press("h", "k", "l")
			if want := []string{`confirm lift of 0 failed false: "production" "fixed in v2.14.1" []`}; !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
		})
	}
}
