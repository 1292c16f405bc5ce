package simulator_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

func TestFaults(t *testing.T) {
	s := world(t)
	s.Repository("acme/api").Push(simulator.Change{})
	s.Repository("acme/web").Push(simulator.Change{})
	t.Run("a status, for one path, twice", func(t *testing.T) {
		s.Fault(simulator.Fault{Path: "/repos/acme/*/commits", Status: 502, Times: 2, Body: "<html>Unicorn!</html>"})
		if r := s.get("/repos/acme/api/branches"); r.StatusCode != http.StatusOK {
			t.Errorf("another path: %s", r.Status)
		}
		for _, want := range []int{502, 502, 200} {
			if r := s.get("/repos/acme/api/commits"); r.StatusCode != want {
				t.Errorf("%s, not %d", r.Status, want)
			}
		}
	})
	t.Run("until it is lifted, by regular expression", func(t *testing.T) {
		f := s.Fault(simulator.Fault{Path: "^/repos/[^/]+/web", Status: 500})
		for range 3 {
			if r := s.get("/repos/acme/web"); r.StatusCode != http.StatusInternalServerError || !json.Valid([]byte(r.body)) {
				t.Errorf("%s %s", r.Status, r.body)
			}
		}
		s.Lift(f)
		if r := s.get("/repos/acme/web"); r.StatusCode != http.StatusOK {
			t.Errorf("lifted: %s", r.Status)
		}
	})
	t.Run("wrong JSON", func(t *testing.T) {
		s.Fault(simulator.Fault{WrongJSON: true, Times: 1})
		if r := s.get("/repos/acme/api"); r.StatusCode != http.StatusOK || json.Valid([]byte(r.body)) || r.Header.Get("ETag") != "" {
			t.Errorf("%s %s", r.Status, r.body)
		}
	})
	for name, when := range map[string]simulator.Cut{"before the answer": simulator.CutBefore, "in the middle of it": simulator.CutMiddle} {
		t.Run("cut "+name, func(t *testing.T) {
			s.Fault(simulator.Fault{Cut: when, Times: 1, Path: "/user"})
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Server.URL()+"user", strings.NewReader("not repeated by the transport"))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := s.http.Do(req)
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				resp.Body.Close()
			}
			if err == nil {
				t.Error("the connection held")
			}
		})
	}
	t.Run("slow, until the client has had enough", func(t *testing.T) {
		f := s.Fault(simulator.Fault{Delay: time.Hour})
		defer s.Lift(f)
		client := http.Client{Timeout: 50 * time.Millisecond, Transport: s.http.Transport}
		_, err := client.Get(s.Server.URL() + "meta")
		var timeout *url.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("got %v", err)
		}
	})
	t.Run("of the storage alone", func(t *testing.T) {
		s.Fault(simulator.Fault{Storage: true, Status: http.StatusServiceUnavailable, Times: 1})
		if r := s.get("/meta"); r.StatusCode != http.StatusOK {
			t.Errorf("the API: %s", r.Status)
		}
		for _, want := range []int{http.StatusServiceUnavailable, http.StatusNotFound} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.StorageURL()+"actions-results/1/x.zip", nil)
			if err != nil {
				t.Fatal(err)
			}
			if r := s.do(req); r.StatusCode != want {
				t.Errorf("%s, not %d", r.Status, want)
			}
		}
	})
	t.Run("for one token", func(t *testing.T) {
		f := s.Fault(simulator.Fault{Token: "ghp_other", Status: 503})
		defer s.Lift(f)
		if r := s.get("/meta"); r.StatusCode != http.StatusOK {
			t.Errorf("another token: %s", r.Status)
		}
	})
}

func TestCloseEndsARequestThatIsKeptWaiting(t *testing.T) {
	c := &clock{noon}
	w := simulator.New(simulator.Options{Now: c.Now})
	w.Fault(simulator.Fault{Delay: time.Hour})
	s, err := w.Serve()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Serve(); !errors.Is(err, simulator.ErrServed) {
		t.Errorf("a world was served twice: %v", err)
	}
	done := make(chan error)
	go func() {
		req, err := http.NewRequest(http.MethodGet, s.URL()+"meta", nil)
		if err == nil {
			var resp *http.Response
			if resp, err = (&http.Transport{DisableKeepAlives: true}).RoundTrip(req); err == nil {
				resp.Body.Close()
			}
		}
		done <- err
	}()
	for len(w.Requests()) == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err == nil {
		t.Error("the request was answered")
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}
