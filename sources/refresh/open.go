package refresh

import (
	"context"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/probe"
)

// opened is what the cache remembered at the start.
type opened struct {
	owned map[string]bool // services that this process reads in the background
	hosts map[string]cache.Host
	salt  []byte // nil: nothing is asked conditionally, which is only dearer
	reads map[*service][]model.Read
	jobs  []probe.Job
	last  map[jobKey]model.Sample
}

// leasePatience bounds how long a start waits for another process that writes: then it reads all by itself.
const leasePatience = time.Second

// open takes up what the cache remembers: what is young enough need not be read again. Disks may be slow and other
// processes busy, so a worker looks.
func (r *Refresher) open(ctx context.Context) {
	names, hosts := r.names(), map[string]bool{}
	for _, s := range r.all() {
		hosts[r.host(s.config.Repo.Host).name] = true
	}
	r.leases.at, r.leases.taking = r.now(), true
	r.work(func() func() {
		o := opened{hosts: map[string]cache.Host{}, reads: map[*service][]model.Read{}}
		r.tidy()
		patient, cancel := context.WithTimeout(ctx, leasePatience)
		defer cancel()
		o.owned = r.askLeases(patient, names)
		o.salt, _ = r.o.Cache.Salt(patient)
		for name := range hosts {
			if known, err := r.o.Cache.Host(ctx, name); err == nil {
				o.hosts[name] = known
			}
		}
		for _, s := range r.all() {
			if reads, err := r.o.Cache.Reads(ctx, s.config); err == nil {
				r.forgive(patient, s.config, reads)
				o.reads[s] = reads
			}
		}
		o.jobs, o.last = r.newestSamples(ctx)
		return func() { r.begin(ctx, o) }
	})
}

// forgive forgets that a token was missing or refused, where there is one now: it may be another, and a start asks again.
// Until GitHub answers, what is remembered of the old one would be said of the new.
func (r *Refresher) forgive(ctx context.Context, s model.Service, reads []model.Read) {
	var stale []*model.Read
	for i := range reads {
		if p := reads[i].Problem; p == model.ProblemToken || p == model.ProblemForbidden {
			stale = append(stale, &reads[i])
		}
	}
	if len(stale) == 0 || s.Untrusted != "" {
		return
	}
	if _, err := r.o.Clients(s.Repo.Host); err != nil {
		return
	}
	for _, read := range stale {
		read.Problem, read.Why, read.Until = model.NoProblem, "", time.Time{}
	}
	// A cache that can't be written now is put right by the first answer.
	_ = r.o.Cache.Write(ctx, func(tx *cache.Tx) error {
		for _, read := range stale {
			if err := tx.FailRead(s, *read); err != nil {
				return err
			}
			tx.Changed(s.Name, read.Signal)
		}
		return nil
	})
}

// begin plans with what the cache remembered.
func (r *Refresher) begin(ctx context.Context, o opened) {
	r.applyLeases(o.owned)
	if ctx.Err() != nil {
		return
	}
	now := r.now()
	r.opened, r.leases.taking = true, false
	r.thinned, r.salt = now, o.salt
	for name, known := range o.hosts {
		r.host(name).graphql.refused = known.NoGraphQL
	}
	r.began = now
	for i, s := range r.all() {
		s.news(now) // assessed once from what is there: needs and verdict
		s.remember(o.reads[s])
		for _, u := range s.units {
			u.seed(s.remembered[key{u.signal, u.subject}])
			r.shuffle(u)
			if !u.at.IsZero() {
				u.first = now.Add(time.Duration(float64(startSpread) * float64(i) / float64(len(r.services)+1)))
			}
			if u.problem != "" && u.problem != model.ProblemLimit {
				u.problem = "" // a start asks again
			}
		}
		if s.config.Untrusted != "" {
			r.refuse(ctx, s)
		}
	}
	if r.board != nil {
		r.forgetOther()
	}
	r.startChecks(ctx, o.jobs, o.last)
}
