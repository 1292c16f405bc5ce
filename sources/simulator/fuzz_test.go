package simulator_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// FuzzRequests asks for anything: the simulated GitHub neither panics nor answers
// what is no JSON.
func FuzzRequests(f *testing.F) {
	c := &clock{noon}
	w := simulator.New(simulator.Options{Seed: 7, Now: c.Now, Start: noon.Add(-8 * time.Hour), PointsPerMinute: -1, CoreLimit: 1 << 40})
	for _, p := range eventful(w) {
		path, query, _ := strings.Cut(p, "?")
		f.Add(path, query)
	}
	f.Add("/repos/acme/api/actions/runs", "created=>&per_page=-1&page=99999999999999999999")
	f.Add("/repos/acme/api/actions/runs", "page=922700000000000000")
	f.Add("/repos/acme/api/compare/......", "")
	f.Add("/repos/%00/%ff/commits//", "since=x&until=%zz")
	f.Fuzz(func(t *testing.T, path, query string) {
		address := &url.URL{Path: path, RawQuery: query}
		if decoded, err := url.PathUnescape(path); err == nil {
			address.Path, address.RawPath = decoded, path
		}
		status, body := w.Answer(&http.Request{Method: http.MethodGet, URL: address, Header: http.Header{
			"Authorization": {"Bearer ghp_test"}, "User-Agent": {"fuzz"},
		}})
		if status != http.StatusFound && !json.Valid(body) {
			t.Errorf("%s answers %d: %s", address, status, body)
		}
	})
}
