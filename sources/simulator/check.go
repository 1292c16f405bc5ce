package simulator

import "time"

// CommitStatus is a status of a commit, set by CI outside Actions.
type CommitStatus struct {
	ID          int64
	Context     string
	CreatedAt   time.Time
	state       string // error, failure, pending, success
	description string
	targetURL   string
	creator     *Account
}

// CheckSuite holds the check runs of one app on one commit; Actions has one for each run.
type CheckSuite struct {
	ID        int64
	App       *App
	Commit    *Commit
	Branch    string
	CreatedAt time.Time

	repo   *Repository
	run    *Run // of Actions
	checks []*CheckRun
}

// CheckRun is a check of an app outside Actions. A job of Actions is one too,
// with the job's own identifier.
type CheckRun struct {
	ID   int64
	Name string

	suite       *CheckSuite
	status      string
	conclusion  string
	startedAt   time.Time
	completedAt time.Time
	title       string
	summary     string
	details     string
}

// CommitStatusOf says what a commit status holds.
type CommitStatusOf struct {
	Ref         string // the default branch unless set
	Context     string
	State       string // success unless set
	Description string
	TargetURL   string
	By          string
}

// CheckOf says what a check run holds.
type CheckOf struct {
	Ref        string // the default branch unless set
	App        string // slug
	Name       string
	Status     string // completed unless set
	Conclusion string // success unless set, once completed
	Title      string
	Summary    string
	DetailsURL string
}

// Status sets a commit status; the newest of each context counts.
func (r *Repository) Status(o CommitStatusOf) *CommitStatus {
	defer r.world.enter()()
	w := r.world
	if o.State == "" {
		o.State = Success
	}
	c := r.must(o.Ref)
	s := &CommitStatus{
		ID: w.next("status"), Context: o.Context, CreatedAt: w.now, state: o.State, description: o.Description,
		targetURL: o.TargetURL, creator: w.account(o.By, false),
	}
	r.statuses[c.SHA] = append(r.statuses[c.SHA], s)
	return s
}

// Check adds a check run of an app. A suite belongs to one app and commit
// (GitHub docs, "About the Checks API").
func (r *Repository) Check(o CheckOf) *CheckRun {
	defer r.world.enter()()
	w := r.world
	c, app := r.must(o.Ref), w.app(o.App)
	var suite *CheckSuite
	for _, s := range r.suites[c.SHA] {
		if s.App == app && s.run == nil {
			suite = s
		}
	}
	if suite == nil {
		suite = &CheckSuite{ID: w.next("suite"), App: app, Commit: c, Branch: r.defaultBranch, CreatedAt: w.now, repo: r}
		r.suites[c.SHA] = append(r.suites[c.SHA], suite)
	}
	k := &CheckRun{ID: w.next("job"), Name: o.Name, suite: suite, startedAt: w.now, title: o.Title, summary: o.Summary, details: o.DetailsURL}
	suite.checks = append(suite.checks, k)
	k.update(o.Status, o.Conclusion)
	return k
}

// Update moves a check run on: "in_progress", or "completed" with a conclusion.
func (k *CheckRun) Update(status, conclusion string) {
	defer k.suite.repo.world.enter()()
	k.update(status, conclusion)
}

func (k *CheckRun) update(status, conclusion string) {
	if status == "" {
		status = Completed
	}
	k.status, k.conclusion = status, ""
	if status == Completed {
		if conclusion == "" {
			conclusion = Success
		}
		k.conclusion, k.completedAt = conclusion, k.suite.repo.world.now
	}
}
