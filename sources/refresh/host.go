package refresh

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/github"
)

// host is what is known of reading from one host; of the planning goroutine.
type host struct {
	name    string
	client  *github.Client // nil until a worker was given one
	running int
	loading int // of these, download
	stretch float64
	until   time.Time // nothing is read until then
	why     string
	problem model.Problem
	silent  int       // how often in a row it could not be reached
	rests   time.Time // until then it isn't tried again
	viewer  bool      // the token's owner is known, or won't be
	// asksViewer is when to ask whose token it is.
	asksViewer time.Time
	graphql    graphql
	filled     int // pages of history read in the hour since filling
	filling    time.Time
}

func (r *Refresher) host(name string) *host {
	h := r.hosts[name]
	if h == nil {
		h = &host{name: name, stretch: 1}
		r.hosts[name] = h
	}
	return h
}

// room reports whether one more may be read. While a host can't be reached one worker tries it now and then, not all.
func (h *host) room(u *unit, now time.Time) bool {
	if h.held(now) && !u.asked {
		return false
	}
	most := perHost
	if h.silent > 0 {
		most = 1
	}
	return h.running < most && (h.loading < atOnce || !u.downloads())
}

// held reports whether nothing is to be asked now.
func (h *host) held(now time.Time) bool { return h.until.After(now) || h.rests.After(now) }

// note learns from a reading. It reports whether the host can be reached again.
func (h *host) note(o outcome, now time.Time) (back bool) {
	if o.client != nil {
		h.client = o.client
	}
	if o.calledOff || o.skipped || o.waits {
		return false
	}
	h.problem, h.why = "", ""
	if p := o.problem; p != nil {
		h.problem, h.why = p.Problem, string(p.Why)
	}
	if h.problem == model.ProblemNetwork {
		if !h.rests.After(now) {
			h.silent++
			h.rests = now.Add(min(5*time.Second<<min(h.silent-1, 10), time.Minute))
		}
	} else {
		back = h.silent > 0
		h.silent, h.rests = 0, time.Time{}
	}
	h.weigh(now)
	return back
}

// reached has everything that failed for want of a network tried again.
func (r *Refresher) reached(h *host) {
	now := r.now()
	for _, s := range r.all() {
		for _, u := range s.units {
			if u.problem == model.ProblemNetwork && u.repo().Host == h.name {
				u.until = now
			}
		}
	}
}

// unreached lets what was asked for rest too: one answer that doesn't come says enough of a host.
func (r *Refresher) unreached(h *host) {
	for _, s := range r.all() {
		for _, u := range s.units {
			if u.repo().Host == h.name {
				u.asked = false
			}
		}
	}
}

// weigh looks at what the limits leave.
func (h *host) weigh(now time.Time) {
	h.until, h.stretch = time.Time{}, 1
	if h.client == nil {
		return
	}
	b := h.client.Budget()
	h.stretch = stretch(b, now)
	switch {
	case b.BlockedUntil.After(now):
		h.until, h.problem, h.why = b.BlockedUntil, model.ProblemLimit, b.Why
	case math.IsInf(h.stretch, 1):
		h.problem = model.ProblemLimit
		h.why = fmt.Sprintf("gonogo's share of the hourly limit (%d of %d requests) is used up; only what you look at is read until then", int(float64(b.Core.Limit)*b.Share), b.Core.Limit)
	}
}

// publish makes progress and hosts visible to other goroutines.
func (r *Refresher) publish() {
	hosts := make([]Host, 0, len(r.hosts))
	for _, h := range r.hosts {
		hosts = append(hosts, Host{Name: h.name, Problem: h.problem, Why: h.why, Until: h.until})
	}
	slices.SortFunc(hosts, func(a, b Host) int { return strings.Compare(a.Name, b.Name) })
	r.state.Store(&hosts)
	progress := r.synchronising()
	r.progress.Store(&progress)
}

// viewerRest is how long to wait before asking again whose token it is.
const viewerRest = 2 * time.Minute

// planViewer asks whose token it is, until GitHub tells or refuses to.
func (r *Refresher) planViewer(ctx context.Context, h *host) {
	if h.viewer || h.client == nil || h.problem != "" || h.asksViewer.After(r.now()) {
		return
	}
	h.viewer = true // not twice at a time
	client, name := h.client, h.name
	h.running++
	r.work(func() func() {
		got, err := client.Viewer(ctx, nil)
		if err == nil {
			err = r.o.Cache.Write(ctx, func(tx *cache.Tx) error { return tx.PutViewer(name, got.Value) })
		}
		return func() {
			h.running--
			kind := github.KindOf(err)
			h.viewer = err == nil || kind == model.ProblemForbidden || kind == model.ProblemToken
			h.asksViewer = r.now().Add(viewerRest)
			for _, s := range r.services {
				if err == nil && s.config.Repo.Host == name {
					s.news(r.now()) // whether one may give a review depends on who one is
				}
			}
		}
	})
}
