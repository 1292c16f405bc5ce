package operation_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

// world is a GitHub in memory with one environment, its lock, a workflow with a concurrency group, and operators whose
// processes die, whose answers get lost, come late or twice, and whose clocks differ. It follows github.md, "Acting".
type world struct {
	r         *rand.Rand
	now       time.Time
	lock      string // operation
	held      string // operation, or a person
	inSpite   int    // how often something was sent in spite of a hold
	vetoes    map[model.SHA]string
	marked    map[string]int  // hold and veto by the operation that made them
	left      map[string]bool // operations whose marks both stood, or were refused, when that was journalled
	runs      []*run
	deploys   []model.Deployment
	number    int64
	operators []*operator
	requests  []request
	judged    int            // how many of them were held to what must never happen
	sends     map[string]int // by operation
	calm      bool           // no more faults: what was begun must come to an end
	rare      int            // how many times rarer faults are than they are said to be
	details   bool           // the host knows return_run_details
	atomic    bool           // the host replaces a ref in one step
	echoes    bool           // the workflow shows the operation's ID in its run's name
	doubles   bool           // something between here and GitHub sends requests twice, now and then
	problem   string
	releases  map[string]operation.ReleaseState // by tag, where they are made public to be deployed; nil: workflows are dispatched
	late      []func()                          // what GitHub takes up long after it gave an answer up
	made      map[string]int                    // releases made public, by operation
	attempts  *attempts                         // runs are run again and aborted; nil: they aren't

	alone *alone // what goes back without a person; nil: nobody has opted in

	rollbacks, unmarked int // that succeeded, and how many of them found a mark there or were refused one
}

type run struct {
	model.Run
	by        string // operation, or a person
	actor     string // of an attempt
	stops     bool   // it is asked to stop
	began     bool
	deploy    int64
	completes time.Time
	waits     time.Time // for a review, until then
}

type request struct {
	operation string
	refused   bool // 400 for return_run_details: not a send
	sha       model.SHA
	announced bool // Sends was in the journal
	confirmed bool // by the process that the person confirmed it in
	old       bool // what was re-read was too old, or the process was stopped since
	moved     bool // what was re-read was not as it was confirmed
	stale     bool // nobody asked for it, and what failed did so long ago
}

// operator is a person with a journal that survives and processes that don't.
type operator struct {
	w       *world
	name    string
	skew    time.Duration
	started int
	ops     []*driven
	cut     time.Time               // until when their own network is gone
	samples []operation.Observation // what the environment's check answered them
}

// driven is an operation with what its present process knows.
type driven struct {
	id      string
	records []operation.Record
	sum     operation.Progress // of the records
	process string
	handed  bool
	drift   []model.Text
	found   *operation.Found
	lock    operation.Lock
	slept   bool
	moved   bool   // the world differed from the plan at the newest re-reading
	taken   bool   // its lock was taken over
	dead    bool   // the process died; the next step is another one's
	despite string // the hold in spite of which it was confirmed; empty: of none
	back    wayBack
}

func newWorld(seed uint64) *world {
	w := &world{
		r: rand.New(rand.NewPCG(seed, 7)), now: time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC), number: 100, rare: 1, sends: map[string]int{},
		vetoes: map[model.SHA]string{}, marked: map[string]int{}, left: map[string]bool{},
	}
	w.details, w.echoes, w.doubles = w.r.IntN(3) > 0, w.r.IntN(3) > 0, w.r.IntN(5) == 0
	w.atomic = w.r.IntN(3) > 0
	for i := range 1 + w.r.IntN(3) {
		o := &operator{w: w, name: fmt.Sprintf("operator%d", i), skew: time.Duration(w.r.IntN(7)-3) * 20 * time.Second}
		w.operators = append(w.operators, o)
	}
	return w
}

func (w *world) chance(of int) bool { return !w.calm && w.r.IntN(of*w.rare) == 0 }

func (w *world) fail(format string, args ...any) {
	if w.problem == "" {
		w.problem = fmt.Sprintf(format, args...)
	}
}

func release(n int) model.Release {
	return model.Release{Tag: fmt.Sprintf("v1.%d.0", n), SHA: model.SHA(fmt.Sprintf("%040x", n))}
}

// begin is a person who looks, confirms, and lets gonogo act.
func (o *operator) begin() {
	w := o.w
	w.number++
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", w.number)
	ships := release(w.r.IntN(3))
	d := &driven{id: id}
	o.start(d)
	plan := operation.Plan{
		ID: id, Kind: operation.Promote, Service: "api", Environment: "production", Release: ships, Newest: w.newest().ID,
		Way: operation.ByWorkflow, Workflow: "deploy.yml", Ref: ships.Tag, Lock: true, Echoes: w.echoes, Actor: model.Text(o.name),
	}
	if w.r.IntN(3) == 0 {
		plan.Kind, plan.Replaces = operation.RollBack, release(3+w.r.IntN(2))
		if theirs := w.locker(); theirs != nil && theirs.sum.State.Yields() {
			plan.Takes = &operation.Taken{Operation: w.lock}
		}
	}
	if plan.Kind == operation.Promote && w.held != "" && w.r.IntN(2) == 0 {
		d.despite, plan.Despite = w.held, []string{"hold of " + w.held}
	}
	for _, n := range w.runs {
		if !n.Done() {
			plan.Unfinished = append(plan.Unfinished, n.ID)
		}
	}
	if w.releases != nil && !w.asPublication(&plan) {
		return
	}
	if w.attempts != nil && !o.asAttempt(&plan) {
		return
	}
	if w.alone != nil && !w.asOptedIn(&plan) {
		return
	}
	written := o.append(d, operation.Record{Event: operation.Planned, State: operation.Preflight, Plan: &plan})
	if len(d.records) > 0 {
		o.ops = append(o.ops, d)
	}
	if !written || w.chance(20) {
		return // or the person never answers
	}
	o.append(d, operation.Record{Event: operation.Approved, State: operation.Confirmed, Actor: model.Text(o.name)})
}

// locker is the operation that has the lock; nil: none.
func (w *world) locker() *driven {
	for _, o := range w.operators {
		for _, d := range o.ops {
			if d.id == w.lock {
				return d
			}
		}
	}
	return nil
}

// lost looks at the lock, now and then or for certain, and reports whether another operation has taken it over.
func (o *operator) lost(d *driven, now bool) bool {
	if !now && o.w.r.IntN(3) > 0 {
		return false
	}
	d.lock = operation.Lock{Known: true, Owner: o.w.lock}
	return o.w.lock != "" && o.w.lock != d.id
}

func (o *operator) start(d *driven) {
	o.started++
	*d = driven{id: d.id, records: d.records, sum: d.sum, taken: d.taken, process: fmt.Sprintf("%s#%d", o.name, o.started)}
}

func (o *operator) clock() time.Time { return o.w.now.Add(o.skew) }

// append writes a record, unless the process dies before.
func (o *operator) append(d *driven, r operation.Record) bool {
	if o.w.chance(60) {
		d.dead = true
		return false
	}
	r.Operation, r.At, r.Process = d.id, o.clock(), d.process
	sum, err := operation.Fold(append(d.records, r))
	if err != nil {
		o.w.fail("%s: %v", d.process, err)
		return false
	}
	d.records, d.sum = append(d.records, r), sum
	if o.w.chance(60) {
		d.dead = true
		return false
	}
	return true
}

// breakLock is a person who breaks the lock of an operation that seems to stand still before it has read again.
func (w *world) breakLock() {
	for _, o := range w.operators {
		for _, d := range o.ops {
			if p := &d.sum; p.State == operation.Claiming && w.lock == d.id && p.ReadAt.IsZero() && w.chance(10) {
				w.lock = ""
			}
		}
	}
}

// confirmedBy is the process in which a person confirmed the operation.
func (d *driven) confirmedBy() string {
	for _, r := range d.records {
		if r.Event == operation.Approved {
			return r.Process
		}
	}
	return ""
}

func (d *driven) progress() operation.Progress { return d.sum }

// step drives one operation by one step, as whoever drives it would.
func (o *operator) step(d *driven) {
	if d.dead {
		o.start(d)
	}
	if o.w.chance(25) {
		o.w.now = o.w.now.Add(time.Duration(o.w.r.IntN(3600)) * time.Second) // the laptop slept
		d.slept = true
	}
	p := d.progress()
	step := operation.Next(p, operation.Here{
		Process: d.process, Now: o.clock(), Handed: d.handed, Slept: d.slept, Drift: d.drift, Found: d.found, Lock: d.lock,
	})
	switch step.Action {
	case operation.DoClaim:
		o.claim(d)
	case operation.DoRecheck:
		o.readLock(d)
	case operation.DoReread:
		o.reread(d, p)
	case operation.DoSend:
		o.send(d, p, step.Plain)
	case operation.DoFind, operation.DoAsk:
		o.find(d, p)
	case operation.DoAdopt:
		o.append(d, operation.Record{Event: operation.Adopted, State: step.State, Run: step.Run, Deployment: step.Deploy})
	case operation.DoFollow:
		o.follow(d, p)
	case operation.DoNothing:
		o.goBack(d, p)
	case operation.DoVerify:
		if o.w.alone != nil {
			o.verify(d, p)
		} else if o.outrun(d, p) {
			return
		} else if over := o.clock().Sub(p.Since) > time.Minute || o.clock().Before(p.Since); !o.lost(d, over) && over {
			o.append(d, operation.Record{Event: operation.Judged, State: operation.Succeeded})
		}
	case operation.DoEnd:
		event := operation.Judged
		if p.State == operation.Claiming && step.State == operation.Aborted && d.process == p.Process && p.Claiming && d.lock.Known && d.lock.Owner != d.id {
			event = operation.Unclaimed
		}
		o.append(d, operation.Record{Event: event, State: step.State, Why: step.Why, Several: step.Many})
	case operation.DoMark:
		o.mark(d, p)
	case operation.DoRelease:
		o.release(d, p)
	}
}

// mark leaves behind what a rollback does: each mark is made unless one is there, or refused. The process may die between
// any two.
func (o *operator) mark(d *driven, p operation.Progress) {
	w := o.w
	if !o.append(d, operation.Record{Event: operation.Marks, State: p.State}) {
		return
	}
	var lacks []operation.MarkKind
	if refuses := w.chance(15); refuses {
		lacks = []operation.MarkKind{operation.MarkHold, operation.MarkVeto}
	}
	for _, kind := range []operation.MarkKind{operation.MarkHold, operation.MarkVeto} {
		switch {
		case w.chance(8): // lost on the way: it is asked again
			return
		case len(lacks) > 0:
		case kind == operation.MarkHold && w.held == "":
			w.held = d.id
			w.marked["hold "+d.id]++
		case kind == operation.MarkVeto && w.vetoes[p.Plan.Replaces.SHA] == "":
			w.vetoes[p.Plan.Replaces.SHA] = d.id
			w.marked["veto "+d.id]++
		}
		if w.chance(8) { // done, and the answer lost; or the process died
			d.dead = w.r.IntN(2) == 0
			return
		}
	}
	stands := len(lacks) > 0 || w.held != "" && w.vetoes[p.Plan.Replaces.SHA] != ""
	if o.append(d, operation.Record{Event: operation.Marked, State: p.State, Lacks: lacks}) || d.sum.Marked {
		w.left[d.id] = stands
	}
}

// lift is a person who lets go of what a rollback has left, once it is over: who lifts a hold while the rollback that made
// it still has the lock would have it set again.
func (w *world) lift() {
	owed := false
	for _, o := range w.operators {
		for _, d := range o.ops {
			p := d.progress()
			owed = owed || p.Owes()
		}
	}
	if owed {
		return
	}
	if w.held != "" && w.r.IntN(20) == 0 {
		if w.held = ""; w.r.IntN(2) == 0 { // and holds it for another reason
			w.number++
			w.held = fmt.Sprintf("person %d", w.number)
		}
	}
	if w.r.IntN(20) == 0 {
		clear(w.vetoes)
	}
}

func (o *operator) claim(d *driven) {
	if !o.append(d, operation.Record{Event: operation.Claims, State: operation.Claiming}) {
		return
	}
	if t := d.sum.Plan.Takes; t != nil && o.w.lock == t.Operation {
		theirs := o.w.locker()
		if !theirs.sum.State.Yields() { // it deploys again: it is not taken over
			d.lock = operation.Lock{Known: true, Owner: o.w.lock}
			return
		}
		if o.w.chance(8) {
			return
		}
		o.w.lock, theirs.taken = "", true // compare, then delete
		if o.w.atomic {
			o.w.lock = d.id // compare and replace
		}
	}
	switch {
	case o.w.chance(8): // lost before it arrived
	case o.w.lock == "":
		o.w.lock = d.id
	}
	if o.w.chance(40) {
		d.dead = true
		return
	}
	o.readLock(d)
}

// readLock reads the lock after any answer to its creation.
func (o *operator) readLock(d *driven) {
	if o.w.chance(6) {
		d.lock = operation.Lock{Why: "no answer"}
		return
	}
	d.lock = operation.Lock{Known: true, Owner: o.w.lock}
	if o.w.lock == d.id {
		o.append(d, operation.Record{Event: operation.Claimed, State: operation.Claiming, Place: "refs/gonogo/lock/api/production"})
	}
}

func (o *operator) reread(d *driven, p operation.Progress) {
	d.slept = false
	d.moved = o.w.newest().ID != p.Plan.Newest || o.w.lock != d.id
	again := operation.Again{At: o.clock(), Newest: o.w.newest(), Lock: operation.Lock{Known: !o.w.chance(15), Owner: o.w.lock}, TagSHA: p.Plan.Release.SHA}
	for _, n := range o.w.runs {
		if !n.Done() {
			again.Unfinished = append(again.Unfinished, n.Run)
		}
	}
	if o.w.held != "" {
		d.moved = d.moved || p.Plan.Kind != operation.RollBack && d.despite != o.w.held
		again.Holds = []operation.Standing{{Object: "hold of " + o.w.held, Why: model.Text(o.w.held)}}
	}
	if o.w.alone != nil {
		o.w.rereadAlone(d, &p.Plan, &again)
	}
	if o.w.releases != nil {
		o.w.rereadRelease(d, &p.Plan, &again)
	}
	o.w.rereadAttempt(d, &p.Plan, &again)
	d.drift = operation.Drift(p.Plan, again)
	o.append(d, operation.Record{Event: operation.Reads, State: p.State})
}

func (o *operator) send(d *driven, p operation.Progress, plain bool) {
	if p.State == operation.Claiming || p.Refused {
		if !o.append(d, operation.Record{Event: operation.Sends, State: operation.Dispatching, Plain: plain}) {
			return
		}
		p = d.progress()
		if o.w.chance(10) {
			d.slept = true // stopped between the journal and the network: asked again, it reads again first
			return
		}
	}
	d.handed = true
	w := o.w
	refused := !plain && !w.details && p.Plan.Way == operation.ByWorkflow
	w.requests = append(w.requests, request{
		operation: d.id, refused: refused, sha: p.Plan.Release.SHA, announced: p.Sender == d.process, confirmed: d.confirmedBy() == d.process,
		old: d.slept || o.clock().Sub(p.ReadAt) > operation.Reread, moved: d.moved,
		stale: o.stale(&p.Plan),
	})
	if w.held != "" && w.held == d.despite {
		w.inSpite++
	}
	if w.chance(50) {
		d.dead = true
	}
	if p.Plan.Way == operation.ByRelease {
		o.publish(d, p)
		return
	}
	if p.Plan.Follows() {
		o.sendAttempt(d, p)
		return
	}
	switch {
	case w.chance(8): // lost on the way
		o.answered(d, 0, 0)
	case refused:
		d.handed = false
		if !d.dead {
			o.append(d, operation.Record{Event: operation.DetailsRefused, State: operation.Dispatching, Status: 400})
		}
	case w.chance(12):
		o.answered(d, []int{401, 403, 404, 409, 422, 429, 307}[w.r.IntN(7)], 0)
	default:
		n := w.dispatch(p.Plan)
		if w.doubles && w.chance(3) {
			w.dispatch(p.Plan)
		}
		switch {
		case w.chance(6): // done, and the answer lost
			o.answered(d, []int{0, 502}[w.r.IntN(2)], 0)
		case plain || !w.details:
			o.answered(d, 204, 0)
		default:
			o.answered(d, 200, n.ID)
		}
	}
}

func (o *operator) answered(d *driven, status int, id int64) {
	switch {
	case d.dead:
	case status == 0 || status >= 500:
		o.append(d, operation.Record{Event: operation.Unanswered, State: operation.Dispatching, Status: status})
	case id != 0:
		o.append(d, operation.Record{Event: operation.Answered, State: operation.Queued, Status: status, Run: id})
	default:
		o.append(d, operation.Record{Event: operation.Answered, State: operation.Dispatching, Status: status})
	}
}

// dispatch makes a run. One of the group runs, one waits, and a newcomer cancels the one that waits (github.md).
func (w *world) dispatch(p operation.Plan) *run {
	w.number++
	n := &run{Run: model.Run{
		ID: w.number, Workflow: ".github/workflows/deploy.yml", Event: "workflow_dispatch", Branch: p.Ref, SHA: p.Release.SHA, Status: model.StatusQueued, CreatedAt: w.now, Title: "Deploy",
	}, by: p.ID}
	if w.echoes {
		n.Title = model.Text("Deploy " + p.ID)
	}
	w.join(n)
	return n
}

func (w *world) join(n *run) {
	n.Attempt = max(n.Attempt, 1)
	for _, other := range w.runs {
		if !other.Done() && other.Status == model.StatusPending {
			other.Status, other.Conclusion = model.StatusCompleted, model.Cancelled
		}
	}
	for _, other := range w.runs {
		if !other.Done() {
			n.Status = model.StatusPending
		}
	}
	w.runs = append(w.runs, n)
}

func (o *operator) find(d *driven, p operation.Progress) {
	if o.w.chance(6) {
		return // no answer
	}
	var runs []model.Run
	for _, n := range o.w.runs {
		if o.w.attempts != nil && n != o.w.attempt(n.ID, 0) {
			continue // lists show the newest attempt
		}
		if o.w.doubles || !o.w.chance(10) { // lists lag
			runs = append(runs, n.Run)
		}
	}
	f := operation.Identify(p, runs, o.w.deploys, o.clock())
	if p.Plan.Way == operation.ByRelease {
		f = o.w.identifyRelease(p, runs, o.clock())
	}
	if n := o.w.attempt(p.Plan.Subject, 0); p.Plan.Way == operation.ByRerun {
		f = operation.IdentifyAttempt(p, n.Run, model.Text(n.actor), o.clock())
	} else if p.Plan.Kind == operation.Abort {
		f = operation.IdentifyEnd(p, n.Run, o.clock())
	}
	d.found = &f
}

func (o *operator) follow(d *driven, p operation.Progress) {
	if o.w.chance(6) || p.State == operation.Awaiting && o.lost(d, false) {
		return
	}
	var seen operation.Seen
	for _, n := range o.w.runs {
		if n.ID == p.Run {
			seen.Run, seen.Began, seen.JobsRead = n.Run, n.began, true
			for _, dep := range o.w.deploys {
				if dep.RunID == n.ID {
					seen.Deployment = dep
				}
			}
		}
	}
	if p.Plan.Follows() {
		seen = o.w.seeAttempt(p)
	}
	state, why := operation.Follow(p, seen)
	if state != p.State && p.State.Yields() && o.lost(d, true) {
		return
	}
	if state != p.State && operation.Allowed(p.State, state) {
		o.append(d, operation.Record{Event: operation.Saw, State: state, Why: why})
	}
}

func (o *operator) release(d *driven, p operation.Progress) {
	if p.Process != d.process || p.ClaimedAt == "" {
		d.lock = operation.Lock{}
	}
	if !o.append(d, operation.Record{Event: operation.Releases, State: p.State}) {
		return
	}
	if o.w.chance(8) {
		return // lost: it is asked again
	}
	if o.w.lock == d.id { // compare, then delete
		o.w.lock = ""
	}
	o.append(d, operation.Record{Event: operation.Released, State: p.State})
}

func (w *world) newest() model.Deployment {
	if len(w.deploys) == 0 {
		return model.Deployment{}
	}
	return w.deploys[len(w.deploys)-1]
}

// live moves the world: runs begin, deploy and end; people cancel and deploy by hand.
func (w *world) live() {
	w.now = w.now.Add(time.Duration(1+w.r.IntN(20)) * time.Second)
	if w.chance(60) { // by hand, in the web page
		w.number++
		by := release(w.r.IntN(3))
		w.join(&run{Run: model.Run{ID: w.number, Workflow: ".github/workflows/deploy.yml", Event: "workflow_dispatch", Branch: by.Tag, SHA: by.SHA, CreatedAt: w.now, Status: model.StatusQueued, Title: "Deploy"}, by: "person"})
	}
	w.breakLock()
	w.lift()
	w.clicks()
	w.clicksAgain()
	defer w.observe()
	busy := slices.ContainsFunc(w.runs, func(n *run) bool { return n.Status == model.StatusInProgress })
	for _, n := range w.runs {
		switch {
		case n.Done():
		case w.chance(80): // cancelled by somebody
			n.Status, n.Conclusion = model.StatusCompleted, model.Cancelled
		case !busy && n.Status != model.StatusInProgress && !w.now.Before(n.waits):
			n.Status, n.began, busy = model.StatusInProgress, true, true
			n.completes = w.now.Add(time.Duration(20+w.r.IntN(60)) * time.Second)
			w.number++
			n.deploy = w.number
			w.deploys = append(w.deploys, model.Deployment{ID: n.deploy, RunID: n.ID, SHA: n.SHA, CreatedAt: w.now, StatusesRead: true})
		case n.Status == model.StatusInProgress && !w.now.Before(n.completes):
			n.Status, n.Conclusion = model.StatusCompleted, model.Success
			state := model.DeploymentSuccess
			if w.chance(6) {
				n.Conclusion, state = model.Failure, model.DeploymentFailure
			}
			for i := range w.deploys {
				if w.deploys[i].ID == n.deploy {
					w.deploys[i].Statuses = append(w.deploys[i].Statuses, model.DeploymentStatus{State: state, At: w.now})
				}
			}
		}
	}
}
