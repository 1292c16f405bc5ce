package github

import (
	"context"
	"time"

	"gonogo/sources/clock"
)

// GitHub's secondary limits begin at 100 requests at once and 900 points a minute, a GET being one point (REST docs,
// "About secondary rate limits"). These stay well below, for others use the same account; what is read again before a person
// acts goes at once, some dozen requests.
const (
	maxAtOnce    = 16
	maxPerMinute = 400 // a full bucket and what fills it make twice as many in the first minute
)

// pace is a bucket that holds a minute's requests and fills evenly.
type pace struct {
	spent float64 // 0: full
	at    time.Time
}

// take books one request and tells how long to wait before it is sent.
func (p *pace) take(now time.Time) time.Duration {
	const each = time.Minute / maxPerMinute
	if now.After(p.at) {
		p.spent = max(0, p.spent-float64(now.Sub(p.at))/float64(each))
		p.at = now
	}
	p.spent++
	return time.Duration(max(0, p.spent-maxPerMinute) * float64(each))
}

// queue waits until the pace allows one more request.
func (b *books) queue(ctx context.Context) error {
	b.mu.Lock()
	wait := b.pace.take(b.clock.Now())
	b.mu.Unlock()
	return sleep(ctx, b.clock, wait)
}

// sleep waits for d of the clock's time, or until the context is done.
func sleep(ctx context.Context, c clock.Clock, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	fired, stop := c.NewTimer(d)
	defer stop()
	select {
	case <-fired:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
