package refresh

import (
	"context"
	"time"
)

const (
	thinAfter = 2 * time.Minute // not while everything else begins
	thinEvery = time.Hour
)

// keepThin thins the cache's history once an hour.
func (r *Refresher) keepThin(ctx context.Context, now time.Time) time.Time {
	every := thinEvery
	if !r.everThinned {
		every = thinAfter
	}
	next := r.thinned.Add(every)
	if r.thinning {
		return time.Time{}
	}
	if next.After(now) {
		return next
	}
	r.thinning, r.thinned, r.everThinned = true, now, true
	r.work(func() func() {
		_ = r.o.Cache.Thin(ctx) // the next hour tries again
		return func() { r.thinning = false }
	})
	return time.Time{}
}
