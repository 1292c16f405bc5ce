package github_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
	"gonogo/sources/token"
)

func TestThePrimaryLimitIsToldAndKept(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, _ *shop) {
		must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, nil))
		reset := s.client.Budget().Core.Reset
		s.Exhaust(secret, "core")
		_, err := s.client.Runs(background(), api, nil)
		p := problem(t, err, model.ProblemLimit)
		if !p.Until.Equal(reset) || !reset.After(start) {
			t.Errorf("until %s, want the reset %s", p.Until, reset)
		}
		if want := "read CI runs of acme/api: the hourly limit of 5000 requests of this account is used up until " + reset.Format("15:04:05 UTC") + "; it goes on by itself then"; p.Error() != want {
			t.Errorf("it says %q", p.Error())
		}
		s.charged()
		_, err = s.client.Repository(background(), api, nil)
		problem(t, err, model.ProblemLimit)
		if sent, _ := s.charged(); sent != 0 {
			t.Errorf("%d requests were sent although the limit is known", sent)
		}
		if b := s.client.Budget(); !b.BlockedUntil.Equal(reset) || b.Why == "" || b.Core.Remaining != 0 {
			t.Errorf("budget: %+v", b)
		}
		if _, err := s.client.Overview(background(), []github.Wanted{wantedShop}); err != nil {
			t.Errorf("GraphQL has an account of its own: %v", err)
		}
		s.clock.Set(reset.Add(time.Second))
		must[github.Reading[model.Repository]](t)(s.client.Repository(background(), api, nil))
		if b := s.client.Budget(); !b.BlockedUntil.IsZero() || b.Core.Charged != 1 {
			t.Errorf("after the reset: %+v", b)
		}
	})
}

func TestExhaustedPointsDoNotBlockREST(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, _ *shop) {
		must[map[model.Repo]github.Overview](t)(s.client.Overview(background(), []github.Wanted{wantedShop}))
		s.Exhaust(secret, "graphql")
		for range 2 {
			_, err := s.client.Overview(background(), []github.Wanted{wantedShop})
			if p := problem(t, err, model.ProblemLimit); !p.Until.After(start) {
				t.Errorf("until %s", p.Until)
			}
		}
		must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, nil))
		if b := s.client.Budget(); !b.BlockedUntil.IsZero() {
			t.Errorf("REST is blocked by GraphQL's account: %+v", b)
		}
	})
}

func TestTheSecondaryLimitBlocksEverythingForAsLongAsItSays(t *testing.T) {
	for _, c := range []struct {
		name       string
		status     int
		retryAfter time.Duration
		least      time.Duration
		most       time.Duration
	}{
		{"403 with Retry-After", 403, 17 * time.Second, 17 * time.Second, 17 * time.Second},
		{"429 with Retry-After", 429, 90 * time.Second, 90 * time.Second, 90 * time.Second},
		{"403 without Retry-After is not blocked until the primary reset", 403, 0, time.Minute, 66 * time.Second},
		{"429 without Retry-After", 429, 0, time.Minute, 66 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
			s.SecondaryLimit(c.status, c.retryAfter, 1)
			_, err := s.client.Runs(background(), api, nil)
			p := problem(t, err, model.ProblemLimit)
			if wait := p.Until.Sub(start); wait < c.least || wait > c.most {
				t.Errorf("waits %s, want %s to %s", wait, c.least, c.most)
			}
			s.charged()
			_, err = s.client.Overview(background(), []github.Wanted{wantedShop})
			problem(t, err, model.ProblemLimit)
			if sent, _ := s.charged(); sent != 0 {
				t.Error("a request was sent within the secondary limit")
			}
			s.clock.Set(p.Until)
			must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, nil))
		})
	}
}

func TestASecondaryLimitThatGoesOnWaitsLongerEachTime(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
	s.SecondaryLimit(403, 0, 3)
	var waits []time.Duration
	for range 3 {
		_, err := s.client.Runs(background(), api, nil)
		p := problem(t, err, model.ProblemLimit)
		waits = append(waits, p.Until.Sub(s.clock.Now()))
		s.clock.Set(p.Until)
	}
	for i, w := range waits {
		if least := time.Minute << i; w < least || w > least*11/10 {
			t.Errorf("wait %d is %s, want %s and a little jitter", i+1, w, least)
		}
	}
	must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, nil))
	s.SecondaryLimit(403, 0, 1)
	_, err := s.client.Runs(background(), api, nil)
	if wait := problem(t, err, model.ProblemLimit).Until.Sub(s.clock.Now()); wait > 66*time.Second {
		t.Errorf("after a success it begins at a minute again, not %s", wait)
	}
}

// answering is a client of a server that answers what a test says.
func answering(t *testing.T, clk clock.Clock, answer http.HandlerFunc, change func(*github.Options)) *github.Client {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	root, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	o := github.Options{Root: root, Clock: clk, Token: token.New("github.com", secret, "a test"), Timeout: 5 * time.Second}
	if change != nil {
		change(&o)
	}
	c, err := github.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func limits(h http.Header, limit, remaining int, reset time.Time) {
	h.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
}

const user = `{"login":"octocat","id":1}`

func TestAClockThatIsWrongByAnHourIsNoticed(t *testing.T) {
	for _, c := range []struct {
		name string
		skew time.Duration
	}{{"this machine is behind", time.Hour}, {"this machine is ahead", -time.Hour}} {
		t.Run(c.name, func(t *testing.T) {
			clk := clock.NewDriven(start)
			theirs := start.Add(c.skew)
			remaining := 1
			client := answering(t, clk, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", theirs.Format(http.TimeFormat))
				limits(w.Header(), 60, remaining, theirs.Add(10*time.Minute))
				if remaining--; remaining < 0 {
					w.WriteHeader(http.StatusForbidden)
				}
				_, _ = w.Write([]byte(user))
			}, nil)
			must[github.Reading[string]](t)(client.Viewer(background(), nil))
			b := client.Budget()
			if off := b.Skew - c.skew; off < -time.Second || off > time.Second || !b.ClockWrong() {
				t.Errorf("skew %s, want %s", b.Skew, c.skew)
			}
			_, err := client.Viewer(background(), nil)
			until := problem(t, err, model.ProblemLimit).Until
			if off := until.Sub(start.Add(10 * time.Minute)); off < -time.Second || off > time.Second {
				t.Errorf("until %s by this clock, want ten minutes from %s", until, start)
			}
		})
	}
}

func TestTheBooksSurviveAnswersThatOvertakeEachOther(t *testing.T) {
	clk := clock.NewDriven(start)
	answers := []struct {
		remaining int
		reset     time.Time
	}{{100, start.Add(time.Hour)}, {98, start.Add(time.Hour)}, {99, start.Add(time.Hour)}, {5000, start.Add(-time.Hour)}, {4999, start.Add(2 * time.Hour)}}
	n := 0
	client := answering(t, clk, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", start.Format(http.TimeFormat))
		limits(w.Header(), 5000, answers[n].remaining, answers[n].reset)
		n++
		_, _ = w.Write([]byte(user))
	}, nil)
	for i, want := range []int{100, 98, 98, 98, 4999} {
		must[github.Reading[string]](t)(client.Viewer(background(), nil))
		if got := client.Budget().Core.Remaining; got != want {
			t.Errorf("after answer %d %d remain, want %d", i+1, got, want)
		}
	}
	if a := client.Budget().Core; a.Charged != 1 || a.Left(0.5) != 2499 {
		t.Errorf("a new window begins with its first request: %+v, left %d", a, a.Left(0.5))
	}
}

func TestAHostWithoutLimitsHasNone(t *testing.T) {
	s := open(t, simulator.Options{Edition: simulator.EnterpriseServer319, NoRateLimit: true}, func(w *simulator.World) { buildShop(w) })
	must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, nil))
	b := s.client.Budget()
	if b.Core.Limit != 0 || b.Core.Left(b.Share) < 1<<30 || b.Enterprise != "3.19.0" || b.Core.Charged != 1 {
		t.Errorf("budget: %+v", b)
	}
}

func TestAtMostSixteenRequestsAtOnce(t *testing.T) {
	var now, most atomic.Int32
	var all sync.WaitGroup
	release := make(chan struct{})
	client := answering(t, clock.Real(), func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		if n == 16 {
			close(release)
		}
		<-release
		_, _ = w.Write([]byte(user))
	}, nil)
	for range 48 {
		all.Go(func() {
			if _, err := client.Viewer(background(), nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 16 {
		t.Errorf("%d requests were under way at once, want 16", most.Load())
	}
}

func TestRequestsArePacedBelowTheSecondaryLimit(t *testing.T) {
	const perMinute = 400
	clk := clock.NewDriven(start)
	served := 0
	client := answering(t, clk, func(w http.ResponseWriter, _ *http.Request) {
		served++
		_, _ = w.Write([]byte(user))
	}, nil)
	for range perMinute {
		must[github.Reading[string]](t)(client.Viewer(background(), nil))
	}
	done := make(chan error, 1)
	go func() {
		_, err := client.Viewer(background(), nil)
		done <- err
	}()
	clk.WaitTimers(1)
	if served != perMinute {
		t.Errorf("%d requests within no time, want %d", served, perMinute)
	}
	clk.Advance(time.Minute / perMinute)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAccountsAreToldInWords(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
	must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, nil))
	b := s.client.Budget()
	if b.Host != "github.com" || b.Share != github.DefaultBudget || b.Requests != 1 || b.Charged != 1 || !b.Answered.Equal(start) || !s.client.Answered().Equal(start) || b.Enterprise != "" {
		t.Errorf("%+v", b)
	}
	if strings.Contains(b.Why, secret) {
		t.Error("a token in the budget")
	}
}
