package simulator

import "time"

// ArtifactPlan says what a job leaves behind.
type ArtifactPlan struct {
	Name string
	// Files makes the content. It is told how the job ended, and may be called later, or never.
	Files func(JobEnd) map[string]string
	// Always leaves it behind by a job that did not succeed as well ("if: always()").
	Always bool
	Keep   time.Duration // 90 days unless set
}

func (p ArtifactPlan) always() ArtifactPlan {
	p.Always = true
	return p
}

// JobEnd is how a job ended, for whoever makes reports of it.
type JobEnd struct {
	SHA        string
	Branch     string
	Attempt    int
	Conclusion string
	At         time.Time
	Files      map[string]string // of the commit, by path; not to be changed
	Outcomes   Outcomes          // of the run
}

// leave makes the artifacts of a job that has ended. A re-run leaves others of the same names.
func (j *Job) leave() {
	n := j.attempt.run
	w := n.repo.world
	end := JobEnd{
		SHA: n.Commit.SHA, Branch: n.Branch, Attempt: j.attempt.Number, Conclusion: j.conclusion, At: w.now,
		Files: n.Commit.files, Outcomes: n.outcomes,
	}
	for _, p := range j.plan.Artifacts {
		if j.conclusion != Success && !p.Always {
			continue
		}
		a := n.leave(p.Name, nil)
		a.make = func() map[string]string { return p.Files(end) }
		if p.Keep > 0 {
			a.ExpiresAt = w.now.Add(p.Keep)
		}
	}
}

func (n *Run) leave(name string, files map[string]string) *Artifact {
	w := n.repo.world
	a := &Artifact{ID: w.next("artifact"), Name: name, CreatedAt: w.now, ExpiresAt: w.now.AddDate(0, 0, 90), run: n, files: files}
	n.repo.artifacts = append(n.repo.artifacts, a)
	return a
}

// Artifact is a file set that a run left behind.
type Artifact struct {
	ID        int64
	Name      string
	CreatedAt time.Time
	ExpiresAt time.Time

	run    *Run
	files  map[string]string
	make   func() map[string]string // makes the files when somebody asks for them; nil: they are there
	packed []byte
}

// Artifact adds an artifact to the run; it expires after 90 days (GitHub docs,
// "Storing workflow data as artifacts").
func (n *Run) Artifact(name string, files map[string]string) *Artifact {
	defer n.repo.world.enter()()
	return n.leave(name, files)
}

// Expire lets the artifact expire now: its download answers 410.
func (a *Artifact) Expire() {
	defer a.run.repo.world.enter()()
	a.ExpiresAt = a.run.repo.world.now
}

func (a *Artifact) expired() bool { return !a.run.repo.world.now.Before(a.ExpiresAt) }
