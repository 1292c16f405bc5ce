package simulator_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// diary lets a world be asked at the given moments and writes down every answer,
// the server's ports aside.
func diary(t *testing.T, seed int64, moments ...time.Duration) map[string][32]byte {
	t.Helper()
	c := &clock{noon}
	w := simulator.New(simulator.Options{Seed: seed, Now: c.Now, Start: noon.Add(-8 * time.Hour), PointsPerMinute: -1})
	paths := eventful(w)
	busy := w.Repository("acme/api")
	w.Every(7*time.Minute, func() bool { busy.Push(simulator.Change{}); return true })
	s := serve(t, w, c)
	answers := map[string][32]byte{}
	for _, after := range moments {
		c.now = noon.Add(after)
		for _, p := range paths {
			r := s.get(p)
			text := strings.NewReplacer(s.Server.URL(), "API/", s.StorageURL(), "FILES/").Replace(r.Status + r.Header.Get("Link") + r.Header.Get("Location") + r.body)
			if strings.HasPrefix(p, "/rate_limit") {
				continue // tells what was asked before
			}
			answers[after.String()+p] = sha256.Sum256([]byte(text))
		}
	}
	return answers
}

func TestTheSameSeedAndTimesGiveTheSameAnswers(t *testing.T) {
	first := diary(t, 1, 0, time.Minute, time.Hour)
	for key, sum := range diary(t, 1, 0, time.Minute, time.Hour) {
		if first[key] != sum {
			t.Errorf("%s differs", key)
		}
	}
	same, other := 0, diary(t, 2, 0, time.Minute, time.Hour)
	for key, sum := range other {
		if first[key] == sum {
			same++
		}
	}
	if same > len(first)/2 {
		t.Errorf("with another seed %d of %d answers are the same", same, len(first))
	}
}

func TestWhenOneAsksChangesNothing(t *testing.T) {
	often, once := diary(t, 1, 0, time.Second, 3*time.Minute, 17*time.Minute, time.Hour), diary(t, 1, time.Hour)
	for key, sum := range once {
		if strings.Contains(key, "/logs") || strings.Contains(key, "/zip") {
			continue // each download has its own address
		}
		if often[key] != sum {
			t.Errorf("%s differs when the world was asked before", key)
		}
	}
}

func TestScripts(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}})
	var told []string
	tell := func(word string) func() {
		return func() { told = append(told, word+" "+s.World.Now().Format("15:04")) }
	}
	s.At(noon.Add(2*time.Hour), tell("second"))
	s.At(noon.Add(time.Hour), func() {
		tell("first")()
		api.Push(simulator.Change{Message: "from a script"})
		s.After(90*time.Minute, tell("third"))
	})
	s.At(noon.Add(2*time.Hour), tell("second too"))
	s.At(noon.Add(-time.Hour), tell("late"))
	left := 2
	s.Every(3*time.Hour, func() bool { left--; tell("again")(); return left > 0 })
	s.pass(65 * time.Minute)
	if r := read[runs](s, "/repos/acme/api/actions/runs"); r.Total != 1 || r.Runs[0].Status != simulator.Completed || r.Runs[0].Title != "from a script" {
		t.Errorf("runs: %+v", r)
	}
	s.pass(10 * time.Hour)
	s.get("/meta")
	if got := strings.Join(told, ", "); got != "late 12:00, first 13:00, second 14:00, second too 14:00, third 14:30, again 15:00, again 18:00" {
		t.Errorf("the scripts told: %s", got)
	}
}

func TestAWorldIsAskedAndChangedByMany(t *testing.T) {
	c := &lockedClock{now: noon}
	w := simulator.New(simulator.Options{Seed: 1, Now: c.Now, Start: noon.Add(-8 * time.Hour), PointsPerMinute: -1})
	paths := eventful(w)
	api := w.Repository("acme/api")
	w.Every(time.Minute, func() bool { api.Push(simulator.Change{}); return true })
	s := serve(t, w, &clock{})
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 40 {
				c.pass(time.Second)
				switch {
				case worker == 0:
					api.Deploy("staging", "")
				case worker == 1 && i%10 == 0:
					w.After(time.Second, func() { api.Push(simulator.Change{Branch: fmt.Sprint("b", i)}) })
				default:
					if r := s.get(paths[(i*8+worker)%len(paths)]); r.StatusCode >= http.StatusInternalServerError {
						t.Errorf("%s", r.Status)
					}
				}
			}
		})
	}
	all.Wait()
}

// lockedClock is a clock for many.
type lockedClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *lockedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *lockedClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func BenchmarkAHundredRuns(b *testing.B) { benchmark(b, "/repos/acme/api/actions/runs?per_page=100") }
func BenchmarkAComparison(b *testing.B)  { benchmark(b, "/repos/acme/api/compare/v1...main") }
func BenchmarkDeployments(b *testing.B)  { benchmark(b, "/repos/acme/api/deployments?per_page=100") }

// benchmark asks a fleet of 200 repositories, each with a month behind it.
func benchmark(b *testing.B, path string) {
	c := &clock{noon}
	w := simulator.New(simulator.Options{Seed: 1, Now: c.Now, Start: noon.AddDate(0, -1, 0), PointsPerMinute: -1, CoreLimit: 1 << 40})
	for i := range 200 {
		r := w.Repository(fmt.Sprint("acme/service-", i))
		if i == 0 {
			r = w.Repository("acme/api")
		}
		r.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}})
		r.Workflow(simulator.WorkflowPlan{Path: "deploy.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "staging"}}})
	}
	for day := range 30 {
		for _, r := range w.Repositories() {
			for range 4 {
				r.Push(simulator.Change{})
			}
			if day == 0 {
				r.Tag("v1", "")
			}
		}
		w.Pass(24 * time.Hour)
	}
	server, err := w.Serve()
	if err != nil {
		b.Fatal(err)
	}
	s := &site{World: w, Server: server, clock: c, http: newClient(), token: "ghp_test"}
	defer server.Close()
	defer s.http.CloseIdleConnections()
	b.ResetTimer()
	for b.Loop() {
		if err := s.ask(path); err != nil {
			b.Fatal(err)
		}
	}
}
