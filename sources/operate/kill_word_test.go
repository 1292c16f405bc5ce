package operate_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// said is a word to GitHub that a process is killed at: how it is prepared in a repository, which request is its one send,
// and whether it was done.
type said struct {
	kind    operation.Kind
	prepare func(t *testing.T, r *simulator.Repository, name string) (operate.Request, operate.Confirmation)
	sends   func(q simulator.Request, repository string) bool
	done    func(r *simulator.Repository, v *victim) bool
}

func words() []said {
	posts := func(end string) func(simulator.Request, string) bool {
		return func(q simulator.Request, repository string) bool {
			return q.Method == http.MethodPost && strings.HasPrefix(q.Path, "/repos/"+repository+"/") && strings.HasSuffix(q.Path, end) && q.Status > 0 && q.Status < 300
		}
	}
	ref := func(r *simulator.Repository, _ *victim) bool { return len(r.Refs()) == 1 }
	because := operate.Confirmation{Reason: "because", Name: production}
	return []said{
		{operation.Hold, func(_ *testing.T, _ *simulator.Repository, name string) (operate.Request, operate.Confirmation) {
			return operate.Request{Service: name, Environment: production}, because
		}, posts("/git/refs"), ref},
		{operation.Veto, func(t *testing.T, r *simulator.Repository, name string) (operate.Request, operate.Confirmation) {
			return operate.Request{Service: name, Release: deployed(t, r).Branch}, because
		}, posts("/git/refs"), ref},
		{operation.Rerun, func(t *testing.T, r *simulator.Repository, name string) (operate.Request, operate.Confirmation) {
			i := slices.IndexFunc(r.Runs(), func(n *simulator.Run) bool {
				status, _ := n.Status()
				return status == "completed" && strings.HasSuffix(n.Workflow.Path, "ci.yml")
			})
			if i < 0 {
				t.Fatalf("%s has no run that ended", name)
			}
			return operate.Request{Service: name, Run: r.Runs()[i].ID}, operate.Confirmation{}
		}, posts("/rerun"), func(r *simulator.Repository, v *victim) bool {
			return slices.ContainsFunc(r.Runs(), func(n *simulator.Run) bool { return n.ID == v.Request.Run && n.Attempt() == 2 })
		}},
		{operation.Approve, func(t *testing.T, r *simulator.Repository, name string) (operate.Request, operate.Confirmation) {
			tag := deployed(t, r).Branch
			r.Environment(production, simulator.Protection{Reviewers: []string{"mona"}})
			n := r.Run(simulator.RunOf{Workflow: "deploy.yml", Ref: tag, By: "ada", Inputs: map[string]string{"environment": production, "version": tag}})
			return operate.Request{Service: name, Run: n.ID}, because
		}, posts("/pending_deployments"), func(r *simulator.Repository, v *victim) bool {
			return slices.ContainsFunc(r.Runs(), func(n *simulator.Run) bool {
				status, _ := n.Status()
				return n.ID == v.Request.Run && status != "waiting"
			})
		}},
	}
}

// deployed is the newest run of a repository that has deployed.
func deployed(t *testing.T, r *simulator.Repository) *simulator.Run {
	t.Helper()
	i := slices.IndexFunc(r.Runs(), func(n *simulator.Run) bool { return strings.HasSuffix(n.Workflow.Path, "deploy.yml") })
	if i < 0 {
		t.Fatal("nothing was ever deployed")
	}
	return r.Runs()[i]
}

// TestKilledAtAWord kills the process that says one word to GitHub, about a shared ref or a run, with SIGKILL before and
// after every journal write and every request, each time starts another on the same files, and looks whether it was said
// once at most and came to a right end. The kinds share a simulated GitHub each, of which every kill has a service of its
// own. It prints how many points there are.
func TestKilledAtAWord(t *testing.T) {
	t.Parallel()
	if quietly(t) {
		return
	}
	var all sync.WaitGroup
	for _, w := range words() {
		all.Go(func() { t.Run(string(w.kind), w.killedAnywhere) })
	}
	all.Wait()
}

// wordPoints is more than the points that any word comes by.
const wordPoints = 22

func (w said) killedAnywhere(t *testing.T) {
	sim, err := fleet.Simulate(fleet.SimulateOptions{Services: wordPoints, Seed: 1, Factor: factor})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	points, end := w.begin(t, sim, 0, "").run(t)
	if end != operation.Succeeded || len(points) < 14 || len(points) >= wordPoints {
		t.Fatalf("unharmed it came by %d points and ended as %s: %q", len(points), end, points)
	}
	ends := map[operation.State]int{}
	var mu sync.Mutex
	places := make(chan struct{}, 4)
	var all sync.WaitGroup
	for i, point := range points {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			t.Run(fmt.Sprintf("%d %s", i+1, point), func(t *testing.T) {
				v := w.begin(t, sim, i+1, point)
				if came, end := v.run(t); len(came) == 0 || came[len(came)-1] != point {
					t.Fatalf("it was to be killed at %s, came by %q and ended as %q", point, came, end)
				}
				before := w.sent(sim, v)
				v.At = ""
				_, end := v.run(t)
				if after := w.sent(sim, v); after != before && point != points[0] { // then nothing of it was journalled
					t.Errorf("another process said it than the one that it was confirmed in: %d, then %d", before, after)
				}
				w.hold(t, sim, v, end)
				mu.Lock()
				defer mu.Unlock()
				ends[end]++
			})
		})
	}
	all.Wait()
	t.Logf("killed at %d points: %v", len(points), ends)
	if ends[operation.Succeeded] == 0 || ends[operation.Aborted] == 0 || ends[operation.Ambiguous] == 0 {
		t.Errorf("not every end was met: %v", ends)
	}
}

// begin is a process that looks at one service alone.
func (w said) begin(t *testing.T, sim *fleet.Simulation, n int, at string) *victim {
	t.Helper()
	v := victimOf(t, sim, at)
	name := fmt.Sprintf("service-%03d", n+1)
	head, services, _ := strings.Cut(v.Config, "services:\n")
	for _, s := range strings.Split(services, "  - name: service-")[1:] {
		if s = "  - name: service-" + s; strings.HasPrefix(s, "  - name: "+name+"\n") {
			v.Config = head + "services:\n" + s
		}
	}
	v.Request, v.Word = w.prepare(t, sim.World().Repository("acme/"+name), name)
	v.Request.Kind = w.kind
	return &v
}

// hold is what must hold after another process has gone on.
func (w said) hold(t *testing.T, sim *fleet.Simulation, v *victim, end operation.State) {
	t.Helper()
	sent := w.sent(sim, v)
	done := w.done(sim.World().Repository("acme/"+v.Request.Service), v)
	switch {
	case sent > 1:
		t.Errorf("it was said %d times", sent)
	case done != (sent == 1):
		t.Errorf("it was said %d times, and done: %v", sent, done)
	case end == operation.Succeeded && !done:
		t.Error("it is called succeeded, and was not done")
	case end != operation.Succeeded && done:
		t.Errorf("it was done, and is called %s", end)
	case end != operation.Succeeded && end != operation.Aborted && end != operation.Ambiguous:
		t.Errorf("it ended as %q", end)
	}
}

// sent is how often it was said so that GitHub took it.
func (w said) sent(sim *fleet.Simulation, v *victim) (n int) {
	for _, q := range sim.World().Requests() {
		if w.sends(q, "acme/"+v.Request.Service) {
			n++
		}
	}
	return n
}
