package refresh

import (
	"context"
	"time"

	"gonogo/cache"
)

// Of several processes on one cache only one reads a service in the background; the others read what a person looks at,
// unless it was just read. Who reads says so for a while, and again before that ends; when it ends otherwise, another
// takes over.
const (
	leaseFor   = 75 * time.Second
	leaseEvery = 30 * time.Second
)

type leases struct {
	taking bool
	at     time.Time
}

func (r *Refresher) names() []string {
	var names []string
	for _, s := range r.all() {
		if s.config.Untrusted == "" {
			names = append(names, s.config.Name)
		}
	}
	return names
}

func (r *Refresher) askLeases(ctx context.Context, names []string) map[string]bool {
	owned := make(map[string]bool, len(names))
	err := r.o.Cache.Write(ctx, func(tx *cache.Tx) error {
		clear(owned)
		if err := tx.BuryLeases(); err != nil {
			return err
		}
		for _, name := range names {
			got, err := tx.Lease(name, "", r.o.Config, r.now().Add(leaseFor))
			if err != nil {
				return err
			}
			owned[name] = got
		}
		return nil
	})
	if err != nil { // who can't ask reads: twice is better than never
		for _, name := range names {
			owned[name] = true
		}
	}
	return owned
}

func (r *Refresher) applyLeases(owned map[string]bool) {
	for _, s := range r.all() {
		s.owned = owned[s.config.Name]
	}
}

func (r *Refresher) keepLeases(ctx context.Context, now time.Time) time.Time {
	next := r.leases.at.Add(leaseEvery)
	if r.leases.taking || len(r.services) == 0 {
		return time.Time{}
	}
	if next.After(now) && !r.leases.at.After(now) {
		return next
	}
	r.leases.taking, r.leases.at = true, now
	names, unsalted := r.names(), r.salt == nil
	r.work(func() func() {
		owned := r.askLeases(ctx, names)
		var salt []byte
		if unsalted {
			salt, _ = r.o.Cache.Salt(ctx)
		}
		return func() {
			r.leases.taking = false
			if unsalted {
				r.salt = salt
			}
			if ctx.Err() == nil {
				r.applyLeases(owned)
			}
		}
	})
	return now.Add(leaseEvery)
}

// close gives the leases back, so that another process goes on at once.
func (r *Refresher) close() {
	_ = r.o.Cache.Write(r.last, func(tx *cache.Tx) error {
		for _, s := range r.all() {
			if s.owned {
				if err := tx.Return(s.config.Name, "", r.o.Config); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
