package screen

import (
	"strings"
	"unicode"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// rows turns lines of text with styles and links into cells. It remembers what it
// has met, so that a line costs no allocation once its styles and characters are known.
type rows struct {
	styles   []uv.Style         // by number; 0 is no style
	changes  map[change]int     // what an SGR sequence makes of a style
	clusters map[string]glyph   // characters beyond ASCII
	links    map[string]uv.Link // by what stands between "8;" and the end
}

// change is an SGR sequence met in a style.
type change struct {
	style  int
	params string
}

// glyph is what is drawn for a cluster of characters that its author counted as
// width cells: content, which every terminal draws in its own width, and blanks.
type glyph struct {
	content string
	own     int // cells that content takes
	width   int // cells in all
}

// Bounds on what is remembered and drawn. Real screens come nowhere near them.
const (
	maxRemembered  = 4096
	longMemory     = 64   // bytes; longer ones are worked out each time
	maxClusterRune = 6    // a letter with five marks
	maxLink        = 2083 // bytes; VTE's limit for a URI
)

func newRows() *rows {
	r := &rows{}
	r.forget()
	return r
}

// forget empties the memory, so that it stays bounded.
func (r *rows) forget() {
	r.styles = append(r.styles[:0], uv.Style{})
	r.changes = map[change]int{}
	r.clusters = map[string]glyph{}
	r.links = map[string]uv.Link{}
}

// ascii holds every ASCII character, so that a cell's content is a piece of it and
// not of a whole View, which it would keep alive.
const ascii = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f" +
	"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f" +
	" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f"

// fill draws a line into a row of cells, cut or padded to its length. Styles and
// links are obeyed, every other escape sequence and control character is dropped.
func (r *rows) fill(row uv.Line, line string) {
	if len(r.styles)+len(r.changes)+len(r.clusters)+len(r.links) > maxRemembered {
		r.forget()
	}
	cell := uv.Cell{Width: 1}
	style, x := 0, 0
	for i := 0; i < len(line) && x < len(row); {
		c := line[i]
		switch {
		case c == '\x1b':
			n, params, kind := sequence(line[i:])
			i += n
			switch kind {
			case sgrSequence:
				style = r.restyle(style, params)
				cell.Style = r.styles[style]
			case linkSequence:
				cell.Link = r.link(params)
			}
		case c < 0x20 || c == 0x7f:
			i++
		case c < 0x7f && (i+1 == len(line) || line[i+1] < 0x80):
			cell.Content = ascii[c : c+1]
			row[x] = cell
			x++
			i++
		default:
			cluster, _ := ansi.FirstGraphemeCluster(line[i:], ansi.GraphemeWidth)
			if cluster == "" { // cannot be; never stand still
				cluster = line[i : i+1]
			}
			i += len(cluster)
			x = put(row, x, cell, r.glyph(cluster))
		}
	}
	for ; x < len(row); x++ {
		row[x] = uv.EmptyCell
	}
}

// put draws a glyph at x and returns where the next one goes. One that would cross
// the right edge becomes blanks.
func put(row uv.Line, x int, cell uv.Cell, g glyph) int {
	end := x + g.width
	if g.own > 0 && x+g.own <= len(row) {
		cell.Content, cell.Width = g.content, g.own
		row[x] = cell
		for j := x + 1; j < x+g.own; j++ {
			row[j] = uv.Cell{}
		}
		x += g.own
	}
	cell.Content, cell.Width = " ", 1
	for ; x < end && x < len(row); x++ {
		row[x] = cell
	}
	return min(end, len(row))
}

// glyph decides how a cluster is drawn. Terminals disagree about the width of
// clusters like a family of emoji; where the sum of the characters is not what
// the author counted, the first character stands for all and blanks fill the rest.
func (r *rows) glyph(cluster string) glyph {
	if g, ok := r.clusters[cluster]; ok {
		return g
	}
	g := newGlyph(cluster)
	if len(cluster) <= longMemory {
		r.clusters[strings.Clone(cluster)] = g
	}
	return g
}

func newGlyph(cluster string) glyph {
	width := ansi.StringWidth(cluster)
	var kept []rune
	for _, c := range cluster {
		if !hidden(c) && len(kept) < maxClusterRune {
			kept = append(kept, c) // invalid UTF-8 is U+FFFD by now
		}
	}
	if width <= 0 || len(kept) == 0 {
		return glyph{width: max(width, 0)}
	}
	whole := string(kept)
	if own := ansi.StringWidthWc(whole); own == width {
		return glyph{content: whole, own: own, width: width}
	}
	first := string(kept[:1])
	if own := ansi.StringWidthWc(first); own > 0 && own <= width {
		return glyph{content: first, own: own, width: width}
	}
	return glyph{content: "?", own: 1, width: width}
}

// hidden reports characters that draw nothing or rule what is around them:
// controls, bidirectional and other format characters, separators of lines.
func hidden(c rune) bool {
	return unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs) || c == 0xfe0f || c == 0xfe0e
}

// restyle returns the number of the style that an SGR sequence makes of another.
func (r *rows) restyle(style int, params string) int {
	key := change{style, params}
	if n, ok := r.changes[key]; ok {
		return n
	}
	s := r.styles[style]
	uv.ReadStyle(sgrParams(params), &s)
	// Curly and coloured underlines and rapid blinking are not for every terminal.
	s.Underline, s.UnderlineColor = min(s.Underline, uv.UnderlineSingle), nil
	s.Attrs &^= uv.AttrRapidBlink
	n := -1
	for i := range r.styles {
		if r.styles[i].Equal(&s) {
			n = i
			break
		}
	}
	switch {
	case n >= 0:
	case len(r.styles) < maxRemembered:
		n = len(r.styles)
		r.styles = append(r.styles, s)
	default:
		n = 0 // no real line has as many styles
	}
	if len(params) <= longMemory {
		key.params = strings.Clone(params)
		r.changes[key] = n
	}
	return n
}

// sgrParams reads the numbers of an SGR sequence.
func sgrParams(s string) ansi.Params {
	var params ansi.Params
	const empty = -1
	n := empty
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			n = min(max(n, 0)*10+int(s[i]-'0'), 1<<15)
			continue
		}
		params = append(params, ansi.Param(ansi.Parameter(max(n, 0), i < len(s) && s[i] == ':')))
		n = empty
	}
	return params
}

// link returns the link that "params;uri" opens; none where the URI is empty, too
// long or not printable ASCII, which a URI has to be.
func (r *rows) link(s string) uv.Link {
	if l, ok := r.links[s]; ok {
		return l
	}
	params, uri, _ := strings.Cut(s, ";")
	var l uv.Link
	if len(s) <= maxLink && uri != "" && strings.IndexFunc(s, func(c rune) bool { return c < 0x20 || c > 0x7e }) < 0 {
		l = uv.NewLink(strings.Clone(uri), strings.Clone(params))
	}
	if len(s) <= maxLink {
		r.links[strings.Clone(s)] = l
	}
	return l
}

// kind is what a sequence does.
type kind int

const (
	otherSequence kind = iota
	sgrSequence
	linkSequence
)

// sequence measures the escape sequence at the start of s. For a style and a link it
// also returns what they say.
func sequence(s string) (n int, params string, k kind) {
	if len(s) < 2 {
		return len(s), "", otherSequence
	}
	switch s[1] {
	case '[':
		return controlSequence(s)
	case ']', 'P', '^', '_', 'X': // OSC, DCS, PM, APC, SOS run to their end
		body, n := controlString(s)
		if after, found := strings.CutPrefix(body, "8;"); found && s[1] == ']' {
			return n, after, linkSequence
		}
		return n, "", otherSequence
	}
	for n = 1; n < len(s) && s[n] >= 0x20 && s[n] <= 0x2f; n++ { // intermediates
	}
	if n < len(s) && s[n] >= 0x30 && s[n] < 0x7f {
		n++
	}
	return n, "", otherSequence
}

func controlSequence(s string) (n int, params string, k kind) {
	i := 2
	plain := true
	for i < len(s) && s[i] >= 0x30 && s[i] <= 0x3f {
		plain = plain && s[i] <= ';'
		i++
	}
	params = s[2:i]
	for i < len(s) && s[i] >= 0x20 && s[i] <= 0x2f {
		plain = false
		i++
	}
	if i == len(s) || s[i] < 0x40 || s[i] > 0x7e {
		return i, "", otherSequence // broken off
	}
	if s[i] == 'm' && plain {
		return i + 1, params, sgrSequence
	}
	return i + 1, "", otherSequence
}

// controlString returns what stands between the start of an OSC or its like and its
// end, and the length of all. One that never ends takes the rest of the line.
func controlString(s string) (body string, n int) {
	for i := 2; i < len(s); i++ {
		switch {
		case s[i] == '\a':
			return s[2:i], i + 1
		case s[i] == '\x1b':
			if i+1 < len(s) && s[i+1] == '\\' {
				return s[2:i], i + 2
			}
			return "", i // cancelled by another sequence
		case s[i] < 0x20:
			return "", i + 1
		}
	}
	return "", len(s)
}
