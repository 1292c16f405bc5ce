package refresh

import (
	"context"

	"gonogo/model"
)

// WaitRead returns when every verdict rests on what was read, or could not be read, when it was due, and on an answer of
// every check: at once where the cache is young. A fleet's start is not spread then. It waits no longer than ctx.
func (r *Refresher) WaitRead(ctx context.Context) error {
	read := make(chan struct{})
	r.ask(func() {
		now := r.now()
		for _, s := range r.services {
			for _, u := range s.units {
				u.first = earliest(u.first, now)
			}
		}
		r.waiting = append(r.waiting, read)
	})
	select {
	case <-read:
		return nil
	case <-r.ended:
		return context.Canceled
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answerWaiting lets those go on who wait, when nothing is due, under way or yet to be judged that a verdict depends on.
func (r *Refresher) answerWaiting(due []*unit) {
	if len(r.waiting) == 0 || r.assessing {
		return
	}
	for _, u := range due {
		if u.decisive() && r.host(u.repo().Host).silent == 0 {
			return
		}
	}
	for _, s := range r.services {
		if !s.answered(r.scheduler != nil, r.host(s.config.Repo.Host).silent > 0) {
			return
		}
	}
	if r.board != nil && r.boardComes() {
		return
	}
	for _, read := range r.waiting {
		close(read)
	}
	r.waiting = nil
}

// answered reports whether nothing that the service's verdict depends on is still to come, or not soon: its host can't be
// reached.
func (s *service) answered(checked, unreached bool) bool {
	if !s.dirty.IsZero() {
		return false
	}
	if s.config.Untrusted != "" {
		return true
	}
	for _, u := range s.units {
		if u.running && u.decisive() && !unreached {
			return false
		}
	}
	return (!s.decided.IsZero() || unreached) && (!checked || len(s.health) >= checks(&s.config))
}

func checks(s *model.Service) int {
	n := 0
	for _, e := range s.Environments {
		n += len(e.Checks)
	}
	return n
}
