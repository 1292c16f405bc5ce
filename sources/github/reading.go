package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// Validators are what GitHub needs to tell whether something changed: the path and query of a request, from "/repos" on,
// and the ETag of its answer. They belong together with the rows that the answers gave, and to one token.
type Validators map[string]string

// Reading is what a reader found.
type Reading[T any] struct {
	Value T
	// Unchanged says that every answer was 304: what the cache holds is still true, and Value is empty.
	Unchanged  bool
	Validators Validators // of every page that was read; when Unchanged those that were given
	// Cut says that GitHub's bounds or ours ended the list: there is at least what is here.
	Cut     bool
	Request string    // the first request, e.g. "GET /repos/acme/api/deployments?per_page=100"
	At      time.Time // when the first request was sent, by this process' clock: the facts are at least as young
}

func reading[T any](l listing, v T) Reading[T] {
	return Reading[T]{Value: v, Unchanged: l.unchanged, Validators: l.validators, Cut: l.cut, Request: l.request, At: l.at}
}

// maxPage is GitHub's bound of items a page.
const maxPage = 100

// page is one answer.
type page struct {
	key       string // path and query
	body      []byte
	etag      string
	unchanged bool
	next      int    // number of the next page; 0: none
	after     string // cursor of the next page, where a list has those instead
}

// key writes a request as its path and query, which order doesn't matter in.
func key(path string, query url.Values) string {
	if len(query) == 0 {
		return "/" + path
	}
	return "/" + path + "?" + query.Encode()
}

// get sends one GET through go-github. An ETag makes it conditional.
func (c *Client) get(ctx context.Context, a act, path string, query url.Values, etag string) (page, error) {
	p := page{key: key(path, query)}
	request := "GET " + p.key
	req, err := c.api.NewRequest(http.MethodGet, c.moved.rewrite(p.key[1:]), nil)
	if err != nil {
		return p, a.problem(model.ProblemMalformed, "the request can't be written: "+lastReason(err), "check the names in the configuration", err)
	}
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	var body bytes.Buffer
	resp, err := c.api.Do(ctx, req, &body)
	var refused *github.ErrorResponse
	if errors.As(err, &refused) && refused.Response.StatusCode == http.StatusNotModified && etag != "" {
		p.unchanged, p.etag = true, etag
		return p, nil
	}
	if err != nil {
		if refused != nil && refused.Response.StatusCode == http.StatusNotFound {
			c.moved.forget(p.key[1:])
		}
		return p, a.explain(ctx, request, err)
	}
	c.moved.learn(p.key[1:], resp.Response)
	p.body, p.etag = body.Bytes(), resp.Header.Get("ETag")
	if resp.NextPage > pageOf(query) {
		p.next = resp.NextPage
	}
	p.after = resp.After
	return p, nil
}

func pageOf(query url.Values) int {
	n, err := strconv.Atoi(query.Get("page"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// listing is what the pages of one list have in common.
type listing struct {
	pages      []page
	unchanged  bool
	validators Validators
	cut        bool
	request    string
	at         time.Time
}

// enough lets a list end early: it is told each page and answers whether more is wanted.
type enough func(page) (bool, error)

// list reads the pages of a list, at most most of them. With validators it first asks whether they changed: all 304 is
// unchanged; one that changed makes all of them be read again, for items move from page to page.
func (c *Client) list(ctx context.Context, a act, path string, query url.Values, most int, known Validators, done enough) (listing, error) {
	l := listing{at: c.clock.Now(), request: "GET " + key(path, query), validators: Validators{}}
	first, err := c.conditional(ctx, a, path, query, most, known)
	if err != nil {
		return l, err
	}
	if first.unchanged {
		l.unchanged = true
		c.keep(l.validators, path, query, most, known)
		return l, nil
	}
	for n, p := 1, first; ; n++ {
		if n > 1 {
			if p, err = c.get(ctx, a, path, numbered(query, n), ""); err != nil {
				return l, err
			}
		}
		l.pages = append(l.pages, p)
		if p.etag != "" {
			l.validators[p.key] = p.etag
		}
		if p.next == 0 {
			return l, nil
		}
		if done != nil {
			stop, err := done(p)
			if err != nil {
				return l, err
			}
			if stop {
				l.cut = true
				return l, nil
			}
		}
		if n == most {
			l.cut = true
			return l, nil
		}
	}
}

// conditional asks for the known pages whether they changed. It returns the first page: unchanged if all are.
func (c *Client) conditional(ctx context.Context, a act, path string, query url.Values, most int, known Validators) (page, error) {
	first, err := c.get(ctx, a, path, query, known[key(path, query)])
	if err != nil || !first.unchanged {
		return first, err
	}
	for n := 2; n <= most; n++ {
		q := numbered(query, n)
		etag, ok := known[key(path, q)]
		if !ok {
			break
		}
		p, err := c.get(ctx, a, path, q, etag)
		if err != nil {
			return page{}, err
		}
		if !p.unchanged {
			return c.get(ctx, a, path, query, "")
		}
	}
	return first, nil
}

// keep copies the validators of a list's pages.
func (c *Client) keep(into Validators, path string, query url.Values, most int, known Validators) {
	for n := 1; n <= most; n++ {
		k := key(path, numbered(query, n))
		etag, ok := known[k]
		if !ok {
			return
		}
		into[k] = etag
	}
}

func numbered(query url.Values, n int) url.Values {
	if n == 1 {
		return query
	}
	q := url.Values{}
	maps.Copy(q, query)
	q.Set("page", strconv.Itoa(n))
	return q
}

// decode reads a page's JSON. What isn't one whole JSON value of the right types is malformed, with its place.
func decode[T any](a act, p page) (T, error) {
	var v T
	trimmed := bytes.TrimSpace(p.body)
	if len(trimmed) == 0 || bytes.Equal(trimmed, []byte("null")) {
		return v, a.malformed("GET "+p.key, "it is empty", nil)
	}
	if err := json.Unmarshal(trimmed, &v); err != nil {
		return v, a.malformed("GET "+p.key, place(err), err)
	}
	return v, nil
}

// place says where JSON stops making sense.
func place(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("no JSON at byte %d", syntax.Offset)
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Sprintf("%s is %s at byte %d", kind.Field, kind.Value, kind.Offset)
	case errors.As(err, &kind):
		return fmt.Sprintf("%s at byte %d", kind.Value, kind.Offset)
	}
	return lastReason(err)
}

// decodeAll reads the items of every page; items takes them out of one page's value.
func decodeAll[P, T any](a act, l listing, items func(P) ([]T, bool)) ([]T, error) {
	var all []T
	for _, p := range l.pages {
		v, err := decode[P](a, p)
		if err != nil {
			return nil, err
		}
		list, ok := items(v)
		if !ok {
			return nil, a.malformed("GET "+p.key, "the list is missing", nil)
		}
		all = append(all, list...)
	}
	return all, nil
}

// plain is for lists that are the whole answer.
func plain[T any](list []T) ([]T, bool) { return list, true }

// item reports which item of a list makes no sense.
func (a act) item(l listing, n int, what string) *Problem {
	return a.malformed(l.request, fmt.Sprintf("item %d has %s", n+1, what), nil)
}
