package github

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"gonogo/sources/clock"
)

// The resources of GitHub's rate limits that are used here (REST docs, "Rate limit").
const (
	coreResource    = "core"
	graphqlResource = "graphql"
)

// A secondary limit without Retry-After: wait at least a minute, and exponentially longer if it goes on (REST docs,
// "Exceeding the rate limit").
const (
	secondaryWait = time.Minute
	secondaryMost = time.Hour
)

// limitError says that GitHub wants no requests until then, be it that it just said so or that it did before.
type limitError struct {
	until time.Time
	why   string
}

func (e *limitError) Error() string { return e.why }

// books are the accounts of one host's limits.
type books struct {
	clock clock.Clock

	mu         sync.Mutex
	rand       *rand.Rand
	resources  map[string]*account
	secondary  time.Time // until when everything waits
	inARow     int       // secondary limits without a success between them
	skew       time.Duration
	enterprise string
	last       time.Time // the host's last answer
	requests   int
	charged    int
	pace       pace
	classic    bool     // the token is a classic one
	scopes     []string // that it has then
}

// account is one resource's window.
type account struct {
	limit, remaining, used, charged int
	reset                           time.Time // GitHub's time
}

func newBooks(c clock.Clock, r *rand.Rand) *books {
	return &books{clock: c, rand: r, resources: map[string]*account{}}
}

// resourceOf guesses which resource a request is booked on, until the answer tells. go-github takes an Enterprise
// Server's /api/graphql for core, so that its exhausted points would block everything else.
func resourceOf(path string) string {
	if strings.HasSuffix(path, "/graphql") {
		return graphqlResource
	}
	return coreResource
}

// admit refuses what GitHub would refuse.
func (b *books) admit(resource string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	if now.Before(b.secondary) {
		return &limitError{until: b.secondary, why: secondaryWhy(b.secondary)}
	}
	if a := b.resources[resource]; a != nil && a.limit > 0 && a.remaining == 0 {
		if until := b.local(a.reset); now.Before(until) {
			return &limitError{until: until, why: a.why(resource, until)}
		}
	}
	return nil
}

func secondaryWhy(until time.Time) string {
	return "GitHub's secondary rate limit was hit: too many requests in a short time; none are sent until " + clockTime(until)
}

func (a *account) why(resource string, until time.Time) string {
	what := "requests"
	if resource == graphqlResource {
		what = "GraphQL points"
	}
	return fmt.Sprintf("the hourly limit of %d %s of this account is used up until %s", a.limit, what, clockTime(until))
}

func clockTime(t time.Time) string { return t.UTC().Format("15:04:05 UTC") }

// local turns GitHub's time into this process'.
func (b *books) local(theirs time.Time) time.Time { return theirs.Add(-b.skew) }

// settle books an answer. It returns an error where the answer is a limit's.
func (b *books) settle(req *http.Request, sent time.Time, status int, h http.Header, body []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	b.last = now
	b.requests++
	b.noteClock(h, sent, now)
	b.noteScopes(h)
	if v := h.Get("X-GitHub-Enterprise-Version"); v != "" {
		b.enterprise = name(v)
	}
	resource := h.Get("X-RateLimit-Resource")
	if resource == "" {
		resource = resourceOf(req.URL.Path)
	}
	a := b.book(resource, h)
	if status != http.StatusNotModified && resource == coreResource {
		a.charged++
		b.charged++
	}
	return b.judge(resource, a, status, h, body, now)
}

// noteClock compares GitHub's Date, in whole seconds, with the time in which the request was under way.
func (b *books) noteClock(h http.Header, sent, now time.Time) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	switch {
	case date.Add(time.Second).Before(sent):
		b.skew = date.Add(time.Second).Sub(sent)
	case date.After(now):
		b.skew = date.Sub(now)
	default:
		b.skew = 0
	}
}

// book takes what the headers tell of a window. Answers overtake each other: within one window the least remaining is
// the truth, and an older window tells nothing.
func (b *books) book(resource string, h http.Header) *account {
	a := b.resources[resource]
	if a == nil {
		a = &account{}
		b.resources[resource] = a
	}
	limit, err1 := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	remaining, err2 := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	seconds, err3 := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err1 != nil || err2 != nil || err3 != nil || limit < 0 || remaining < 0 {
		return a
	}
	const sameWindow = 5 * time.Second
	reset := time.Unix(seconds, 0).UTC()
	switch {
	case reset.After(a.reset.Add(sameWindow)):
		*a = account{limit: limit, remaining: remaining, reset: reset}
	case reset.Before(a.reset.Add(-sameWindow)):
		return a
	default:
		a.limit, a.remaining = limit, min(a.remaining, remaining)
	}
	a.used = max(0, a.limit-a.remaining)
	return a
}

// judge tells a limit from any other refusal (REST docs, "Exceeding the rate limit"): Retry-After is the secondary
// limit's, nothing remaining the primary's, and a 429 without either, or GitHub's own words, the secondary's again.
func (b *books) judge(resource string, a *account, status int, h http.Header, body []byte, now time.Time) error {
	if status < 400 {
		b.inARow = 0
		return nil
	}
	if status != http.StatusForbidden && status != http.StatusTooManyRequests {
		return nil
	}
	after, told := retryAfter(h, now.Add(b.skew))
	none := h.Get("X-RateLimit-Remaining") == "0"
	words := strings.ToLower(string(body[:min(len(body), 4096)]))
	says := strings.Contains(words, "secondary rate limit") || strings.Contains(words, "secondary-rate-limits") || strings.Contains(words, "abuse detection") || strings.Contains(words, "abuse-rate-limits")
	switch {
	case told && (says || !none):
		return b.slow(now, after)
	case says && !none:
		return b.slow(now, 0)
	case none:
		a.remaining = 0
		until := b.local(a.reset)
		if !until.After(now) { // a reset in the past: ask again in a minute, not at once
			until = now.Add(secondaryWait)
			a.reset = until.Add(b.skew)
		}
		return &limitError{until: until, why: a.why(resource, until)}
	case status == http.StatusTooManyRequests || says:
		return b.slow(now, 0)
	}
	return nil
}

// slow blocks everything for as long as GitHub says, or for longer each time.
func (b *books) slow(now time.Time, wait time.Duration) error {
	if wait <= 0 {
		wait = min(secondaryWait<<min(b.inARow, 10), secondaryMost)
		wait += time.Duration(b.rand.Int64N(int64(wait / 10)))
	}
	if until := now.Add(wait); until.After(b.secondary) {
		if !now.Before(b.secondary) {
			b.inARow++ // those under way when it struck don't count
		}
		b.secondary = until
	}
	return &limitError{until: b.secondary, why: secondaryWhy(b.secondary)}
}

// retryAfter reads seconds or a date, by GitHub's clock.
func retryAfter(h http.Header, theirs time.Time) (time.Duration, bool) {
	raw := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(raw); err == nil && seconds >= 0 {
		return time.Duration(min(max(seconds, 1), int(secondaryMost/time.Second))) * time.Second, true
	}
	if date, err := http.ParseTime(raw); err == nil {
		return min(max(date.Sub(theirs), time.Second), secondaryMost), true
	}
	return 0, false
}

// spend books points that a GraphQL answer said it cost.
func (b *books) spend(points int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.charged += points
	if a := b.resources[graphqlResource]; a != nil {
		a.charged += points
	}
}

// exhaust notes that an answer of 200 said that no points are left, and until when.
func (b *books) exhaust() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	a := b.resources[graphqlResource]
	if a == nil {
		a = &account{}
		b.resources[graphqlResource] = a
	}
	a.remaining = 0
	a.limit = max(a.limit, 1)
	until := b.local(a.reset)
	if !until.After(now) {
		until = now.Add(secondaryWait)
		a.reset = until.Add(b.skew)
	}
	return &limitError{until: until, why: a.why(graphqlResource, until)}
}

// slowly notes that an answer of 200 told of the secondary limit.
func (b *books) slowly() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.slow(b.clock.Now(), 0)
}

func (b *books) answered() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last
}

// budget is what callers see.
func (b *books) budget() Budget {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := Budget{
		Enterprise: b.enterprise, Skew: b.skew, Requests: b.requests, Charged: b.charged, Answered: b.last,
		Core: b.allowance(coreResource), GraphQL: b.allowance(graphqlResource),
	}
	now := b.clock.Now()
	switch core := b.resources[coreResource]; {
	case now.Before(b.secondary):
		out.BlockedUntil, out.Why = b.secondary, secondaryWhy(b.secondary)
	case core != nil && core.limit > 0 && core.remaining == 0 && now.Before(b.local(core.reset)):
		out.BlockedUntil = b.local(core.reset)
		out.Why = core.why(coreResource, out.BlockedUntil)
	}
	return out
}

func (b *books) allowance(resource string) Allowance {
	a := b.resources[resource]
	if a == nil {
		return Allowance{}
	}
	out := Allowance{Limit: a.limit, Remaining: a.remaining, Used: a.used, Charged: a.charged, Reset: b.local(a.reset)}
	if a.limit > 0 && !b.clock.Now().Before(out.Reset) { // the window is over, and nothing was asked since
		out = Allowance{Limit: a.limit, Remaining: a.limit}
	}
	if a.limit == 0 {
		out.Reset = time.Time{}
	}
	return out
}
