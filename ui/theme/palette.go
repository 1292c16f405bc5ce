package theme

import (
	"strconv"
	"strings"
)

// attribute is an SGR attribute.
type attribute int

const (
	bold      attribute = 1
	underline attribute = 4
)

// ink is a colour of xterm's 256 with the attributes that go with it. The palettes
// use only colours 16 to 255: they are the same on every terminal, are forwarded
// over SSH, where COLORTERM is not, and take half the bytes of a 24-bit colour.
type ink struct {
	fg, bg uint8 // 0: the terminal's own
	with   []attribute
}

func (i ink) style() Style {
	var codes []string
	for _, a := range i.with {
		codes = append(codes, strconv.Itoa(int(a)))
	}
	if i.fg != 0 {
		codes = append(codes, "38;5;"+strconv.Itoa(int(i.fg)))
	}
	if i.bg != 0 {
		codes = append(codes, "48;5;"+strconv.Itoa(int(i.bg)))
	}
	return sgr(codes...)
}

// sgr makes the style of SGR codes.
func sgr(codes ...string) Style {
	if len(codes) == 0 {
		return Style{}
	}
	return Style{open: "\x1b[" + strings.Join(codes, ";") + "m"}
}

func palette(name string, dark bool) Theme {
	switch {
	case name == Mono:
		return mono()
	case name == Sixteen:
		return sixteen(dark)
	case dark:
		return darkPalette()
	}
	return lightPalette()
}

// darkPalette is soft on a dark background: every text colour has a contrast of at
// least 4.5 to 1 on black and on #1e1e2e.
func darkPalette() Theme {
	return Theme{
		Strong:  ink{fg: 255, with: []attribute{bold}}.style(),
		Faint:   ink{fg: 246}.style(),
		Heading: ink{fg: 110, with: []attribute{bold}}.style(),
		Brand:   ink{fg: 110, with: []attribute{bold}}.style(),
		Key:     ink{fg: 110}.style(),
		Link:    ink{fg: 110, with: []attribute{underline}}.style(),
		Match:   ink{fg: 222, with: []attribute{bold, underline}}.style(),
		Version: ink{fg: 152}.style(),

		Good:    ink{fg: 114}.style(),
		Bad:     ink{fg: 203, with: []attribute{bold}}.style(),
		Warn:    ink{fg: 215}.style(),
		Wait:    ink{fg: 179}.style(),
		Unknown: ink{fg: 140}.style(),
		Settled: ink{fg: 73}.style(),
		Active:  ink{fg: 75}.style(),
		Error:   ink{fg: 210, with: []attribute{bold, underline}}.style(),

		Selection: ink{bg: 237}.style(),
		Marked:    ink{bg: 235}.style(),
		Border:    ink{fg: 240}.style(),
		Focus:     ink{fg: 110}.style(),
		Produce:   ink{fg: 209, with: []attribute{bold}}.style(),

		Plot:      ink{fg: 110}.style(),
		PlotFaint: ink{fg: 246}.style(),
		PlotBad:   ink{fg: 203}.style(),
	}
}

// lightPalette is its twin on a light background: at least 4.5 to 1 on white and
// on #fdf6e3.
func lightPalette() Theme {
	return Theme{
		Strong:  ink{fg: 232, with: []attribute{bold}}.style(),
		Faint:   ink{fg: 241}.style(),
		Heading: ink{fg: 24, with: []attribute{bold}}.style(),
		Brand:   ink{fg: 24, with: []attribute{bold}}.style(),
		Key:     ink{fg: 25}.style(),
		Link:    ink{fg: 25, with: []attribute{underline}}.style(),
		Match:   ink{fg: 94, with: []attribute{bold, underline}}.style(),
		Version: ink{fg: 23}.style(),

		Good:    ink{fg: 22}.style(),
		Bad:     ink{fg: 124, with: []attribute{bold}}.style(),
		Warn:    ink{fg: 94}.style(),
		Wait:    ink{fg: 94}.style(),
		Unknown: ink{fg: 55}.style(),
		Settled: ink{fg: 23}.style(),
		Active:  ink{fg: 25}.style(),
		Error:   ink{fg: 124, with: []attribute{bold, underline}}.style(),

		Selection: ink{bg: 189}.style(),
		Marked:    ink{bg: 254}.style(),
		Border:    ink{fg: 249}.style(),
		Focus:     ink{fg: 25}.style(),
		Produce:   ink{fg: 89, with: []attribute{bold}}.style(),

		Plot:      ink{fg: 25}.style(),
		PlotFaint: ink{fg: 241}.style(),
		PlotBad:   ink{fg: 124}.style(),
	}
}

// sixteen uses the terminal's own colours, whose look its owner has chosen. Blue
// is often unreadable on black and yellow on white, so each side avoids one.
func sixteen(dark bool) Theme {
	green, red, amber, violet, cyan, blue := "32", "31", "35", "35", "36", "34"
	if dark {
		green, red, amber, violet, cyan, blue = "92", "91", "93", "95", "96", "94"
	}
	return Theme{
		Strong:  sgr("1"),
		Faint:   sgr("2"),
		Heading: sgr("1", blue),
		Brand:   sgr("1", blue),
		Key:     sgr(blue),
		Link:    sgr("4", blue),
		Match:   sgr("1", "4"),
		Version: sgr(cyan),

		Good:    sgr(green),
		Bad:     sgr("1", red),
		Warn:    sgr(amber),
		Wait:    sgr(amber),
		Unknown: sgr(violet),
		Settled: sgr(cyan),
		Active:  sgr(blue),
		Error:   sgr("1", "4", red),

		Selection: sgr("7"),
		Marked:    sgr("4"),
		Border:    sgr("2"),
		Focus:     sgr(blue),
		Produce:   sgr("1", red),

		Plot:      sgr(blue),
		PlotFaint: sgr("2"),
		PlotBad:   sgr(red),
	}
}

// mono has no colour: what matters is bold, underlined or reversed, and state is
// told by symbol and word.
func mono() Theme {
	return Theme{
		Strong:  sgr("1"),
		Heading: sgr("1"),
		Brand:   sgr("1"),
		Key:     sgr("1"),
		Link:    sgr("4"),
		Match:   sgr("4"),

		Bad:   sgr("1"),
		Error: sgr("1", "4"),

		Selection: sgr("7"),
		Marked:    sgr("4"),
		Focus:     sgr("1"),
		Produce:   sgr("1"),
		PlotBad:   sgr("1"),
	}
}
