package dialog

import (
	"cmp"
	"slices"
	"strings"

	"gonogo/model"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// serviceSheet tells of a service as a whole: its environments, where it comes from, and
// how well each signal was read.
type serviceSheet struct{ still }

func (serviceSheet) title(s *sheet) (string, bool) { return s.service, false }

func (serviceSheet) rows(b *builder) {
	t := b.t
	a := &b.d.Assessment
	b.state("verdict", t.Verdict(a.Verdict), string(a.Headline))
	b.field("to settle it", t.Strong, string(a.Settle), "")
	for _, n := range a.Notices {
		b.field("notice", t.Warn, string(n), "")
	}
	b.repository()
	b.heading("Environments", "enter shows everything of one")
	for _, e := range a.Environments {
		b.row(pane.Row{Search: e.Name + " " + e.Verdict.String(), Target: b.target(pane.EnvironmentKind, e.Name, "", 0)}, func(l *cell.Line) {
			v := t.Verdict(e.Verdict)
			name := t.Strong
			if e.Tier == model.Production {
				name = t.Produce
			}
			l.Col(name, e.Name, 16).Gap(1).State(v, 12).Gap(1).Col(t.Version, e.Current.Title(), 16).End()
			h := pane.HealthState(t, e.Health)
			l.Gap(1).State(h, 14).Gap(1).Put(t.Text, string(e.Headline))
		})
	}
	if len(a.Environments) == 0 {
		b.text(t.Faint, "None can be told of yet.")
	}
	b.reads()
}

// repository tells where the service comes from.
func (b *builder) repository() {
	t, now := b.t, b.kit.Now()
	f := &b.d.Facts
	b.field("repository", t.Text, f.Service.Repo.String(), f.Repository.URL)
	if f.Repository.Archived {
		b.field("", t.Warn, "it is archived", "")
	}
	if head := f.Branch.Head; head.SHA != "" {
		b.row(pane.Row{Search: f.Branch.Name + " " + string(head.Title), Link: head.URL, Copy: string(head.SHA)}, func(l *cell.Line) {
			l.Col(t.Faint, "branch", fieldWidth).Put(t.Text, f.Branch.Name).Gap(1).Link(t.Version, head.SHA.Short(), head.URL, 7).End()
			l.Gap(1).Put(t.Text, string(head.Title)).Put(t.Faint, " "+string(head.Author)+", "+cell.Ago(head.At, now))
		})
	}
	how := "deployments are only watched"
	switch d := f.Service.Deploy; {
	case d.Workflow != "":
		how = "by the workflow " + d.Workflow + " in " + f.Service.DeployRepo().String()
	case d.Deployment:
		how = "by creating a deployment"
	case d.Release:
		how = "by publishing a release"
	}
	b.field("deployed", t.Text, how, "")
	if d := b.kit.Discovery; d != nil && d.Found {
		b.field("discovered", t.Text, "by "+d.Why+"; gonogo init writes it down", "")
		for _, n := range d.Notes {
			b.field("", t.Text, n, "")
		}
		if d.Problem != "" {
			b.field("", t.Warn, "the last look failed: "+d.Problem, "")
		}
	}
}

// reads lists how old each signal is and what kept it from being read.
func (b *builder) reads() {
	t, now := b.t, b.kit.Now()
	b.heading("What was read", "problems first")
	reads := slices.Clone(b.d.Facts.Reads)
	slices.SortStableFunc(reads, func(x, y model.Read) int {
		return cmp.Or(boolean(y.Problem != model.NoProblem)-boolean(x.Problem != model.NoProblem), cmp.Compare(x.Signal, y.Signal), cmp.Compare(x.Subject, y.Subject))
	})
	for _, r := range reads {
		state := t.Result(model.Pass)
		state.Word = "fresh"
		switch {
		case r.Problem != model.NoProblem:
			state = t.Result(model.Fail)
			state.Word = string(r.Problem)
		case !r.OK():
			state = t.Result(model.Unknown)
			state.Word = "never"
		case !r.Fresh(now) && r.Signal != model.SignalHealth:
			state = t.Result(model.Warn)
			state.Word = "old"
		}
		name := readName(r)
		b.row(pane.Row{Search: name + " " + state.Word + " " + string(r.Why), Copy: name + ": " + state.Word + " " + string(r.Why) + " " + r.Request}, func(l *cell.Line) {
			l.State(state, 12).Gap(1).Col(t.Strong, name, min(36, l.Room()/2)).End()
			l.Gap(1).Right(t.Faint, cell.Age(r.At, now), 6).Gap(2)
			if r.Cut {
				l.Put(t.Warn, "at least what is here; ")
			}
			l.Put(t.Faint, r.Request)
		})
		if r.Problem == model.NoProblem {
			continue
		}
		why := string(r.Why)
		if r.Until.After(now) {
			why += " (tried again " + cell.Left(r.Until, now) + ")"
		}
		b.paragraph(13, t.Text, why, pane.Row{})
	}
	if len(reads) == 0 {
		b.text(t.Faint, "Nothing yet.")
	}
}

// readName is what was read, in words.
func readName(r model.Read) string {
	subject := short(r.Subject)
	switch r.Signal {
	case model.SignalBranch:
		return "branch and its head"
	case model.SignalReleases:
		return "releases and tags"
	case model.SignalEnvironments:
		return "protection of environments"
	case model.SignalRuns:
		return "newest workflow runs"
	case model.SignalMarks:
		return "locks, holds and vetoes"
	case model.SignalCommitRuns:
		return "runs of " + subject
	case model.SignalCommitChecks:
		return "checks of " + subject
	case model.SignalCommit:
		return "commit " + subject
	case model.SignalComparison:
		return "comparison " + subject
	case model.SignalJobs:
		return "jobs of run " + subject
	case model.SignalPending:
		return "reviews that run " + subject + " awaits"
	case model.SignalHealth:
		return "health of " + subject
	case "history":
		return strings.TrimSpace("older deployments " + subject)
	}
	return strings.TrimSpace(string(r.Signal) + " " + subject)
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// short cuts commits in a subject to what people know them by.
func short(subject string) string {
	const full = 40
	if len(subject) == full {
		return model.SHA(subject).Short()
	}
	if len(subject) == 2*full+3 && subject[full:full+3] == "..." {
		return model.SHA(subject[:full]).Short() + "..." + model.SHA(subject[full+3:]).Short()
	}
	return subject
}
