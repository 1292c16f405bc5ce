package simulator

import "time"

// Resources of the rate limit, each with a budget of its own. GraphQL has its
// own on Enterprise Server too, where its path misleads some clients.
const (
	coreResource    = "core"
	graphqlResource = "graphql"
)

// budget is what a token may still ask for in the present hour.
type budget struct {
	limit, used int
	reset       time.Time
}

// minute counts the points of the last minute, for the secondary limit.
type minute struct {
	since  time.Time
	points int
}

// budgetOf returns a token's budget, renewed if its hour has passed. The hour
// begins with the first request (REST docs, "Rate limits for the REST API").
func (w *World) budgetOf(t *token, resource string) *budget {
	b := t.budget[resource]
	if b == nil {
		b = &budget{limit: w.options.CoreLimit}
		if resource == graphqlResource {
			b.limit = w.options.GraphQLLimit
		}
		if t.user == nil {
			b.limit = 60
		}
		t.budget[resource] = b
	}
	if !w.now.Before(b.reset) {
		b.used, b.reset = 0, w.now.Truncate(time.Second).Add(time.Hour)
	}
	return b
}

func (b *budget) remaining() int { return max(0, b.limit-b.used) }

// Spend books requests (resource "core") or points ("graphql") on a token, so
// that it soon or already has none left.
func (w *World) Spend(text, resource string, n int) {
	defer w.enter()()
	if t, ok := w.authenticate("Bearer " + text); ok {
		w.budgetOf(t, resource).used += n
	}
}

// Exhaust leaves a token nothing of a resource until the hour is over.
func (w *World) Exhaust(text, resource string) {
	defer w.enter()()
	if t, ok := w.authenticate("Bearer " + text); ok {
		b := w.budgetOf(t, resource)
		b.used = b.limit
	}
}

// Remaining is what a token has left of a resource.
func (w *World) Remaining(text, resource string) int {
	defer w.enter()()
	t, ok := w.authenticate("Bearer " + text)
	if !ok {
		return 0
	}
	return w.budgetOf(t, resource).remaining()
}

// The secondary limits that a program can meet by reading (REST docs, "About
// secondary rate limits"): points a minute for GraphQL, and requests at once.
// Those for REST are Options.PointsPerMinute.
const (
	graphqlPointsPerMinute = 2000
	requestsAtOnce         = 100
)

// hurries books one point, the price of reading, and tells whether there were
// too many within a minute (REST docs, "Calculating points for the secondary rate
// limit"). It is not known whether 304s count; here they do.
func (w *World) hurries(t *token, resource string) bool {
	bound := w.options.PointsPerMinute
	if bound < 0 {
		return false
	}
	if resource == graphqlResource {
		bound = graphqlPointsPerMinute
	}
	m := t.recent[resource]
	if m == nil || w.now.Sub(m.since) >= time.Minute {
		m = &minute{since: w.now}
		t.recent[resource] = m
	}
	m.points++
	return m.points > bound
}
