package simulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gonogo/sources/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// clock is a time that tests move.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// site is a world that is served, with a client that follows nothing.
type site struct {
	*simulator.World
	*simulator.Server
	t     *testing.T
	clock *clock
	http  *http.Client
	token string
}

func serve(t *testing.T, w *simulator.World, c *clock) *site {
	t.Helper()
	s, err := w.Serve()
	if err != nil {
		t.Fatal(err)
	}
	client := newClient()
	t.Cleanup(func() {
		client.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &site{World: w, Server: s, t: t, clock: c, http: client, token: "ghp_test"}
}

func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

type reply struct {
	*http.Response
	body string
}

// get asks for a path below the root, with headers in pairs.
func (s *site) get(path string, headers ...string) reply {
	s.t.Helper()
	req, err := s.request(path, headers...)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.do(req.WithContext(s.t.Context()))
}

func (s *site) request(path string, headers ...string) (*http.Request, error) {
	address := path
	if !strings.HasPrefix(path, "http") {
		address = s.Server.URL() + strings.TrimPrefix(path, "/")
	}
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return req, nil
}

// ask asks for a path and reads the answer away.
func (s *site) ask(path string) error {
	req, err := s.request(path)
	if err != nil {
		return err
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", path, resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func (s *site) do(req *http.Request) reply {
	s.t.Helper()
	resp, err := s.http.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{resp, string(body)}
}

// world makes and serves a world in which nothing has happened; it starts at noon.
func world(t *testing.T, change ...func(*simulator.Options)) *site {
	t.Helper()
	c := &clock{noon}
	o := simulator.Options{Seed: 1, Now: c.Now}
	for _, f := range change {
		f(&o)
	}
	return serve(t, simulator.New(o), c)
}

// pass lets time go by.
func (s *site) pass(d time.Duration) { s.clock.now = s.clock.now.Add(d) }

// read decodes an answer that must be 200.
func read[T any](s *site, path string) T {
	s.t.Helper()
	r := s.get(path)
	var v T
	if r.StatusCode != http.StatusOK {
		s.t.Fatalf("%s answered %s: %s", path, r.Status, r.body)
	}
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	return v
}

// The parts of answers that tests look at.
type (
	run struct {
		ID         int64
		Path       string
		Status     string
		Conclusion string
		Event      string
		Attempt    int    `json:"run_attempt"`
		SHA        string `json:"head_sha"`
		Title      string `json:"display_title"`
		Head       struct {
			FullName string `json:"full_name"`
		} `json:"head_repository"`
		PullRequests []any `json:"pull_requests"`
	}
	runs struct {
		Total int   `json:"total_count"`
		Runs  []run `json:"workflow_runs"`
	}
	job struct {
		ID                       int64
		Name, Status, Conclusion string
		Attempt                  int `json:"run_attempt"`
		Steps                    []struct{ Name, Status, Conclusion string }
	}
	jobs struct {
		Total int `json:"total_count"`
		Jobs  []job
	}
	deployment struct {
		ID          int64
		SHA         string
		Environment string
		Payload     any
		App         *struct{ Slug string } `json:"performed_via_github_app"`
	}
	status  struct{ State string }
	pending struct {
		Environment struct{ Name string }
		WaitTimer   int     `json:"wait_timer"`
		Since       *string `json:"wait_timer_started_at"`
		MayApprove  bool    `json:"current_user_can_approve"`
		Reviewers   []any
	}
)
