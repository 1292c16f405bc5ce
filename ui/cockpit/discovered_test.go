package cockpit

import (
	"testing"

	"gonogo/model/board"
	"gonogo/ui/pane"
)

// found is the fleet as it is discovered in a clone of acme/api.
func found(change func(*pane.Board)) *memory {
	m := acme()
	m.board.Name, m.board.SprintSource = "acme", nil
	m.board.Status.Discovery = &board.Discovery{Repo: "acme/api", Host: "github.com", Why: "remote origin", Found: true, Notes: []string{"left out: the environment pr-7"}}
	change(&m.board)
	return m
}

func TestAFleetThatIsBeingDiscovered(t *testing.T) {
	m := found(func(b *pane.Board) {
		b.Services, b.Runs, b.Sprint, b.Status = nil, nil, nil, pane.Status{Discovery: &board.Discovery{Repo: "acme/api", Host: "github.com", Why: "remote origin"}}
	})
	for _, size := range [][2]int{{80, 24}, {120, 36}, {160, 48}} {
		d := start(t, m, size[0], size[1], look(t, dark))
		d.see("looking at acme/api").miss("No sprint board", "add one to its gonogo.yml", "gonogo init")
		d.press("4").see("looking at acme/api on github.com: environments")
		for _, k := range []string{"1", "2", "3", "0", "j", "enter"} {
			d.press(k)
		}
	}
	m.board.Status.Discovery.Problem = "read the repository acme/api: GitHub says no"
	d := start(t, m, 120, 36, look(t, dark))
	d.see("not discovered", "acme/api could not be discovered: read the repository acme/api: GitHub says no")
}

func TestAFleetThatWasDiscoveredSaysSo(t *testing.T) {
	d := start(t, found(func(*pane.Board) {}), 160, 48, look(t, dark))
	d.see("discovered from the clone; gonogo init writes it down", "No milestone of acme/api ends in the next weeks")
	d.press("j", "j", "enter").see("by remote origin; gonogo init writes it down", "left out: the environment pr-7")
	narrow := start(t, found(func(*pane.Board) {}), 80, 24, look(t, dark))
	narrow.see("1 NO-GO").miss("gonogo init")
}
