package operation

import (
	"fmt"

	"gonogo/model"
)

// Seen is what is seen of what was sent.
type Seen struct {
	Run        model.Run        // zero: there is none, or it could not be read
	Jobs       []model.Job      // of its newest attempt; JobsRead says that they are complete
	JobsRead   bool             //
	Deployment model.Deployment // of ours in the environment, the newest; zero: none was made yet
	Pending    bool             // a review of the environment is awaited
	Began      bool             // the environment's job has begun, or its deployment has
	Gone       bool             // what was adopted is not there any more (404)
}

// Follow tells what state what is seen means, and why. The same state again means that nothing has changed.
func Follow(p Progress, s Seen) (State, model.Text) {
	if p.Plan.Kind == Abort {
		return stopped(p, s)
	}
	if state, why, told := attempted(p, s); told {
		return state, why
	}
	switch {
	case s.Gone:
		return Errored, "what was sent was deleted on GitHub: what runs can't be told"
	case wrong(p, s):
		return Errored, model.Text(fmt.Sprintf("%s runs instead of %s, which was confirmed", carried(s).Short(), p.Plan.Release.SHA.Short()))
	}
	if s.Run.ID != 0 && s.Run.Done() {
		return concluded(p, s)
	}
	switch state := s.Deployment.State(); {
	case s.Deployment.ID == 0:
	case !s.Deployment.FirstSuccess().IsZero() && s.Run.ID == 0:
		return Verifying, "deployed"
	case s.Run.ID == 0 && (state == model.DeploymentFailure || state == model.DeploymentError || state == model.DeploymentAbandoned || state == model.DeploymentDestroyed):
		return Failed, model.Text("its deployment ended as " + string(state))
	case s.Run.ID == 0 && state == model.DeploymentInactive:
		return Errored, "its deployment became inactive without a success: another one was faster"
	case s.Run.ID == 0 && state == model.DeploymentInProgress:
		return Running, "its deployment is in progress"
	}
	switch {
	case s.Pending || s.Run.Status == model.StatusWaiting:
		return Awaiting, "a review is awaited"
	case s.Run.Status == model.StatusInProgress:
		return Running, "the run is in progress"
	}
	return Queued, "it is queued"
}

// wrong reports whether another commit runs than the one that was confirmed. A run that was dispatched on a branch
// carries the branch's head (github.md, Acting), so its own commit proves nothing; its deployment's neither.
func wrong(p Progress, s Seen) bool {
	sha := carried(s)
	return sha != "" && p.Plan.Release.SHA != "" && !p.Plan.OnBranch && sha != p.Plan.Release.SHA
}

func carried(s Seen) model.SHA {
	if s.Run.SHA != "" {
		return s.Run.SHA
	}
	return s.Deployment.SHA
}

// concluded tells what a run that has completed means for the environment.
func concluded(p Progress, s Seen) (State, model.Text) {
	deployed := !s.Deployment.FirstSuccess().IsZero()
	switch c := s.Run.Conclusion; {
	case c == model.Success && deployed:
		return Verifying, "deployed"
	case c == model.Success && s.Deployment.ID == 0:
		return Errored, model.Text(fmt.Sprintf("the run succeeded and made no deployment in %s: what runs there can't be told", p.Plan.Environment))
	case c == model.Success:
		return Errored, "the run succeeded and its deployment did not: the version is unknown"
	case c == model.Cancelled && !s.Began && s.Deployment.FirstSuccess().IsZero():
		return Aborted, "the run was cancelled before anything was deployed"
	case c == model.Cancelled:
		return Errored, "the run was cancelled while it deployed: the version is unknown"
	case c == model.Skipped || c == model.Neutral:
		return Errored, model.Text("the run ended as " + string(c) + ": nothing tells that it deployed")
	case !s.Began && s.JobsRead && rejected(s):
		return Aborted, "the review was rejected before anything was deployed"
	}
	return Failed, model.Text(fmt.Sprintf("the run ended as %s", orUnknown(s.Run.Conclusion)))
}

// rejected reports whether a run failed because no job of it ever ran.
func rejected(s Seen) bool {
	for i := range s.Jobs {
		if c := s.Jobs[i].Conclusion; c == model.Failure && len(s.Jobs[i].Steps) > 0 {
			return false
		}
	}
	return true
}

func orUnknown(c model.Conclusion) string {
	if c == "" {
		return "unknown"
	}
	return string(c)
}
