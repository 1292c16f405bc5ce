package operate_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

var update = flag.Bool("update", false, "write the golden files anew")

// lie is how the network answers a write.
type lie struct {
	name  string
	fault simulator.Fault
}

func lies() []lie {
	all := []lie{
		{"reset before it is done", simulator.Fault{Cut: simulator.CutBefore}},
		{"reset after it is done", simulator.Fault{Cut: simulator.CutMiddle}},
		{"502 after it is done", simulator.Fault{Status: 502}},
		{"30 s without an answer", simulator.Fault{Delay: 30 * time.Second}},
		{"redirected", simulator.Fault{Status: 307, Instead: true, Header: map[string]string{"Location": "/repos/acme/other"}}},
	}
	for _, status := range []int{401, 403, 404, 409, 422, 429} {
		all = append(all, lie{fmt.Sprint(status), simulator.Fault{Status: status, Instead: true}})
	}
	return all
}

// TestTheNetworkLies answers each write of a promotion in every way that nobody wants. What becomes of the operation, and
// the sentence that says so, is in testdata/lies.txt; whatever the answer, it is sent once at most, nothing that deploys is
// left without an operation that knows of it, and a lock is left only by an operation that is ambiguous.
func TestTheNetworkLies(t *testing.T) {
	t.Parallel()
	if quietly(t) {
		return
	}
	lieAbout(t, "lies.txt", []write{
		{"tag object", "POST", "/repos/*/*/git/tags"}, {"lock", "POST", "/repos/*/*/git/refs"}, {"dispatch", "POST", "/repos/*/*/actions/workflows/*/dispatches"},
		{"unlock", "POST", "/graphql"}, {"publish", "PATCH", "/repos/*/*/releases/*"},
	}, answered)
}

// write is a request that changes something, by the name of its point.
type write struct{ name, method, path string }

// lieAbout answers each write in every way that nobody wants, and holds what becomes of it against a golden file.
func lieAbout(t *testing.T, file string, writes []write, answered func(t *testing.T, write, method, path string, fault simulator.Fault) string) {
	var mu sync.Mutex
	told := map[string]string{}
	var order []string
	places := make(chan struct{}, 6) // each mostly waits
	var all sync.WaitGroup
	for _, write := range writes {
		for _, l := range lies() {
			name := write.name + ": " + l.name
			order = append(order, name)
			places <- struct{}{}
			all.Go(func() {
				defer func() { <-places }()
				t.Run(name, func(t *testing.T) {
					says := answered(t, write.name, write.method, write.path, l.fault)
					mu.Lock()
					defer mu.Unlock()
					told[name] = says
				})
			})
		}
	}
	all.Wait()
	var b strings.Builder
	for _, name := range order {
		fmt.Fprintf(&b, "%s\n    %s\n", name, told[name])
	}
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("what becomes of an operation is not what %s says:\n%s", path, b.String())
	}
}

// answered drives a promotion of which one write is answered so, and says what became of it.
func answered(t *testing.T, write, method, path string, fault simulator.Fault) string {
	fault.Method, fault.Path, fault.Times = method, path, 1
	var world *simulator.World
	var once sync.Once
	public := write == "publish"
	s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) {
		if public {
			byRelease(o)
		}
		o.Hook = func(point string) {
			if point == "before request "+write {
				once.Do(func() { world.Fault(fault) })
			}
		}
	})
	world = s.sim.World()
	if public {
		world.Repository("acme/" + service).Workflow(publisher())
		world.Repository("acme/" + service).Forget("publish.yml")
	}
	d := s.prepare(production)
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	o = s.until(o.Plan.ID, "decided", func(o operate.Operation) bool {
		return o.State.Ended() && o.Unlocked || o.State == operation.Ambiguous
	})
	sent, runs := s.sim.Dispatches("acme/"+service)+s.sim.Publications("acme/"+service), 0
	for _, r := range world.Repository("acme/" + service).Runs() {
		if strings.Contains(r.Title, o.Plan.ID) || public && r.Event == "release" {
			runs++
		}
	}
	refs := s.sim.Refs("acme/" + service)
	switch {
	case sent > 1 || runs > 1:
		t.Errorf("it was sent %d times and made %d runs", sent, runs)
	case runs == 1 && o.State != operation.Succeeded:
		t.Errorf("it made a run and is %s", o.State)
	case o.State == operation.Ambiguous && len(refs) != 1, o.State != operation.Ambiguous && len(refs) != 0:
		t.Errorf("it is %s and left %v", o.State, refs)
	}
	says := o.Why
	for _, r := range o.Records {
		if r.Event == operation.Unanswered || r.Event == operation.Unclaimed {
			says = r.Why
		}
	}
	return fmt.Sprintf("%s: %s", o.State, plain(s, o, string(says)))
}

// plain takes from a sentence what differs from run to run.
func plain(s *stage, o operate.Operation, text string) string {
	for old, now := range map[string]string{o.Plan.ID: "OPERATION", s.sim.Root: "API/", s.sim.Host: "HOST"} {
		text = strings.ReplaceAll(text, old, now)
	}
	return clockTime.ReplaceAllString(text, "HH:MM:SS")
}

var clockTime = regexp.MustCompile(`\d\d:\d\d:\d\d`)
