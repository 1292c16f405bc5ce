package dialog

import (
	"cmp"
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// Marks makes the list of what everybody's gonogo respects in an environment: its hold, its lock, and the vetoes of releases.
func Marks(kit *pane.Kit, src pane.Source, actor pane.Actor, ctx context.Context, service, environment string) pane.Layer {
	if actor == nil {
		return nil
	}
	return newSheet(kit, src, ctx, service, &marksSheet{environment: environment, actor: actor})
}

// marksSheet lists what is set and what can be: each row asks before anything is done.
type marksSheet struct {
	still
	environment string
	actor       pane.Actor
	chosen      bool // the hold was selected once
}

func (m *marksSheet) title(s *sheet) (string, bool) {
	return s.kit.Theme.Where(s.service, m.environment) + ": hold, lock and vetoes", production(s, m.environment)
}

// Lists reports whether a sheet lists what is held, locked and vetoed in an environment.
func (s *sheet) Lists(service, environment string) bool {
	m, ok := s.content.(*marksSheet)
	return ok && s.service == service && m.environment == environment
}

func (m *marksSheet) place() string { return m.environment }

func (m *marksSheet) rows(b *builder) {
	t := b.t
	e := b.d.Assessment.Environment(m.environment)
	if e == nil {
		b.text(t.Text, string(b.d.Assessment.Headline))
		return
	}
	if f := e.Finding(model.GateLock); f != nil && f.Result == model.Unknown {
		b.state("unknown", t.Result(model.Unknown), string(f.Why))
		b.field("to settle it", t.Strong, string(f.Settle), "")
	}
	standing := readiness.StandingIn(&b.d.Facts, e.GitHub)
	b.heading(m.environment, "enter asks before anything is done")
	m.hold(b, standing.Holds)
	m.lock(b, standing.Locks)
	b.heading("Releases", "a vetoed one is promoted nowhere, and not gone back to")
	vetoes := standing.Vetoes
	told := map[model.SHA]bool{}
	one := func(word string, r model.Release) {
		if r.SHA == "" || told[r.SHA] {
			return
		}
		told[r.SHA] = true
		var by *operation.Mark
		for _, v := range vetoes {
			if v.Release.SHA == r.SHA {
				by = v.By
			}
		}
		m.release(b, word, r, by)
	}
	if e.Candidate.Exists() {
		one("next", e.Candidate.Release)
	}
	if e.Current.Known && !e.Current.None {
		one("runs", e.Current.Release)
	}
	for _, v := range vetoes {
		one("", v.Release)
	}
	if !m.chosen {
		m.chosen, b.s.choose = true, "hold"
	}
}

func (m *marksSheet) hold(b *builder, marks []*operation.Mark) {
	s, who := b.t.Result(model.Pass), ""
	s.Word = "not held"
	if len(marks) > 0 {
		s, who = setBy(b, marks[0], b.t.Result(model.Fail), "held")
	}
	kit, actor, ctx, service, environment := b.kit, m.actor, b.s.ctx, b.s.service, m.environment
	m.row(b, "hold", "hold", s, "", who, "hold, or lift", func() pane.Layer { return holding(kit, actor, ctx, service, environment) })
}

func (m *marksSheet) lock(b *builder, marks []*operation.Mark) {
	s, who := b.t.Result(model.Pass), ""
	s.Word = "not locked"
	if len(marks) > 0 {
		s, who = setBy(b, marks[0], b.t.Result(model.Wait), "locked")
		if marks[0].Expired(b.kit.Now()) {
			who += "; it expired " + cell.Ago(marks[0].Expiry, b.kit.Now())
		}
	}
	kit, actor, ctx, service, environment := b.kit, m.actor, b.s.ctx, b.s.service, m.environment
	m.row(b, "lock", "lock", s, "", who, "break", func() pane.Layer { return breaking(kit, actor, ctx, service, environment) })
}

func (m *marksSheet) release(b *builder, word string, r model.Release, by *operation.Mark) {
	s, who, does := b.t.Result(model.Pass), "", "veto"
	s.Word = "not vetoed"
	if by != nil {
		s, who = setBy(b, by, b.t.Result(model.Fail), "vetoed")
		does = "clear"
	}
	kit, actor, ctx, service := b.kit, m.actor, b.s.ctx, b.s.service
	m.row(b, "release:"+string(r.SHA), word, s, r.Title(), who, does, func() pane.Layer { return vetoing(kit, actor, ctx, service, r) })
}

// setBy is the state of what somebody has set, and who that was.
func setBy(b *builder, m *operation.Mark, s theme.State, word string) (state theme.State, who string) {
	if m.Flaw != "" {
		s = b.t.Result(model.Unknown)
		s.Word = "unreadable"
		return s, m.Flaw
	}
	s.Word = word
	return s, whoSet(m, b.kit)
}

// whoSet is who set a shared ref, when and why.
func whoSet(m *operation.Mark, kit *pane.Kit) string {
	who := cmp.Or(m.Owner, "somebody")
	if !m.Since.IsZero() {
		who += " " + cell.Ago(m.Since, kit.Now())
	}
	if m.Reason != "" {
		who += ": " + m.Reason
	}
	return who
}

// row is one thing that is set or can be.
func (m *marksSheet) row(b *builder, id, word string, s theme.State, version, who, does string, open func() pane.Layer) {
	t, kit := b.t, b.kit
	row := pane.Row{
		ID: id, Search: word + " " + version + " " + s.Word + " " + who, Copy: word + " " + version + " " + s.Word + " " + who, Word: does,
		Enter: func() tea.Cmd { return kit.Ask(pane.PushMsg{Layer: open()}) },
	}
	const states, versions = 13, 16
	column := fieldWidth + states + 1
	if version != "" {
		column += versions + 1
	}
	lines := append(pane.Wrapped(t, who, b.width-column-3), "")
	for n, line := range lines[:max(len(lines)-1, 1)] {
		if n > 0 {
			row = pane.Row{Inert: true, Search: row.Search}
		}
		b.row(row, func(l *cell.Line) {
			if n == 0 {
				l.Col(t.Faint, word, fieldWidth).State(s, states).Gap(1)
				if version != "" {
					l.Col(t.Version, version, versions).Gap(1)
				}
				l.End()
			}
			l.To(2+column).Put(t.Text, line)
		})
	}
}

// holding makes the dialog that holds an environment, or lifts its hold.
func holding(kit *pane.Kit, actor pane.Actor, ctx context.Context, service, environment string) pane.Layer {
	where := kit.Theme.Where(service, environment)
	a := aboutRef(kit, actor, ctx, where+": hold", "A hold keeps everybody from promoting here without a reason, until it is lifted.")
	a.add("h", "hold it", "holding", "asked to hold "+where, operate.Request{Kind: operation.Hold, Service: service, Environment: environment})
	a.add("l", "lift the hold", "lifting", "asked to lift the hold of "+where, operate.Request{Kind: operation.Lift, Service: service, Environment: environment})
	return a
}

// breaking makes the dialog that breaks the lock that an operation has left behind.
func breaking(kit *pane.Kit, actor pane.Actor, ctx context.Context, service, environment string) pane.Layer {
	where := kit.Theme.Where(service, environment)
	a := aboutRef(kit, actor, ctx, where+": lock", "A lock is an operation's: break it only where that one is over.")
	a.add("k", "break lock", "breaking", "asked to break the lock of "+where, operate.Request{Kind: operation.Break, Service: service, Environment: environment})
	return a
}

// vetoing makes the dialog that vetoes a release, or clears its veto.
func vetoing(kit *pane.Kit, actor pane.Actor, ctx context.Context, service string, r model.Release) pane.Layer {
	a := aboutRef(kit, actor, ctx, service+" "+r.Title()+": veto", "A vetoed release is promoted nowhere without a reason, and never gone back to, by anybody, until its veto is cleared.")
	name := cmp.Or(r.Tag, string(r.SHA))
	a.add("v", "veto it", "vetoing", "asked to veto "+service+" "+r.Title(), operate.Request{Kind: operation.Veto, Service: service, Release: name})
	a.add("x", "clear it", "clearing", "asked to clear the veto of "+service+" "+r.Title(), operate.Request{Kind: operation.Clear, Service: service, Release: name})
	return a
}

// aboutRef makes a dialog about a shared ref: what there is can be taken away, what there isn't can be set.
func aboutRef(kit *pane.Kit, actor pane.Actor, ctx context.Context, title, means string) *act {
	a := newAct(kit, actor, ctx, title, func(b *builder, a *act) {
		b.text(b.t.Faint, means)
		a.aboutMarks(b)
	})
	a.quietly = true
	return a
}

// aboutMarks says what can be done about a shared ref.
func (a *act) aboutMarks(b *builder) {
	t := b.t
	for i, w := range a.ways {
		switch d := w.draft; {
		case w.err != nil, d == nil:
		case !d.Read && len(d.Refusals) == 0:
			b.state(a.answers[i].word, t.Run(model.StatusInProgress, ""), "reading the ref")
		case len(d.Refusals) > 0:
			b.state(a.answers[i].word, t.Result(model.NotApplicable), string(d.Refusals[0]))
		default:
			b.state(a.answers[i].word, t.Result(model.Pass), "can be done")
		}
	}
}
