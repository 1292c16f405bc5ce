package cockpit

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// hostile is a fleet in which every text from outside is s: cleaned where the model says
// so, and raw where it holds plain strings.
func hostile(s string) *memory {
	m := acme()
	m.board.Name = s
	text := model.Clean(s)
	m.board.Status.Notices = []string{s}
	m.board.Status.Budgets[0].Host = s
	for name, d := range m.details {
		for i := range d.Assessment.Environments {
			e := &d.Assessment.Environments[i]
			e.Name, e.GitHub, e.Headline = s+e.Name, s, text
			e.Current.Release.Tag, e.Current.Release.URL, e.Current.Why = s, s, text
			e.Candidate.Release.Tag, e.Candidate.Release.Name, e.Candidate.Release.Author, e.Candidate.Why = s, text, text, text
			for j := range e.Findings {
				e.Findings[j].Why, e.Findings[j].Settle = text, text
				e.Findings[j].Evidence = []model.Evidence{{What: text, URL: s, Request: s}}
			}
			for j := range e.Health.Checks {
				c := &e.Health.Checks[j]
				c.Check.Name, c.Check.Target, c.Why, c.Sample.Version = s, s, text, text
			}
			e.Health.Why, e.Behind.Of = text, s
			if e.Tests != nil {
				for _, list := range [][]model.TestCase{e.Tests.Broken, e.Tests.Flakies, e.Tests.Slowest} {
					for j := range list {
						c := &list[j]
						c.Suite, c.Class, c.Name, c.Message, c.Detail, c.File = text, text, text, text, model.CleanLines(s+"\n"+s), string(text)
					}
				}
			}
			v := &e.Coverage
			v.Release.Tag, v.Base.Tag, v.Figure.By = s, s, s
			if v.Patch.Stated != "" {
				v.Patch.Stated = text
			}
			for j := range v.Patch.Files {
				v.Patch.Files[j].Path = s + "/" + s
			}
			for j := range e.Ship.Commits {
				e.Ship.Commits[j].Title, e.Ship.Commits[j].Author, e.Ship.Commits[j].URL = text, text, s
			}
			for j := range e.Ship.PullRequests {
				e.Ship.PullRequests[j].Title, e.Ship.PullRequests[j].Author = text, text
			}
			for j := range e.Ship.Items {
				e.Ship.Items[j].Title, e.Ship.Items[j].URL, e.Ship.Items[j].Assignees = text, s, []model.Text{text}
			}
			e.Ship.Paths, e.Ship.URL = []string{s, "x" + s}, s
			for j := range e.Targets {
				e.Targets[j].Release.Tag, e.Targets[j].Why = s, text
			}
		}
		for i := range d.Facts.Runs {
			r := &d.Facts.Runs[i]
			r.Branch, r.Title, r.Actor, r.Workflow, r.WorkflowName, r.URL = s, text, text, s, text, s
			r.Event, r.Conclusion = s, model.Conclusion(s)
		}
		for i := range d.Facts.Deployments {
			f := &d.Facts.Deployments[i]
			f.Environment, f.Ref, f.Creator, f.Description, f.Payload, f.RunName, f.URL = s, s, text, text, s, text, s
			for j := range f.Statuses {
				f.Statuses[j].Description, f.Statuses[j].State, f.Statuses[j].LogURL = text, model.DeploymentState(s), s
			}
		}
		d.Facts.Branch.Name, d.Facts.Branch.Head.Title = s, text
		for i := range d.Facts.Reads {
			d.Facts.Reads[i].Why, d.Facts.Reads[i].Request, d.Facts.Reads[i].Subject = text, s, s
		}
		for i := range d.Facts.Coverage {
			r := &d.Facts.Coverage[i]
			for j := range r.Packages {
				r.Packages[j].Name = s
			}
			for j := range r.Sources {
				r.Sources[j].Name, r.Sources[j].File, r.Sources[j].Format, r.Sources[j].URL = s, s, s, s
			}
		}
		for i := range d.Facts.ReportFlaws {
			d.Facts.ReportFlaws[i].Why, d.Facts.ReportFlaws[i].Source.Name, d.Facts.ReportFlaws[i].Source.URL = text, s, s
		}
		for i := range d.Facts.Protections {
			d.Facts.Protections[i].Patterns = []model.PolicyPattern{{Name: s, Type: s}}
			d.Facts.Protections[i].Reviewers = []model.Reviewer{{Name: text}}
		}
		m.details[name] = d
	}
	m.board.Services = m.board.Services[:0]
	for _, name := range []string{"api", "billing", "ledger", "search"} {
		d := m.details[name]
		sum := summary(d.Assessment)
		for _, known := range acme().board.Services {
			if known.Service == name {
				sum.Travels = known.Travels
			}
		}
		m.board.Services = append(m.board.Services, sum)
	}
	b := m.board.Sprint
	b.Title, b.Source, b.URL = text, s, s
	m.board.SprintRead.Why, m.board.SprintRead.Request = text, s
	for i := range b.Sprints {
		b.Sprints[i].Title, b.Sprints[i].URL = text, s
	}
	for i := range b.Items {
		item := &b.Items[i]
		item.Title, item.Status, item.URL, item.Repo.Name = text, text, s, s
		item.Assignees, item.Labels = []model.Text{text, text}, []model.Text{text}
		for k := range item.Pulls {
			item.Pulls[k].Title, item.Pulls[k].Base, item.Pulls[k].URL = text, s, s
		}
	}
	for i := range m.board.Services {
		m.board.Services[i].Repo = model.Repo{Host: "github.com", Owner: "acme", Name: m.board.Services[i].Service}
		for k := range m.board.Services[i].Travels {
			m.board.Services[i].Travels[k].Why = text
		}
	}
	for i := range m.board.Runs {
		r := &m.board.Runs[i]
		r.Service, r.Run.Branch, r.Run.Title, r.Run.Workflow = s, s, text, s
	}
	for id, jobs := range m.jobs {
		for i := range jobs.Jobs {
			jobs.Jobs[i].Name, jobs.Jobs[i].Runner, jobs.Jobs[i].URL = text, text, s
			for j := range jobs.Jobs[i].Steps {
				jobs.Jobs[i].Steps[j].Name = text
			}
		}
		m.jobs[id] = jobs
	}
	for i := range m.files {
		m.files[i].Path, m.files[i].Package = s+"/"+s, s
	}
	for i := range m.coverage {
		m.coverage[i].Branch = s
	}
	for i := range m.samples {
		m.samples[i].Reason, m.samples[i].Version = text, text
	}
	return m
}

func summary(a readiness.Assessment) readiness.Summary { return a.Summary() }

// ours are the only sequences that may reach the terminal: styles, and links to pages.
var ours = regexp.MustCompile("\x1b\\[[0-9;]*m|\x1b\\]8;;(https?://[!-~]*)?\x1b\\\\")

// harmless holds every row to the terminal's width and to our own sequences.
func (d *driver) harmless(where string) {
	d.t.Helper()
	view := d.c.View()
	for y, line := range strings.Split(view, "\n") {
		if n := ansi.StringWidth(line); n != d.c.width {
			d.t.Fatalf("%s: row %d is %d cells wide on a terminal of %d:\n%q", where, y, n, d.c.width, line)
		}
	}
	for _, r := range ours.ReplaceAllString(view, "") {
		if r != '\n' && (unicode.IsControl(r) || r == '\u2028' || r == '\u202e' || r == unicode.ReplacementChar && !strings.Contains(view, "�")) {
			d.t.Fatalf("%s: %U reaches the terminal:\n%q", where, r, view)
		}
	}
}

// tour goes everywhere and holds each screen to what is harmless.
func tour(t *testing.T, s string, width, height int, look theme.Theme) {
	t.Helper()
	d := start(t, hostile(s), width, height, look)
	d.harmless("the fleet")
	for _, keys := range [][]string{{"1"}, {"enter"}, {"G"}, {"esc"}, {"j"}, {"enter"}, {"G"}, {"esc"}, {"4"}, {"enter"}, {"G"}, {"esc"}, {"2"}, {"enter"}, {"G"}, {"esc"}, {"3"}, {"G"}, {"y"}, {"g", "enter"}, {"esc"}, {"0", "g", "j"}, {"enter"}, {"G"}, {"esc"}, {"4"}, {"enter"}, {"pgdown"}, {"G"}, {"esc"}, {"3"}, {"G"}, {"y"}, {"esc"}, {"1"}, {"j"}, {"y"}, {"2"}, {"G"}, {":"}, {"esc"}, {"y"}, {"o"}} {
		d.press(keys...)
		d.harmless(strings.Join(keys, " "))
	}
	for _, open := range []pane.Target{
		{Kind: pane.GateKind, Service: "api", Environment: s + "production", Name: "ci"},
		{Kind: pane.GateKind, Service: "api", Environment: s + "production", Name: "tests"},
		{Kind: pane.TestKind, Service: "api", ID: 101, Name: strings.Repeat(string(model.Clean(s))+"\x00", 2) + string(model.Clean(s))},
		{Kind: pane.RunKind, Service: "api", ID: 101},
		{Kind: pane.DeploymentKind, Service: "api", ID: 310},
		{Kind: pane.ReleaseKind, Service: "api", Environment: s + "production"},
		{Kind: pane.CoverageKind, Service: "api", Environment: s + "production"},
		{Kind: pane.CoverageKind, Service: "api", Environment: s + "production", Name: s},
		{Kind: pane.CheckKind, Service: "api", Environment: s + "production", Name: "http-1"},
		{Kind: pane.ItemKind, Name: "PVTI_3"}, {Kind: pane.ItemKind, Name: "PVTI_9"},
		{Kind: pane.SprintKind}, {Kind: pane.SprintKind, Name: "api"},
		{Kind: pane.EnvironmentKind, Service: "api", Environment: s + "production"},
	} {
		d.send(pane.OpenMsg{Target: open})
		d.harmless(string(open.Kind))
		d.press("G")
		d.harmless(string(open.Kind) + ", its end")
	}
}

// hostiles are texts that have broken screens.
var hostiles = []string{
	"plain", "", " ", "\x1b[2J\x1b]0;owned\a", "\x1b]52;c;AAAA\x1b\\", "a\nb\r\nc\td", "\u202egnp.exe", "\xff\xfe\x80", "日本語のブランチ", "e\u0301\u0301\u0301", "\u0301leading mark",
	"👩\u200d👩\u200d👧\u200d👦 family", "🇦🇹🇩🇪🇦", "ends with a joiner\u200d", "❤\ufe0f", "☁\ufe0f\ufe0f", "\u0e33\u0e33", "நி", "\u0d4e", "ᄀᄀᄀ각ᆨᆨ", "ﷺ", "\u115f\u1160", "a\u0488", "\u200b\u200b", "#\ufe0f\u20e3",
	"https://x/\x1b]8;;evil", "https://example.org/" + strings.Repeat("a", 3000), strings.Repeat("x", 90000), strings.Repeat("漢", 4000), "🏽", "\u00ad", "…", "a\u0600b",
}

func TestHostileTextStaysInItsCells(t *testing.T) {
	for i, s := range hostiles {
		tour(t, s, 80, 24, look(t, dark))
		if i%5 == 0 {
			tour(t, s, 120, 30, look(t, theme.Options{Name: theme.Mono, ASCII: true}))
		}
	}
	tour(t, hostiles[3], 200, 60, look(t, theme.Options{Name: theme.Sixteen, Profile: theme.Colors16}))
}

func FuzzView(f *testing.F) {
	for _, s := range hostiles {
		f.Add(s, byte(40), byte(10))
	}
	light, err := theme.New(theme.Options{Name: theme.Light, Profile: theme.Colors256})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string, w, h byte) {
		if len(s) > 4000 {
			return
		}
		tour(t, s, leastWidth+int(w), leastHeight+int(h)%60, light)
	})
}

func FuzzKeys(f *testing.F) {
	f.Add("jj4\r/led\r:re\r?z2G")
	f.Add("0jjjjjj\r\r\r\x1b\x1b\x1b\t\t\tzz")
	made, err := theme.New(dark)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, keys string) {
		if len(keys) > 60 {
			return
		}
		d := start(t, acme(), 120, 36, made)
		for _, r := range keys {
			switch r {
			case '\r':
				d.send(tea.KeyMsg{Type: tea.KeyEnter})
			case '\x1b':
				d.send(tea.KeyMsg{Type: tea.KeyEsc})
			case '\t':
				d.send(tea.KeyMsg{Type: tea.KeyTab})
			case 'M':
				d.send(tea.MouseMsg{X: len(keys) * 3 % 120, Y: len(keys) % 36, Button: tea.MouseButtonLeft})
			case 'W':
				d.send(tea.WindowSizeMsg{Width: 60 + len(keys)*3, Height: 20 + len(keys)})
			default:
				d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
			}
			d.wait(30 * time.Millisecond)
			if d.c.View() != "" {
				d.exact()
			}
		}
	})
}
