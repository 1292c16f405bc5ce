package cockpit

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// stub is a pane with nothing but a frame.
type stub struct {
	t    *theme.Theme
	name string
}

func (s stub) Focus() intent.Action   { return intent.Action(s.name) }
func (s stub) Name() string           { return s.name }
func (s stub) Update(tea.Msg) tea.Cmd { return nil }
func (s stub) Actions() []intent.Use  { return nil }
func (s stub) Typing() bool           { return false }
func (s stub) Counting() bool         { return false }
func (s stub) View(a pane.Area) []string {
	return s.t.Box(theme.Box{Title: s.name, Width: a.Width, Height: a.Height, Focused: a.Focused}, nil)
}

// gridOf is a screen with CI and Deployments and those of the others that are named.
func gridOf(t *testing.T, names string, width, height int) *driver {
	d := open(t, width, height)
	c := d.c
	var ci, deployments pane.Pane
	for _, p := range c.panes {
		switch p.Focus() {
		case intent.CI:
			ci = p
		case intent.Deployments:
			deployments = p
		}
	}
	c.panes, c.grid = c.panes[:1:1], grid{}
	if strings.Contains(names, "Sprint") {
		c.stand(upper, stub{c.kit.Theme, "Sprint"})
	}
	c.stand(upper, ci)
	if strings.Contains(names, "Coverage") {
		c.stand(lower, stub{c.kit.Theme, "Coverage"})
	}
	c.stand(lower, deployments)
	return d
}

func TestTheRoomOfAPaneThatIsNotThereIsItsNeighbours(t *testing.T) {
	for _, names := range []string{"", "Sprint", "Coverage", "Sprint, Coverage"} {
		for _, size := range [][2]int{{120, 30}, {120, 36}, {160, 48}, {200, 60}, {400, 100}} {
			d := gridOf(t, names, size[0], size[1])
			d.exact()
			area := 0
			for _, p := range d.c.drawing.places {
				area += p.width * p.height
				if p.width < leastPane || p.height < 8 {
					t.Errorf("%s at %v: %s has %d×%d cells", names, size, d.c.panes[p.pane].Name(), p.width, p.height)
				}
				for _, q := range d.c.drawing.places {
					if p != q && q.has(p.x, p.y) {
						t.Errorf("%s at %v: %s lies over %s", names, size, d.c.panes[q.pane].Name(), d.c.panes[p.pane].Name())
					}
				}
			}
			if body := size[0] * (size[1] - headerHeight - footerHeight); area != body {
				t.Errorf("%s at %v: the panes fill %d of %d cells", names, size, area, body)
			}
		}
	}
}

// The matrix keeps two columns whole on the smallest wide screen, for that is what people
// come for.
func TestTheMatrixHasItsRoom(t *testing.T) {
	gridOf(t, "Sprint, Coverage", 120, 30).see("staging", "PRODUCTION", "v1.8.0  = UP TO DATE")
}

func TestParted(t *testing.T) {
	for _, test := range []struct{ width, left, right, want int }{
		{80, 0, 0, 40}, {81, 0, 64, 20}, {114, 0, 81, 33}, {100, 60, 0, 60}, {100, 60, 60, 50}, {90, 60, 90, 36}, {50, 0, 500, 20}, {50, 500, 0, 30},
	} {
		if got := parted(test.width, test.left, test.right); got != test.want {
			t.Errorf("parted(%d, %d, %d) is %d, want %d", test.width, test.left, test.right, got, test.want)
		}
	}
}
