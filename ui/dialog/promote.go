package dialog

import (
	"context"
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// Promote makes the dialog that brings an environment's candidate there, or another release that is picked; nil where nothing can be done.
func Promote(kit *pane.Kit, src pane.Source, actor pane.Actor, ctx context.Context, service, environment string) pane.Layer {
	if actor == nil {
		return nil
	}
	where := kit.Theme.Where(service, environment)
	a := newAct(kit, actor, ctx, where+": promote", func(b *builder, a *act) { a.aboutDeployment(b) })
	a.more = a.inFull
	a.add("g", "go: promote", "promoting", "promoting "+where, operate.Request{Kind: operation.Promote, Service: service, Environment: environment})
	a.others = func() pane.Layer { return a.pick(src) }
	return a
}

// RollBack makes the dialog that brings an environment back to a release that ran there; an empty one is the best.
func RollBack(kit *pane.Kit, actor pane.Actor, ctx context.Context, service, environment, release string) pane.Layer {
	if actor == nil {
		return nil
	}
	where := kit.Theme.Where(service, environment)
	a := newAct(kit, actor, ctx, where+": roll back", func(b *builder, a *act) { a.aboutDeployment(b) })
	a.more = a.inFull
	a.add("g", "go back", "rolling back", "rolling back "+where, operate.Request{Kind: operation.RollBack, Service: service, Environment: environment, Release: release})
	return a
}

// aboutDeployment says what goes where over what, what is against it, and in short all that a person decides by; what that is
// in full follows below.
func (a *act) aboutDeployment(b *builder) {
	t, d := b.t, a.foremost()
	if d == nil {
		if a.ways[0].err == nil {
			b.text(t.Faint, "Reading from the cache.")
		}
		return
	}
	p := &d.Plan
	b.row(pane.Row{}, func(l *cell.Line) {
		v := t.Verdict(d.Verdict)
		if p.Kind != operation.RollBack {
			l.Put(v.Style, v.Symbol+" "+v.Word).Gap(2)
		}
		if p.Release.Zero() {
			l.Put(t.Text, "nothing")
		} else {
			l.Put(t.Version, p.Release.Title()).Put(t.Faint, " "+p.Release.SHA.Short())
		}
		if !p.Replaces.Zero() {
			l.Put(t.Faint, " over ").Put(t.Version, p.Replaces.Title())
		}
		if c := &d.Environment.Current; c.Known && !c.None && !c.Since.IsZero() {
			l.Put(t.Faint, ", there since "+cell.Clock(c.Since, b.kit.Now()))
		}
	})
	b.direction(d)
	passed, nothing := b.against(p.Findings)
	separator := " " + t.Symbols.Separator + " "
	if p.Kind == operation.RollBack {
		if d.Undoes.Known {
			b.field("undoes", t.Text, pane.Ships(d.Undoes, separator), "")
			b.field("by", t.Text, strings.Join(authors(&d.Undoes), ", "), "")
		}
	} else {
		ship := &d.Environment.Ship
		b.field("ships", t.Text, pane.Ships(*ship, separator), "")
		b.field("by", t.Text, strings.Join(authors(ship), ", "), "")
		if len(ship.Migrations) > 0 {
			b.field("migrations", t.Warn, strings.Join(ship.Migrations, ", "), "")
		}
		if f := d.Environment.Finding(model.GateCoverage); f != nil && f.Result == model.Pass {
			b.field("coverage", t.Text, string(f.Why), "")
		}
		back := "nothing"
		if !p.RollsBackTo.Zero() {
			back = p.RollsBackTo.Title()
		}
		b.field("the way back", t.Version, back, "")
		b.others(d)
	}
	if len(passed) > 0 {
		b.state("gates", t.Result(model.Pass), strings.Join(passed, ", "))
	}
	if len(nothing) > 0 {
		b.state("", t.Result(model.NotApplicable), strings.Join(nothing, ", "))
	}
}

// against lists the gates that don't pass, the worst first, each with its sentence and the age of what it rests on; it names
// the others.
func (b *builder) against(findings []model.Finding) (passed, nothing []string) {
	for _, f := range pane.WorstFirst(findings) {
		switch f.Result {
		case model.Pass:
			passed = append(passed, string(f.Gate))
			continue
		case model.NotApplicable:
			nothing = append(nothing, string(f.Gate))
			continue
		}
		b.finding(&f)
	}
	return passed, nothing
}

// finding is one gate with its sentence, and the age of what it rests on.
func (b *builder) finding(f *model.Finding) {
	name := string(f.Gate)
	if f.Level == model.Advisory {
		name += " (adv.)"
	}
	why := string(f.Why)
	if at := f.ReadAt(); !at.IsZero() {
		why += " " + b.t.Symbols.Separator + " " + cell.Ago(at, b.kit.Now())
	}
	b.state(name, b.t.Result(f.Result), why)
}

// authors are those of what would ship.
func authors(s *readiness.Shipment) (names []string) {
	seen := map[model.Text]bool{}
	for i := range s.Commits {
		if who := s.Commits[i].Author; who != "" && !seen[who] {
			seen[who] = true
			names = append(names, string(who))
		}
	}
	return names
}

// inFull lists what ships or is undone, and what every other gate says.
func (a *act) inFull(b *builder) {
	d := a.foremost()
	if d == nil || d.Plan.Release.Zero() || !d.Plan.Kind.Deploys() {
		return
	}
	if d.Plan.Kind == operation.RollBack {
		if d.Undoes.Known {
			b.heading("What going back undoes", "")
			b.changes(&d.Undoes)
		}
	} else if ship := &d.Environment.Ship; ship.Known && ship.Ahead+ship.TakenBack > 0 {
		b.heading("What would ship", "")
		b.changes(&d.Environment.Ship)
	}
	var rest []model.Finding
	for _, f := range pane.WorstFirst(d.Plan.Findings) {
		if f.Result == model.Pass || f.Result == model.NotApplicable {
			rest = append(rest, f)
		}
	}
	if len(rest) > 0 {
		b.heading("The other gates", "")
		for i := range rest {
			b.finding(&rest[i])
		}
	}
}

// changes lists the items, pull requests, commits and migrations of what lies between two releases.
func (b *builder) changes(s *readiness.Shipment) {
	t := b.t
	if s.TakenBack > 0 {
		b.text(t.Warn, cell.Count(s.TakenBack, "commit", false)+" that run there now are not in it: they would be taken back.")
	}
	for i := range s.Items {
		item := &s.Items[i]
		b.change("#"+strconv.Itoa(item.Number), string(item.Title), pane.Names(item.Assignees))
	}
	for i := range s.PullRequests {
		p := &s.PullRequests[i]
		b.change("#"+strconv.Itoa(p.Number), string(p.Title), string(p.Author))
	}
	for i := range s.Commits {
		c := &s.Commits[i]
		b.change(c.SHA.Short(), string(c.Title), string(c.Author))
	}
	if more := s.Ahead - len(s.Commits); more > 0 {
		b.text(t.Faint, cell.Count(more, "more commit", s.CommitsCut))
	}
	for _, path := range s.Migrations {
		b.change("migrates", path, "")
	}
}

// change is one thing that somebody made.
func (b *builder) change(name, title, who string) {
	t := b.t
	b.row(pane.Row{Search: title + " " + who, Copy: name + " " + title}, func(l *cell.Line) {
		l.Col(t.Version, name, 8).End()
		l.Gap(1).To(2+9).Col(t.Text, title, l.Room()-17).End()
		l.Gap(1).Put(t.Faint, who)
	})
}
