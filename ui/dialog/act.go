package dialog

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// act asks whether something is done. Each way to answer is a request of its own, worked out from the cache at once and from
// what is read again behind the dialog.
type act struct {
	*form
	ctx    context.Context
	actor  pane.Actor
	about  func(b *builder, a *act) // what it is about, beside what the drafts say
	more   func(b *builder)         // the same in full, below what the drafts say; nil: there is no more
	ways   []*way
	reason *field
	name   *field
	words  map[string]*field // what has to be typed beside: that gates are bypassed, that a migration is acknowledged
	calls  bool              // the requests are shown
	others func() pane.Layer // what could be done instead, on a key; nil: nothing
	// quietly leaves out what can't be done: it is told otherwise, and not to be answered.
	quietly bool
}

// way is one request that can be confirmed.
type way struct {
	request  operate.Request
	draft    *operate.Draft
	question int // number of the newest question; older answers are dropped
	err      error
	changed  []string // what is no longer as it was shown before
	asking   bool     // it is being read again
	moved    bool     // an operation has come on meanwhile
}

// draftMsg brings what a request would do.
type draftMsg struct {
	act      *act
	way      int
	question int
	read     bool // again
	draft    *operate.Draft
	err      error
}

// newAct makes a dialog about something; ways to answer are added to it.
func newAct(kit *pane.Kit, actor pane.Actor, ctx context.Context, title string, about func(b *builder, a *act)) *act {
	a := &act{form: newForm(kit, title, false), ctx: ctx, actor: actor, about: about}
	a.body = a.tell
	return a
}

// add adds a way to answer, with its key.
func (a *act) add(key, word, doing, said string, r operate.Request) {
	i := len(a.ways)
	a.ways = append(a.ways, &way{request: r})
	a.answers = append(a.answers, answer{key: key, word: word, doing: doing, said: said, off: "reading", do: func() func() error { return a.confirm(i) }, then: func() tea.Msg {
		return pane.OpenMsg{Target: pane.Target{Kind: pane.OperationKind, Service: r.Service, Name: a.ways[i].draft.Plan.ID}}
	}})
}

// Start works out what each answer would do.
func (a *act) Start() tea.Cmd {
	cmds := []tea.Cmd{a.form.Start()}
	for i := range a.ways {
		cmds = append(cmds, a.prepare(i))
	}
	return tea.Batch(cmds...)
}

// prepare asks first what is known, then what is read again.
func (a *act) prepare(i int) tea.Cmd {
	w, actor, ctx := a.ways[i], a.actor, a.ctx
	w.question++
	question, request := w.question, w.request
	return func() tea.Msg {
		d, err := actor.Sketch(ctx, request)
		return draftMsg{a, i, question, false, d, err}
	}
}

// again reads again what matters.
func (a *act) again(i int) tea.Cmd {
	a.ways[i].asking = true
	actor, ctx, question, request := a.actor, a.ctx, a.ways[i].question, a.ways[i].request
	return func() tea.Msg {
		d, err := actor.Prepare(ctx, request)
		return draftMsg{a, i, question, true, d, err}
	}
}

// Update takes a message.
func (a *act) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case draftMsg:
		if msg.act != a || msg.question != a.ways[msg.way].question {
			return nil
		}
		a.came(msg)
		w := a.ways[msg.way]
		w.asking = w.asking && !msg.read
		cmds := []tea.Cmd{a.quiet.wait()} // what is shown now was not shown when a key was pressed
		if msg.err == nil && (!msg.read || w.moved && len(fixed(w.draft)) > 0) {
			w.moved = w.moved && !msg.read
			cmds = append(cmds, a.again(msg.way))
		}
		return tea.Batch(cmds...)
	case pane.MovingMsg:
		return a.moved()
	case pane.NewsMsg:
		return a.news(msg)
	case knownMsg:
		return a.knows(msg)
	case tea.KeyMsg:
		if a.at >= len(a.fields) && msg.String() == "c" && a.doing == "" {
			a.calls, a.width = !a.calls, 0
			return a.quiet.wait()
		}
		if a.at >= len(a.fields) && msg.String() == "v" && a.others != nil {
			if l := a.others(); l != nil {
				return a.kit.Ask(pane.PushMsg{Layer: l})
			}
			return nil
		}
	}
	return a.form.Update(msg)
}

// moved reads again what an operation may have stood against: it has come on, and given its lock back.
func (a *act) moved() tea.Cmd {
	var cmds []tea.Cmd
	for i, w := range a.ways {
		switch {
		case a.doing != "":
		case w.draft == nil || w.asking: // the answer is still to come
			w.moved = true
		case len(fixed(w.draft)) > 0:
			cmds = append(cmds, a.again(i))
		}
	}
	return tea.Batch(cmds...)
}

// came takes what a request would do, and asks for what it takes to confirm it.
func (a *act) came(msg draftMsg) {
	w := a.ways[msg.way]
	w.err = msg.err
	if msg.err == nil {
		if w.draft != nil {
			if said := changes(w.draft, msg.draft); len(said) > 0 {
				w.changed = said
				a.forget()
			}
		}
		w.draft = msg.draft
	}
	a.width = 0
	off := &a.answers[msg.way].off
	a.answers[msg.way].hidden = a.quietly && msg.err == nil && len(msg.draft.Refusals) > 0
	switch d := w.draft; {
	case msg.err != nil:
		*off = "can't be told"
	case len(d.Refusals) > 0:
		*off = "can't be done"
	case len(fixed(d)) > 0:
		*off = "a gate that can't be bypassed is against it"
	case !d.Read:
		*off = "reading"
	default:
		*off = ""
	}
	a.ask()
}

// fixed are the gates against a draft that nobody can bypass.
func fixed(d *operate.Draft) []model.Finding {
	return slices.DeleteFunc(slices.Clone(d.Against), func(f model.Finding) bool {
		return f.Gate != model.GateLock && f.Gate != model.GateApproval
	})
}

// bypassable are the others.
func bypassable(d *operate.Draft) []model.Finding {
	return slices.DeleteFunc(slices.Clone(d.Against), func(f model.Finding) bool {
		return f.Gate == model.GateLock || f.Gate == model.GateApproval
	})
}

// ask adds the fields that the drafts want: what was typed already stays.
func (a *act) ask() {
	if a.name != nil && a.quietly && !slices.ContainsFunc(a.ways, func(w *way) bool { return a.offered(w.draft) && w.draft.Name != "" }) {
		a.fields, a.name = slices.DeleteFunc(a.fields, func(f *field) bool { return f == a.name }), nil
		a.at = min(a.at, len(a.fields))
	}
	needed := false
	for _, w := range a.ways {
		d := w.draft
		if !a.offered(d) {
			continue
		}
		a.production = a.production || d.Plan.Tier == model.Production
		if a.reason == nil {
			a.reason = &field{label: "reason"}
			if k := w.request.Kind; k == operation.Approve || k == operation.Reject {
				a.reason.label = "comment"
			}
			a.fields = append(a.fields, a.reason)
		}
		against := bypassable(d)
		if len(a.ways) > 1 && len(d.Refusals) > 0 { // what can't be done asks for nothing
			against = nil
		}
		needed = needed || len(against) > 0 || len(d.Unasked) > 0 || d.Plan.Kind.OnRef() && !d.Plan.Kind.Ticks()
		a.reason.needed = needed
		if d.Plan.Kind.Ticks() && a.at == 0 && len(a.reason.text) == 0 {
			a.at = len(a.fields) // nobody asks for a reason
		}
		if d.Plan.Kind.Deploys() && (len(a.ways) == 1 || len(d.Refusals) == 0) {
			a.word("bypass", "bypass", gates(against))
			a.word("migration", "acknowledged", gates(d.Acknowledge))
		}
		if d.Name != "" && a.name == nil {
			a.name = &field{label: "name", exact: d.Name}
			a.fields = append(a.fields, a.name)
			a.production = true
			if !a.reason.needed && a.at == 0 && len(a.reason.text) == 0 { // a reason that nobody has to give is in nobody's way
				a.at = len(a.fields) - 1
			}
		}
	}
}

// offered reports whether a draft has a say in what is asked.
func (a *act) offered(d *operate.Draft) bool {
	return d != nil && (!a.quietly || d.Read && len(d.Refusals) == 0)
}

// gates names the gates of findings.
func gates(findings []model.Finding) string {
	names := make([]string, 0, len(findings))
	for _, f := range findings {
		names = append(names, string(f.Gate))
	}
	return strings.Join(names, ", ")
}

// word asks for a word of its own where gates stand against what is done. Other gates than those that were shown when it was
// typed ask anew.
func (a *act) word(label, exact, gates string) {
	in := a.words[label]
	switch {
	case in == nil && gates == "":
	case in == nil:
		in = &field{label: label, exact: exact, about: gates}
		if a.words == nil {
			a.words = map[string]*field{}
		}
		a.words[label] = in
		a.fields = append(a.fields, in)
	case gates == "":
		in.exact, in.about = "", ""
	case in.about != gates:
		in.exact, in.about, in.text = exact, gates, nil
	}
}

// confirm gives a person's word for one of the drafts: what stands against it is bypassed, for that is what was shown.
func (a *act) confirm(i int) func() error {
	d := a.ways[i].draft
	c := operate.Confirmation{Reason: model.Clean(a.reason.value())}
	if a.name != nil {
		c.Name = a.name.value()
	}
	for _, f := range d.Against {
		c.Bypass = append(c.Bypass, f.Gate)
	}
	for _, f := range d.Acknowledge {
		c.Acknowledged = append(c.Acknowledged, f.Gate)
	}
	return func() error {
		_, err := a.actor.Confirm(a.ctx, d, c)
		return err
	}
}

// Hints are what keys mean while one is asked.
func (a *act) Hints() [][2]string {
	hints := a.form.Hints()
	if a.at >= len(a.fields) {
		hints = append(hints, [2]string{"c", "requests"})
		if a.others != nil {
			hints = append(hints, [2]string{"v", "instead"})
		}
	}
	return hints
}

// tell says what it is about and what stands against it; or, on a key, what would be sent.
func (a *act) tell(b *builder) {
	if a.calls {
		a.tellCalls(b)
		return
	}
	told := map[string]bool{}
	for i, w := range a.ways { // what makes all else idle stands first
		if w.err != nil {
			b.once(told, b.t.Bad, w.err.Error())
		}
		for _, c := range w.changed {
			b.once(told, b.t.Warn, c)
		}
		if w.draft != nil {
			a.tellRefusals(b, told, w.draft, a.answers[i].word)
		}
	}
	a.about(b, a)
	for i, w := range a.ways {
		if w.draft != nil && (a.offered(w.draft) || !a.quietly) {
			a.tellDraft(b, told, w.draft, a.answers[i].word)
		}
	}
	if a.more != nil {
		a.more(b)
	}
}

// tellRefusals says why one way to answer can't be taken at all.
func (a *act) tellRefusals(b *builder, told map[string]bool, d *operate.Draft, word string) {
	if a.quietly {
		return
	}
	for _, r := range d.Refusals {
		text := string(r)
		if len(a.ways) > 1 {
			text = word + ": " + text
		}
		b.once(told, b.t.Bad, text)
	}
}

// once adds a sentence that wasn't said yet.
func (b *builder) once(told map[string]bool, style theme.Style, text string) {
	if text != "" && !told[text] {
		told[text] = true
		b.text(style, text)
	}
}

// tellDraft says what stands against one way to answer. Of a release every gate is listed already.
func (a *act) tellDraft(b *builder, told map[string]bool, d *operate.Draft, word string) {
	t := b.t
	for _, u := range d.Unasked {
		b.once(told, t.Warn, string(u)+": it takes a reason")
	}
	for _, f := range d.Plan.Findings {
		told[string(f.Why)] = told[string(f.Why)] || listed(d)
	}
	for _, list := range []struct {
		findings []model.Finding
		does     string
	}{{d.Against, "bypasses it"}, {d.Acknowledge, "acknowledges it"}} {
		for _, f := range list.findings {
			if why := string(f.Why); !listed(d) && !told[why] {
				told[why] = true
				b.state(string(f.Gate), t.Result(f.Result), why+" ("+word+" "+list.does+")")
			}
		}
	}
	for _, n := range d.Notes {
		b.once(told, t.Text, string(n))
	}
}

// tellCalls shows the requests that would be made, in their order.
func (a *act) tellCalls(b *builder) {
	t := b.t
	told := map[string]bool{}
	for _, w := range a.ways {
		if w.draft == nil {
			continue
		}
		for _, c := range w.draft.Calls {
			b.once(told, t.Strong, c.Method+" "+c.Path)
			b.once(told, t.Faint, c.What)
			for line := range strings.Lines(c.Body) {
				inner := strings.TrimLeft(line, " ")
				b.paragraph(2+len(line)-len(inner), t.Text, strings.TrimRight(inner, "\n"), pane.Row{})
			}
		}
	}
}
