package github

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"

	"gonogo/sources/clock"
	"gonogo/sources/token"
)

// Defaults of Options.
const (
	// DefaultTimeout bounds one request, in real time.
	DefaultTimeout = 15 * time.Second
	// DefaultBudget is the share of the hourly limit that gonogo means to use at most.
	DefaultBudget = 0.5
)

// Options say which host is asked, and how.
type Options struct {
	Host   string   // github.com when empty; an Enterprise Server's, with a port if it has one
	Scheme string   // https when empty; http on loopback only
	Root   *url.URL // REST root; nil: the host's own. Another host than Host's only on loopback.
	Token  token.Token
	Clock  clock.Clock // nil: the machine's
	// Transport is what requests go through after ours; nil: HTTP with the environment's proxy.
	Transport http.RoundTripper
	Budget    float64 // share of the hourly limit, above 0 up to 1; 0: DefaultBudget. Told by Budget, kept by the caller.
	UserAgent string
	Timeout   time.Duration // of one request, in real time; 0: DefaultTimeout
	Rand      *rand.Rand    // jitter of back-off; nil: seeded at random. Used under a lock.
	Log       *slog.Logger  // one debug line a request; headers are never logged. nil: none
	Wrote     func(Wrote)   // told what answers to writes tell of the token's permissions; nil: nobody is
}

// Client reads from one host. It may be used from several goroutines.
type Client struct {
	host  string
	api   *github.Client
	wire  *transport
	books *books
	clock clock.Clock
	share float64
	moved *moves
	wrote func(Wrote)
}

// New returns a client for one host. It sends nothing.
func New(o Options) (*Client, error) {
	if o.Host == "" {
		o.Host = "github.com"
	}
	o.Host = strings.ToLower(o.Host)
	root, err := rootFor(o)
	if err != nil {
		return nil, fmt.Errorf("make a client for %s: %w", o.Host, err)
	}
	if !o.Token.Zero() && !strings.EqualFold(o.Token.Host(), o.Host) {
		return nil, fmt.Errorf("make a client for %s: the token belongs to %s", o.Host, o.Token.Host())
	}
	if strings.ContainsFunc(o.Token.Reveal(), func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, fmt.Errorf("make a client for %s: the token from %s holds characters that no token has; set it again", o.Host, o.Token.Where())
	}
	o = withDefaults(o)
	c := &Client{host: o.Host, clock: o.Clock, share: o.Budget, moved: newMoves(), wrote: o.Wrote}
	c.books = newBooks(o.Clock, o.Rand)
	c.wire = newTransport(o, root, c.books)
	c.api = github.NewClient(&http.Client{Transport: c.wire, CheckRedirect: c.wire.checkRedirect})
	c.api.BaseURL = root
	c.api.UserAgent = o.UserAgent
	return c, nil
}

func rootFor(o Options) (*url.URL, error) {
	own, err := rootOf(o.Host, o.Scheme)
	if err != nil || o.Root == nil {
		return own, err
	}
	root := *o.Root
	if !strings.HasSuffix(root.Path, "/") {
		root.Path += "/"
	}
	if err := checkRoot(&root); err != nil {
		return nil, err
	}
	if !sameOrigin(&root, own) && !Loopback(root.Hostname()) {
		return nil, errors.New("an API root elsewhere is for loopback only")
	}
	return &root, nil
}

func withDefaults(o Options) Options {
	if o.Clock == nil {
		o.Clock = clock.Real()
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Budget <= 0 || o.Budget > 1 {
		o.Budget = DefaultBudget
	}
	if o.UserAgent == "" {
		o.UserAgent = "gonogo"
	}
	if o.Rand == nil {
		o.Rand = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	if o.Transport == nil {
		plain := http.DefaultTransport.(*http.Transport).Clone()
		plain.MaxIdleConnsPerHost = maxAtOnce
		o.Transport = plain
	}
	return o
}

// Host is the host that is asked, as the configuration names it.
func (c *Client) Host() string { return c.host }

// Answered is when the host last answered anything at all, by this process' clock; zero: never. A check that can't
// reach its target is told from a broken network by it.
func (c *Client) Answered() time.Time { return c.books.answered() }

// Close lets go of idle connections.
func (c *Client) Close() { c.wire.close() }
