package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// lasting bounds a download as a whole, in real time: one that brings a byte now and then would never end. Besides it may
// bring nothing for twice the time in which GitHub has to answer a request.
const lasting = 30 * time.Minute

var errStalled = errors.New("stalled")

// Download is a file that lies on another host than GitHub's API: the log of a job, an artifact. GitHub sends the client
// there by an address that is signed and lives a minute (REST docs, "Download job logs for a workflow run"), so the token
// never goes along. It is read as it comes; whoever reads it bounds how much, and closes it.
type Download struct {
	Request string    // the one to the API, e.g. "GET /repos/acme/api/actions/jobs/7/logs"
	At      time.Time // when it was sent, by this process' clock
	Size    int64     // as the storage says; -1: it doesn't

	ctx    context.Context
	body   io.ReadCloser
	act    act
	idle   *time.Timer
	wait   time.Duration
	cancel func()
}

// download asks the API where a file is, and opens it there.
func (c *Client) download(ctx context.Context, a act, path string) (*Download, error) {
	d := &Download{Request: "GET /" + path, At: c.clock.Now(), act: a, wait: 2 * c.wire.timeout}
	at, err := c.locate(ctx, a, path)
	if err != nil {
		return nil, err
	}
	if err := c.fetchFrom(ctx, d, at); err != nil {
		return nil, err
	}
	return d, nil
}

// locate returns where GitHub sends the client for a file. A repository's move is followed here, with the token.
func (c *Client) locate(ctx context.Context, a act, path string) (*url.URL, error) {
	request := "GET /" + path
	req, err := c.api.NewRequest(http.MethodGet, c.moved.rewrite(path), nil)
	if err != nil {
		return nil, a.problem(model.ProblemMalformed, "the request can't be written: "+lastReason(err), "check the names in the configuration", err)
	}
	asks := http.Client{Transport: c.wire, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if sent := next.Response.StatusCode; sent == http.StatusFound || sent == http.StatusSeeOther {
			return http.ErrUseLastResponse
		}
		return c.wire.checkRedirect(next, via)
	}}
	resp, err := asks.Do(req.WithContext(ctx))
	if err != nil {
		return nil, a.explain(ctx, request, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusFound && resp.StatusCode != http.StatusSeeOther {
		if err = github.CheckResponse(resp); err == nil {
			err = a.malformed(request, fmt.Sprintf("it tells no address (%d)", resp.StatusCode), nil)
		}
		return nil, a.explain(ctx, request, err)
	}
	c.moved.learn(path, resp)
	at, err := resp.Location()
	if err == nil {
		err = checkStorage(at)
	}
	if err != nil {
		return nil, a.malformed(request, "it sends the client to a place that isn't asked: "+lastReason(err), err)
	}
	return at, nil
}

// checkStorage refuses addresses that GitHub's storage doesn't have.
func checkStorage(u *url.URL) error {
	if u.Host == "" || u.User != nil {
		return errors.New("the address has no host, or a password")
	}
	return checkRoot(&url.URL{Scheme: u.Scheme, Host: u.Host})
}

// fetchFrom opens a file on the storage host, with nothing of ours but the name of the program.
func (c *Client) fetchFrom(ctx context.Context, d *Download, at *url.URL) error {
	whole, end := context.WithTimeoutCause(ctx, lasting, errStalled)
	ctx, stop := context.WithCancelCause(whole)
	d.ctx, d.cancel = ctx, func() { stop(nil); end() }
	d.idle = time.AfterFunc(c.wire.timeout, func() { stop(errStalled) })
	plain := http.Client{Transport: c.wire.base, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects {
			return http.ErrUseLastResponse
		}
		return checkStorage(next.URL)
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		d.end()
		return d.act.malformed(d.Request, "it sends the client to no address", err)
	}
	req.Header.Set("User-Agent", c.api.UserAgent)
	began := time.Now()
	resp, err := plain.Do(req)
	c.wire.noteDownload(req, resp, err, time.Since(began))
	if err != nil {
		err = d.failed(err)
		d.end()
		return err
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		d.end()
		return d.refused(resp)
	}
	d.body, d.Size = resp.Body, resp.ContentLength
	return nil
}

// Read reads on; its errors are Problems.
func (d *Download) Read(p []byte) (int, error) {
	d.idle.Reset(d.wait)
	n, err := d.body.Read(p)
	d.idle.Stop()
	if err != nil && !errors.Is(err, io.EOF) {
		err = d.failed(fmt.Errorf("the download was cut off: %w", err))
	}
	return n, err
}

// Close ends the download.
func (d *Download) Close() error {
	defer d.end()
	return d.body.Close()
}

func (d *Download) end() {
	d.idle.Stop()
	d.cancel()
}

// failed explains an error on the way to the storage host or from there. What is signed is not in it.
func (d *Download) failed(err error) error {
	switch {
	case errors.Is(context.Cause(d.ctx), errStalled):
		return d.act.problem(model.ProblemTimeout, "GitHub's storage sends nothing any more", "it is tried again later", err)
	case d.ctx.Err() != nil:
		return fmt.Errorf("%s: %w", d.act.doing, d.ctx.Err())
	}
	return d.act.problem(model.ProblemNetwork, lastReason(err), "check the network and the proxy; it is tried again later", nil)
}

// refused explains the storage's own answers (Azure Blob Storage docs, "Status and error codes").
func (d *Download) refused(r *http.Response) error {
	status := fmt.Sprintf(" (%d from its storage)", r.StatusCode)
	switch r.StatusCode {
	case http.StatusNotFound, http.StatusGone:
		return d.act.absent(status, nil)
	case http.StatusForbidden:
		return d.act.problem(model.ProblemServer, "the address that GitHub gave was refused"+status, "it is tried again later with another one", nil)
	}
	return d.act.problem(model.ProblemServer, "GitHub's storage has trouble"+status, "it is tried again later", nil)
}

// noteDownload writes one line for debugging. What is signed is not in it.
func (t *transport) noteDownload(req *http.Request, resp *http.Response, err error, took time.Duration) {
	if t.log == nil || !t.log.Enabled(req.Context(), slog.LevelDebug) {
		return
	}
	args := []any{"host", req.URL.Host, "method", req.Method, "path", req.URL.Path, "took", took}
	if err != nil {
		args = append(args, "error", lastReason(err))
	} else {
		args = append(args, "status", resp.StatusCode)
	}
	t.log.DebugContext(req.Context(), "asked GitHub's storage", args...)
}
