package simulator

import "slices"

// Remove deletes the deployment: no list holds it any more, and it answers 404 (REST docs, "Delete a deployment").
func (d *Deployment) Remove() {
	defer d.repo.world.enter()()
	d.repo.deployments = slices.DeleteFunc(d.repo.deployments, func(o *Deployment) bool { return o == d })
}

// Remove deletes the run (REST docs, "Delete a workflow run"): no list holds it any more.
func (n *Run) Remove() {
	defer n.repo.world.enter()()
	n.repo.runs = slices.DeleteFunc(n.repo.runs, func(o *Run) bool { return o == n })
	delete(n.repo.runBy, n.ID)
	for sha, suites := range n.repo.suites {
		n.repo.suites[sha] = slices.DeleteFunc(suites, func(s *CheckSuite) bool { return s.run == n })
	}
}

// Deployments are the repository's, newest first.
func (r *Repository) Deployments() []*Deployment {
	defer r.world.enter()()
	return newestFirst(r.deployments)
}
