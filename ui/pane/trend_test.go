package pane

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
)

func point(sha, branch string, age time.Duration, hit int) model.CoveragePoint {
	return model.CoveragePoint{SHA: model.SHA(sha), Branch: branch, At: noon.Add(-age), Origin: model.CoverageReport, Lines: model.Covered{Hit: hit, Total: 1000}}
}

func TestATrendIsOfTheBranchAndItsReleases(t *testing.T) {
	stated := 70.0
	d := &Detail{Facts: readiness.Facts{
		Service: model.Service{Tags: "v*"}, Branch: model.Branch{Name: "main"},
		Releases: []model.Release{{Tag: "v2", SHA: "b"}, {Tag: "v1", SHA: "a"}, {Tag: "v3", SHA: "d", Draft: true}, {Tag: "web/v9", SHA: "c"}},
	}}
	history := []model.CoveragePoint{
		{SHA: "s", Branch: "main", At: noon.Add(-99 * time.Hour), Origin: model.CoverageStatus, Stated: &stated}, // counted otherwise
		point("a", "release/1", 48*time.Hour, 810),                                                               // a release of another branch
		point("x", "passkeys", 30*time.Hour, 100),                                                                // somebody's branch
		point("c", "main", 24*time.Hour, 830),                                                                    // a release of another service
		{SHA: "n", Branch: "main", At: noon.Add(-20 * time.Hour), Origin: model.CoverageReport},                  // of nothing
		point("b", "main", 12*time.Hour, 790),
		point("d", "main", time.Hour, 805),
	}
	trend := NewTrend(d, history)
	var shares []float64
	for _, p := range trend.points {
		shares = append(shares, p.share)
	}
	if want := []float64{81, 83, 79, 80.5}; !slices.Equal(shares, want) {
		t.Errorf("the trend goes over %v, not %v", shares, want)
	}
	k := kit(t)
	if got, want := trend.Releases(k.Theme), "releases: v2 79 %, v1 81 %"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
	minimum := 80.0
	lines := trend.Draw(k.Theme, &minimum, noon, 60, 5)
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != 60 {
			t.Errorf("line %d is %d cells wide: %q", i, n, ansi.Strip(l))
		}
	}
	marks := []rune(strings.TrimLeft(ansi.Strip(lines[5]), " "))
	if len(lines) != 7 || marks[0] != '┼' || slices.Index(marks, '╳') != len(marks)*36/48 || !strings.Contains(lines[6], "22 Nov") || !strings.Contains(lines[6], "now") {
		t.Errorf("the releases are marked so:\n%s", ansi.Strip(strings.Join(lines, "\n")))
	}
	if !strings.Contains(lines[0], "84 %") || !strings.Contains(lines[4], "78 %") {
		t.Errorf("the scale is not from 78 to 84 %%:\n%s", ansi.Strip(strings.Join(lines, "\n")))
	}
	if alone := NewTrend(d, history[:2]); alone.Plots() {
		t.Error("one measurement makes a trend")
	}
}

// A point in the future, or all at one moment, must not break the plot.
func TestATrendOfOddTimes(t *testing.T) {
	d := &Detail{Facts: readiness.Facts{Branch: model.Branch{Name: "main"}, Releases: []model.Release{{Tag: "v1", SHA: "a"}}}}
	for _, history := range [][]model.CoveragePoint{
		{point("a", "main", -time.Hour, 0), point("b", "main", -2*time.Hour, 1000)},
		{point("a", "main", 0, 1000), point("b", "main", 0, 1000)},
	} {
		trend := NewTrend(d, history)
		for _, l := range trend.Draw(kit(t).Theme, nil, noon, 40, 3) {
			if n := ansi.StringWidth(l); n != 40 {
				t.Errorf("a line is %d cells wide: %q", n, ansi.Strip(l))
			}
		}
	}
}

func TestWhatIsNotAllIsNotWritten100(t *testing.T) {
	for v, want := range map[float64]string{100: "100.0 %", 99.99: "99.9 %", 99.94: "99.9 %", 0: "0.0 %", 82.06: "82.1 %"} {
		if got := Percent(v); got != want {
			t.Errorf("%v is %q, not %q", v, got, want)
		}
	}
}

func TestTheEndOfAPath(t *testing.T) {
	theme := kit(t).Theme
	for _, c := range []struct {
		path  string
		width int
		want  string
	}{
		{"api/login.go", 20, "api/login.go"}, {"services/api/login.go", 14, "…/api/login.go"}, {"services/api/login.go", 13, "…/login.go"},
		{"services/api/login.go", 8, "login.go"}, {"services/api/login.go", 3, "login.go"}, {"a/", 1, "a/"}, {"日本/語.go", 7, "…/語.go"},
	} {
		if got := tailOf(theme, c.path, c.width); got != c.want {
			t.Errorf("%s in %d cells is %q (%d), not %q", c.path, c.width, got, cell.Width(got), c.want)
		}
	}
}
