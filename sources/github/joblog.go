package github

import (
	"context"
	"strconv"

	"gonogo/model"
)

// JobLog opens the log of a job, which GitHub has once the job has ended; a job that was skipped, or cancelled before a
// runner took it, never gets one. GitHub sends the client to a file that isn't there then (observed live:
// Digital-Process-Tools/claude-supertool#741), and answers 410 when it keeps the log no longer (rust-lang/triagebot#2241).
func (c *Client) JobLog(ctx context.Context, repo model.Repo, job int64) (*Download, error) {
	a, path, err := c.on(repo, "read the log of job "+strconv.FormatInt(job, 10), "Actions: read")
	if err != nil {
		return nil, err
	}
	a.missing = "GitHub has no log of this job, or the token can't see it"
	a.gone = "GitHub no longer keeps the log of this job"
	return c.download(ctx, a, path+"/actions/jobs/"+strconv.FormatInt(job, 10)+"/logs")
}
