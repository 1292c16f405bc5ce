package dialog

import (
	"context"
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
	where := service + " " + kit.Theme.Symbols.Arrow + " " + environment
	a := newAct(kit, actor, ctx, where+": promote", func(b *builder, a *act) { a.aboutPromotion(b) })
	a.add("g", "go: promote", "promoting", "promoting "+where, operate.Request{Kind: operation.Promote, Service: service, Environment: environment})
	a.others = func() pane.Layer { return a.pick(src) }
	return a
}

// RollBack makes the dialog that brings an environment back to a release that ran there; an empty one is the best.
func RollBack(kit *pane.Kit, actor pane.Actor, ctx context.Context, service, environment, release string) pane.Layer {
	if actor == nil {
		return nil
	}
	where := service + " " + kit.Theme.Symbols.Arrow + " " + environment
	a := newAct(kit, actor, ctx, where+": roll back", func(b *builder, a *act) { a.aboutPromotion(b) })
	a.add("g", "go back", "rolling back", "rolling back "+where, operate.Request{Kind: operation.RollBack, Service: service, Environment: environment, Release: release})
	return a
}

// aboutPromotion says what goes where over what, every gate, what ships, and the way back.
func (a *act) aboutPromotion(b *builder) {
	t, w := b.t, a.ways[0]
	d := w.draft
	if d == nil {
		if w.err == nil {
			b.text(t.Faint, "Reading from the cache.")
		}
		return
	}
	p := &d.Plan
	b.row(pane.Row{}, func(l *cell.Line) {
		v := t.Verdict(d.Verdict)
		if p.Kind == operation.Promote {
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
	})
	if p.Kind == operation.Promote {
		if text := pane.Ships(d.Environment.Ship, " "+t.Symbols.Separator+" "); text != "" && d.Environment.Ship.Known {
			b.field("ships", t.Text, text, "")
		}
		if len(d.Environment.Ship.Commits) > 0 {
			b.field("by", t.Text, strings.Join(authors(&d.Environment.Ship), ", "), "")
		}
		back := "nothing"
		if !p.RollsBackTo.Zero() {
			back = p.RollsBackTo.Title()
		}
		b.field("the way back", t.Version, back, "")
		b.others(d)
	}
	a.gates(b, p.Findings)
}

// authors are those of the commits that would ship.
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

// gates lists every gate with its sentence, those that pass in one row.
func (a *act) gates(b *builder, findings []model.Finding) {
	t := b.t
	var passed, nothing []string
	for _, f := range pane.WorstFirst(findings) {
		switch f.Result {
		case model.Pass:
			passed = append(passed, string(f.Gate))
			continue
		case model.NotApplicable:
			nothing = append(nothing, string(f.Gate))
			continue
		}
		name := string(f.Gate)
		if f.Level == model.Advisory {
			name += " (adv.)"
		}
		b.state(name, t.Result(f.Result), string(f.Why))
	}
	if len(passed) > 0 {
		b.state("gates", t.Result(model.Pass), strings.Join(passed, ", "))
	}
	if len(nothing) > 0 {
		b.state("", t.Result(model.NotApplicable), strings.Join(nothing, ", "))
	}
}
