package fleet

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gonogo/model/board"
	"gonogo/sources/github"
	"gonogo/sources/probe"
)

// tokenPatience is how long looking for a token may take, gh's own storage included.
const tokenPatience = 10 * time.Second

// retryClient is how long a host without a usable token is left alone before it is looked for again: the person may
// have signed in meanwhile.
const retryClient = time.Minute

// clients makes one client a host, when the host is first asked.
type clients struct {
	o        Options
	url      string          // of the configuration's default host
	answered *probe.Answered // tells an outage from a network that is down here
	learnt   func(*github.Client, github.Wrote)

	mu    sync.Mutex
	hosts map[string]*hostClient
}

type hostClient struct {
	ready  atomic.Pointer[github.Client] // nil while there is none
	mu     sync.Mutex                    // held while the token is looked for
	client *github.Client
	err    error
	tried  time.Time
}

func newClients(o Options, fleetURL string, learnt func(*github.Client, github.Wrote)) *clients {
	return &clients{o: o, url: fleetURL, answered: probe.NewAnswered(), learnt: learnt, hosts: map[string]*hostClient{}}
}

// forHost returns the host's client, or why there is none.
func (c *clients) forHost(host string) (*github.Client, error) {
	c.mu.Lock()
	h := c.hosts[host]
	if h == nil {
		h = &hostClient{}
		c.hosts[host] = h
	}
	c.mu.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	now := c.o.Clock.Now()
	if h.client != nil || h.err != nil && now.Sub(h.tried) < retryClient {
		return h.client, h.err
	}
	h.tried = now
	h.client, h.err = c.open(host)
	h.ready.Store(h.client)
	return h.client, h.err
}

func (c *clients) open(host string) (*github.Client, error) {
	ctx, cancel := context.WithTimeout(context.Background(), tokenPatience)
	defer cancel()
	t, err := c.o.Tokens(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", host, err)
	}
	o := github.Options{Host: host, Token: t, Clock: c.o.Clock, Root: c.o.Roots[host], Log: c.o.Log, Scheme: c.scheme(host)}
	o.Transport = c.answered.Transport(plainTransport(), c.o.Clock)
	if c.o.User != nil {
		o.Budget = c.o.User.APIBudget
	}
	var client *github.Client
	o.Wrote = func(w github.Wrote) { c.learnt(client, w) }
	client, err = github.New(o)
	return client, err
}

// scheme is how the configuration asks its default host; every other host is asked over https.
func (c *clients) scheme(host string) string {
	u, err := url.Parse(c.url)
	if err != nil || !strings.EqualFold(u.Host, host) {
		return ""
	}
	return u.Scheme
}

// plainTransport keeps as many connections to a host as a client asks at once.
func plainTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	return t
}

// made are the clients that exist, by host.
func (c *clients) made() []*github.Client {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []*github.Client
	for _, h := range c.hosts {
		if client := h.ready.Load(); client != nil { // one that is being made has nothing to tell yet
			list = append(list, client)
		}
	}
	slices.SortFunc(list, func(a, b *github.Client) int { return strings.Compare(a.Host(), b.Host()) })
	return list
}

// budgets are what each host lets us ask, for the header.
func (c *clients) budgets() []board.Budget {
	var list []board.Budget
	for _, client := range c.made() {
		if b := budgetOf(client); b.Limit > 0 || b.Why != "" { // else it hasn't answered yet, or knows no limits
			list = append(list, b)
		}
	}
	return list
}

func (c *clients) close() {
	for _, client := range c.made() {
		client.Close()
	}
}
