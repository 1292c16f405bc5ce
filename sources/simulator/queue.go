package simulator

import (
	"container/heap"
	"time"
)

// event is something that happens at a moment. Events of one moment happen in
// the order in which they were announced.
type event struct {
	at     time.Time
	seq    uint64
	do     func()
	script bool // a script of the builder's, which takes the lock itself
}

// queue is the future, soonest first.
type queue struct {
	events []event
	seq    uint64
}

func (q *queue) Len() int { return len(q.events) }
func (q *queue) Less(i, j int) bool {
	a, b := q.events[i], q.events[j]
	if a.at.Equal(b.at) {
		return a.seq < b.seq
	}
	return a.at.Before(b.at)
}
func (q *queue) Swap(i, j int) { q.events[i], q.events[j] = q.events[j], q.events[i] }
func (q *queue) Push(x any)    { q.events = append(q.events, x.(event)) }
func (q *queue) Pop() any {
	last := len(q.events) - 1
	e := q.events[last]
	q.events[last] = event{}
	q.events = q.events[:last]
	return e
}

// schedule announces an event of the world's own; do runs with the world locked.
func (w *World) schedule(at time.Time, do func()) { w.announce(at, do, false) }

func (w *World) announce(at time.Time, do func(), script bool) {
	w.queue.seq++
	heap.Push(&w.queue, event{at: at, seq: w.queue.seq, do: do, script: script})
}

// At runs a script when the world's time reaches t, or at once when it already
// has and time moves next. The script may call anything of the builder's; for it
// the world's time is exactly t.
func (w *World) At(t time.Time, script func()) {
	defer w.enter()()
	w.announce(t.UTC(), script, true)
}

// After runs a script when d has passed.
func (w *World) After(d time.Duration, script func()) {
	defer w.enter()()
	w.announce(w.now.Add(d), script, true)
}

// Every runs a script again and again, first after d, until it returns false.
func (w *World) Every(d time.Duration, script func() (again bool)) {
	w.After(d, func() {
		if script() {
			w.Every(d, script)
		}
	})
}

// Pass lets time go by before the world is served, to build a history. A served
// world follows Options.Now, and Pass only looks ahead of it.
func (w *World) Pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.advance(w.now.Add(d))
}

// PassUntil lets time go by until t; a moment already past changes nothing.
func (w *World) PassUntil(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.advance(t)
}

// advance lets everything happen that is due until t. It is called with the
// world locked; scripts run without the lock, one at a time.
func (w *World) advance(t time.Time) {
	if w.scripting {
		panic("simulator: a script can't let time pass; use After")
	}
	for w.advancing {
		w.rested.Wait()
	}
	t = t.UTC()
	w.advancing = true
	for w.queue.Len() > 0 && !w.queue.events[0].at.After(t) {
		e := heap.Pop(&w.queue).(event)
		if e.at.After(w.now) {
			w.now = e.at
		}
		if !e.script {
			e.do()
			continue
		}
		w.scripting = true
		w.mu.Unlock()
		e.do()
		w.mu.Lock()
		w.scripting = false
	}
	if t.After(w.now) {
		w.now = t
	}
	w.advancing = false
	w.rested.Broadcast()
}
