package simulator

// lane is a concurrency group: one runs, at most one waits (GitHub docs,
// "Control the concurrency of workflows and jobs").
type lane struct {
	holder *claim
	queue  []*claim
}

// claim is a run's or a job's wish to run in a lane.
type claim struct {
	lane   *lane
	begin  func() // the lane is yours
	cancel func() // a newcomer took your place
	done   bool
}

// lane finds the group; its name knows no case (GitHub docs, "concurrency": case insensitive).
func (r *Repository) lane(name string) *lane {
	l := r.lanes[fold(name)]
	if l == nil {
		l = &lane{}
		r.lanes[fold(name)] = l
	}
	return l
}

// enter takes the lane or waits for it. A newcomer cancels the one that waits,
// unless the group says queue: max (GitHub changelog, May 2026: "queue: max");
// with cancelHolder also the one that runs. It reports whether the claim has to wait.
func (l *lane) enter(c *claim, cancelHolder, queueMax bool) (waits bool) {
	c.lane = l
	if cancelHolder && l.holder != nil {
		holder := l.holder
		l.cancelWaiting()
		holder.cancel()
	}
	if l.holder == nil {
		l.holder = c
		c.begin()
		return false
	}
	if !queueMax {
		l.cancelWaiting()
	}
	l.queue = append(l.queue, c)
	return true
}

func (l *lane) cancelWaiting() {
	waiting := l.queue
	l.queue = nil
	for _, c := range waiting {
		c.done = true
		c.cancel()
	}
}

// leave gives the lane to the next, or steps out of the queue.
func (c *claim) leave() {
	if c == nil || c.done {
		return
	}
	c.done = true
	l := c.lane
	if l.holder != c {
		for i, q := range l.queue {
			if q == c {
				l.queue = append(l.queue[:i:i], l.queue[i+1:]...)
				break
			}
		}
		return
	}
	l.holder = nil
	if len(l.queue) > 0 {
		l.holder = l.queue[0]
		l.queue = l.queue[1:]
		l.holder.begin()
	}
}
