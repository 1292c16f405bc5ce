package refresh

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/github"
)

// sharedFor is how long what was read of a repository's shared refs is good enough for another service of it that a
// person asks for; else it is as long as the facts of another process are.
const sharedFor = 2 * time.Second

// sharedRefs are the shared refs of repositories as they were read last: the services of one repository ask for them
// together.
type sharedRefs struct {
	mu sync.Mutex
	by map[string]*sharedRead // by repository and token
}

// sharedRead is one reading. Whoever holds its lock reads; the others wait for the answer.
type sharedRead struct {
	mu   sync.Mutex
	got  github.Reading[[]github.RefAt]
	refs bool // got holds the refs, not only that they are unchanged
}

func (s *sharedRefs) of(repo model.Repo, token string) *sharedRead {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by == nil {
		s.by = map[string]*sharedRead{}
	}
	k := repo.String() + "\x00" + token
	if s.by[k] == nil {
		s.by[k] = &sharedRead{}
	}
	return s.by[k]
}

// fetchMarks reads a service's locks, holds, vetoes and ticks. The names of all are one list of the repository; what
// one says never changes and is read once.
func (r *Refresher) fetchMarks(ctx context.Context, c *github.Client, j job, known github.Validators) (fetched, error) {
	have, err := r.o.Cache.Marks(ctx, j.service)
	if err != nil {
		return fetched{}, err
	}
	if slices.ContainsFunc(have, func(m operation.Mark) bool { return m.Flaw == operation.Unread }) {
		known = nil
	}
	got, err := r.readShared(ctx, c, j, known)
	if err != nil || got.Unchanged {
		return take(got, err, false, nil)
	}
	marks, whole, err := c.MarksOf(ctx, j.repo, j.service.Name, got.Value, have)
	if !whole {
		got.Validators = nil
	}
	return take(got, err, anyLockMoves(marks), func(tx *cache.Tx) error { return tx.PutMarks(j.service, marks) })
}

// anyLockMoves reports whether an operation is under way: its lock goes when it has ended.
func anyLockMoves(list []operation.Mark) bool {
	return slices.ContainsFunc(list, func(m operation.Mark) bool { return m.Kind == operation.MarkLock })
}

// readShared reads the shared refs of a repository, unless they were read a moment ago for another service.
func (r *Refresher) readShared(ctx context.Context, c *github.Client, j job, known github.Validators) (github.Reading[[]github.RefAt], error) {
	token := ""
	if len(j.salt) > 0 {
		token = c.Fingerprint(j.salt)
	}
	s := r.shared.of(j.repo, token)
	s.mu.Lock()
	defer s.mu.Unlock()
	young := j.maxAge
	if j.asked {
		young = min(young, sharedFor)
	}
	if age := r.now().Sub(s.got.At); !s.got.At.IsZero() && age >= 0 && age < young && s.got.At.After(j.before) {
		switch same := len(known) > 0 && maps.Equal(known, s.got.Validators); {
		case same:
			shared := s.got
			shared.Unchanged, shared.Value = true, nil
			return shared, nil
		case s.refs:
			return s.got, nil
		}
	}
	got, err := c.SharedRefs(ctx, j.repo, known)
	switch {
	case err != nil:
		return got, err
	case !got.Unchanged:
		s.got, s.refs = got, true
	case s.refs && maps.Equal(got.Validators, s.got.Validators):
		s.got.At = got.At
	default:
		s.got, s.refs = got, false
	}
	return got, nil
}
