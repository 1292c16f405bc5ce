package dialog

import (
	"cmp"
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// shownOperations is how many operations of the past are listed.
const shownOperations = 200

// Operations makes the list of what moves and what was done, over the whole fleet.
func Operations(kit *pane.Kit, src pane.Source, ctx context.Context, actor pane.Actor) pane.Layer {
	return newSheet(kit, src, ctx, "", &operationsSheet{actor: actor})
}

// operationsSheet lists operations: those that move first, then the past, newest first.
type operationsSheet struct {
	actor pane.Actor
	read  *operationsRead
}

// operationsRead brings the operations.
type operationsRead struct {
	moving []operate.Operation
	past   []operation.Progress
	err    error
}

func (o *operationsSheet) title(*sheet) (string, bool) { return "Operations", false }

func (o *operationsSheet) counting(*sheet) bool { return o.read != nil && len(o.read.moving) > 0 }

func (o *operationsSheet) more(s *sheet) tea.Cmd {
	ctx, actor := s.ctx, o.actor
	return func() tea.Msg {
		r := operationsRead{moving: Moving(actor)}
		r.past, r.err = actor.Operations(ctx, shownOperations)
		moves := map[string]bool{}
		for i := range r.moving {
			moves[r.moving[i].Plan.ID] = true
		}
		r.past = slices.DeleteFunc(r.past, func(p operation.Progress) bool { return moves[p.Plan.ID] })
		return r
	}
}

// Moving are the operations that have not ended, those that need a person first, then the newest.
func Moving(actor pane.Actor) []operate.Operation {
	all := actor.Moving()
	slices.SortFunc(all, func(a, b operate.Operation) int {
		return cmp.Or(needs(&b)-needs(&a), b.Plan.MadeAt.Compare(a.Plan.MadeAt), cmp.Compare(a.Plan.ID, b.Plan.ID))
	})
	return all
}

// needs is how much an operation that moves needs a person.
func needs(o *operate.Operation) int {
	switch o.State {
	case operation.Ambiguous:
		return 2
	case operation.Awaiting:
		return 1
	}
	return 0
}

func (o *operationsSheet) take(msg tea.Msg) bool {
	read, ok := msg.(operationsRead)
	if !ok {
		return false
	}
	o.read = &read
	return true
}

func (o *operationsSheet) rows(b *builder) {
	t := b.t
	switch {
	case o.read == nil:
		b.text(t.Faint, "Reading the journals.")
		return
	case o.read.err != nil:
		b.text(t.Bad, "The journals can't be read: "+o.read.err.Error())
	case len(o.read.moving)+len(o.read.past) == 0:
		b.text(t.Text, "Nothing was done from here yet.")
		return
	}
	if len(o.read.moving) > 0 {
		b.heading("Under way", "")
		for i := range o.read.moving {
			m := &o.read.moving[i]
			o.row(b, &m.Progress, string(cmp.Or(m.Trouble, m.Held, m.Why)))
		}
	}
	if len(o.read.past) > 0 {
		b.heading("History", "newest first")
		for i := range o.read.past {
			o.row(b, &o.read.past[i], string(cmp.Or(o.read.past[i].Unguarded(), o.read.past[i].Why)))
		}
	}
}

// uses are what can be done about the selected operation.
func (o *operationsSheet) uses(s *sheet) []intent.Use {
	if o.read == nil {
		return nil
	}
	for i := range o.read.moving {
		if m := &o.read.moving[i]; m.Plan.ID == s.list.Selected().ID {
			return approval(s, o.actor, m)
		}
	}
	return nil
}

// row is one operation.
func (o *operationsSheet) row(b *builder, p *operation.Progress, why string) {
	t, now, plan := b.t, b.kit.Now(), &p.Plan
	s := t.Operation(p.State)
	target := pane.Target{Kind: pane.OperationKind, Service: plan.Service, Name: plan.ID}
	if plan.Kind == operation.Elevate { // it is about no service, and the row says all of it
		target = pane.Target{}
	}
	where := t.Where(plan.Service, place(plan))
	narrow := b.width < 100 // then the reason has a row of its own
	search := s.Word + " " + string(plan.Kind) + " " + plan.Service + " " + plan.Environment + " " + plan.Release.Title() + " " + why
	b.row(pane.Row{ID: plan.ID, Search: search, Target: target,
		Copy: plan.ID + " " + s.Word + ": " + string(plan.Kind) + " " + where + " " + plan.Release.Title() + ": " + why}, func(l *cell.Line) {
		l.State(s, 19).Gap(1).Col(t.Text, string(plan.Kind), 9).Gap(1).Col(t.Strong, where, min(max(l.Room()/3, 22), 40)).End()
		l.Gap(1).Col(t.Version, plan.Release.Title(), 12).Gap(1).Right(t.Faint, cell.Age(p.Since, now), 4)
		if !narrow {
			l.Gap(2).Put(t.Text, why)
		}
	})
	if narrow && why != "" {
		b.row(pane.Row{Inert: true, Search: search}, func(l *cell.Line) { l.To(2+19+1).Put(t.Text, why) })
	}
}

// OperationLine is an operation in a few words, for the header: "promote api → production: verifying".
func OperationLine(t *theme.Theme, o *operate.Operation) (theme.State, string) {
	state, ended := t.Operation(o.State), string(o.State)
	if o.Unguarded() != "" { // it went well, and anybody may promote the bad release again
		state.Style, ended = t.Warn, "unguarded"
	}
	return state, string(o.Plan.Kind) + " " + t.Where(o.Plan.Service, place(&o.Plan)) + ": " + ended
}
