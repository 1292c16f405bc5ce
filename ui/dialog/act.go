package dialog

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// act asks whether something is done with a run: approve or reject what it waits for, run it again, cancel it. Each way to
// answer is a request of its own, worked out from the cache at once and from what is read again behind the dialog.
type act struct {
	*form
	ctx    context.Context
	actor  pane.Actor
	run    model.Run
	ways   []*way
	reason *field
	name   *field
	calls  bool // the requests are shown
}

// way is one request that can be confirmed.
type way struct {
	request  operate.Request
	draft    *operate.Draft
	question int // number of the newest question; older answers are dropped
	err      error
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

// Act makes the dialog of what is done with a run of a service; nil where there is none.
func Act(kit *pane.Kit, actor pane.Actor, ctx context.Context, of pane.ServiceRun, kind operation.Kind) pane.Layer {
	if actor == nil {
		return nil
	}
	service, run := of.Service, of.Run
	name := run.File() + " #" + strconv.Itoa(run.Number)
	a := &act{form: newForm(kit, service+": "+name, false), ctx: ctx, actor: actor, run: run}
	add := func(key, word, doing, said string, r operate.Request) {
		r.Service, r.Run = service, run.ID
		i := len(a.ways)
		a.ways = append(a.ways, &way{request: r})
		a.answers = append(a.answers, answer{key: key, word: word, doing: doing, said: said, off: "reading", do: func() error { return a.confirm(i) }, then: func() tea.Msg {
			return pane.OpenMsg{Target: pane.Target{Kind: pane.OperationKind, Service: service, Name: a.ways[i].draft.Plan.ID}}
		}})
	}
	switch kind {
	case operation.Approve:
		a.title = service + ": review of " + name
		add("a", "approve", "approving", "approved: "+name, operate.Request{Kind: operation.Approve})
		add("r", "reject", "rejecting", "rejected: "+name, operate.Request{Kind: operation.Reject})
	case operation.Rerun:
		a.title = service + ": run " + name + " again"
		if run.Conclusion != model.Success {
			add("f", "its failed jobs", "asking for another attempt", "its failed jobs run again: "+name, operate.Request{Kind: operation.Rerun, FailedOnly: true})
		}
		add("a", "all its jobs", "asking for another attempt", "it runs again: "+name, operate.Request{Kind: operation.Rerun})
	case operation.Cancel:
		a.title = service + ": cancel " + name
		add("s", "stop the run", "asking it to stop", "it is asked to stop: "+name, operate.Request{Kind: operation.Cancel})
	default:
		return nil
	}
	a.body = a.tell
	return a
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
		if !msg.read && msg.err == nil {
			return a.again(msg.way)
		}
		return nil
	case formMsg:
		cmd := a.form.Update(msg)
		if msg.form == a.form && errors.Is(msg.err, operate.ErrChanged) {
			cmds := []tea.Cmd{cmd}
			for i := range a.ways { // it is shown and asked anew
				a.answers[i].off = "reading again"
				cmds = append(cmds, a.prepare(i))
			}
			return tea.Batch(cmds...)
		}
		return cmd
	case tea.KeyMsg:
		if a.at >= len(a.fields) && msg.String() == "c" && a.doing == "" {
			a.calls, a.width = !a.calls, 0
			return nil
		}
	}
	return a.form.Update(msg)
}

// came takes what a request would do, and asks for what it takes to confirm it.
func (a *act) came(msg draftMsg) {
	w := a.ways[msg.way]
	w.err = msg.err
	if msg.err == nil {
		w.draft = msg.draft
	}
	a.width = 0
	off := &a.answers[msg.way].off
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

// ask adds the fields that the drafts want: what was typed already stays.
func (a *act) ask() {
	for _, w := range a.ways {
		d := w.draft
		if d == nil {
			continue
		}
		if a.reason == nil {
			a.reason = &field{label: "reason"}
			if k := w.request.Kind; k == operation.Approve || k == operation.Reject {
				a.reason.label = "comment"
			}
			a.fields = append(a.fields, a.reason)
		}
		if len(d.Against) > 0 {
			a.reason.needed = true
		}
		if d.Name != "" && a.name == nil {
			a.name = &field{label: "name", exact: d.Name}
			a.fields = append(a.fields, a.name)
			a.production = true
		}
	}
}

// confirm gives a person's word for one of the drafts: what stands against it is bypassed, for that is what was shown.
func (a *act) confirm(i int) error {
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
	_, err := a.actor.Confirm(a.ctx, d, c)
	return err
}

// Hints are what keys mean while one is asked.
func (a *act) Hints() [][2]string {
	hints := a.form.Hints()
	if a.at >= len(a.fields) {
		hints = append(hints, [2]string{"c", "requests"})
	}
	return hints
}

// tell says what it is about, what stands against it, and on a key what would be sent.
func (a *act) tell(b *builder) {
	t, now := b.t, b.kit.Now()
	state := t.Run(a.run.Status, a.run.Conclusion)
	b.row(pane.Row{}, func(l *cell.Line) {
		l.Put(state.Style, state.Symbol+" "+state.Word).Gap(2).Put(t.Text, string(a.run.Title))
	})
	b.field("asked by", t.Text, cmp.Or(string(a.run.Actor), "somebody unknown")+", "+cell.Ago(a.run.CreatedAt, now)+" on "+a.run.Branch+" "+a.run.SHA.Short(), "")
	var told []string
	say := func(word string, style func(text string), text string) {
		if key := word + text; text != "" && !slices.Contains(told, key) {
			told = append(told, key)
			style(text)
		}
	}
	for i, w := range a.ways {
		if w.err != nil {
			say("error", func(s string) { b.text(t.Bad, s) }, w.err.Error())
		}
		d := w.draft
		if d == nil {
			continue
		}
		if where := d.Plan.Environment; where != "" {
			say("where", func(s string) { b.field("environment", t.Text, s, "") }, strings.TrimSpace(where+" "+releaseTitle(&d.Plan)))
		}
		for _, r := range d.Refusals {
			say("refused", func(s string) { b.text(t.Bad, a.answers[i].word+": "+s) }, string(r))
		}
		for _, f := range d.Against {
			say("against", func(s string) { b.state(string(f.Gate), t.Result(f.Result), s+" ("+a.answers[i].word+" bypasses it)") }, string(f.Why))
		}
		for _, f := range d.Acknowledge {
			say("acknowledge", func(s string) {
				b.state(string(f.Gate), t.Result(f.Result), s+" ("+a.answers[i].word+" acknowledges it)")
			}, string(f.Why))
		}
		for _, n := range d.Notes {
			say("note", func(s string) { b.text(t.Text, s) }, string(n))
		}
	}
	if !a.calls {
		return
	}
	for _, w := range a.ways {
		if w.draft == nil {
			continue
		}
		for _, c := range w.draft.Calls {
			say("call", func(s string) { b.text(t.Faint, s) }, c.Method+" "+c.Path+": "+c.What)
			for line := range strings.Lines(c.Body) {
				say("call", func(s string) { b.paragraph(2, t.Faint, s, pane.Row{}) }, strings.TrimRight(line, "\n"))
			}
		}
	}
}

// releaseTitle is the release that a plan brings, or empty.
func releaseTitle(p *operation.Plan) string {
	if p.Release.Zero() {
		return ""
	}
	return p.Release.Title()
}
