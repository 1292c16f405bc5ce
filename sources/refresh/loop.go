package refresh

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// loop plans. It alone touches services, units and hosts; everything else reaches it through requests and landings.
func (r *Refresher) loop(ctx context.Context) {
	r.open(ctx)
	for ctx.Err() == nil {
		r.wake = r.now().Add(longestSleep)
		var filled chan struct{} // nothing is answered before it is known what there is
		if r.opened {
			filled = r.mail.filled
			r.wake = r.plan(ctx)
			r.publish()
		}
		timer, stop := r.timer(r.wake)
		select {
		case <-ctx.Done():
		case <-timer:
		case <-filled:
			for _, f := range r.mail.empty() {
				f()
			}
		case f := <-r.landings:
			r.working--
			f()
		}
		stop()
	}
	if r.scheduler != nil {
		r.scheduler.Close()
	}
	for ; r.working > 0; r.working-- { // they have been called off
		(<-r.landings)()
	}
	r.close()
}

func (r *Refresher) timer(wake time.Time) (<-chan time.Time, func() bool) {
	d := min(max(wake.Sub(r.now()), 0), longestSleep)
	return r.o.Clock.NewTimer(d)
}

// work runs f in a goroutine of its own; what it returns is run by the planning goroutine.
func (r *Refresher) work(f func() func()) {
	r.working++
	r.workers.Add(1)
	r.o.Go(func() {
		defer r.workers.Done()
		land := func() {} // also when f panics: the planning goroutine waits for it
		defer func() { r.landings <- land }()
		land = f()
	})
}

// known finds the unit of a former reading, if it is still one.
func (s *service) known(signal model.Signal, subject string) *unit {
	for _, u := range s.units {
		if u.signal == signal && u.subject == subject {
			return u
		}
	}
	return nil
}

// shuffle keeps units from beating in time.
func (r *Refresher) shuffle(u *unit) { u.jitter = 0.92 + 0.16*r.o.Rand.Float64() }

// plan starts what is due and says when it wants to be woken.
func (r *Refresher) plan(ctx context.Context) time.Time {
	now := r.now()
	r.lookAround(now)
	wake := now.Add(longestSleep)
	soon := func(t time.Time) {
		if !t.IsZero() && t.Before(wake) {
			wake = t
		}
	}
	soon(r.keepLeases(ctx, now))
	soon(r.keepThin(ctx, now))
	due := r.due(now, soon)
	r.planOverview(ctx, now, due)
	for _, u := range due {
		if h := r.host(u.repo().Host); !u.running && h.room(u, now) {
			r.launch(ctx, h, u)
		}
	}
	for _, s := range r.services {
		soon(r.planAssessment(ctx, s, now))
		soon(r.planPast(ctx, s, now))
	}
	soon(r.planFlush(ctx, now))
	r.answerWaiting(due)
	return wake
}

// lookAround notices that the clock was set back or that the cache was replaced. What was planned means nothing then.
func (r *Refresher) lookAround(now time.Time) {
	back := now.Before(r.planned.Add(-time.Minute))
	if !r.planned.IsZero() && now.Sub(r.planned) > longestSleep+time.Minute { // the machine slept
		for _, s := range r.services {
			s.past.done, s.past.tries, s.past.at = false, 0, time.Time{}
		}
	}
	replaced := r.o.Cache.Replaced()
	forgotten := replaced != r.replaced
	r.planned, r.replaced = now, replaced
	if !back && !forgotten {
		return
	}
	for _, h := range r.hosts {
		h.rests, h.until, h.asksViewer = time.Time{}, time.Time{}, time.Time{}
		h.graphql.rests, h.graphql.refused = time.Time{}, earliest(h.graphql.refused, now)
		h.filling = earliest(h.filling, now)
	}
	r.thinned, r.leases.at = now, time.Time{}
	for i := range r.touches {
		r.touches[i].at = earliest(r.touches[i].at, now)
	}
	for _, s := range r.all() {
		s.dirty = now
		if forgotten {
			r.forget(s)
		}
		s.decided = earliest(s.decided, now)
		for _, u := range s.units {
			u.first, u.until = time.Time{}, time.Time{}
			u.wanted = earliest(u.wanted, now.Add(wantedFor))
		}
	}
	if forgotten {
		r.salt = nil // the new one has another
	}
}

// forget starts anew with a service of which the cache knows nothing any more.
func (r *Refresher) forget(s *service) {
	s.remembered, s.decided, s.history = nil, time.Time{}, false
	s.assessed, s.validUntil, s.touched = time.Time{}, time.Time{}, false
	kept := s.units[:0]
	for _, u := range s.units {
		if !u.base() && !u.running && !u.wanted.After(r.now()) {
			continue // what the rules want will be known when the rest is there
		}
		*u = unit{service: s, signal: u.signal, subject: u.subject, running: u.running, wanted: u.wanted}
		r.shuffle(u)
		kept = append(kept, u)
	}
	clear(s.units[len(kept):])
	s.units = kept
}

// due lists what is to be read now, the most wanted first, and tells soon when more will be.
func (r *Refresher) due(now time.Time, soon func(time.Time)) []*unit {
	var list []*unit
	r.again = r.again[:0]
	crowded := r.crowd(now)
	rooms := map[*host]bool{}
	historyRoom := func(h *host) bool {
		room, known := rooms[h]
		if !known {
			room = r.historyRoom(h, now)
			rooms[h] = room
		}
		return room
	}
	for _, s := range r.all() {
		selected := s != r.board && s.config.Name == r.selected
		if rests := r.since.Add(dwell); selected && rests.After(now) && r.since.Before(now.Add(dwell)) {
			selected = false // who passes by reads nothing
			soon(rests)
		}
		for _, u := range s.units {
			h := r.host(u.repo().Host)
			by := h.stretch
			switch {
			case !selected && !math.IsInf(by, 1):
				by = max(by, crowded)
			case selected && math.IsInf(by, 1):
				by = 4 // what is looked at stays alive for as long as GitHub answers
			}
			at := u.due(now, selected, by)
			switch {
			case at.IsZero():
			case s == r.board && r.boardWaits(u, now, soon):
			case h.held(now) && !u.asked:
				soon(latest(h.until, h.rests))
			case u.signal == signalHistory && !historyRoom(h):
			case u.rough && !u.asked && !selected && !historyRoom(h) && h.graphql.usable(now):
				// REST would cost more than the budget allows: another overview keeps it young meanwhile.
				if again := u.tried.Add(overviewAgain); again.After(now.Add(slack)) {
					soon(again)
				} else {
					r.again = append(r.again, u)
				}
			case at.After(now.Add(slack)):
				soon(at)
			default:
				list = append(list, u)
			}
		}
	}
	slices.SortStableFunc(list, r.order)
	return list
}

func (r *Refresher) order(a, b *unit) int {
	weight := func(u *unit) int {
		w := 10 * rank(u.signal)
		switch {
		case u.signal == signalHistory:
			w += 5000
		case u.wanted.After(u.tried):
			w -= 2000
		case u.service.config.Name == r.selected:
			w -= 1000
		case !u.at.IsZero() && !u.asked:
			w += 100 // what was never read comes before what was
		}
		return w
	}
	return weight(a) - weight(b)
}

// crowd is by how much everything but the selected service is slowed down for a fleet so large that asking it would
// come near GitHub's limits of requests a minute, which also count what isn't charged.
func (r *Refresher) crowd(now time.Time) float64 {
	rate := 0.0
	for _, s := range r.services {
		if !s.owned {
			continue
		}
		for _, u := range s.units {
			if u.needed || u.base() {
				if d := u.interval(now, false, 1); d < rarely {
					rate += float64(time.Minute) / float64(d)
				}
			}
		}
	}
	return max(1, rate/perMinute)
}

// launch reads a unit in a worker.
func (r *Refresher) launch(ctx context.Context, h *host, u *unit) {
	job := r.job(u)
	u.running, u.asked = true, false
	if u.rough {
		h.filled += roughCalls
	}
	u.service.running++
	h.running++
	if u.downloads() {
		h.loading++
	}
	r.work(func() func() {
		o := r.perform(ctx, job)
		return func() { r.landed(ctx, h, u, o) }
	})
}

// landed takes what a reading brought.
func (r *Refresher) landed(ctx context.Context, h *host, u *unit, o outcome) {
	u.running = false
	u.service.running--
	h.running--
	if u.downloads() {
		h.loading--
	}
	r.shuffle(u)
	if back := h.note(o, r.now()); back {
		r.reached(h)
	} else if h.silent > 0 {
		r.unreached(h)
	}
	r.planViewer(ctx, h)
	switch {
	case o.calledOff:
	case o.replaced != r.o.Cache.Replaced():
		u.asked = true // what was read went with the cache that it was written into
	case o.waits:
		runs := u.service.known(model.SignalCommitRuns, u.subject)
		u.waits = u.signal != model.SignalReports || runs != nil && runs.at.IsZero() // they may have come meanwhile
	case o.problem != nil:
		u.failures++
		u.tried, u.problem = o.began, o.problem.Problem
		u.until = o.problem.Until
		r.tell(u)
	default:
		u.failures, u.problem, u.rough = 0, "", false
		u.tried, u.at = o.began, o.at
		if o.movingKnown {
			u.moving = o.moving
		}
		if !o.skipped {
			u.points = o.points
		}
		if o.noGraphQL {
			h.graphql.refused = r.now()
		}
		if o.unchanged {
			r.touches = append(r.touches, touch{service: u.service, signal: u.signal, subject: u.subject, at: o.at})
			u.service.touched = true
		}
		if o.news {
			r.tell(u)
		}
		r.release(u)
		r.follow(u, o)
		if u.signal == signalHistory {
			r.historyRead(u, o)
		}
	}
}

// release lets what waited for this one be read.
func (r *Refresher) release(u *unit) {
	if u.signal == model.SignalRepository {
		if b := u.service.known(model.SignalBranch, ""); b != nil {
			b.waits = false
		}
	}
	if u.signal == model.SignalCommitRuns {
		if reports := u.service.known(model.SignalReports, u.subject); reports != nil {
			reports.waits = false
		}
	}
}

// follow reads what a change makes likely to have changed as well, without waiting for its turn.
func (r *Refresher) follow(u *unit, o outcome) {
	if o.unchanged || o.skipped || !o.news {
		return
	}
	for _, other := range u.service.units {
		if !other.needed || other.at.IsZero() {
			continue
		}
		switch {
		case u.signal == model.SignalRuns && other.moving && (other.signal == model.SignalCommitRuns || other.signal == model.SignalReports),
			// A run of the commit has ended or was run again; or its paths tell to what the reports' ones are mapped.
			other.signal == model.SignalReports && u.signal == model.SignalCommitRuns && u.subject == other.subject,
			other.signal == model.SignalReports && u.signal == model.SignalComparison && strings.HasSuffix(u.subject, "..."+other.subject):
			other.asked = true
		}
	}
}

// touch is a reading that found nothing changed.
type touch struct {
	service *service
	signal  model.Signal
	subject string
	at      time.Time
}

// planFlush writes readings that found nothing changed together: a disk needs not be woken for each.
func (r *Refresher) planFlush(ctx context.Context, now time.Time) time.Time {
	if len(r.touches) == 0 || r.touching {
		return time.Time{}
	}
	if at := r.touches[0].at.Add(flushAfter); r.reading() && now.Before(at) && !r.touches[0].at.After(now) {
		return at
	}
	list := r.touches
	r.touches, r.touching = nil, true
	r.work(func() func() {
		err := r.flush(ctx, list)
		return func() {
			r.touching = false
			if err != nil && ctx.Err() == nil && len(r.touches)+len(list) < 10_000 {
				r.touches = append(list, r.touches...)
			}
		}
	})
	return time.Time{}
}

func (r *Refresher) reading() bool {
	for _, h := range r.hosts {
		if h.running > 0 {
			return true
		}
	}
	return false
}
