package pane

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/theme"
)

var noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

func kit(t *testing.T) *Kit {
	t.Helper()
	made, err := theme.New(theme.Options{Name: theme.Mono})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := intent.NewKeys(nil)
	if err != nil {
		t.Fatal(err)
	}
	return NewKit(&made, keys, noon)
}

func service(name string, v model.Verdict, envs ...readiness.EnvSummary) readiness.Summary {
	return readiness.Summary{Service: name, Verdict: v, Environments: envs}
}

func env(name string, tier model.Tier, h model.HealthState) readiness.EnvSummary {
	return readiness.EnvSummary{Name: name, Tier: tier, Health: h, HealthConfigured: h != 0}
}

func TestWhatMattersComesFirst(t *testing.T) {
	services := []readiness.Summary{
		service("settled", model.UpToDate, env("production", model.Production, model.Healthy)),
		service("ready", model.Go),
		service("slow", model.Go, env("production", model.Production, model.Degraded)),
		service("waiting", model.Waiting),
		service("untold", 0),
		service("ill in staging", model.UpToDate, env("staging", model.Other, model.Unhealthy)),
		service("held", model.NoGo),
		service("held too", model.NoGo),
		service("broken", model.Erroneous),
		service("ill in production", model.UpToDate, env("production", model.Production, model.Unhealthy)),
		service("unchecked", model.UpToDate, readiness.EnvSummary{Name: "production", Tier: model.Production, Health: model.Unhealthy}),
	}
	var got []string
	for _, s := range Ranked(services) {
		got = append(got, s.Service)
	}
	want := []string{"ill in production", "broken", "held", "held too", "ill in staging", "untold", "waiting", "slow", "ready", "settled", "unchecked"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestColumnsKeepEachServicesOrder(t *testing.T) {
	services := []readiness.Summary{
		service("api", 0, env("staging", model.Other, 0), env("production", model.Production, 0)),
		service("web", 0, env("development", model.Other, 0), env("staging", model.Other, 0), env("canary", model.Production, 0), env("production", model.Production, 0)),
		service("docs", 0, env("production", model.Other, 0)),
	}
	want := []column{{"development", false}, {"staging", false}, {"canary", true}, {"production", false}}
	if got := columns(services); !slices.Equal(got, want) {
		t.Errorf("%v, want %v: only what is production for everybody is so called", got, want)
	}
}

func TestAVersionIsNotCutForTheWordBesideIt(t *testing.T) {
	k := kit(t)
	e := readiness.EnvSummary{Name: "production", Known: true, Version: "v2026.11.24-17", Candidate: "v2026.11.25-1", Verdict: model.UpToDate}
	for width, want := range map[int]string{
		20: "v2026.11.24-17     =", 29: "v2026.11.24-17   = UP TO DATE", 46: "v2026.11.24-17 → v2026.11.25-1    = UP TO DATE",
	} {
		l := cell.NewLine(k.Theme, width+1)
		drawCell(l, &e, width+1, 0, false, k)
		if got := strings.TrimSuffix(ansi.Strip(l.String()), " "); got != want {
			t.Errorf("in %d cells: %q, want %q", width, got, want)
		}
	}
}

func TestTheColumnUnderTheCursorIsAlwaysSeen(t *testing.T) {
	for width := 60; width < 220; width += 7 {
		for n := range 9 {
			first := 0
			for at := range n {
				g := layGrid(width, 14, n, at, first)
				if at < g.first || at >= g.first+g.count || g.first < 0 || g.first+g.count > n {
					t.Fatalf("%d cells, %d columns: column %d is not among %d from %d", width, n, at, g.count, g.first)
				}
				if 2+g.name+g.count*g.each > width {
					t.Fatalf("%d cells, %d columns: %+v is too wide", width, n, g)
				}
				first = g.first
			}
		}
	}
}

func TestFailingRunsComeFirstUnlessALaterOneSucceeded(t *testing.T) {
	run := func(id int64, branch string, status model.RunStatus, c model.Conclusion, age time.Duration) ServiceRun {
		return ServiceRun{Service: "api", Run: model.Run{ID: id, Workflow: "ci.yml", Branch: branch, Status: status, Conclusion: c, CreatedAt: noon.Add(-age)}}
	}
	runs := []ServiceRun{
		run(1, "main", model.StatusCompleted, model.Success, time.Minute),
		run(2, "main", model.StatusCompleted, model.Failure, 2*time.Minute), // mended by run 1
		run(3, "login", model.StatusInProgress, "", 3*time.Minute),
		run(4, "login", model.StatusCompleted, model.Failure, 4*time.Minute), // what goes on hasn't mended it yet
		run(5, "pay", model.StatusCompleted, model.TimedOut, 5*time.Minute),
		run(6, "pay", model.StatusCompleted, model.Cancelled, 6*time.Minute),
	}
	var got []int64
	for _, r := range mattering(runs) {
		got = append(got, r.Run.ID)
	}
	if want := []int64{4, 5, 3, 1, 2, 6}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestWorstFirst(t *testing.T) {
	finding := func(g model.Gate, l model.Level, r model.Result) model.Finding {
		return model.Finding{Gate: g, Level: l, Result: r}
	}
	var got []model.Gate
	for _, f := range WorstFirst([]model.Finding{
		finding("passes", model.Required, model.Pass), finding("warns", model.Required, model.Warn), finding("only advises", model.Advisory, model.Fail),
		finding("n/a", model.Required, model.NotApplicable), finding("waits", model.Required, model.Wait), finding("fails", model.Required, model.Fail),
		finding("is unknown", model.Required, model.Unknown),
	}) {
		got = append(got, f.Gate)
	}
	if want := []model.Gate{"fails", "is unknown", "waits", "only advises", "warns", "passes", "n/a"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWrapped(t *testing.T) {
	tests := []struct {
		text  string
		width int
		want  string
	}{
		{"the quick brown fox", 10, "the quick|brown fox"},
		{"", 10, ""},
		{"https://example.org/a/long/address", 10, "https://ex|ample.org/|a/long/add|ress"},
		{"日本語の長い文章です", 8, "日本語の|長い文章|です"},
	}
	for _, test := range tests {
		got := wrapped(test.text, test.width)
		if strings.Join(got, "|") != test.want {
			t.Errorf("%q in %d cells is %q, want %q", test.text, test.width, got, test.want)
		}
	}
}

// rows are n rows, of which every tenth is a heading.
func rows(n int) []Row {
	out := make([]Row, n)
	for i := range out {
		name := "row " + cell.Number(i)
		out[i] = Row{ID: name, Search: name, Inert: i%10 == 0, Draw: func(l *cell.Line, _ int) { l.Put(theme.Style{}, name) }}
	}
	return out
}

func draw(l *List, height int) string {
	return ansi.Strip(strings.Join(l.Draw(nil, 20, height, true), "\n"))
}

func TestTheCursorPassesOverHeadingsAndStaysInSight(t *testing.T) {
	l := NewList(kit(t), 1)
	l.SetRows(rows(50))
	if got := l.Selected().ID; got != "row 1" {
		t.Fatalf("the cursor begins on %q", got)
	}
	if !strings.Contains(draw(l, 5), "row 0") {
		t.Error("the heading above the first row is not seen")
	}
	l.Move(9)
	if got := l.Selected().ID; got != "row 11" {
		t.Errorf("nine down is %q, want row 11", got)
	}
	if screen := draw(l, 5); !strings.Contains(screen, "› row 11") {
		t.Errorf("the cursor is out of sight:\n%s", screen)
	}
	l.Last()
	if screen := draw(l, 5); !strings.Contains(screen, "› row 49") || l.Foot() == "" {
		t.Errorf("the last row is out of sight:\n%s", screen)
	}
	l.First()
	l.Page(1)
	draw(l, 5)
	if got := l.Selected().ID; got != "row 5" {
		t.Errorf("a page down is %q, want row 5", got)
	}
}

func TestTheCursorStaysOnItsRowWhenTheDataChange(t *testing.T) {
	l := NewList(kit(t), 1)
	all := rows(20)
	l.SetRows(all)
	l.Move(4)
	moved := append([]Row{{ID: "new", Draw: all[1].Draw}}, all...)
	l.SetRows(moved)
	if got := l.Selected().ID; got != "row 5" {
		t.Errorf("the cursor went to %q, want row 5", got)
	}
	l.SetRows(slices.DeleteFunc(slices.Clone(moved), func(r Row) bool { return r.ID == "row 5" }))
	if got := l.Selected().ID; got != "row 6" {
		t.Errorf("with its row gone the cursor went to %q, want its neighbour, row 6", got)
	}
	l.SetRows(nil)
	if l.Selected().ID != "" {
		t.Error("something is selected in an empty list")
	}
	l.Move(1)
	l.Page(-1)
	l.First()
	l.Last()
	if strings.TrimSpace(draw(l, 3)) != "" {
		t.Error("something is drawn of an empty list")
	}
}

func TestAnUntouchedCursorStaysWithWhatMattersMost(t *testing.T) {
	l := NewList(kit(t), 1)
	l.SetRows(rows(20)[1:4])
	l.SetRows(rows(20)[2:5])
	if got := l.Selected().ID; got != "row 2" {
		t.Errorf("the cursor is on %q, want the first row", got)
	}
}

func TestFilterTakesTextAndNothingElse(t *testing.T) {
	l := NewList(kit(t), 1)
	l.SetRows(rows(20))
	for _, u := range l.Uses() {
		if u.Action == intent.Filter {
			u.Means()
		}
	}
	l.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("row\x1b\a 1")})
	if l.filter != "row 1" {
		t.Errorf("the filter is %q", l.filter)
	}
	if screen := draw(l, 30); strings.Contains(screen, "row 2") || !strings.Contains(screen, "row 19") {
		t.Errorf("%s", screen)
	}
	l.Type(tea.KeyMsg{Type: tea.KeyCtrlU})
	l.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(strings.Repeat("x", 100000))})
	if len(l.filter) > 200 {
		t.Errorf("a pasted filter has %d characters", len(l.filter))
	}
}
