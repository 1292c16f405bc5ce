// Package theme says how things look: colours, symbols, borders and frames, in dark,
// light, 16 colours, without colour, and in ASCII. State is always a symbol and a
// word; colour only repeats it. A theme is a value, made once and passed along; it
// never asks the terminal anything.
package theme

import (
	"fmt"
	"strings"
)

// The names a person can choose from.
const (
	Auto    = "auto"  // dark or light, by Options.Dark; as many colours as the terminal has
	Dark    = "dark"  // for a dark background
	Light   = "light" // for a light background
	Sixteen = "16"    // the terminal's own 16 colours
	Mono    = "mono"  // no colour at all
)

// Names lists the themes in the order in which they are offered.
func Names() []string { return []string{Auto, Dark, Light, Sixteen, Mono} }

// Options choose a theme.
type Options struct {
	Name    string  // one of Names; empty means Auto
	Dark    bool    // the terminal's background is dark (see DarkBackground)
	Profile Profile // how many colours the terminal shows (see DetectProfile)
	ASCII   bool    // draw with ASCII alone
}

// Theme is everything that decides how the screen looks. Its zero value draws
// unstyled ASCII.
type Theme struct {
	Name    string // the palette in use: Dark, Light, Sixteen or Mono
	ASCII   bool   // only ASCII is drawn
	Symbols Symbols

	Text    Style // ordinary text
	Strong  Style // text that stands out
	Faint   Style // text that may be overlooked: ages, units, hints
	Heading Style // a title above a list or a pane
	Brand   Style // the program's name
	Key     Style // a key in the footer and in help
	Link    Style // what can be opened
	Match   Style // the part of a name that a filter matched
	Version Style // a release's version

	Good    Style // GO, pass, healthy, succeeded
	Bad     Style // NO-GO, fail, unhealthy, failed
	Warn    Style // warnings, degraded
	Wait    Style // waiting for something or somebody
	Unknown Style // what isn't known
	Settled Style // UP TO DATE, n/a, skipped: nothing to do
	Active  Style // running, progressing
	Error   Style // what is broken: configuration, repository, token

	Selection Style // laid under the selected row of the focused pane, with Over
	Marked    Style // laid under the selected row of a pane without the focus
	Border    Style // a frame
	Focus     Style // the frame of the pane that has the focus
	Produce   Style // the frame and the word of a production environment

	Plot      Style // the line or bars of a plot
	PlotFaint Style // its axis and labels
	PlotBad   Style // what failed in a plot
}

// New makes the theme that the options describe. An unknown name is an error that
// lists the known ones.
func New(o Options) (Theme, error) {
	name := o.Name
	switch name {
	case "", Auto:
		name = Light
		if o.Dark {
			name = Dark
		}
	case Dark, Light, Sixteen, Mono:
	default:
		return Theme{}, fmt.Errorf("theme %q is not known: choose one of %s", name, strings.Join(Names(), ", "))
	}
	dark := o.Dark
	switch name {
	case Dark:
		dark = true
	case Light:
		dark = false
	}
	switch {
	case o.Profile == NoColor || name == Mono:
		name = Mono
	case o.Profile == Colors16:
		name = Sixteen
	}
	t := palette(name, dark)
	t.Name, t.ASCII, t.Symbols = name, o.ASCII, symbols(o.ASCII)
	return t, nil
}

// Where names a service and what of it is meant: an environment, or where an operation is done.
func (t Theme) Where(service, what string) string {
	return service + " " + t.Symbols.Arrow + " " + what
}
