package probe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/clock"
)

// watched is a schedule whose runs and samples a test sees.
type watched struct {
	Schedule
	clock   *clock.Driven
	mu      sync.Mutex
	samples []model.Sample
	arrived chan struct{}
}

func watch(jobs ...Job) *watched {
	w := &watched{clock: clock.NewDriven(noon), arrived: make(chan struct{}, 1000)}
	w.Schedule = Schedule{
		Jobs: jobs, Clock: w.clock, Rand: rand.New(rand.NewPCG(1, 2)),
		Run: func(_ context.Context, job Job, _ model.Values) model.Sample {
			return model.Sample{Service: job.Service, Check: job.Check.ID, At: w.clock.Now(), State: model.Healthy}
		},
		Sink: func(samples []model.Sample) {
			w.mu.Lock()
			defer w.mu.Unlock()
			for _, s := range samples {
				w.samples = append(w.samples, s)
				w.arrived <- struct{}{}
			}
		},
	}
	return w
}

// await waits for n samples, then for the scheduler to sleep.
func (w *watched) await(t *testing.T, n int) {
	t.Helper()
	for range n {
		select {
		case <-w.arrived:
		case <-time.After(5 * time.Second):
			t.Fatal("a sample did not come")
		}
	}
}

func (w *watched) taken() []model.Sample {
	w.mu.Lock()
	defer w.mu.Unlock()
	taken := w.samples
	w.samples = nil
	return taken
}

func job(service string, every time.Duration) Job {
	return Job{Service: service, Environment: "production", Check: model.Check{ID: service + "-check", Every: every}}
}

func TestChecksRunWhenTheyAreDueAndNotInBetween(t *testing.T) {
	w := watch(job("a", 30*time.Second), job("b", time.Minute))
	s := Start(t.Context(), w.Schedule)
	defer s.Close()
	w.clock.WaitTimers(1)
	w.clock.Advance(spread)
	w.await(t, 2)
	for _, sample := range w.taken() {
		if late := sample.At.Sub(noon); late < 0 || late > spread {
			t.Errorf("%s first ran %s after the start", sample.Service, late)
		}
	}
	counts := map[string]int{}
	for range 8 { // two minutes
		w.clock.WaitTimers(1)
		w.clock.Advance(15 * time.Second)
		settle(w)
	}
	for _, sample := range w.taken() {
		counts[sample.Service]++
	}
	if counts["a"] != 4 || counts["b"] != 2 {
		t.Errorf("in two minutes a ran %d times, b %d times", counts["a"], counts["b"])
	}
	if timers := w.clock.Timers(); timers != 1 {
		t.Errorf("%d timers are armed, one is enough", timers)
	}
}

// settle gives the goroutines time to do what is due at this time of the clock.
func settle(w *watched) {
	for last, still := -1, 0; still < 5; {
		time.Sleep(2 * time.Millisecond)
		w.mu.Lock()
		n := len(w.samples)
		w.mu.Unlock()
		if n == last {
			still++
		} else {
			last, still = n, 0
		}
	}
}

func TestACheckThatHangsDoesNotPileUpNorHoldOthers(t *testing.T) {
	w := watch(job("hung", 30*time.Second), job("well", 30*time.Second))
	release := make(chan struct{})
	var flying, most, runs atomic.Int32
	usual := w.Run
	w.Run = func(ctx context.Context, job Job, v model.Values) model.Sample {
		if job.Service == "hung" {
			most.Store(max(most.Load(), flying.Add(1)))
			defer flying.Add(-1)
			runs.Add(1)
			select {
			case <-release:
			case <-ctx.Done():
			}
		}
		return usual(ctx, job, v)
	}
	s := Start(t.Context(), w.Schedule)
	defer s.Close()
	for range 10 {
		w.clock.WaitTimers(1)
		w.clock.Advance(30 * time.Second)
		w.await(t, 1)
		s.Now()
		settle(w)
	}
	if runs.Load() != 1 || most.Load() != 1 {
		t.Errorf("the check that hangs was run %d times, %d at once", runs.Load(), most.Load())
	}
	close(release)
	settle(w)
	w.clock.WaitTimers(1)
	w.clock.Advance(31 * time.Second)
	settle(w)
	if n := runs.Load(); n != 2 {
		t.Errorf("after it came back it ran %d times, not once more: missed runs were made up for", n)
	}
}

func TestNoMoreThanSoManyAtOnce(t *testing.T) {
	var jobs []Job
	for i := range 50 {
		jobs = append(jobs, job(fmt.Sprint(i), 30*time.Second))
	}
	w := watch(jobs...)
	w.Parallel = 4
	var flying, most atomic.Int32
	usual := w.Run
	w.Run = func(ctx context.Context, job Job, v model.Values) model.Sample {
		n := flying.Add(1)
		defer flying.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		time.Sleep(time.Millisecond)
		return usual(ctx, job, v)
	}
	s := Start(t.Context(), w.Schedule)
	defer s.Close()
	w.clock.WaitTimers(1)
	w.clock.Advance(spread)
	w.await(t, 50)
	if most.Load() > 4 {
		t.Errorf("%d at once", most.Load())
	}
}

func TestARestartDoesNotAskTooEarly(t *testing.T) {
	w := watch(job("asked", time.Minute), job("long ago", time.Minute), job("in the future", time.Minute))
	w.Last = func(j Job) time.Time {
		return map[string]time.Time{
			"asked": noon.Add(-10 * time.Second), "long ago": noon.Add(-time.Hour), "in the future": noon.Add(time.Hour),
		}[j.Service]
	}
	s := Start(t.Context(), w.Schedule)
	defer s.Close()
	w.clock.WaitTimers(1)
	w.clock.Advance(spread)
	w.await(t, 2)
	for _, sample := range w.taken() {
		if sample.Service == "asked" {
			t.Error("it was asked 10 s ago, and again")
		}
	}
	w.clock.WaitTimers(1)
	w.clock.Advance(50*time.Second - spread)
	w.await(t, 1)
	if got := w.taken(); len(got) != 1 || got[0].Service != "asked" {
		t.Errorf("a minute after it was asked: %v", got)
	}
}

func TestNowAsksOneServiceAtOnce(t *testing.T) {
	w := watch(job("a", time.Hour), job("b", time.Hour))
	w.Last = func(Job) time.Time { return noon }
	s := Start(t.Context(), w.Schedule)
	defer s.Close()
	w.clock.WaitTimers(1)
	s.Now("b")
	w.await(t, 1)
	settle(w)
	if got := w.taken(); len(got) != 1 || got[0].Service != "b" {
		t.Errorf("got %v", got)
	}
}

func TestAClockThatIsSetBackDoesNotStopTheChecks(t *testing.T) {
	w := watch(job("a", 30*time.Second))
	s := Start(t.Context(), w.Schedule)
	defer s.Close()
	w.clock.WaitTimers(1)
	w.clock.Advance(spread)
	w.await(t, 1)
	w.clock.WaitTimers(1)
	w.clock.Set(noon.Add(-24 * time.Hour))
	s.Now("nobody") // anything that wakes it
	settle(w)
	w.clock.WaitTimers(1)
	w.clock.Advance(31 * time.Second)
	w.await(t, 1)
}

func TestASlowSinkGetsSeveralAtOnceAndHoldsNothing(t *testing.T) {
	var jobs []Job
	for i := range 20 {
		jobs = append(jobs, job(fmt.Sprint(i), 30*time.Second))
	}
	w := watch(jobs...)
	blocked, calls := make(chan struct{}), 0
	usual := w.Sink
	w.Sink = func(samples []model.Sample) {
		<-blocked
		calls++
		usual(samples)
	}
	s := Start(t.Context(), w.Schedule)
	w.clock.WaitTimers(1)
	w.clock.Advance(spread)
	time.Sleep(20 * time.Millisecond)
	close(blocked)
	w.await(t, 20)
	s.Close()
	if calls > 10 {
		t.Errorf("20 samples came in %d calls", calls)
	}
}

func TestCloseEndsWhatIsInFlightAndHandsOverWhatIsDone(t *testing.T) {
	w := watch(job("done", 30*time.Second), job("flying", 30*time.Second))
	started := make(chan struct{})
	usual := w.Run
	w.Run = func(ctx context.Context, job Job, v model.Values) model.Sample {
		if job.Service == "flying" {
			close(started)
			<-ctx.Done()
		}
		return usual(ctx, job, v)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := Start(ctx, w.Schedule)
	w.clock.WaitTimers(1)
	w.clock.Advance(spread)
	<-started
	w.await(t, 1)
	cancel()
	s.Close()
	s.Close()
	s.Now()
	if got := w.taken(); len(got) != 1 || got[0].Service != "done" {
		t.Errorf("got %v", got)
	}
}

func TestAFleetsChecksAndTheirValues(t *testing.T) {
	fleet := &model.Fleet{Services: []model.Service{{Name: "api", Environments: []model.Environment{
		{Name: "staging"}, {Name: "production", Checks: []model.Check{{ID: "x", Every: time.Minute}, {ID: "y", Every: time.Minute}}},
	}}}}
	w := watch(Jobs(fleet)...)
	var asked sync.Map
	w.Values = func(service, environment string) model.Values {
		return model.Values{Service: service, Environment: environment, Version: "v1"}
	}
	usual := w.Run
	w.Run = func(ctx context.Context, job Job, v model.Values) model.Sample {
		asked.Store(job.Check.ID, v)
		return usual(ctx, job, v)
	}
	s := Start(t.Context(), w.Schedule)
	defer s.Close()
	w.clock.WaitTimers(1)
	w.clock.Advance(spread)
	w.await(t, 2)
	for _, id := range []string{"x", "y"} {
		if v, _ := asked.Load(id); v != (model.Values{Service: "api", Environment: "production", Version: "v1"}) {
			t.Errorf("%s was asked with %v", id, v)
		}
	}
}
