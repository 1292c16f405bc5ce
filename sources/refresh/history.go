package refresh

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/github"
)

// historyPages is how many pages of 100 are filled in behind the newest lists, for each workflow that is configured and
// each environment.
const historyPages = 3

// planHistory asks for what lies behind the newest lists of a service that has its verdict: newest first, one page after
// the other.
func (s *service) planHistory() {
	if s.history {
		return
	}
	s.history = true
	var of []string
	if s.config.Deploy.Workflow != "" {
		of = append(of, "runs "+s.config.Deploy.Workflow)
	}
	for _, name := range environments(&s.config) {
		of = append(of, "deployments "+name)
	}
	of = append(of, "statuses all")
	if s.config.Coverage != nil {
		of = append(of, ofCoverage+" trend")
	}
	for _, what := range of {
		s.historyPage(1, what)
	}
}

// historyPage asks for a page, or for the next one where it was read by a former process.
func (s *service) historyPage(n int, of string) {
	most := historyPages
	if strings.HasPrefix(of, ofCoverage+" ") {
		most = trendPages
	}
	for ; n <= most; n++ {
		u := s.unit(signalHistory, strconv.Itoa(n)+" "+of)
		u.needed = true
		if u.at.IsZero() || !s.remembered[key{signalHistory, u.subject}].Cut {
			return
		}
	}
}

// historyRoom reports whether a page of history may be read now: when everything else has been read, and within a
// quarter of what gonogo may use in an hour.
func (r *Refresher) historyRoom(h *host, now time.Time) bool {
	for _, s := range r.services {
		if s.config.Repo.Host == h.name && s.config.Untrusted == "" && (s.decided.IsZero() || now.Sub(s.decided) < behind) {
			return false
		}
	}
	if now.Sub(h.filling) >= time.Hour {
		h.filling, h.filled = now, 0
	}
	if h.client == nil {
		return false
	}
	b := h.client.Budget()
	if b.Core.Limit == 0 {
		return true
	}
	return h.filled+h.running < int(float64(b.Core.Limit)*b.Share/4) && h.stretch <= 1
}

// roughCalls is about what it costs to read a list over REST that an overview has told.
const roughCalls = 2

// historyRead goes on with the next page, where there is one.
func (r *Refresher) historyRead(u *unit, o outcome) {
	page, of, name, err := historySubject(u.subject)
	calls := 1
	switch of {
	case "statuses":
		calls = statusesAtOnce
	case ofCoverage:
		calls = trendCalls
	}
	r.host(u.repo().Host).filled += calls
	if err == nil && o.cut {
		u.service.historyPage(page+1, of+" "+name)
	}
}

// statusesAtOnce is how many deployments' statuses are filled in together.
const statusesAtOnce = 10

// fetchStatuses reads the statuses of the newest deployments that a list told of without them: which succeeded, and
// could be gone back to.
func (r *Refresher) fetchStatuses(ctx context.Context, c *github.Client, j job) (fetched, error) {
	list, err := r.o.Cache.Deployments(ctx, j.service)
	if err != nil {
		return fetched{}, err
	}
	f := fetched{at: r.now(), request: "GET /repos/" + j.repo.FullName() + "/deployments/{id}/statuses"}
	var read []model.Deployment
	var gone []int64
	for i := range list {
		d := list[i]
		if !unread(&d) {
			continue
		}
		if len(read)+len(gone) == statusesAtOnce {
			f.cut = true
			break
		}
		got, err := c.DeploymentStatuses(ctx, j.repo, d, nil)
		if github.KindOf(err) == model.ProblemMissing {
			gone = append(gone, d.ID)
			continue
		}
		if err != nil {
			return fetched{}, err
		}
		read = append(read, got.Value)
	}
	if len(gone) > 0 && len(read) == 0 {
		// A repository that the token no longer sees answers the same, and has lost nothing.
		if _, err := c.Repository(ctx, j.repo, nil); err != nil {
			return fetched{}, err
		}
	}
	f.put = func(tx *cache.Tx) error {
		if err := tx.DropDeployments(j.service, gone); err != nil {
			return err
		}
		return tx.PutDeployments(j.service, read, false)
	}
	return f, nil
}

// mostStatuses is how many statuses of one deployment are read: one that has more stays incomplete.
const mostStatuses = 300

func anyUnread(list []model.Deployment) bool {
	for i := range list {
		if unread(&list[i]) {
			return true
		}
	}
	return false
}

// statusesAfter is how long deployments that came without their statuses wait for them.
const statusesAfter = 10 * time.Minute

// statusesAgain has statuses filled in of deployments that came since that was done last.
func (s *service) statusesAgain(now time.Time) {
	if u := s.known(signalHistory, "1 statuses all"); u != nil && !u.at.IsZero() && !u.running && now.Sub(u.tried) > statusesAfter {
		u.asked = true
	}
}

func unread(d *model.Deployment) bool { return !d.StatusesRead && len(d.Statuses) < mostStatuses }

// fetchHistory reads one page; its subject is the page's number, what it is of, and its name.
func (r *Refresher) fetchHistory(ctx context.Context, c *github.Client, j job) (fetched, error) {
	page, of, name, err := historySubject(j.subject)
	if err != nil {
		return fetched{}, err
	}
	switch of {
	case "statuses":
		return r.fetchStatuses(ctx, c, j)
	case ofCoverage:
		return r.fetchTrend(ctx, c, j)
	}
	if of == "runs" {
		got, err := c.RunHistory(ctx, j.repo, name, page, nil)
		got.Validators = nil // it is read once
		return take(got, err, false, func(tx *cache.Tx) error { return tx.PutRuns(j.service, got.Value) })
	}
	got, err := c.DeploymentHistory(ctx, j.repo, name, page, nil)
	got.Validators = nil
	return take(got, err, false, func(tx *cache.Tx) error { return tx.AddDeployments(j.service, got.Value) })
}

func historySubject(subject string) (page int, of, name string, err error) {
	number, rest, _ := strings.Cut(subject, " ")
	of, name, _ = strings.Cut(rest, " ")
	if page, err = strconv.Atoi(number); err != nil || name == "" {
		return 0, "", "", fmt.Errorf("history of %q: no such thing", subject)
	}
	return page, of, name, nil
}
