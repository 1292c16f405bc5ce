package contract

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// T is what a recorder needs of a test.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// maxReported bounds how many violations fail a test in words; the others are counted.
const maxReported = 20

// Recorder judges exchanges as they happen and fails its test at the end with
// everything that was wrong, each violation once. It may be used from several goroutines.
type Recorder struct {
	rest    *Validator
	graphql *Schema

	mu     sync.Mutex
	seen   int
	wrong  []string
	counts map[string]int
}

// NewRecorder returns a recorder for one edition; it reports when the test ends.
func NewRecorder(t T, e Edition) *Recorder {
	t.Helper()
	rest, err := REST(e)
	if err != nil {
		t.Fatalf("%v", err)
	}
	graphql, err := GraphQL()
	if err != nil {
		t.Fatalf("%v", err)
	}
	r := &Recorder{rest: rest, graphql: graphql, counts: map[string]int{}}
	t.Cleanup(func() { r.report(t) })
	return r
}

// Record judges one exchange. The request's path decides between REST and GraphQL.
// It fits a server's hook after each answer, given request and answer in full.
func (r *Recorder) Record(req *http.Request, reqBody []byte, status int, header http.Header, respBody []byte) {
	err := r.judge(req, reqBody, status, header, respBody)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen++
	if err == nil {
		return
	}
	text := err.Error()
	if r.counts[text] == 0 {
		r.wrong = append(r.wrong, text)
	}
	r.counts[text]++
}

func (r *Recorder) judge(req *http.Request, reqBody []byte, status int, header http.Header, respBody []byte) error {
	switch req.URL.Path {
	case "/graphql", "/api/graphql":
		return r.graphql.Exchange(reqBody, status, respBody)
	}
	return r.rest.Exchange(req, reqBody, status, header, respBody)
}

// Seen is how many exchanges were judged, so that a test can tell that there were some.
func (r *Recorder) Seen() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen
}

// Violations lists what was wrong so far, each once, in the order of first sight.
func (r *Recorder) Violations() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.wrong...)
}

func (r *Recorder) report(t T) {
	t.Helper()
	for i, text := range r.Violations() {
		if i == maxReported {
			t.Errorf("and %d more violations of GitHub's contract", len(r.wrong)-maxReported)
			return
		}
		t.Errorf("GitHub's contract was broken %d times: %s", r.counts[text], text)
	}
}

// Transport returns a RoundTripper that judges every exchange with the API below
// root (scheme and host, with the path prefix the client uses, such as /api/v3) and
// passes all others on: storage hosts that logs redirect to are not in the contract.
func Transport(t T, e Edition, base http.RoundTripper, root string) http.RoundTripper {
	t.Helper()
	u, err := url.Parse(root)
	if err != nil {
		t.Fatalf("read the API's root %s: %v", root, err)
	}
	if base == nil {
		base = http.DefaultTransport
	}
	return NewRecorder(t, e).Transport(base, u)
}

// Transport judges every exchange with root's host that goes through base.
func (r *Recorder) Transport(base http.RoundTripper, root *url.URL) http.RoundTripper {
	return &transport{recorder: r, base: base, root: root}
}

type transport struct {
	recorder *Recorder
	base     http.RoundTripper
	root     *url.URL
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host != t.root.Host {
		return t.base.RoundTrip(req)
	}
	var sent []byte
	if req.Body != nil {
		var err error
		if sent, err = io.ReadAll(req.Body); err != nil {
			return nil, fmt.Errorf("read the request to be judged: %w", err)
		}
		_ = req.Body.Close()
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(bytes.NewReader(sent))
	}
	resp, err := t.base.RoundTrip(req)
	if err != nil {
		return nil, err // no answer, nothing to judge
	}
	got, cut := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(got))
	if cut == nil {
		t.recorder.Record(below(req, t.root), sent, resp.StatusCode, resp.Header, got)
	} else {
		// A cut answer is the network's doing, not GitHub's: hand on what came, and the cut.
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(got), failing{cut}))
	}
	return resp, nil
}

// below returns the request as the API sees it, for a root that isn't a host's own
// root: what remains after the root's path, GraphQL's sibling path included.
func below(req *http.Request, root *url.URL) *http.Request {
	prefix := strings.TrimSuffix(root.EscapedPath(), "/")
	if prefix == "" || prefix == "/api/v3" {
		return req
	}
	rest, ok := strings.CutPrefix(req.URL.EscapedPath(), prefix)
	if !ok {
		return req
	}
	clone := req.Clone(req.Context())
	clone.URL.RawPath = rest
	if path, err := url.PathUnescape(rest); err == nil {
		clone.URL.Path = path
	}
	return clone
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
