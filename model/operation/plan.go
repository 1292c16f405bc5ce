package operation

import (
	"strings"
	"time"

	"gonogo/model"
)

// Kind is what an operation is for.
type Kind string

// The kinds of operations that move something on GitHub.
const (
	Promote  Kind = "promote"
	RollBack Kind = "roll back"
	Redeploy Kind = "redeploy"
	Approve  Kind = "approve"
	Reject   Kind = "reject"
	Rerun    Kind = "re-run"
	Cancel   Kind = "cancel"
	Abort    Kind = "abort"   // a run that deploys: its end is followed
	Publish  Kind = "publish" // a prerelease, where that is no promotion
)

// The kinds that set a shared ref or take one away.
const (
	Hold   Kind = "hold"
	Lift   Kind = "lift"  // a hold
	Veto   Kind = "veto"  // a release
	Clear  Kind = "clear" // a veto
	Break  Kind = "break" // a lock
	Tick   Kind = "tick"  // an item of an environment's checklist, for one release
	Untick Kind = "untick"
)

// Elevate is a person's word that they act for a while although they asked for a session that doesn't. Nothing is sent: it
// is over as it is journalled.
const Elevate Kind = "elevate"

// Deploys reports whether the kind brings a release to an environment, so that it takes the lock and is verified.
func (k Kind) Deploys() bool {
	switch k {
	case Promote, RollBack, Redeploy:
		return true
	}
	return false
}

// OnRun reports whether the kind is one word to GitHub about a run that is there already: it takes no lock, and is over
// when GitHub has taken it.
func (k Kind) OnRun() bool {
	switch k {
	case Approve, Reject, Rerun, Cancel:
		return true
	}
	return false
}

// OnRef reports whether the kind is one word about a shared ref.
func (k Kind) OnRef() bool {
	switch k {
	case Hold, Lift, Veto, Clear, Break, Tick, Untick:
		return true
	}
	return false
}

// Ticks reports whether the kind is about an item of a checklist: everybody's own word, which takes no reason.
func (k Kind) Ticks() bool { return k == Tick || k == Untick }

// Word reports whether the kind is one word to GitHub, about a run, a shared ref or a release: it takes no lock, and is over
// when GitHub has taken it.
func (k Kind) Word() bool { return k.OnRun() || k.OnRef() || k == Publish }

// Way is how a release is sent to its environment.
type Way string

// The ways to deploy.
const (
	ByWorkflow   Way = "workflow"   // workflow_dispatch on a tag or branch
	ByDeployment Way = "deployment" // a Deployment that something of the team's listens to
	ByRelease    Way = "release"    // making a prerelease public
	ByRerun      Way = "re-run"     // another attempt of a run that deployed it before
)

// Plan is what a person confirms, frozen: nothing but this is sent.
type Plan struct {
	ID          string // UUID
	Kind        Kind
	Host        string
	Repo        string // OWNER/NAME where it is sent
	From        string // OWNER/NAME of the release's tag, where that is another repository
	Service     string
	Environment string // as the configuration names it
	GitHub      string // as GitHub names it
	Tier        model.Tier
	Release     model.Release
	Replaces    model.Release // what ran there; zero: nothing
	// Newest is the newest deployment of any state in the environment when the plan was made; 0: none.
	Newest int64
	// Unfinished are the workflow's unfinished runs when the plan was made; where a release is made public, also those that
	// its events had started, finished or not.
	Unfinished []int64
	ReleaseID  int64 // GitHub's number of the release that is made public

	Way      Way
	Workflow string
	Ref      string
	Inputs   map[string]string
	Version  string // the release's, in a deployment's payload
	// Subject is the run that an operation on a run is about, Attempt its newest attempt when the plan was made.
	Mark       *Mark  // what is set, or what is taken away, where the operation is about a shared ref
	Object     string // what the ref points at that is taken away
	Subject    int64
	Attempt    int
	FailedOnly bool // only the jobs that failed are run again
	// Beside is this person's operation whose run is aborted: it keeps the environment's lock; empty: the abort takes it.
	Beside string
	// Began says that the run that is aborted had begun to deploy when the plan was made.
	Began bool

	// Takes is whose lock is taken over, as it was shown; nil: nobody's.
	Takes *Taken
	// GoesBack says that it is rolled back without a person where its verification fails: the environment has opted in.
	GoesBack bool
	// Failure is what it undoes without a person's word; nil: a person confirmed it.
	Failure *Failure `json:",omitempty"`

	OnBranch bool // dispatched on a branch: run and deployment carry its head, not the release's commit
	Echoes   bool // the workflow shows the operation's ID in its run's name
	Lock     bool // the lock is taken; false only where the person's own configuration says it is optional and it can't be
	Checks   int  // required checks that verify it; 0: succeeded, not verified

	Findings []model.Finding // at the time of confirming
	Bypassed []model.Gate
	// Despite is what the refs pointed at that held the environment or vetoed the release when it was confirmed: it goes in
	// spite of these, and of no other.
	Despite      []string `json:",omitempty"`
	Acknowledged []model.Gate
	Reason       model.Text
	Actor        model.Text
	RollsBackTo  model.Release // where one would go back to
	MadeAt       time.Time
}

// Item is the item of a checklist that the plan is about; empty: it is about none.
func (p *Plan) Item() string {
	if p.Mark == nil {
		return ""
	}
	return p.Mark.Item
}

// Taken is an operation whose lock a rollback takes over: it verifies, or awaits a review, and becomes superseded.
type Taken struct {
	Operation string
	Owner     model.Text
	Place     string // ref of the lock
	Object    string // what the ref pointed at
	SHA       string // what it was locked for
	Own       bool   // this person's, driven by the process that takes over
}

// Follows reports whether it is about a run that is there already and is followed: its one send makes no other.
func (p *Plan) Follows() bool { return p.Kind == Abort || p.Way == ByRerun }

// Begins is the state in which what was sent is followed from.
func (p *Plan) Begins() State {
	if p.Kind == Abort {
		return Running
	}
	return Queued
}

// Where is the repository that it is sent to.
func (p *Plan) Where() model.Repo { return repo(p.Host, p.Repo) }

// Source is the repository that the release's tag is in.
func (p *Plan) Source() model.Repo {
	if p.From == "" {
		return p.Where()
	}
	return repo(p.Host, p.From)
}

func repo(host, full string) model.Repo {
	owner, name, _ := strings.Cut(full, "/")
	return model.Repo{Host: host, Owner: owner, Name: name}
}
