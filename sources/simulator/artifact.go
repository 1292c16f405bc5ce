package simulator

import "time"

// Artifact is a file set that a run left behind.
type Artifact struct {
	ID        int64
	Name      string
	CreatedAt time.Time
	ExpiresAt time.Time

	run   *Run
	files map[string]string
}

// Artifact adds an artifact to the run; it expires after 90 days (GitHub docs,
// "Storing workflow data as artifacts").
func (n *Run) Artifact(name string, files map[string]string) *Artifact {
	defer n.repo.world.enter()()
	w := n.repo.world
	a := &Artifact{ID: w.next("artifact"), Name: name, CreatedAt: w.now, ExpiresAt: w.now.AddDate(0, 0, 90), run: n, files: files}
	n.repo.artifacts = append(n.repo.artifacts, a)
	return a
}

// Expire lets the artifact expire now: its download answers 410.
func (a *Artifact) Expire() {
	defer a.run.repo.world.enter()()
	a.ExpiresAt = a.run.repo.world.now
}

func (a *Artifact) expired() bool { return !a.run.repo.world.now.Before(a.ExpiresAt) }
