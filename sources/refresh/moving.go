package refresh

import (
	"time"

	"gonogo/model"
)

// longMoving is how long something unfinished counts as moving: a job may take 6 hours on GitHub's runners and five
// days on one's own (GitHub docs, "Usage limits"), but what has been queued for a day waits for something else.
const longMoving = 24 * time.Hour

// A run that waits for a person moves only when that person comes; it is looked at like what rests.
func runMoves(r model.Run, now time.Time) bool {
	return !r.Done() && r.Status != model.StatusWaiting && r.Conclusion != model.ActionRequired && now.Sub(r.UpdatedAt) < longMoving
}

func anyRunMoves(list []model.Run, now time.Time) bool {
	for i := range list {
		if runMoves(list[i], now) {
			return true
		}
	}
	return false
}

func anyDeploymentMoves(list []model.Deployment, now time.Time) bool {
	for i := range list {
		d := &list[i]
		if state := d.State(); d.StatusesRead && !d.RunDone && !state.Finished() && state != model.DeploymentWaiting && now.Sub(d.CreatedAt) < longMoving {
			return true
		}
	}
	return false
}

func anyCheckMoves(list []model.CommitCheck, now time.Time) bool {
	for i := range list {
		if c := &list[i]; c.Status != model.StatusCompleted && now.Sub(c.StartedAt) < longMoving {
			return true
		}
	}
	return false
}

func anyJobMoves(list []model.Job) bool {
	for i := range list {
		if list[i].Status != model.StatusCompleted {
			return true
		}
	}
	return false
}
