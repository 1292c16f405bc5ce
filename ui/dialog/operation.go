package dialog

import (
	"cmp"
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
)

// operationSheet follows an operation from confirmed to verified. It can be left and come back to: what it shows is the
// engine's and the journal's.
type operationSheet struct {
	id     string
	actor  pane.Actor
	read   operationRead
	turned map[int64]bool // jobs that a person has unfolded, or folded
}

// operationRead is what was read of an operation, with the answers of the checks that verify it.
type operationRead struct {
	id        string
	known     bool // there is such an operation
	operation operate.Operation
	jobs      pane.Jobs // where the engine holds none: it has ended, or another process drives it
	watch     watched
	err       error
}

func (o *operationSheet) place() string { return o.read.operation.Plan.Environment }

func (o *operationSheet) title(s *sheet) (string, bool) {
	p := &o.read.operation.Plan
	if p.ID == "" {
		return "operation " + o.id, false
	}
	if place(p) == p.Release.Title() { // it is about a release wherever it is
		return s.service + ": " + string(p.Kind) + " " + p.Release.Title(), false
	}
	return s.kit.Theme.Where(s.service, place(p)) + ": " + string(p.Kind) + " " + p.Release.Title(), p.Tier == model.Production
}

func (o *operationSheet) counting(*sheet) bool {
	return o.read.known && !o.read.operation.State.Ended()
}

// more reads the operation, and what goes with it.
func (o *operationSheet) more(s *sheet) tea.Cmd {
	ctx, src, actor, id, service := s.ctx, s.src, o.actor, o.id, s.service
	config := s.detail.Facts.Service
	deployments := s.detail.Facts.Deployments
	return func() tea.Msg {
		r := readOperation(ctx, actor, id)
		if r.err != nil || !r.known {
			return r
		}
		op := &r.operation
		if op.Deployment.ID == 0 {
			op.Deployment = madeBy(deployments, &op.Progress)
		}
		if run := cmp.Or(op.Progress.Run, op.Plan.Subject); run != 0 && len(op.Jobs) == 0 {
			r.jobs, _ = src.Jobs(ctx, service, run) // without them there is the run's own word
		}
		r.watch, r.err = watch(ctx, src, &config, op)
		return r
	}
}

// readOperation reads an operation: from the engine, and from the journal what another process has written meanwhile.
func readOperation(ctx context.Context, actor pane.Actor, id string) operationRead {
	r := operationRead{id: id}
	r.operation, r.known = actor.Operation(id)
	if r.known && r.operation.Driven && !r.operation.State.Ended() {
		return r
	}
	records, err := actor.Records(ctx, id)
	if err != nil || len(records) == 0 {
		r.err = err
		return r
	}
	p, err := operation.Fold(records)
	if r.err = err; err == nil {
		r.known, r.operation.Progress, r.operation.Records = true, p, records
	}
	return r
}

// madeBy is the deployment that an operation made, as far as it was read.
func madeBy(all []model.Deployment, p *operation.Progress) model.Deployment {
	for i := range all {
		if d := &all[i]; p.Deployment != 0 && d.ID == p.Deployment || p.Run != 0 && d.RunID == p.Run && d.Environment == p.Plan.GitHub && d.ID > p.Plan.Newest {
			return *d
		}
	}
	return model.Deployment{}
}

func (o *operationSheet) take(msg tea.Msg) bool {
	read, ok := msg.(operationRead)
	if !ok || read.id != o.id {
		return false
	}
	o.read = read
	return true
}

// about is the run that was sent, or that the operation is about; 0: none is known.
func (o *operationSheet) about() int64 {
	return cmp.Or(o.read.operation.Progress.Run, o.read.operation.Plan.Subject)
}

// log is that of the run's job which is worth reading most.
func (o *operationSheet) log(s *sheet) pane.Target {
	if run := o.about(); run != 0 {
		return pane.Target{Kind: pane.LogKind, Service: s.service, ID: run}
	}
	return pane.Target{}
}

func (o *operationSheet) rows(b *builder) {
	t, op := b.t, &o.read.operation
	switch {
	case o.read.err != nil:
		b.text(t.Bad, "The operation can't be read: "+o.read.err.Error())
		return
	case !o.read.known && o.read.id == "":
		b.text(t.Faint, "Reading the operation.")
		return
	case !o.read.known:
		b.text(t.Text, "No journal knows the operation "+o.id+".")
		return
	}
	o.trackRows(b)
	b.blank()
	b.state("now", t.Operation(op.State), string(op.Why))
	b.field("trouble", t.Warn, string(op.Trouble), "")
	if !op.State.Ended() {
		b.field("held", t.Warn, string(op.Held), "")
	}
	b.field("unguarded", t.Bad, string(op.Unguarded()), "")
	b.field("next", t.Strong, todo(op, b.kit.Keys), "")
	o.what(b)
	o.expected(b)
	o.candidates(b)
	o.review(b)
	sections := []func(*builder){o.run, o.health}
	if !verifiedFrom(op).IsZero() { // what is of interest now stands first
		sections[0], sections[1] = sections[1], sections[0]
	}
	for _, section := range sections {
		section(b)
	}
}

// what says what was confirmed, by whom.
func (o *operationSheet) what(b *builder) {
	t, p := b.t, &o.read.operation.Plan
	if p.Kind.Word() || p.Kind == operation.Abort {
		b.field("asked by", t.Text, cmp.Or(string(p.Actor), "somebody unknown"), "")
		if !p.Release.Zero() && p.Mark == nil {
			b.field("of", t.Version, p.Release.Title(), p.Release.URL)
		}
		if p.Mark != nil {
			b.field("item", t.Strong, p.Mark.Item, "")
			b.field("ref", t.Text, p.Ref, "")
		}
		o.reasons(b)
		return
	}
	b.row(pane.Row{Search: p.Release.Title(), Link: p.Release.URL, Target: b.target(pane.EnvironmentKind, p.Environment, "", 0)}, func(l *cell.Line) {
		l.Col(t.Faint, "brings", fieldWidth).Link(t.Version, p.Release.Title(), p.Release.URL, 24).End()
		if p.Release.Tag != "" {
			l.Put(t.Faint, " "+p.Release.SHA.Short())
		}
		if !p.Replaces.Zero() {
			l.Put(t.Faint, " over ").Put(t.Version, p.Replaces.Title())
		}
		l.Put(t.Faint, ", by "+cmp.Or(string(p.Actor), "somebody unknown"))
	})
	o.reasons(b)
}

// reasons are why it was confirmed, and past which gates.
func (o *operationSheet) reasons(b *builder) {
	t, p := b.t, &o.read.operation.Plan
	for _, g := range p.Bypassed {
		b.field("bypassed", t.Warn, string(g)+": "+string(p.Reason), "")
	}
	if len(p.Bypassed) == 0 {
		b.field("reason", t.Text, string(p.Reason), "")
	}
}

// expected says when it should be over, from how long it took before.
func (o *operationSheet) expected(b *builder) {
	op, now := &o.read.operation, b.kit.Now()
	if op.State.Ended() {
		return
	}
	if !op.Until.IsZero() && op.State == operation.Verifying {
		b.field("expected end", b.t.Text, cell.Clock(op.Until, now)+", "+cell.Left(op.Until, now), "")
		return
	}
	env := b.d.Assessment.Environment(op.Plan.Environment)
	began := firstIn(op, operation.Running)
	if env == nil || !env.Expected.Known || began.IsZero() || op.State != operation.Running {
		return
	}
	end := began.Add(env.Expected.Median).Add(o.read.watch.lasts())
	text := "about " + cell.Clock(end, now) + ", " + cell.Left(end, now) + ", as " + cell.Count(env.Expected.N, "deployment", false) + " before tell"
	if !end.After(now) {
		text = "any moment: it takes longer than the " + cell.Count(env.Expected.N, "deployment", false) + " before did as a rule"
	}
	b.field("expected end", b.t.Text, text, "")
}

// firstIn is when an operation first was in a state; zero: never.
func firstIn(o *operate.Operation, state operation.State) time.Time {
	for i := range o.Records {
		if o.Records[i].State == state {
			return o.Records[i].At
		}
	}
	return time.Time{}
}

// uses are what can be done about an operation.
func (o *operationSheet) uses(s *sheet) []intent.Use {
	if !o.read.known {
		return nil
	}
	return approval(s, o.actor, &o.read.operation)
}

// approval is the use that reviews what an operation waits for, where it does.
func approval(s *sheet, actor pane.Actor, o *operate.Operation) []intent.Use {
	if o.State != operation.Awaiting {
		return nil
	}
	use := intent.Use{Action: intent.Approve, Means: func() tea.Cmd {
		return s.kit.Ask(pane.PushMsg{Layer: Review(s.kit, actor, s.ctx, o)})
	}}
	use.Off = board.WhyDenied(s.kit.Denied, operation.Approve, o.Plan.Service, "")
	if use.Off == "" && len(o.Pending) > 0 && !slices.ContainsFunc(o.Pending, func(p model.PendingDeployment) bool { return p.CanApprove }) {
		use.Off = "GitHub doesn't let this token's user review it: it awaits " + reviewers(o.Pending[0].Reviewers)
	}
	return []intent.Use{use}
}

// Follows reports whether a sheet shows how an operation stands.
func (s *sheet) Follows(id string) bool {
	switch c := s.content.(type) {
	case *operationSheet:
		return c.id == id
	case *operationsSheet:
		return true
	}
	return false
}
