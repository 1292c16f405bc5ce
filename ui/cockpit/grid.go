package cockpit

import "gonogo/ui/pane"

// grid is where the panes stand beside the fleet: indexes of panes, row by row.
type grid [2][]int

// The rows of the grid. The lower one is the taller: Deployments, which answers what people
// come for, stands there.
const (
	upper = iota
	lower
)

// leastPane is the width below which a pane can't tell anything.
const leastPane = 20

// stand gives a pane its place: in a row of the grid, after those that stand there already.
func (c *Cockpit) stand(row int, p pane.Pane) {
	c.grid[row] = append(c.grid[row], len(c.panes))
	c.panes = append(c.panes, p)
}

// wish is how wide a pane wants to be at least, with its frame; 0 where it doesn't mind.
func wish(p pane.Pane) int {
	if w, ok := p.(interface{ Wish() int }); ok {
		return w.Wish()
	}
	return 0
}

// places are the places of the panes in an area, row by row from left to right. The room of
// a pane that isn't there is its neighbours'.
func (c *Cockpit) places(x, y, width, height int) []place {
	var out []place
	for row, panes := range c.grid {
		tall := height
		if len(c.grid[upper]) > 0 && len(c.grid[lower]) > 0 {
			if tall = height * 2 / 5; row == lower {
				tall = height - height*2/5
			}
		}
		switch len(panes) {
		case 0:
			continue
		case 1:
			out = append(out, place{x, y, width, tall, panes[0]})
		default:
			left := parted(width, wish(c.panes[panes[0]]), wish(c.panes[panes[1]]))
			out = append(out, place{x, y, left, tall, panes[0]}, place{x + left, y, width - left, tall, panes[1]})
		}
		y += tall
	}
	return out
}

// parted parts a width between two panes and returns the left one's: evenly, as far as each
// has what it wishes for; where that can't be, by their wishes.
func parted(width, left, right int) int {
	left, right = max(left, leastPane), max(right, leastPane)
	if left+right <= width {
		return min(max(width/2, left), width-right)
	}
	return min(max(width*left/(left+right), leastPane), width-leastPane)
}
