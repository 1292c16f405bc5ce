package readiness

import (
	"time"

	"gonogo/model"
)

// Assessment is the answer for one service: go or no-go, and why.
type Assessment struct {
	Service string
	Repo    model.Repo // where it is developed
	At      time.Time  // when it was assessed
	// ValidUntil is the earliest time at which a result could change by the passing of time alone (facts go stale, a
	// freeze begins or ends). Until then, and with the same facts, every result stays what it is.
	ValidUntil time.Time
	ReadAt     time.Time // age of the oldest facts behind the verdict that may change within the hour; zero: nothing was read
	Verdict    model.Verdict
	Worst      string     // name of the environment that decides; empty where the service as a whole does
	Headline   model.Text // one sentence why
	// Problem says that the service as a whole can't be read, or only in part; Settle what would help.
	Problem model.Problem
	Settle  model.Text
	// Notices are sentences about the service that change no verdict: a renamed repository, for one.
	Notices      []model.Text
	Environments []Environment // in the configuration's order; empty where the service as a whole can't be read
	// Travels are the sprint's changes that were merged into the service's repository, by commit.
	Travels []Travel
}

// Environment returns the assessed environment with that name, or nil.
func (a *Assessment) Environment(name string) *Environment {
	for i := range a.Environments {
		if a.Environments[i].Name == name {
			return &a.Environments[i]
		}
	}
	return nil
}

// Environment is the answer for one environment of a service: what runs there, what could go there, and every gate.
type Environment struct {
	Name      string
	GitHub    string // its name on GitHub
	Tier      model.Tier
	Verdict   model.Verdict
	Headline  model.Text
	AsOf      model.Text // "as of 8 min ago; github.com does not answer"; empty while GitHub answers
	Current   Running
	Candidate Candidate
	Tests     *model.Tests    // of the candidate, as far as reports tell; nil: none are known
	Findings  []model.Finding // in the order of model.Gates(); gates that are off are absent
	// NotApplicable counts the gates that have nothing to judge for the candidate; 0 where there is no candidate.
	NotApplicable int
	Warnings      int // required or advisory gates that warn, and advisory ones that fail
	Ship          Shipment
	Coverage      Coverage // zero where the gate is off
	// Checklist is what people tick for the candidate; none where there is no candidate, or where what is ticked isn't known.
	Checklist []Ticked
	Health    model.Health
	Behind    Behind
	Targets   []Target      // rollback targets, best first, then the excluded ones with their reasons
	WayBack   model.Release // where one would go back to after a promotion; zero: nowhere, or the gate rollback is off
	Expected  Expected
	Lane      Lane
	ReadAt    time.Time // age of the oldest facts behind the verdict that may change within the hour; zero: nothing was read
}

// Finding returns what a gate found, or nil where the gate is off or not built.
func (e *Environment) Finding(g model.Gate) *model.Finding {
	for i := range e.Findings {
		if e.Findings[i].Gate == g {
			return &e.Findings[i]
		}
	}
	return nil
}

// Running is what an environment runs: the release of the deployment whose first success is newest.
type Running struct {
	Known      bool // false: it can't be told, Why says why
	None       bool // known that nothing ever succeeded here
	Release    model.Release
	Deployment model.Deployment
	Since      time.Time // the deployment's first success
	// Partly is a release whose later attempt failed midway: the environment may run parts of it.
	Partly   model.Release
	PartlyAt time.Time
	// Why says why it isn't known, or what is remarkable: a tag that was moved since.
	Why    model.Text
	Settle model.Text // the one thing that would settle an unknown
}

// Title is how a person calls it: v2.13.2, "nothing" or "unknown".
func (r Running) Title() string {
	switch {
	case !r.Known:
		return "unknown"
	case r.None:
		return "nothing"
	}
	return r.Release.Title()
}

// Candidate is the release that could go to an environment next.
type Candidate struct {
	Known   bool          // false: it can't be told, Why says why
	Release model.Release // zero where nothing newer exists
	Why     model.Text    // why it is the candidate, why there is none, or why it isn't known
	Settle  model.Text    // the one thing that would settle an unknown
	// Diverged says that neither contains the other, so that publication decided which one is newer.
	Diverged bool

	bad model.Text // a newer one that was passed over for a veto, and whose that is
}

// Exists reports whether there is a candidate.
func (c Candidate) Exists() bool { return c.Known && !c.Release.Zero() }

// Shipment is what promoting the candidate would bring, newest first. Nothing is filtered from it: where the service is
// a folder of its repository, Inside and Touches tell what lies in it.
type Shipment struct {
	Known        bool // the comparison was read
	Base, Head   model.SHA
	Commits      []model.Commit
	PullRequests []model.PullRequest
	Items        []model.Item // of the sprint board: those with a change among the commits; "at least" where those are cut
	Paths        []string
	Migrations   []string // those of the paths that are configured as such
	Ahead        int      // commits that it brings
	TakenBack    int      // commits that run here now and that the candidate lacks (diverged)
	CommitsCut   bool     // Commits and PullRequests are "at least" what is there
	PathsCut     bool     // Paths are "at least" what is there
	Inside       int      // changed paths below the service's folder; all of them where it has none
	URL          string
}

// Touches reports whether a changed path lies in the service's folder, and whether that can be told.
func (s Shipment) Touches() (touches, known bool) {
	return s.Inside > 0, s.Known && (s.Inside > 0 || !s.PathsCut)
}

// Behind is how far an environment is behind the one before it; the first one, behind the branch's head.
type Behind struct {
	Known   bool
	Of      string // the environment before, or the branch
	Commits int
	AtLeast bool
	Ahead   int        // commits that run here and not there
	Why     model.Text // why it isn't known
}

// Target is a release that an environment could be rolled back to.
type Target struct {
	Release    model.Release
	Deployment model.Deployment // its newest deployment there
	From, To   time.Time        // when it last ran there; To is zero while it runs
	// Healthy is how long it was observed healthy there in that time; zero where it wasn't observed.
	Healthy  time.Duration
	Eligible bool
	Why      model.Text // the reason of its exclusion, or what remains unknown of an eligible one

	settle model.Text // what would settle that
}

// Named reports whether a person means the target by a text: its release's tag, or its whole commit.
func (t *Target) Named(text string) bool {
	return text != "" && (t.Release.Tag == text || string(t.Release.SHA) == text)
}

// Expected is how long something takes, from history. It is unknown with fewer than 3 successes.
type Expected struct {
	Known       bool
	Median, P90 time.Duration
	N           int // successes behind it
}

// End is when something that began at start is expected to end.
func (e Expected) End(start time.Time) time.Time {
	if !e.Known || start.IsZero() {
		return time.Time{}
	}
	return start.Add(e.Median)
}

// LaneState says what holds an environment's lane.
type LaneState string

// The states of a lane.
const (
	LaneFree    LaneState = "free"
	LaneQueued  LaneState = "queued"  // a run is queued or waits for its concurrency group
	LaneRunning LaneState = "running" // a deployment is under way
	LaneReview  LaneState = "review"  // a run waits for a review or another protection rule
	LaneUnknown LaneState = "unknown"
)

// Lane is what runs or waits for an environment.
type Lane struct {
	State      LaneState
	Run        model.Run        // the blocker; zero where only its deployment is known
	Deployment model.Deployment // the blocker's deployment here; zero where none was made yet
	Release    model.Release    // what it carries, where that can be told
	Since      time.Time        // since when it holds the lane
	// Anywhere says that the run doesn't tell its environment, so that it blocks every one that it could be for.
	Anywhere bool
	// WouldCancel are waiting runs that a new one would cancel (GitHub docs, "Control workflow concurrency").
	WouldCancel []model.Run
	// Cancelled are later runs that were cancelled while the blocker held the lane, newest first.
	Cancelled []model.Run
	// NeverFinished are deployments whose run has completed without ending them. They block nothing.
	NeverFinished []model.Deployment
	ExpectedEnd   time.Time // zero where it can't be told
	Why           model.Text
}

// Moving reports whether a deployment is queued or under way, rather than waiting for a person.
func (l Lane) Moving() bool { return l.State == LaneRunning || l.State == LaneQueued }

// Need is one thing to read next.
type Need struct {
	Signal  model.Signal
	Subject string
	// For is what it is needed for: "ci of v2.14.0 in production".
	For model.Text
	// Decides says that a verdict depends on it; what doesn't only fills in details.
	Decides bool
	// Fresh says that facts are there and young enough; they are read again only to keep them so.
	Fresh bool
}
