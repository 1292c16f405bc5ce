package github

import (
	"context"
	"strconv"
	"time"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// Pending reads whose review a waiting run needs, as the token's owner sees it. It is empty for a run that waits for
// nobody.
func (c *Client) Pending(ctx context.Context, repo model.Repo, run int64, known Validators) (Reading[[]model.PendingDeployment], error) {
	a, path, err := c.on(repo, "read who must approve run "+strconv.FormatInt(run, 10), "Actions: read")
	if err != nil {
		return Reading[[]model.PendingDeployment]{}, err
	}
	a.missing = name(repo.String()) + " has no such run any more, or the token can't see it"
	l, err := c.list(ctx, a, path+"/actions/runs/"+strconv.FormatInt(run, 10)+"/pending_deployments", nil, 1, known, nil)
	if err != nil || l.unchanged {
		return reading[[]model.PendingDeployment](l, nil), err
	}
	type wirePending struct {
		Environment struct {
			Name string `json:"name"`
		} `json:"environment"`
		WaitTimer  int               `json:"wait_timer"`
		WaitSince  *github.Timestamp `json:"wait_timer_started_at"`
		CanApprove bool              `json:"current_user_can_approve"`
		Reviewers  []wireReviewer    `json:"reviewers"`
	}
	wire, err := decodeAll(a, l, plain[wirePending])
	if err != nil {
		return reading[[]model.PendingDeployment](l, nil), err
	}
	pending := make([]model.PendingDeployment, 0, len(wire))
	for i, w := range wire {
		if w.Environment.Name == "" {
			return reading[[]model.PendingDeployment](l, nil), a.item(l, i, "no environment")
		}
		pending = append(pending, model.PendingDeployment{
			RunID: run, Environment: name(w.Environment.Name), CanApprove: w.CanApprove, Reviewers: reviewers(w.Reviewers),
			WaitTimer: time.Duration(max(0, w.WaitTimer)) * time.Minute, WaitSince: at(w.WaitSince),
		})
	}
	return reading(l, pending), nil
}
