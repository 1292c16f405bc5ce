package simulator

import (
	"path"
	"strings"
	"time"
)

// States and conclusions, in REST's spelling. Runs and jobs have a status, and a
// conclusion once completed; deployments have states.
const (
	Requested  = "requested"
	Queued     = "queued"
	Pending    = "pending"
	Waiting    = "waiting"
	InProgress = "in_progress"
	Completed  = "completed"

	Success        = "success"
	Failure        = "failure"
	Neutral        = "neutral"
	Cancelled      = "cancelled"
	Skipped        = "skipped"
	TimedOut       = "timed_out"
	ActionRequired = "action_required"
	Stale          = "stale"
	StartupFailure = "startup_failure"

	Error    = "error"
	Inactive = "inactive"
)

// Workflow is a workflow of a repository.
type Workflow struct {
	ID        int64
	Name      string
	Path      string // .github/workflows/ci.yml
	CreatedAt time.Time

	repo   *Repository
	plan   WorkflowPlan
	state  string
	number int // of its newest run
	former []formerPlan
}

// formerPlan is what a workflow's file said until then.
type formerPlan struct {
	until time.Time
	plan  WorkflowPlan
}

// at is the workflow's file as it is in a commit: that on a tag may lack a trigger or an input that it got later.
func (f *Workflow) at(c *Commit) *WorkflowPlan {
	for i := range f.former {
		if c.Time.Before(f.former[i].until) {
			return &f.former[i].plan
		}
	}
	return &f.plan
}

// WorkflowPlan says what a workflow does.
type WorkflowPlan struct {
	// Path is the file; a bare name lies in .github/workflows. "dynamic/…" is one
	// of GitHub's own workflows, which has no file.
	Path string
	Name string
	// On lists events, by GitHub's names, an activity after a colon:
	// "push", "release:published", "workflow_dispatch".
	On          []string
	Branches    []string // globs of pushed branches; none means all
	Tags        []string // globs of pushed tags; none means none, unless Branches is empty too
	PathsIgnore []string // globs; a push that changes only these starts nothing
	After       []string // names of the workflows whose completion starts this one (workflow_run)
	// RunName is a run's title, with {input} for each input of a dispatch and
	// {actor}, {ref}; unset, it is the commit's or the event's title.
	RunName string
	// Concurrency is the workflow's group; {ref} and {input} are replaced.
	Concurrency      string
	CancelInProgress bool
	QueueMax         bool // queue: max, nobody who waits is cancelled
	Jobs             []JobPlan
	// Unlisted workflows are not in the repository's list though they have runs:
	// deleted files, and GitHub's own.
	Unlisted bool
	Source   string // the file's text; something fitting unless set
	// Inputs of workflow_dispatch; unset, what the braces of RunName, Concurrency and the jobs ask for.
	Inputs []InputPlan
}

// JobPlan says what a job does. A workflow without jobs has one that takes two minutes.
type JobPlan struct {
	Name        string
	Needs       []string
	Environment string // {input} is replaced
	URL         string // of the environment; {environment} is replaced
	Duration    time.Duration
	Conclusion  string // success unless set
	Steps       []StepPlan
	Concurrency string // the job's own group
	QueueMax    bool
	Labels      []string // of the runner; ubuntu-latest unless set
	// Artifacts are left behind when the job ends.
	Artifacts []ArtifactPlan
	// Abandons leaves the deployment without a last status, as a job does whose
	// runner was lost.
	Abandons bool
}

// StepPlan says what a step does. A job without steps has one that takes all its time.
type StepPlan struct {
	Name       string
	Duration   time.Duration
	Conclusion string // success unless set
	Log        string // what it writes; something fitting unless set
	Lines      int    // so many lines more that nobody reads
}

// Workflow adds a workflow to the repository, or replaces the one of that path.
func (r *Repository) Workflow(p WorkflowPlan) *Workflow {
	defer r.world.enter()()
	w := r.world
	if !strings.Contains(p.Path, "/") {
		p.Path = ".github/workflows/" + p.Path
	}
	if p.Name == "" {
		p.Name = strings.TrimSuffix(strings.TrimSuffix(path.Base(p.Path), ".yml"), ".yaml")
	}
	if len(p.Jobs) == 0 {
		p.Jobs = []JobPlan{{Name: p.Name}}
	}
	if old := r.workflow(p.Path); old != nil {
		old.former = append(old.former, formerPlan{w.now, old.plan})
		old.plan, old.Name = p, p.Name
		return old
	}
	f := &Workflow{ID: w.next("workflow"), Name: p.Name, Path: p.Path, CreatedAt: w.now, repo: r, plan: p, state: "active"}
	r.workflows = append(r.workflows, f)
	return f
}

// Forget lets a workflow's file have been at all times as it is now.
func (r *Repository) Forget(name string) {
	defer r.world.enter()()
	if f := r.workflow(name); f != nil {
		f.former = nil
	}
}

// Disable stops the workflow from running, as a person may.
func (f *Workflow) Disable() {
	defer f.repo.world.enter()()
	f.state = "disabled_manually"
}

// Delete removes the workflow's file: its runs stay, lists of workflows lose it.
func (f *Workflow) Delete() {
	defer f.repo.world.enter()()
	f.state, f.plan.Unlisted = "deleted", true
}

// workflow finds a workflow by its path or file name.
func (r *Repository) workflow(name string) *Workflow {
	for _, f := range r.workflows {
		if f.Path == name || path.Base(f.Path) == name {
			return f
		}
	}
	return nil
}

// trigger is something that workflows may run for.
type trigger struct {
	event    string
	activity string // of the event, as "released"
	commit   *Commit
	ref      string // branch or tag, without refs/heads/
	tag      bool
	actor    *Account
	pull     *PullRequest
	head     *Repository // of the commit, nil for this one
	title    string
	outcomes Outcomes
}

// fire starts every workflow that runs for a trigger.
func (r *Repository) fire(t trigger) {
	for _, f := range r.workflows {
		if f.state == "active" && f.wants(t) {
			r.start(runOf{workflow: f, event: t.event, commit: t.commit, branch: t.ref, actor: t.actor, head: t.head, pull: t.pull, title: t.title, outcomes: t.outcomes})
		}
	}
}

// wants tells whether the workflow runs for a trigger (GitHub docs, "Events that
// trigger workflows", "Workflow syntax": branches, tags, paths-ignore).
func (f *Workflow) wants(t trigger) bool {
	if !f.listens(t.event, t.activity) {
		return false
	}
	if t.event != "push" {
		return true
	}
	if skipsCI(t.commit.Message) {
		return false
	}
	if t.tag {
		return matches(f.plan.Tags, t.ref) || len(f.plan.Tags) == 0 && len(f.plan.Branches) == 0
	}
	if len(f.plan.Branches) == 0 && len(f.plan.Tags) > 0 || len(f.plan.Branches) > 0 && !matches(f.plan.Branches, t.ref) {
		return false
	}
	return !f.ignores(t.commit)
}

func (f *Workflow) listens(event, activity string) bool {
	for _, on := range f.plan.On {
		name, only, some := strings.Cut(on, ":")
		if name == event && (!some || only == activity) {
			// Without activity types a workflow runs for every one of them: one publication
			// starts it for created, published and released.
			return true
		}
	}
	return false
}

// ignores tells whether a commit changes nothing but ignored paths.
func (f *Workflow) ignores(c *Commit) bool {
	if len(f.plan.PathsIgnore) == 0 || len(c.Parents) == 0 {
		return false
	}
	files, removed := changes(c.Parents[0], c)
	for p := range files {
		if !matches(f.plan.PathsIgnore, p) {
			return false
		}
	}
	for _, p := range removed {
		if !matches(f.plan.PathsIgnore, p) {
			return false
		}
	}
	return true
}

// skipsCI knows the words by which a commit asks for no run (GitHub docs,
// "Skipping workflow runs").
func skipsCI(message string) bool {
	for _, word := range []string{"[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"} {
		if strings.Contains(message, word) {
			return true
		}
	}
	return false
}

// matches reports whether one of the globs fits: * within a part of the path, ** across.
func matches(globs []string, name string) bool {
	for _, g := range globs {
		if glob(g, name) {
			return true
		}
	}
	return false
}

func glob(pattern, name string) bool {
	if pattern == "" {
		return name == ""
	}
	switch pattern[0] {
	case '*':
		across := strings.HasPrefix(pattern, "**")
		rest := strings.TrimLeft(pattern, "*")
		for i := 0; i <= len(name); i++ {
			if glob(rest, name[i:]) {
				return true
			}
			if i < len(name) && name[i] == '/' && !across {
				return false
			}
		}
		return false
	case '?':
		return name != "" && name[0] != '/' && glob(pattern[1:], name[1:])
	default:
		return name != "" && name[0] == pattern[0] && glob(pattern[1:], name[1:])
	}
}
