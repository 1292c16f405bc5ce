package simulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/sources/config"
	"gonogo/sources/contract"
	"gonogo/sources/simulator"
)

// stage is a world and its services, served on a clock that the test moves.
type stage struct {
	*simulator.World
	services *simulator.Services
	server   *simulator.Server
	clock    *clock
	recorder *contract.Recorder
	t        *testing.T
}

// perform serves a world made by make.
func perform(t *testing.T, make func(simulator.Options) (*simulator.World, *simulator.Services)) *stage {
	t.Helper()
	c := &clock{now: noon}
	recorder := contract.NewRecorder(t, contract.GitHubCom)
	w, services := make(simulator.Options{Seed: 1, Now: c.Now, OnExchange: recorder.Record, PointsPerMinute: -1})
	if err := services.Serve(); err != nil {
		t.Fatal(err)
	}
	server, err := w.Serve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := services.Close(); err != nil {
			t.Error(err)
		}
	})
	return &stage{World: w, services: services, server: server, clock: c, recorder: recorder, t: t}
}

func demo(t *testing.T) *stage { t.Helper(); return perform(t, simulator.Demo) }

// fetch reads an address; err is the transport's.
func (s *stage) fetch(address string) (status int, body string, err error) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if strings.HasPrefix(address, s.server.URL()) {
		req.Header.Set("Authorization", "Bearer ghp_test")
	}
	client := &http.Client{Transport: http.DefaultTransport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// health is what a service says of itself.
func (s *stage) health(service, environment string) (status int, state, version string) {
	s.t.Helper()
	status, body, err := s.fetch(s.services.HealthURL(service, environment))
	if err != nil {
		s.t.Fatal(err)
	}
	var h struct{ Status, Version string }
	if err := json.Unmarshal([]byte(body), &h); err != nil {
		s.t.Fatalf("%s in %s: %v: %s", service, environment, err, body)
	}
	return status, h.Status, h.Version
}

func (s *stage) pass(d time.Duration) { s.clock.now = s.clock.now.Add(d) }

// rest reads a path into v.
func (s *stage) rest(path string, v any) {
	s.t.Helper()
	status, body, err := s.fetch(s.server.URL() + path)
	if err != nil || status != http.StatusOK {
		s.t.Fatalf("%s: %d %v %s", path, status, err, body)
	}
	if err := json.Unmarshal([]byte(body), v); err != nil {
		s.t.Fatal(err)
	}
}

type shownRuns struct {
	Total int `json:"total_count"`
	Runs  []struct {
		Name, Title, Status, Conclusion, Event string
		HeadSHA                                string    `json:"head_sha"`
		DisplayTitle                           string    `json:"display_title"`
		CreatedAt                              time.Time `json:"created_at"`
	} `json:"workflow_runs"`
}

func (s *stage) runs(service, filter string) shownRuns {
	s.t.Helper()
	var r shownRuns
	s.rest("repos/acme/"+service+"/actions/runs?per_page=10&"+filter, &r)
	return r
}

func TestTheDemosStoriesAreToldWhenItStarts(t *testing.T) {
	s := demo(t)
	t.Run("api is green: staging runs a release with green CI that production hasn't got", func(t *testing.T) {
		status, state, staging := s.health("api", "staging")
		_, _, production := s.health("api", "production")
		if status != 200 || state != "ok" || staging == production {
			t.Errorf("staging %d %s %s, production %s", status, state, staging, production)
		}
		ci := s.runs("api", "event=push&head_sha="+s.Repository("acme/api").Head(staging).SHA)
		if ci.Total != 2 || ci.Runs[0].Conclusion != "success" || ci.Runs[1].Conclusion != "success" {
			t.Errorf("CI of the candidate: %+v", ci)
		}
	})
	t.Run("web: CI failed on the candidate", func(t *testing.T) {
		_, _, candidate := s.health("web", "staging")
		ci := s.runs("web", "event=push&head_sha="+s.Repository("acme/web").Head(candidate).SHA)
		if ci.Total != 1 || ci.Runs[0].Conclusion != "failure" {
			t.Errorf("CI of %s: %+v", candidate, ci)
		}
	})
	t.Run("payments: a run has waited for 13 days, two later ones were cancelled, one waits behind it", func(t *testing.T) {
		waiting, pending, cancelled := s.runs("payments", "status=waiting"), s.runs("payments", "status=pending"), s.runs("payments", "status=cancelled")
		if waiting.Total != 1 || s.Now().Sub(waiting.Runs[0].CreatedAt) < 13*24*time.Hour || pending.Total != 1 || cancelled.Total != 2 {
			t.Errorf("waiting %+v, pending %+v, cancelled %+v", waiting, pending, cancelled)
		}
	})
	t.Run("search: a deployment waits for a reviewer since 20 minutes", func(t *testing.T) {
		waiting := s.runs("search", "status=waiting")
		if waiting.Total != 1 || s.Now().Sub(waiting.Runs[0].CreatedAt) != 20*time.Minute || !strings.Contains(waiting.Runs[0].DisplayTitle, "to production") {
			t.Errorf("waiting: %+v", waiting)
		}
	})
	t.Run("notifications: production is unhealthy, the fix is in staging", func(t *testing.T) {
		status, state, bad := s.health("notifications", "production")
		fixed, _, fix := s.health("notifications", "staging")
		if status != 503 || state != "failing" || fixed != 200 || bad == fix {
			t.Errorf("production %d %s %s, staging %d %s", status, state, bad, fixed, fix)
		}
	})
	t.Run("ledger: the candidate came to staging a moment ago", func(t *testing.T) {
		var deployments []struct {
			CreatedAt time.Time `json:"created_at"`
		}
		s.rest("repos/acme/ledger/deployments?environment=staging", &deployments)
		if age := s.Now().Sub(deployments[0].CreatedAt); age > 30*time.Minute {
			t.Errorf("the newest deployment is %s old", age)
		}
	})
	t.Run("identity: nothing newer to ship, and staging is slow", func(t *testing.T) {
		begin := time.Now()
		_, state, staging := s.health("identity", "staging")
		took := time.Since(begin)
		_, _, production := s.health("identity", "production")
		if staging != production || state != "slow" || took < 500*time.Millisecond {
			t.Errorf("staging %s (%s, took %s), production %s", staging, state, took, production)
		}
	})
	t.Run("billing: the candidate brings a migration", func(t *testing.T) {
		_, _, staging := s.health("billing", "staging")
		_, _, production := s.health("billing", "production")
		var compared struct{ Files []struct{ Filename string } }
		s.rest("repos/acme/billing/compare/"+production+"..."+staging, &compared)
		if !strings.Contains(fmt.Sprint(compared.Files), "db/migrations/0042_index_invoices.sql") {
			t.Errorf("%s...%s changes %v", production, staging, compared.Files)
		}
	})
	if err := s.server.Close(); err != nil { // an exchange is judged after it was answered
		t.Error(err)
	}
	if s.recorder.Seen() < 8 {
		t.Errorf("only %d exchanges were held to the contract", s.recorder.Seen())
	}
}

func TestTheDemosHistoryFillsPlots(t *testing.T) {
	s := demo(t)
	for _, r := range s.Repositories() {
		name := strings.TrimPrefix(r.FullName(), "acme/")
		if runs := s.runs(name, "event=push"); runs.Total < 30 {
			t.Errorf("%s has only %d runs of CI", name, runs.Total)
		}
		if deploys := s.runs(name, "event=workflow_dispatch"); deploys.Total < 12 {
			t.Errorf("%s has only %d deployments", name, deploys.Total)
		}
	}
}

func TestLifeGoesOnInTheDemo(t *testing.T) {
	s := demo(t)
	now := 0
	for _, r := range s.Repositories() {
		now += s.runs(strings.TrimPrefix(r.FullName(), "acme/"), "status=in_progress").Total
	}
	if now == 0 {
		t.Error("nothing moves when the screen appears")
	}
	s.pass(27 * time.Minute)
	if status, state, _ := s.health("notifications", "production"); status != 200 || state != "ok" {
		t.Errorf("notifications has not recovered: %d %s", status, state)
	}
	s.pass(6 * time.Minute)
	if waiting := s.runs("search", "status=waiting"); waiting.Total != 0 {
		t.Errorf("search still waits: %+v", waiting)
	}
	_, _, candidate := s.health("web", "staging")
	if ci := s.runs("web", "event=push&head_sha="+s.Repository("acme/web").Head(candidate).SHA); ci.Runs[0].Conclusion != "success" {
		t.Errorf("web's candidate %s has not recovered: %+v", candidate, ci)
	}
	before := 0
	for _, r := range s.Repositories() {
		before += len(r.Runs())
	}
	s.pass(12 * time.Hour)
	after, bad := 0, 0
	for _, r := range s.Repositories() {
		after += len(r.Runs())
	}
	if after < before+40 {
		t.Errorf("in twelve hours only %d runs were added", after-before)
	}
	// Somewhere in the next day a release is bad in production for a while.
	for i := 0; i < 48 && bad == 0; i++ {
		s.pass(30 * time.Minute)
		for _, r := range s.Repositories() {
			if status, _, _ := s.health(strings.TrimPrefix(r.FullName(), "acme/"), "production"); status == 503 {
				bad++
			}
		}
	}
	if bad == 0 {
		t.Error("nothing was unhealthy in a whole day")
	}
}

func TestTheDemoIsTheSameForTheSameSeed(t *testing.T) {
	tell := func() string {
		w, _ := simulator.Demo(simulator.Options{Seed: 4, Now: func() time.Time { return noon }})
		var b strings.Builder
		for _, r := range w.Repositories() {
			for _, n := range r.Runs() {
				status, conclusion := n.Status()
				fmt.Fprintln(&b, r.FullName(), n.ID, n.Title, n.Commit.SHA, status, conclusion, n.CreatedAt)
			}
		}
		return b.String()
	}
	if first := tell(); first != tell() {
		t.Error("two demos of one seed differ")
	}
}

func TestTheDemosConfigurationIsOneThatTheProgramTakes(t *testing.T) {
	s := demo(t)
	text := simulator.DemoConfig(s.services)
	fleet, err := config.Load("gonogo.yml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if len(fleet.Services) != 8 || len(fleet.Freezes) != 1 {
		t.Fatalf("%d services, %d freezes:\n%s", len(fleet.Services), len(fleet.Freezes), text)
	}
	asked := 0
	for _, service := range fleet.Services {
		for _, e := range service.Environments {
			if status, body, err := s.fetch(s.services.HealthURL(service.Name, e.Name)); err != nil || status == 404 {
				t.Errorf("%s in %s: %d %v %s", service.Name, e.Name, status, err, body)
			}
			asked += len(e.Checks)
		}
	}
	if asked != 20 {
		t.Errorf("%d checks, want one for each of 18 environments and two queries", asked)
	}
}

func TestABusyFleetKeepsTwoRunsMovingAndChangesSixTimesAnHour(t *testing.T) {
	s := perform(t, func(o simulator.Options) (*simulator.World, *simulator.Services) {
		return simulator.Fleet(o, simulator.FleetOf{Services: 3, Busy: true})
	})
	pushes := map[string]int{}
	for _, r := range s.Repositories() {
		pushes[r.FullName()] = len(r.Runs())
	}
	seen, moved := 0, 0
	for range 12 {
		s.pass(5 * time.Minute)
		for i := range 3 {
			seen++
			moved += moving(s.runs(fmt.Sprintf("service-%03d", i+1), "event=push"))
		}
	}
	if average := float64(moved) / float64(seen); average < 1.7 || average > 2.3 {
		t.Errorf("on average %.2f runs move, want 2", average)
	}
	for _, r := range s.Repositories() {
		if n := len(r.Runs()) - pushes[r.FullName()]; n != 6 {
			t.Errorf("%s: %d changes in an hour, want 6", r.FullName(), n)
		}
	}
	text := simulator.FleetConfig(s.services)
	if fleet, err := config.Load("gonogo.yml", []byte(text)); err != nil || len(fleet.Services) != 3 || strings.Count(text, "- http:") != 6 {
		t.Errorf("the configuration is refused or incomplete: %v\n%s", err, text)
	}
}

func moving(r shownRuns) (n int) {
	for _, run := range r.Runs {
		if run.Status != "completed" {
			n++
		}
	}
	return n
}

func BenchmarkFleetOf200(b *testing.B) {
	for b.Loop() {
		simulator.Fleet(simulator.Options{Seed: 1, Now: func() time.Time { return noon }}, simulator.FleetOf{Services: 200})
	}
}

func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		simulator.Demo(simulator.Options{Seed: 1, Now: func() time.Time { return noon }})
	}
}
