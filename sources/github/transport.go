package github

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"gonogo/sources/clock"
	"gonogo/sources/token"
)

const (
	// maxBody bounds an answer. The longest real ones, comparisons with patches, are a few MiB.
	maxBody = 32 << 20
	// maxRedirects bounds how often one request is sent on.
	maxRedirects = 5
)

var (
	errTimeout  = errors.New("timeout")
	errTooLarge = fmt.Errorf("it is larger than %d MiB", maxBody>>20)
	errForeign  = errors.New("redirected to another host")
)

// foreignError names a host to which a request was not sent.
type foreignError struct{ host string }

func (e *foreignError) Error() string { return errForeign.Error() + " " + e.host }
func (e *foreignError) Unwrap() error { return errForeign }

// transport is between go-github and the network.
type transport struct {
	base    http.RoundTripper
	root    *url.URL
	token   token.Token
	books   *books
	clock   clock.Clock
	timeout time.Duration
	gate    chan struct{} // holds one element a request under way
	log     *slog.Logger
}

func newTransport(o Options, root *url.URL, b *books) *transport {
	return &transport{
		base: o.Transport, root: root, token: o.Token, books: b, clock: o.Clock,
		timeout: o.Timeout, gate: make(chan struct{}, maxAtOnce), log: o.Log,
	}
}

func (t *transport) close() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// checkRedirect follows GETs within the host, as a renamed repository needs it. What another host answers is no fact of
// this one, so nothing is asked there, with or without a token.
func (t *transport) checkRedirect(req *http.Request, via []*http.Request) error {
	switch {
	case !sameOrigin(req.URL, t.root) || req.URL.User != nil:
		return &foreignError{host: quotedHost(req.URL)}
	case via[0].Method != http.MethodGet || len(via) > maxRedirects:
		return http.ErrUseLastResponse
	}
	return nil
}

func quotedHost(u *url.URL) string { return u.Scheme + "://" + name(u.Host) }

// RoundTrip sends a request as often as it takes, within bounds: only reads are repeated, and only where no answer or
// a server's trouble suggests that the next one is better. The answer is complete in memory when it returns.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if !sameOrigin(req.URL, t.root) {
		return nil, &foreignError{host: quotedHost(req.URL)}
	}
	for attempt := 1; ; attempt++ {
		resp, err := t.once(req, attempt)
		if !again(req, attempt, resp, err) {
			return resp, err
		}
		if err := sleep(req.Context(), t.clock, t.books.backOff(attempt)); err != nil {
			return nil, err
		}
		if req, err = rewound(req); err != nil {
			return nil, err
		}
	}
}

// once sends a request, unless a limit forbids it, and books the answer.
func (t *transport) once(req *http.Request, attempt int) (*http.Response, error) {
	ctx := req.Context()
	if err := t.books.admit(resourceOf(req.URL.Path)); err != nil {
		return nil, err
	}
	if err := t.books.queue(ctx); err != nil {
		return nil, err
	}
	select {
	case t.gate <- struct{}{}:
		defer func() { <-t.gate }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := t.books.admit(resourceOf(req.URL.Path)); err != nil { // it may have struck while this one waited
		return nil, err
	}
	sent, began := t.clock.Now(), time.Now()
	resp, body, err := t.exchange(req)
	t.note(req, attempt, resp, err, time.Since(began))
	if err != nil {
		return nil, err
	}
	if err := t.books.settle(req, sent, resp.StatusCode, resp.Header, body); err != nil {
		return nil, err
	}
	conceal(resp.Header)
	return resp, nil
}

// exchange sends a request with its token and reads the whole answer, in bounded time and space.
func (t *transport) exchange(req *http.Request) (*http.Response, []byte, error) {
	// Real time: the network is as slow as it is, however fast the clock of a demonstration runs.
	ctx, cancel := context.WithTimeoutCause(req.Context(), t.timeout, errTimeout)
	defer cancel()
	out := req.Clone(ctx)
	if !t.token.Zero() {
		out.Header.Set("Authorization", "Bearer "+t.token.Reveal())
	}
	resp, err := t.base.RoundTrip(out)
	if err != nil {
		return nil, nil, t.failed(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, nil, t.failed(ctx, fmt.Errorf("the answer was cut off: %w", err))
	case len(body) > maxBody:
		return nil, nil, errTooLarge
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.Request = req // without the token
	return resp, body, nil
}

// failed tells a timeout from a network's error, and removes the token wherever a message might hold it.
func (t *transport) failed(ctx context.Context, err error) error {
	switch {
	case errors.Is(context.Cause(ctx), errTimeout):
		return fmt.Errorf("no answer within %s: %w", t.timeout, errTimeout)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	if secret := t.token.Reveal(); secret != "" && strings.Contains(err.Error(), secret) {
		return errors.New(strings.ReplaceAll(err.Error(), secret, t.token.String()))
	}
	return err
}

// conceal hides limits from go-github, which would block itself by them.
func conceal(h http.Header) {
	for _, k := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"} {
		h.Del(k)
	}
}

// note writes one line for debugging. Neither headers nor bodies are in it.
func (t *transport) note(req *http.Request, attempt int, resp *http.Response, err error, took time.Duration) {
	if t.log == nil || !t.log.Enabled(req.Context(), slog.LevelDebug) {
		return
	}
	args := []any{"host", req.URL.Host, "method", req.Method, "path", req.URL.RequestURI(), "attempt", attempt, "took", took}
	if err != nil {
		args = append(args, "error", err.Error())
	} else {
		args = append(args, "status", resp.StatusCode, "remaining", resp.Header.Get("X-RateLimit-Remaining"))
	}
	t.log.DebugContext(req.Context(), "asked GitHub", args...)
}
