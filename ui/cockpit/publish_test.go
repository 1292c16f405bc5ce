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

// publication drafts a prerelease's becoming public.
func publication(r operate.Request) *operate.Draft {
	d := &operate.Draft{Read: true}
	d.Plan = operation.Plan{ID: awaited, Kind: r.Kind, Way: operation.ByRelease, Service: r.Service, Release: release("api", r.Release, 9*24*time.Hour)}
	d.Notes = []model.Text{"it starts announce.yml, which listens to a release that becomes public"}
	d.Calls = []operate.Call{{Method: "PATCH", Path: "repos/acme/api/releases/7", Body: `{"prerelease": false}`, What: "the one send: " + r.Release + " becomes public"}}
	return d
}

// A prerelease is chosen among those of the service, what runs in the environment first, and made public by a key of its own.
func TestAPrereleaseIsMadePublic(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			src, actor := acme(), &memoryActor{draft: publication}
			d := src.details["api"]
			runs := d.Assessment.Environment("production").Current.Release
			runs.Channel = model.Internal
			newer := release("api", "v9.9.9", time.Hour)
			newer.Channel = model.Internal
			d.Facts.Releases = []model.Release{newer, runs, release("api", "v0.9.0", 90*24*time.Hour)}
			src.details["api"] = d
			c := operating(t, size.width, size.height, look(t, dark), src, actor)
			c.press("j", "j", "4").to("production").press("P").see("api: make public", "v9.9.9", "runs nowhere now", "runs in production").miss("v0.9.0").golden("prereleases-" + name)
			c.press("enter").see("api "+runs.Tag+": make public", "take that back", "announce.yml").wait(settled).golden("publish-" + name)
			c.typed("it is ready").press("enter").wait(settled).see("p make it public").press("c").see("PATCH repos/acme/api/releases/7").press("c").wait(settled).press("p")
			if want := []string{`confirm publish of 0 failed false: "" "it is ready" []`}; !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
		})
	}
}
