package github

import "time"

// Budget is what is left of GitHub's limits, as far as its answers told. All times are by this process' clock: GitHub's
// own are corrected by Skew.
type Budget struct {
	Host       string
	Enterprise string // version of the Enterprise Server; empty for github.com, and until it has answered
	Core       Allowance
	GraphQL    Allowance
	// BlockedUntil is when requests are sent again; zero: they are sent. Why says which limit was hit.
	BlockedUntil time.Time
	Why          string
	// Skew is how far GitHub's clock is ahead of this process' (negative: behind), as its Date headers prove; times
	// that fit within a request's own duration prove nothing and leave it zero.
	Skew     time.Duration
	Share    float64 // of Limit that gonogo means to use at most
	Requests int     // sent by this process, repeats included
	Charged  int     // of these, counted by GitHub: all but 304 (REST docs, "Conditional requests")
	Answered time.Time
}

// Allowance is one resource of GitHub's rate limits: requests an hour for core, points an hour for graphql.
type Allowance struct {
	Limit     int // 0: GitHub told nothing, as an Enterprise Server without limits
	Remaining int
	Used      int       // by everything that uses the same account
	Charged   int       // by this process since the window began
	Reset     time.Time // when Remaining is Limit again
}

// Left is how much of the share this process may still use in the window; less where the account itself has less.
// Without a known limit it is math.MaxInt32.
func (a Allowance) Left(share float64) int {
	if a.Limit == 0 {
		return 1<<31 - 1
	}
	return max(0, min(int(float64(a.Limit)*share)-a.Charged, a.Remaining))
}

// ClockWrong reports whether this machine's clock and GitHub's differ by more than a minute: ages and freezes can't be
// trusted then.
func (b Budget) ClockWrong() bool { return b.Skew > time.Minute || b.Skew < -time.Minute }

// Budget tells what is left. It asks nothing.
func (c *Client) Budget() Budget {
	b := c.books.budget()
	b.Host, b.Share = c.host, c.share
	return b
}
