package simulator

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Edition is which GitHub the world plays.
type Edition int

const (
	// GitHubCom is github.com: REST at the root, GraphQL at /graphql.
	GitHubCom Edition = iota
	// EnterpriseServer319 is GitHub Enterprise Server 3.19: REST at /api/v3/,
	// GraphQL at /api/graphql, X-GitHub-Enterprise-Version on every answer.
	EnterpriseServer319
)

// Options say what a world is made of.
type Options struct {
	// Seed decides every identifier, hash and duration.
	Seed int64
	// Now is the world's clock once it is served. It is required: the world has no other.
	Now func() time.Time
	// Start is when the world begins; zero means Now(). A history is built by
	// starting in the past and letting time Pass before the world is served.
	Start time.Time
	// Edition is github.com unless set.
	Edition Edition
	// CoreLimit is the number of charged REST requests an hour; zero means 5,000
	// (GitHub docs, "Rate limits for the REST API").
	CoreLimit int
	// GraphQLLimit is the number of GraphQL points an hour; zero means 5,000
	// (GitHub docs, "Rate limits and query limits for the GraphQL API").
	GraphQLLimit int
	// PointsPerMinute bounds REST requests a minute (GET costs 1 point) before the
	// secondary limit answers; zero means 900, a negative number switches it off
	// (GitHub docs, "About secondary rate limits").
	PointsPerMinute int
	// NoRateLimit plays an Enterprise Server whose administrator has not enabled
	// limits, which is the default there: /rate_limit answers 404 and no
	// X-RateLimit header is sent (Enterprise docs, "Configuring rate limits").
	NoRateLimit bool
	// NoGraphQL refuses every GraphQL request with 403, as a proxy before an
	// Enterprise Server may.
	NoGraphQL bool
	// NoCustomRefs refuses refs outside heads and tags: whether GitHub takes them is documented both ways (github.md, "Refs").
	NoCustomRefs bool
	// OnExchange is called after each answered API request, but not for answers that
	// a Fault has bent out of GitHub's form.
	OnExchange func(r *http.Request, requestBody []byte, status int, header http.Header, body []byte)
}

// World is a GitHub: accounts, repositories and everything that happens in them.
// Its methods may be called from any goroutine, and from scripts given to At and After.
type World struct {
	options Options
	base    string // REST root, with a final slash
	storage string // root of the storage host, with a final slash

	mu        sync.Mutex
	rested    *sync.Cond // signalled when a script has ended
	now       time.Time  // everything due until now has happened
	live      bool       // served: time follows options.Now
	advancing bool
	scripting bool
	queue     queue

	numbers      map[string]int64
	accounts     map[string]*Account // by lower-case login
	accountOrder []*Account
	teams        []*Team
	apps         map[string]*App // by slug
	repositories map[string]*Repository
	repositoryBy map[int64]*Repository
	order        []*Repository
	moved        map[string]*Repository // former names, lower case
	projects     []*Project
	issueBy      map[int64]*Issue
	pullBy       map[int64]*PullRequest
	draftBy      map[int64]*draftIssue

	routes     []*route
	repoRoutes []*route

	tokens   map[string]*token
	faults   []*Fault
	requests []Request
	leaks    []Request
	signed   map[string]*stored // files on the storage host, by number
	serial   int64              // of requests
}

// New makes an empty world. It panics without Options.Now, a mistake of the caller's.
func New(o Options) *World {
	if o.Now == nil {
		panic("simulator: Options.Now is required")
	}
	if o.CoreLimit == 0 {
		o.CoreLimit = 5000
	}
	if o.GraphQLLimit == 0 {
		o.GraphQLLimit = 5000
	}
	if o.PointsPerMinute == 0 {
		o.PointsPerMinute = 900
	}
	if o.Start.IsZero() {
		o.Start = o.Now()
	}
	w := &World{
		options:      o,
		base:         "https://api.github.com/",
		storage:      "https://storage.invalid/",
		now:          o.Start.UTC(),
		numbers:      map[string]int64{},
		accounts:     map[string]*Account{},
		apps:         map[string]*App{},
		repositories: map[string]*Repository{},
		repositoryBy: map[int64]*Repository{},
		moved:        map[string]*Repository{},
		issueBy:      map[int64]*Issue{},
		pullBy:       map[int64]*PullRequest{},
		draftBy:      map[int64]*draftIssue{},
		routes:       worldRoutes(o.Edition),
		repoRoutes:   repositoryRoutes(),
		tokens:       map[string]*token{},
		signed:       map[string]*stored{},
	}
	w.rested = sync.NewCond(&w.mu)
	return w
}

// Now is the world's time: everything due until then has happened.
func (w *World) Now() time.Time {
	defer w.enter()()
	return w.now
}

// Repositories lists the repositories in the order of their creation.
func (w *World) Repositories() []*Repository {
	defer w.enter()()
	return append([]*Repository(nil), w.order...)
}

// enter locks the world for one call of the builder and brings it up to date.
// A call made by a script finds time standing still at the script's moment; so
// does one that another goroutine makes meanwhile.
func (w *World) enter() (leave func()) {
	w.mu.Lock()
	if w.live && !w.scripting {
		w.advance(w.options.Now())
	}
	return w.mu.Unlock
}

// arrive locks the world for one request and brings it up to date, scripts included.
func (w *World) arrive() (leave func()) {
	w.mu.Lock()
	for w.advancing {
		w.rested.Wait()
	}
	if w.live {
		w.advance(w.options.Now())
	}
	return w.mu.Unlock
}

// next numbers things of one kind. Gaps are irregular, as on GitHub, but follow from the seed.
func (w *World) next(kind string) int64 {
	n, ok := w.numbers[kind]
	if !ok {
		n = firstNumber[kind]
	}
	n += 1 + int64(w.dice(kind, n).IntN(7))
	w.numbers[kind] = n
	return n
}

// firstNumber puts identifiers into the ranges seen on GitHub; run, job and
// deployment identifiers need 64 bits.
var firstNumber = map[string]int64{
	"account": 1_000_000, "team": 3_000_000, "app": 20_000, "repository": 500_000_000,
	"workflow": 110_000_000, "run": 17_000_000_000, "job": 48_000_000_000, "suite": 41_000_000_000,
	"deployment": 2_900_000_000, "deployment status": 5_600_000_000, "environment": 6_200_000_000,
	"release": 210_000_000, "asset": 240_000_000, "artifact": 3_100_000_000, "status": 34_000_000_000,
	"issue": 2_400_000_000, "milestone": 9_000_000, "project": 8_000_000, "field": 120_000_000, "item": 90_000_000, "value": 700_000_000,
	"draft": 30_000_000, "iteration": 1 << 28, "option": 1 << 29,
	"pull": 2_200_000_000, "rule": 30_000_000, "policy": 24_000_000,
}

// dice is randomness that depends on the seed and on the thing alone, never on
// the order in which things are asked for.
func (w *World) dice(kind string, id int64) *rand.Rand {
	h := uint64(14695981039346656037)
	for _, b := range []byte(kind) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return rand.New(rand.NewPCG(uint64(w.options.Seed)^h, uint64(id)))
}

// vary returns a duration within a tenth of d, in whole seconds.
func (w *World) vary(kind string, id int64, d time.Duration) time.Duration {
	f := 0.9 + 0.2*w.dice(kind, id).Float64()
	return time.Duration(float64(d) * f).Round(time.Second)
}

// html is the address of a page for people.
func (w *World) html(format string, a ...any) string {
	host := "https://github.com/"
	if w.options.Edition == EnterpriseServer319 {
		host = "https://github.example.com/"
	}
	return host + fmt.Sprintf(format, a...)
}

func fold(s string) string { return strings.ToLower(s) }
