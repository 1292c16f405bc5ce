package theme

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/mattn/go-runewidth"

	"gonogo/model"
)

func choose(t *testing.T, o Options) Theme {
	t.Helper()
	th, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

func TestChoice(t *testing.T) {
	for _, test := range []struct {
		name string
		o    Options
		want string
	}{
		{"dark by itself", Options{Dark: true, Profile: Colors256}, Dark},
		{"light by itself", Options{Profile: Colors256}, Light},
		{"light wished for on a dark background", Options{Name: Light, Dark: true, Profile: Colors256}, Light},
		{"a terminal of 16 colours", Options{Name: Dark, Profile: Colors16}, Sixteen},
		{"16 colours wished for", Options{Name: Sixteen, Profile: Colors256}, Sixteen},
		{"NO_COLOR outweighs a wish", Options{Name: Dark, Profile: NoColor}, Mono},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := choose(t, test.o).Name; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	if _, err := New(Options{Name: "drak"}); err == nil || !strings.Contains(err.Error(), `"drak" is not known: choose one of auto, dark, light, 16, mono`) {
		t.Errorf("error is %v", err)
	}
}

func TestDetection(t *testing.T) {
	for _, test := range []struct {
		env     string
		profile Profile
		dark    bool
	}{
		{"TERM=xterm-256color", Colors256, true},
		{"TERM=xterm-256color NO_COLOR=1", NoColor, true},
		{"TERM=xterm-256color NO_COLOR=", Colors256, true},
		{"TERM=xterm", Colors16, true},
		{"TERM=xterm COLORTERM=truecolor", Colors256, true},
		{"TERM=xterm-kitty COLORFGBG=0;15", Colors256, false},
		{"TERM=linux COLORFGBG=15;0", Colors16, true},
		{"TERM=screen COLORFGBG=0;default;7", Colors16, false},
		{"TERM=dumb", NoColor, true},
		{"TERM=vt220", NoColor, true},
		{"", NoColor, true},
	} {
		env := strings.Fields(test.env)
		if got := DetectProfile(env); got != test.profile {
			t.Errorf("%q has profile %d, want %d", test.env, got, test.profile)
		}
		if got := DarkBackground(env); got != test.dark {
			t.Errorf("%q is dark: %v", test.env, got)
		}
	}
}

// everyState is each state that is shown, by its kind.
func everyState(th Theme) map[string][]State {
	states := map[string][]State{"health": {th.Unchecked()}}
	for v := model.UpToDate; v <= model.Erroneous; v++ {
		states["verdict"] = append(states["verdict"], th.Verdict(v))
	}
	for r := model.NotApplicable; r <= model.Fail; r++ {
		states["result"] = append(states["result"], th.Result(r))
	}
	for h := model.Healthy; h <= model.Unhealthy; h++ {
		states["health"] = append(states["health"], th.Health(h))
	}
	for _, s := range []model.RunStatus{
		model.StatusRequested, model.StatusQueued, model.StatusPending, model.StatusWaiting, model.StatusInProgress, "invented_later", "",
	} {
		states["run"] = append(states["run"], th.Run(s, ""))
	}
	for _, c := range []model.Conclusion{
		model.Success, model.Failure, model.Neutral, model.Cancelled, model.Skipped, model.TimedOut, model.ActionRequired, model.Stale, model.StartupFailure, "concluded_later",
	} {
		states["run"] = append(states["run"], th.Run(model.StatusCompleted, c))
	}
	for _, d := range []model.DeploymentState{
		model.DeploymentQueued, model.DeploymentPending, model.DeploymentWaiting, model.DeploymentInProgress, model.DeploymentSuccess, model.DeploymentFailure,
		model.DeploymentError, model.DeploymentInactive, model.DeploymentAbandoned, model.DeploymentDestroyed, "invented_later", "",
	} {
		states["deployment"] = append(states["deployment"], th.Deployment(d))
	}
	return states
}

func TestStateIsASymbolAndAWord(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		th := choose(t, Options{ASCII: ascii})
		for kind, states := range everyState(th) {
			seen := map[string]bool{}
			for _, s := range states {
				if s.Symbol == "" || s.Word == "" || strings.Contains(s.Word, "_") {
					t.Errorf("%s %q has no symbol or no word", kind, s)
				}
				if seen[s.String()] {
					t.Errorf("%s %q stands for two states", kind, s)
				}
				seen[s.String()] = true
			}
		}
		// These two must never be taken for each other, whatever the font and the colours.
		if th.Verdict(model.Go).Symbol == th.Verdict(model.NoGo).Symbol {
			t.Error("GO and NO-GO share a symbol")
		}
	}
}

func TestSymbolsAreOneCellWide(t *testing.T) {
	wide := runewidth.NewCondition()
	wide.EastAsianWidth = true
	states := map[string]bool{}
	for _, list := range everyState(choose(t, Options{})) {
		for _, s := range list {
			states[s.Symbol] = true
		}
	}
	for _, ascii := range []bool{false, true} {
		v := reflect.ValueOf(symbols(ascii))
		for i := range v.NumField() {
			name, s := v.Type().Field(i).Name, v.Field(i).String()
			want := 1
			switch name {
			case "Branch", "LastChild", "Trunk":
				want = 2
			case "Ellipsis":
				if ascii { // one character alone is another's already
					want = 2
				}
			}
			if n := ansi.StringWidth(s); n != want {
				t.Errorf("%s %q is %d cells wide", name, s, n)
			}
			if n := wide.StringWidth(s); states[s] && n != 1 {
				t.Errorf("%s %q is %d cells wide where ambiguous characters are wide", name, s, n)
			}
			if ascii && strings.IndexFunc(s, func(r rune) bool { return r < 0x20 || r > 0x7e }) >= 0 {
				t.Errorf("%s %q is not ASCII", name, s)
			}
		}
	}
}

// TestContrast holds text to WCAG's 4.5 to 1 on the backgrounds that people use, the
// selected row included, and frames to 1.5.
func TestContrast(t *testing.T) {
	for _, test := range []struct {
		name        string
		backgrounds []uint32
	}{
		{Dark, []uint32{0x000000, 0x1e1e2e, 0x1d1f21}},
		{Light, []uint32{0xffffff, 0xfdf6e3}},
	} {
		th := choose(t, Options{Name: test.name, Profile: Colors256})
		v := reflect.ValueOf(th)
		for i := range v.NumField() {
			style, ok := v.Field(i).Interface().(Style)
			fg, has := number(style.open, "38;5;")
			if !ok || !has {
				continue
			}
			name, least := v.Type().Field(i).Name, 4.5
			if name == "Border" {
				least = 1.5
			}
			for _, bg := range test.backgrounds {
				if c := contrast(xterm(fg), bg); c < least {
					t.Errorf("%s: %s (%d) on #%06x has a contrast of %.1f", test.name, name, fg, bg, c)
				}
			}
			if name == "Border" || name == "Focus" || strings.HasPrefix(name, "Plot") {
				continue // not inside a row that can be selected
			}
			selected, _ := number(th.Selection.open, "48;5;")
			if c := contrast(xterm(fg), xterm(selected)); c < 3 {
				t.Errorf("%s: %s (%d) on the selected row has a contrast of %.1f", test.name, name, fg, c)
			}
		}
	}
}

// number reads the colour after a prefix in an SGR sequence.
func number(sgr, prefix string) (int, bool) {
	_, rest, found := strings.Cut(sgr, prefix)
	rest, _, _ = strings.Cut(strings.TrimSuffix(rest, "m"), ";")
	n, err := strconv.Atoi(rest)
	return n, found && err == nil
}

// xterm is the colour of a number from 16 to 255, as xterm defines it.
func xterm(n int) uint32 {
	if n >= 232 {
		g := uint32(8 + 10*(n-232))
		return g<<16 | g<<8 | g
	}
	level := func(i int) uint32 { return []uint32{0, 95, 135, 175, 215, 255}[i%6] }
	n -= 16
	return level(n/36)<<16 | level(n/6)<<8 | level(n)
}

// contrast is WCAG 2's contrast ratio.
func contrast(a, b uint32) float64 {
	luminance := func(c uint32) float64 {
		linear := func(v uint32) float64 {
			s := float64(v&0xff) / 255
			if s <= 0.03928 {
				return s / 12.92
			}
			return math.Pow((s+0.055)/1.055, 2.4)
		}
		return 0.2126*linear(c>>16) + 0.7152*linear(c>>8) + 0.0722*linear(c)
	}
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestOverKeepsTheSelectionBetweenStyledParts(t *testing.T) {
	th := choose(t, Options{Name: Mono})
	if got, want := th.Selection.Over("a "+th.Bad.Render("b")+" c"), "\x1b[7ma \x1b[1mb\x1b[0m\x1b[7m c\x1b[0m"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := th.Selection.Over("\x1b[1mb\x1b[m c"), "\x1b[7m\x1b[1mb\x1b[0m\x1b[7m c\x1b[0m"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (Style{}).Over("a"); got != "a" {
		t.Errorf("no style changes %q", got)
	}
}

func TestFit(t *testing.T) {
	th := choose(t, Options{})
	for _, test := range []struct {
		line  string
		width int
		want  string
	}{
		{"abc", 5, "abc  "},
		{"abcdef", 4, "abc…"},
		{"\x1b[1mabc\x1b[0m", 4, "\x1b[1mabc\x1b[0m "},
		{"日本語", 5, "日本…"},
		{"日本語", 4, "日… "},
		{"x", 0, ""},
	} {
		if got := th.Fit(test.line, test.width); got != test.want {
			t.Errorf("%q in %d cells is %q, want %q", test.line, test.width, got, test.want)
		}
	}
	if got := th.FitRight("7", 3); got != "  7" {
		t.Errorf("to the right: %q", got)
	}
}

func TestBoxes(t *testing.T) {
	plain, ascii := choose(t, Options{}), choose(t, Options{ASCII: true})
	plain.Produce, plain.Focus = Style{}, Style{}
	ascii.Produce = Style{}
	for _, test := range []struct {
		name  string
		th    Theme
		box   Box
		lines []string
		want  string
	}{
		{"a pane", plain, Box{Title: "CI", Note: "12", Width: 16, Height: 3}, []string{"one"}, "╭─ CI ──── 12 ─╮\n│one           │\n╰──────────────╯"},
		{"with the focus", plain, Box{Title: "CI", Width: 12, Height: 3, Focused: true}, []string{"one"}, "┏━ CI ━━━━━┓\n┃one       ┃\n┗━━━━━━━━━━┛"},
		{"production", plain, Box{Title: "api", Width: 22, Height: 3, Production: true, Focused: true}, nil, "╔═ PRODUCTION api ═══╗\n║                    ║\n╚════════════════════╝"},
		{"production in ASCII", ascii, Box{Width: 18, Height: 3, Production: true}, []string{"a line that is too long"}, "#= PRODUCTION ===#\n#a line that is..#\n#================#"},
		{"the note gives way", plain, Box{Title: "Deployments", Note: "3 of 40", Width: 18, Height: 2}, nil, "╭─ Deployments ──╮\n╰────────────────╯"},
		{"the title is cut", plain, Box{Title: "Deployments", Width: 10, Height: 2}, nil, "╭─ Dep… ─╮\n╰────────╯"},
		{"no room", plain, Box{Title: "x", Width: 1, Height: 2}, nil, " \n "},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.th.Box(test.box, test.lines)
			if strings.Join(got, "\n") != test.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), test.want)
			}
			for _, row := range got {
				if n := ansi.StringWidth(row); n != test.box.Width {
					t.Errorf("%q is %d cells wide, not %d", row, n, test.box.Width)
				}
			}
		})
	}
}

func BenchmarkRender(b *testing.B) {
	th, _ := New(Options{Name: Dark, Profile: Colors256})
	b.ReportAllocs()
	for b.Loop() {
		_ = th.Good.Render("GO")
	}
}
