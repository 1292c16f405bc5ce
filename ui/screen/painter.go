package screen

import (
	"bytes"
	"strings"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// painter turns views into the fewest bytes that bring the terminal from the one
// view to the next.
type painter struct {
	term   string
	out    bytes.Buffer
	uv     *uv.TerminalRenderer
	buffer *uv.RenderBuffer
	rows   *rows
	shown  []string // the line that each row shows
	fresh  bool     // nothing is known of what the terminal shows
}

// newPainter makes a painter for a kind of terminal (TERM), which decides what
// sequences it is sent beyond those that every terminal knows.
func newPainter(term string, width, height int) *painter {
	p := &painter{term: term, rows: newRows()}
	p.reset(width, height)
	return p
}

// reset forgets what the terminal shows, so that the next frame draws everything.
func (p *painter) reset(width, height int) {
	p.uv = uv.NewTerminalRenderer(&p.out, []string{"TERM=" + p.term})
	p.uv.SetColorProfile(colorprofile.TrueColor) // the theme has chosen what the terminal can show
	p.uv.SetWidthMethod(ansi.WcWidth)
	p.uv.SetFullscreen(true)
	p.uv.SetScrollOptim(true)
	p.uv.Resize(width, height)
	p.uv.Erase()
	p.buffer = uv.NewRenderBuffer(width, height)
	p.shown = make([]string, height)
	p.fresh = true
}

// frame returns what to send to show a view. The bytes are good until the next call.
func (p *painter) frame(view string) []byte {
	p.out.Reset()
	if p.buffer.Width() == 1 {
		p.reset(1, len(p.shown)) // ultraviolet's short cuts don't hold in a single column
	}
	changed := p.fresh
	for y := range p.shown {
		line, rest, _ := strings.Cut(view, "\n")
		view = rest
		if line == p.shown[y] && !p.fresh {
			continue
		}
		p.shown[y] = line
		p.rows.fill(p.buffer.Line(y), line)
		p.buffer.TouchLine(0, y, p.buffer.Width())
		changed = true
	}
	if !changed {
		return nil
	}
	p.fresh = false
	p.uv.Render(p.buffer)
	if p.uv.Buffered() < syncFromBytes {
		_ = p.uv.Flush() // into a buffer, which cannot fail
		return p.out.Bytes()
	}
	p.out.WriteString(syncOn)
	_ = p.uv.Flush()
	p.out.WriteString(syncOff)
	return p.out.Bytes()
}
