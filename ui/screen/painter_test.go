package screen

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gonogo/ui/terminal"
)

// terms are kinds of terminals that ultraviolet sends different sequences to.
var terms = []string{"xterm-256color", "tmux-256color", "screen-256color", "linux", "vt220", "alacritty", "kitty"}

// span is a piece of a line with what it should look like.
type span struct {
	open  string
	style terminal.Style
	link  string
	text  []string // clusters
}

// looks are SGR sequences and the styles that they mean.
var looks = map[string]terminal.Style{
	"":                             {Fg: terminal.Default, Bg: terminal.Default},
	"\x1b[1m":                      {Fg: terminal.Default, Bg: terminal.Default, Bold: true},
	"\x1b[7m":                      {Fg: terminal.Default, Bg: terminal.Default, Reverse: true},
	"\x1b[2;4m":                    {Fg: terminal.Default, Bg: terminal.Default, Faint: true, Underline: true},
	"\x1b[31m":                     {Fg: 1, Bg: terminal.Default},
	"\x1b[97;44m":                  {Fg: 15, Bg: 4},
	"\x1b[1;38;5;114;48;5;238m":    {Fg: 114, Bg: 238, Bold: true},
	"\x1b[38;2;1;2;3m":             {Fg: terminal.RGB(1, 2, 3), Bg: terminal.Default},
	"\x1b[31m\x1b[22m\x1b[39;100m": {Fg: terminal.Default, Bg: 8},
}

// drawn is what becomes of a cluster: the cells it takes.
var drawn = map[string][]terminal.Cell{
	"a": cells("a"), "b": cells("b"), "Z": cells("Z"), " ": cells(" "), "~": cells("~"),
	"é": cells("é"), "e\u0301": cells("e\u0301"), "│": cells("│"), "✓": cells("✓"),
	"日": wide("日"), "👍": wide("👍"),
	"👨\u200d👩\u200d👧": wide("👨"),                             // the first stands for the family
	"❤\ufe0f":         append(cells("❤"), cells(" ")...),     // narrow without the selector
	"a\u200e":         cells("a"),                            // a direction mark rules nothing
	"\ufffd":          cells("\ufffd"), "\x01": {}, "\r": {}, // controls are dropped
	"\x1b[2J": {}, "\x1b]0;title\a": {}, "\x1bc": {}, "\x1bP1$r\x1b\\": {}, "\u009b": {},
}

func cells(s string) []terminal.Cell { return []terminal.Cell{{Content: s, Width: 1}} }
func wide(s string) []terminal.Cell  { return []terminal.Cell{{Content: s, Width: 2}, {}} }

func genSpan() *rapid.Generator[span] {
	opens, clusters := sorted(looks), sorted(drawn)
	return rapid.Custom(func(t *rapid.T) span {
		open := rapid.SampledFrom(opens).Draw(t, "style")
		return span{
			open: open, style: looks[open],
			link: rapid.SampledFrom([]string{"", "", "", "https://example.com/a"}).Draw(t, "link"),
			text: rapid.SliceOfN(rapid.SampledFrom(clusters), 0, 12).Draw(t, "text"),
		}
	})
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// write is the line as a View has it.
func write(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.open)
		if s.link != "" {
			b.WriteString("\x1b]8;;" + s.link + "\x1b\\")
		}
		b.WriteString(strings.Join(s.text, ""))
		if s.link != "" {
			b.WriteString("\x1b]8;;\x1b\\")
		}
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

// expect is the line as the terminal should show it.
func expect(spans []span, width int) []terminal.Cell {
	var row []terminal.Cell
	for _, s := range spans {
		for _, cluster := range s.text {
			for _, c := range drawn[cluster] {
				c.Style, c.Link = s.style, s.link
				row = append(row, c)
			}
		}
	}
	for len(row) < width {
		row = append(row, terminal.Cell{Content: " ", Width: 1, Style: looks[""]})
	}
	if row[width-1].Width == 2 { // does not fit
		row[width-1].Content, row[width-1].Width = " ", 1
	}
	return row[:width]
}

func TestAnySequenceOfFramesShowsTheLastOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 40).Draw(t, "width"), rapid.IntRange(1, 12).Draw(t, "height")
		p := newPainter(rapid.SampledFrom(terms).Draw(t, "TERM"), width, height)
		e := terminal.NewEmulator(width, height)
		lines := make([][]span, height)
		for range rapid.IntRange(1, 6).Draw(t, "frames") {
			alter(t, lines)
			if rapid.IntRange(0, 9).Draw(t, "resize") == 0 {
				width, height = rapid.IntRange(1, 40).Draw(t, "width"), rapid.IntRange(1, 12).Draw(t, "height")
				lines = append(lines, make([][]span, 12)...)[:height]
				p.reset(width, height)
				e.Resize(width, height)
			}
			view := make([]string, height)
			for y := range lines {
				view[y] = write(lines[y])
			}
			_, _ = e.Write(p.frame(strings.Join(view, "\n")))
			for y := range lines {
				if got, want := e.Row(y), expect(lines[y], width); !same(got, want) {
					t.Fatalf("row %d\n shows %v\n should %v\n view  %q", y, got, want, view[y])
				}
			}
			if v := e.Violations(); len(v) > 0 {
				t.Fatalf("sent what may not be sent: %q", v)
			}
		}
	})
}

// alter changes some lines, or scrolls them.
func alter(t *rapid.T, lines [][]span) {
	switch n := rapid.IntRange(0, 3).Draw(t, "change"); n {
	case 0, 1:
		for range rapid.IntRange(1, len(lines)).Draw(t, "lines") {
			lines[rapid.IntRange(0, len(lines)-1).Draw(t, "y")] = rapid.SliceOfN(genSpan(), 0, 4).Draw(t, "line")
		}
	case 2:
		copy(lines, lines[1:])
	case 3:
		copy(lines[1:], lines)
	}
}

// same compares what is seen of rows.
func same(got, want []terminal.Cell) bool {
	return slices.EqualFunc(got, want, func(a, b terminal.Cell) bool { return seen(a) == seen(b) })
}

// seen drops what cannot be seen: the look of a wide character's right half, and of a
// blank all but its background.
func seen(c terminal.Cell) terminal.Cell {
	if c.Width == 0 {
		return terminal.Cell{}
	}
	if s := c.Style; c.Content == " " && !s.Underline && !s.Reverse && !s.Strike {
		c.Style = terminal.Style{Bg: s.Bg}
	}
	return c
}

// FuzzAnyLineStaysInItsRow draws bytes of any kind between two rows that are known.
func FuzzAnyLineStaysInItsRow(f *testing.F) {
	for _, seed := range []string{
		"", "plain", "\x1b[31mred\x1b[0m", "\x1b]8;;https://a\x1b\\link", "日本語日本語日本語", "👨‍👩‍👧‍👦 family", "🇦🇹🇩🇪🇨🇭", "\xff\xfe",
		"a\u0301\u0302\u0303\u0304\u0305\u0306\u0307", "\u202eevil\u202c", "\x1b[2J\x1b[H", "\x1b]52;c;?\a", "\x1b]11;?", "\x1b", "\x1b[", "\x1b[999999999m",
		"\t\v\b\r", "\x1b[38;5m", "\x1b[38;2;1m", "\u0e01\u0e33", "कि क्षि", "각", "\u1100\u1161\u11a8", "ﷺ", "\u00ad\u200b\u2060", "\x1b[4:3m\x1b[58;5;1m",
	} {
		f.Add(seed, "next")
	}
	f.Fuzz(staysInItsRow)
}

func TestLongLinesStayInTheirRow(t *testing.T) {
	for _, line := range []string{
		strings.Repeat("a", 90_000), "a" + strings.Repeat("\u0301", 90_000), strings.Repeat("\u200b", 90_000), strings.Repeat("\x1b[31m", 30_000),
		"\x1b]8;;" + strings.Repeat("x", 90_000) + "\x1b\\a", strings.Repeat("日", 30_000), "\x1b[" + strings.Repeat("1;", 45_000) + "m",
	} {
		staysInItsRow(t, line, "next")
	}
}

// staysInItsRow draws lines between two rows that are known.
func staysInItsRow(t *testing.T, first, second string) {
	const width, height = 20, 3
	p := newPainter("xterm-256color", width, height)
	e := terminal.NewEmulator(width, height)
	for _, line := range []string{first, second, first + second} {
		line = strings.ReplaceAll(line, "\n", " ")
		_, _ = e.Write(p.frame("upper\n" + line + "\nlower"))
		if got := e.Text(); got[0] != "upper" || got[2] != "lower" {
			t.Fatalf("%q drew over its neighbours: %q", line, got)
		}
		if v := e.Violations(); len(v) > 0 {
			t.Fatalf("%q sent what may not be sent: %q", line, v)
		}
		full := terminal.NewEmulator(width, height)
		_, _ = full.Write(newPainter("xterm-256color", width, height).frame("upper\n" + line + "\nlower"))
		if !same(e.Row(1), full.Row(1)) {
			t.Fatalf("%q shows %v, drawn anew %v", line, e.Row(1), full.Row(1))
		}
	}
}

// cockpit is a view like the real one: a list at the left, panes at the right.
func cockpit(selected, top int) string {
	var lines []string
	for y := range 48 {
		row := y + top
		left := fmt.Sprintf(" \x1b[38;5;114m✓ GO\x1b[0m      service-%03d  ", y)
		if y == selected {
			left = "\x1b[48;5;238m" + strings.ReplaceAll(left, "\x1b[0m", "\x1b[0m\x1b[48;5;238m") + "\x1b[0m"
		}
		right := fmt.Sprintf("\x1b[38;5;240m│\x1b[0m \x1b[38;5;203m✗ failed\x1b[0m  ci.yml #%d  attempt %d  main  %dm ago", 4000-row*7, row%3+1, row*5)
		lines = append(lines, left+right+strings.Repeat(" ", 160-28-len(fmt.Sprintf("│ ✗ failed  ci.yml #%d  attempt %d  main  %dm ago", 4000-row*7, row%3+1, row*5))+4)+"\x1b[38;5;240m│\x1b[0m")
	}
	return strings.Join(lines, "\n")
}

func TestBytes(t *testing.T) {
	for _, term := range terms {
		p := newPainter(term, 160, 48)
		p.frame(cockpit(3, 0))
		if n := len(p.frame(cockpit(3, 0))); n != 0 {
			t.Errorf("%s: %d bytes for a view that is shown", term, n)
		}
		if n := len(p.frame(cockpit(4, 0))); n > 400 {
			t.Errorf("%s: %d bytes for a moved selection", term, n)
		}
		list := func(top int) string {
			var lines []string
			for y := range 48 {
				lines = append(lines, fmt.Sprintf("row %d of a list that takes the whole width of the screen, number %d", y+top, (y+top)*7919))
			}
			return strings.Join(lines, "\n")
		}
		p.frame(list(0))
		if n := len(p.frame(list(1))); n > 1000 {
			t.Errorf("%s: %d bytes for a scroll step", term, n)
		}
	}
}

func BenchmarkFrameWithAMovedSelection(b *testing.B) {
	p := newPainter("xterm-256color", 160, 48)
	views := []string{cockpit(3, 0), cockpit(4, 0)}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.frame(views[i%2])
	}
}

func BenchmarkFrameWithAScrolledPane(b *testing.B) {
	p := newPainter("xterm-256color", 160, 48)
	views := []string{cockpit(3, 0), cockpit(3, 1)}
	b.ReportAllocs()
	bytes := 0
	for i := 0; b.Loop(); i++ {
		bytes += len(p.frame(views[i%2]))
	}
	b.ReportMetric(float64(bytes)/float64(b.N), "bytes/frame")
}
