package github_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

// driving lets every timer of the stage's clock fire as soon as it is armed, until the test ends.
func driving(t *testing.T, clk *clock.Driven) {
	t.Helper()
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				if clk.Timers() > 0 {
					clk.Advance(100 * time.Millisecond)
				}
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-done })
}

func TestReadsAreRepeatedAFewTimes(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault simulator.Fault
		sent  int
		kind  model.Problem
	}{
		{"a 502 once", simulator.Fault{Status: 502, Times: 1}, 2, model.NoProblem},
		{"a 500 twice", simulator.Fault{Status: 500, Times: 2}, 3, model.NoProblem},
		{"a 503 that lasts", simulator.Fault{Status: 503}, 3, model.ProblemServer},
		{"a cut connection once", simulator.Fault{Cut: simulator.CutBefore, Times: 1}, 2, model.NoProblem},
		{"an answer cut in the middle once", simulator.Fault{Cut: simulator.CutMiddle, Times: 1}, 2, model.NoProblem},
		{"answers cut in the middle", simulator.Fault{Cut: simulator.CutMiddle}, 3, model.ProblemNetwork},
		{"wrong JSON", simulator.Fault{WrongJSON: true}, 1, model.ProblemMalformed},
		{"a 401", simulator.Fault{Status: 401}, 1, model.ProblemToken},
		{"a 403", simulator.Fault{Status: 403}, 1, model.ProblemForbidden},
		{"a 404", simulator.Fault{Status: 404}, 1, model.ProblemMissing},
		{"a 418", simulator.Fault{Status: 418}, 1, model.ProblemMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
			driving(t, s.clock)
			s.Fault(c.fault)
			r, err := s.client.Runs(background(), api, nil)
			if c.kind == model.NoProblem {
				if err != nil || len(r.Value) == 0 {
					t.Errorf("%d runs, %v", len(r.Value), err)
				}
			} else if p := problem(t, err, c.kind); !strings.HasPrefix(p.Error(), "read CI runs of acme/api: ") {
				t.Errorf("it says %q", p.Error())
			}
			if sent, _ := s.charged(); sent != c.sent {
				t.Errorf("%d requests, want %d", sent, c.sent)
			}
		})
	}
}

func TestAQueryIsRepeatedToo(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
	driving(t, s.clock)
	s.Fault(simulator.Fault{Status: 502, Times: 2})
	all := must[map[model.Repo]github.Overview](t)(s.client.Overview(background(), []github.Wanted{wantedShop}))
	if len(all[api].Deployments) != 3 {
		t.Errorf("%+v", all[api])
	}
}

func TestASlowAnswerIsNotWaitedFor(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
	driving(t, s.clock)
	hurried := s.connect(secret, func(o *github.Options) { o.Timeout = 50 * time.Millisecond })
	f := s.Fault(simulator.Fault{Delay: time.Minute})
	began := time.Now()
	_, err := hurried.Runs(background(), api, nil)
	p := problem(t, err, model.ProblemTimeout)
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %s", took)
	}
	if sent, _ := s.charged(); sent != 2 {
		t.Errorf("%d requests, want one repeat", sent)
	}
	if want := "read CI runs of acme/api: no answer within 50ms: timeout; it is tried again later"; p.Error() != want {
		t.Errorf("it says %q", p.Error())
	}
	s.Lift(f)
}

func TestACancelledReadingEndsAtOnceAndIsNoProblem(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
	s.Fault(simulator.Fault{Delay: time.Minute})
	ctx, cancel := context.WithCancel(background())
	time.AfterFunc(20*time.Millisecond, cancel)
	_, err := s.client.Runs(ctx, api, nil)
	var p *github.Problem
	if !errors.Is(err, context.Canceled) || errors.As(err, &p) || github.KindOf(err) != model.NoProblem {
		t.Errorf("got %v", err)
	}
	s2 := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
	s2.Fault(simulator.Fault{Status: 502})
	ctx, cancel = context.WithCancel(background())
	go func() { s2.clock.WaitTimers(1); cancel() }() // in the midst of its back-off
	if _, err := s2.client.Runs(ctx, api, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("in its back-off: %v", err)
	}
}

func TestNobodyThere(t *testing.T) {
	clk := clock.NewDriven(start)
	driving(t, clk)
	c := answering(t, clk, nil, func(o *github.Options) { o.Root.Host = "127.0.0.1:1" })
	_, err := c.Viewer(background(), nil)
	p := problem(t, err, model.ProblemNetwork)
	if !strings.Contains(p.Error(), "connection refused") || !c.Answered().IsZero() {
		t.Errorf("it says %q", p.Error())
	}
}

func TestAnswersThatMakeNoSenseAreMalformedWithTheirPlace(t *testing.T) {
	run := func(change string) string {
		return `{"total_count":1,"workflow_runs":[{"id":5,"head_sha":"` + strings.Repeat("a", 40) + `","status":"completed","created_at":"2026-03-01T00:00:00Z"` + change + `}]}`
	}
	for _, c := range []struct{ name, body, says string }{
		{"nothing", "", "it is empty"},
		{"null", "null", "it is empty"},
		{"half a document", `{"workflow_runs":[{"id":5`, "no JSON at byte 25"},
		{"two documents", `{"workflow_runs":[]} {}`, "no JSON at byte 22"},
		{"a page of HTML", "<html>sign in to the hotel's network", "no JSON at byte 1"},
		{"a list instead of an object", `[]`, "array at byte 1"},
		{"no list", `{"total_count":3}`, "the list is missing"},
		{"a number for a name", run(`,"event":7`), "workflow_runs.event is number"},
		{"an impossible time", run(`,"updated_at":"yesterday"`), "parsing time"},
		{"no id", `{"workflow_runs":[{}]}`, "item 1 has no id"},
		{"a short hash", `{"workflow_runs":[{"id":1,"head_sha":"abc"}]}`, "item 1 has no head_sha"},
		{"no status", `{"workflow_runs":[{"id":1,"head_sha":"` + strings.Repeat("a", 40) + `","status":null}]}`, "item 1 has no status"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := answering(t, clock.Real(), func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(c.body)) }, nil)
			r, err := client.Runs(background(), api, nil)
			if p := problem(t, err, model.ProblemMalformed); !strings.Contains(p.Error(), c.says) || !strings.Contains(p.Error(), "/repos/acme/api/actions/runs?") {
				t.Errorf("it says %q, want %q in it", p.Error(), c.says)
			}
			if len(r.Value) != 0 {
				t.Errorf("facts were made of it: %+v", r.Value)
			}
		})
	}
}

func TestAnAnswerWithoutEndIsNotRead(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 32 MiB")
	}
	client := answering(t, clock.Real(), func(w http.ResponseWriter, _ *http.Request) {
		chunk := []byte("[" + strings.Repeat("0,", 1<<20))
		for range 40 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}, nil)
	_, err := client.Viewer(background(), nil)
	if p := problem(t, err, model.ProblemMalformed); !strings.Contains(p.Error(), "larger than 32 MiB") {
		t.Errorf("it says %q", p.Error())
	}
}

func TestReviewersThatGitHubHasNotInventedYet(t *testing.T) {
	body := `{"total_count":1,"environments":[{"id":1,"name":"production","protection_rules":[
		{"id":1,"type":"required_reviewers","reviewers":[{"reviewer":{"login":"mona"}},{"type":"Robot","reviewer":{"name":"R2"}},{"type":"User"},{"type":"Team","reviewer":7}]},
		{"id":2,"type":"moon_phase"}],"deployment_branch_policy":null}]}`
	client := answering(t, clock.Real(), func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }, nil)
	r := must[github.Reading[[]model.Protection]](t)(client.Environments(background(), api, nil, nil))
	if got := fmt.Sprint(r.Value[0].Reviewers, r.Value[0].Custom); got != "[{ mona} {Robot R2} {User unknown reviewer} {Team unknown reviewer}] [moon_phase]" {
		t.Errorf("got %s", got)
	}
}

func TestHostileTextIsCleanedWhereItEnters(t *testing.T) {
	evil := "\\u001b[31mred\\u202e" + strings.Repeat("x", 5000)
	body := `{"workflow_runs":[{"id":5,"head_sha":"` + strings.Repeat("a", 40) + `","status":"` + evil + `","created_at":"2026-03-01T00:00:00Z","name":"` + evil +
		`","display_title":"` + evil + `","head_branch":"` + evil + `","path":"` + evil + `","event":"` + evil + `","actor":{"login":"` + evil + `"},"html_url":"javascript:alert(1)","conclusion":"` + evil + `"}]}`
	client := answering(t, clock.Real(), func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }, nil)
	r := must[github.Reading[[]model.Run]](t)(client.Runs(background(), api, nil)).Value[0]
	for what, s := range map[string]string{
		"title": string(r.Title), "workflow": r.Workflow, "name": string(r.WorkflowName), "branch": r.Branch, "event": r.Event,
		"actor": string(r.Actor), "status": string(r.Status), "conclusion": string(r.Conclusion),
	} {
		if strings.ContainsAny(s, "\x1b\u202e") || len(s) > 3*model.MaxText || !strings.HasPrefix(s, "␛[31mred⟨U+202E⟩") {
			t.Errorf("%s is %.40q", what, s)
		}
	}
	if r.URL != "" {
		t.Errorf("a link that is none of the web was kept: %q", r.URL)
	}
}
