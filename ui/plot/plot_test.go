package plot

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gonogo/ui/terminal"
	"gonogo/ui/theme"
)

func mono(t *testing.T, ascii bool) theme.Theme {
	t.Helper()
	th, err := theme.New(theme.Options{ASCII: ascii})
	if err != nil {
		t.Fatal(err)
	}
	th.PlotBad = theme.Style{}
	return th
}

func values(v ...float64) (bars []Bar) {
	for _, x := range v {
		bars = append(bars, Bar{Value: x, Missing: x < 0})
	}
	return bars
}

func TestPlots(t *testing.T) {
	fancy, ascii := mono(t, false), mono(t, true)
	millis := func(v float64) string { return Span(time.Duration(v) * time.Millisecond) }
	for _, test := range []struct {
		name string
		got  []string
		want []string
	}{
		{"a sparkline starts at zero", []string{Sparkline(fancy, values(1, 2, 4, 8), 6)}, []string{"▁▂▄█  "}},
		{"a missing value is a gap", []string{Sparkline(fancy, values(8, -1, 8), 3)}, []string{"█ █"}},
		{"the newest are drawn where there is no room for all", []string{Sparkline(fancy, values(8, 8, 1, 8), 2)}, []string{"▁█"}},
		{"all zero is a floor", []string{Sparkline(fancy, values(0, 0), 2)}, []string{"▁▁"}},
		{"a sparkline in ASCII", []string{Sparkline(ascii, values(1, 2, 4, 8), 4)}, []string{"__.#"}},
		{"bars of two rows", Bars(fancy, values(1, 2, 3, 4), 5, 2), []string{"  ▄█ ", "▄███ "}},
		{"a line names its bounds", Line(fancy, Series{values(10, 20, 30, 40, 250, 40, 30, 20, 10, 10), millis}, 11, 3), []string{
			"250ms   ⣷  ", "        ⣿  ", " 10ms ⣀⠤⠻⢄⣀",
		}},
		{"a line in ASCII", Line(ascii, Series{values(1, 2, 3, 2, 1), millis}, 9, 3), []string{"3ms   *  ", "     * * ", "1ms *   *"}},
		{"a level line runs through the middle", Line(ascii, Series{values(5, 5, 5, 5, 5), millis}, 9, 3), []string{"5ms      ", "    *****", "5ms      "}},
		{"two curves", Curves(ascii, []Curve{{Bars: values(4, 4, 2)}, {Bars: values(4, 2, 0), Dotted: true}}, 0, 4, millis, 17, 5), []string{
			"4ms ********     ", "       .    ***  ", "          .    **", "             .   ", " 0s             .",
		}},
		{"a gap stays one", Curves(ascii, []Curve{{Bars: values(4, 3, -1, 1, 0)}}, 0, 4, millis, 17, 5), []string{
			"4ms **           ", "      **         ", "                 ", "             **  ", " 0s            **",
		}},
		{"nothing to draw", Line(fancy, Series{}, 6, 2), []string{"      ", "      "}},
		{"marks", []string{Marker(ascii, []Bar{{Value: 0}, {Value: 0.5, Bad: true}, {Value: 1}}, 9)}, []string{"+---x---+"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, want := strings.Join(test.got, "\n"), strings.Join(test.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		87 * time.Millisecond: "87ms", 4230 * time.Millisecond: "4.2s", 4 * time.Second: "4s",
		42 * time.Second: "42s", 12*time.Minute + 20*time.Second: "12m", 61 * time.Minute: "1h", 26 * time.Hour: "26h",
	} {
		if got := Span(d); got != want {
			t.Errorf("%v is written %q, want %q", d, got, want)
		}
	}
}

func TestEveryPlotIsExactlyAsWideAsAsked(t *testing.T) {
	dark, err := theme.New(theme.Options{Name: theme.Dark, Profile: theme.Colors256})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		th := dark
		th.ASCII = rapid.Bool().Draw(t, "ASCII")
		bars := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Bar {
			return Bar{
				Value: rapid.Float64Range(0, 1e6).Draw(t, "value"),
				Bad:   rapid.Bool().Draw(t, "bad"), Missing: rapid.Bool().Draw(t, "missing"),
			}
		}), 0, 60).Draw(t, "bars")
		width, height := rapid.IntRange(1, 40).Draw(t, "width"), rapid.IntRange(1, 6).Draw(t, "height")
		label := func(v float64) string { return Span(time.Duration(v * 1e6)) }
		for name, lines := range map[string][]string{
			"sparkline": {Sparkline(th, bars, width)}, "marker": {Marker(th, bars, width)},
			"bars": Bars(th, bars, width, height), "line": Line(th, Series{bars, label}, width, height),
			"curves": Curves(th, []Curve{{Bars: bars, Style: th.Plot}, {Bars: bars, Style: th.PlotFaint, Dotted: true}}, 0, 1e5, label, width, height),
		} {
			want := height
			if name == "sparkline" || name == "marker" {
				want = 1
			}
			if err := terminal.CheckView(strings.Join(lines, "\n"), width, want); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
}
