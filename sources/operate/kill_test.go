package operate_test

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gonogo/model/operation"
	"gonogo/sources/clock"
	"gonogo/sources/config"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
	"gonogo/sources/token"
)

// victim is what a process that will be killed is told.
type victim struct {
	Folder, Config, Host, Root, Token string
	From                              time.Time
	Began                             time.Time
	Factor                            float64
	ID                                string
	Request                           operate.Request
	Word                              operate.Confirmation
	Public                            bool // it is promoted by becoming public
	// Patient says that it prepares until nothing stands against it any more, Until the state in which it leaves its operation.
	Patient bool
	Until   operation.State
	// At is the point at which it kills itself; empty: it lives to the end. It prints each point that it comes by, and the
	// how manieth of its name it is: how often it looks at a run is a matter of pace, so that points have names.
	At string
	// Rest is the point at which it rests until it is told to go on: it is stopped there as ctrl+z stops it.
	Rest string
}

// promoteAndDie is a process of its own: it promotes, or goes on with what a former process left, and is killed with
// SIGKILL at a point.
func promoteAndDie(text string) error {
	var v victim
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return err
	}
	root, err := url.Parse(v.Root)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	points := map[string]int{}
	o := fleet.Options{
		Source:  config.Source{Path: filepath.Join(v.Folder, "gonogo.yml"), Data: []byte(v.Config), Origin: config.Flag},
		Folders: config.Folders{Config: v.Folder, State: filepath.Join(v.Folder, "state"), Cache: filepath.Join(v.Folder, "cache")},
		User:    config.DefaultUser(), Clock: clock.Scaled(v.From.Add(time.Duration(float64(time.Since(v.Began))*v.Factor)), v.Factor),
		Rand: rand.New(rand.NewPCG(1, 1)), Factor: v.Factor,
		Tokens: func(_ context.Context, host string) (token.Token, error) {
			return token.New(host, v.Token, "the test"), nil
		},
		KnownHosts: func() []string { return []string{v.Host} }, Roots: map[string]*url.URL{v.Host: root},
		Hook: func(point string) {
			mu.Lock()
			defer mu.Unlock()
			points[point]++
			point = fmt.Sprintf("%s %d", point, points[point])
			fmt.Println("point", point)
			if point == v.Rest {
				_, _ = os.Stdin.Read(make([]byte, 1))
			}
			if point == v.At {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {} // until it has died
			}
		},
	}
	ctx := context.Background()
	f, err := fleet.Open(ctx, o)
	if err != nil {
		return err
	}
	f.Start(ctx)
	read, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := f.WaitRead(read); err != nil {
		return err
	}
	records, err := f.Records(ctx, v.ID)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		v.Request.ID = v.ID
		d, err := f.Prepare(ctx, v.Request)
		for tries := 0; err == nil && v.Patient && len(d.Against)+len(d.Refusals) > 0 && tries < 100; tries++ {
			time.Sleep(100 * time.Millisecond)
			d, err = f.Prepare(ctx, v.Request)
		}
		if err != nil {
			return err
		}
		if v.Request.Kind == operation.Approve { // whatever speaks against it: it is not what is told here
			for _, against := range d.Against {
				v.Word.Bypass = append(v.Word.Bypass, against.Gate)
			}
		}
		_, err = f.Confirm(ctx, d, v.Word)
		for tries := 0; errors.Is(err, operate.ErrDriven) && v.Patient && tries < 100; tries++ { // what a former one left
			time.Sleep(100 * time.Millisecond)
			_, err = f.Confirm(ctx, d, v.Word)
		}
		if err != nil {
			return fmt.Errorf("%w; %v", err, d.Refusals)
		}
	}
	for range 3600 { // three minutes
		rest, err := atRest(ctx, f)
		if err != nil {
			return err
		}
		if records, err = f.Records(ctx, v.ID); err != nil {
			return err
		}
		p, err := operation.Fold(records)
		if err != nil {
			return err
		}
		if rest || p.State == v.Until && v.Until != "" {
			fmt.Println("end", p.State)
			return f.Close()
		}
		time.Sleep(50 * time.Millisecond) // another process' journal is looked at again
	}
	return fmt.Errorf("it came to no end")
}

// atRest reports whether nothing is left to be done of anything in the journal, but what a person has to decide.
func atRest(ctx context.Context, f *fleet.Fleet) (bool, error) {
	all, err := f.Operations(ctx, 10)
	for i := range all {
		if all[i].Open() && all[i].State != operation.Ambiguous {
			return false, err
		}
	}
	return !slices.ContainsFunc(f.Moving(), func(o operate.Operation) bool { return o.Undecided }), err
}

// command is a victim's process.
func (v victim) command(t *testing.T) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), victimPath)
	cmd.Env = append(os.Environ(), "GONOGO_OPERATE="+string(text))
	cmd.Stderr = os.Stderr
	return cmd
}

// run starts a victim and returns the points that it came by, and how it ended.
func (v victim) run(t *testing.T) (points []string, end operation.State) {
	t.Helper()
	cmd := v.command(t)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		switch word, rest, _ := strings.Cut(lines.Text(), " "); word {
		case "point":
			points = append(points, rest)
		case "end":
			end = operation.State(rest)
		default:
			t.Errorf("it said %q", lines.Text())
		}
	}
	_ = cmd.Wait() // it was killed, or has said how it ended
	return points, end
}

// TestKilledAnywhere kills the process of a promotion and of a rollback with SIGKILL before and after every journal write
// and every request, each time starts another on the same files, and looks whether all was sent once at most and came to a
// right end. It prints how many points there are.
func TestKilledAnywhere(t *testing.T) {
	t.Parallel()
	if quietly(t) {
		return
	}
	for _, kind := range []operation.Kind{operation.Promote, operation.RollBack} {
		t.Run(string(kind), func(t *testing.T) {
			killedAnywhere(t, func(at string) *killing { return begin(t, kind, at) }, func(string) bool { return true })
		})
	}
}

// TestKilledAroundAPublication kills a promotion by which a release becomes public, where that differs from another: from
// before the send is announced until its run is known.
func TestKilledAroundAPublication(t *testing.T) {
	t.Parallel()
	if quietly(t) {
		return
	}
	killedAnywhere(t, func(at string) *killing {
		s := begin(t, operation.Promote, at)
		s.victim.Public = true
		o := fleet.Options{Source: config.Source{Data: []byte(s.victim.Config)}}
		byRelease(&o)
		s.victim.Config = string(o.Source.Data)
		r := s.sim.World().Repository("acme/" + service)
		r.Workflow(publisher())
		r.Forget("publish.yml")
		return s
	}, func(point string) bool {
		return strings.Contains(point, "publish") || strings.Contains(point, " sends ") || strings.Contains(point, " answered ") || strings.Contains(point, " adopted ")
	})
}

func killedAnywhere(t *testing.T, begin func(at string) *killing, asked func(point string) bool) {
	unharmed := begin("")
	points, end := unharmed.victim.run(t)
	if end != cmp.Or(unharmed.want, operation.Succeeded) || len(points) < 20 {
		t.Fatalf("unharmed it came by %d points and ended as %s", len(points), end)
	}
	if unharmed.through != "" && !slices.Contains(points, unharmed.through) {
		t.Fatalf("unharmed it never came by %s: %q", unharmed.through, points)
	}
	points = slices.DeleteFunc(points, func(point string) bool { return !asked(point) })
	t.Logf("%d points to kill at: %q", len(points), points)
	ends := map[operation.State]int{}
	var mu sync.Mutex
	places := make(chan struct{}, 6)
	var all sync.WaitGroup
	for i, point := range points {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			t.Run(strconv.Itoa(i+1)+" "+point, func(t *testing.T) {
				s := begin(point)
				came, end := s.victim.run(t)
				switch killed := len(came) > 0 && came[len(came)-1] == point; {
				case !killed && end == operation.Succeeded && strings.Contains(point, " journal saw ") && !strings.HasSuffix(point, " 1"):
					t.Logf("it looked at the run fewer times this once, and never came by %s", point)
				case !killed:
					t.Fatalf("it was to be killed at %s, came by %q and ended as %q", point, came, end)
				}
				s.victim.At, s.victim.Until = "", ""
				if s.after != "" {
					s.victim.Config = s.after
				}
				_, end = s.victim.run(t)
				s.holds(t, end)
				mu.Lock()
				defer mu.Unlock()
				ends[end]++
			})
		})
	}
	all.Wait()
	t.Logf("killed at %d points: %v", len(points), ends)
}

// killing is a world with a promotion that will be killed.
type killing struct {
	sim     *fleet.Simulation
	victim  victim
	about   *simulator.Run  // that is run again or aborted; nil: it makes one
	want    operation.State // of the operation when nobody is killed; empty: succeeded
	through string          // a point that it comes by then; empty: any
	after   string          // another configuration for whoever goes on; empty: the same
	holds   func(t *testing.T, end operation.State)
}

func begin(t *testing.T, kind operation.Kind, at string) *killing {
	t.Helper()
	now := time.Now()
	sim, err := fleet.Simulate(fleet.SimulateOptions{Services: 1, Seed: 1, Factor: factor, From: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	quick(sim)
	v := victimOf(t, sim, at)
	v.Request, v.Word = operate.Request{Kind: kind, Service: service, Environment: production}, operate.Confirmation{Name: production}
	s := &killing{sim: sim, victim: v}
	s.holds = s.hold
	return s
}

// victimOf is a process that looks at a simulation, with files of its own.
func victimOf(t *testing.T, sim *fleet.Simulation, at string) victim {
	t.Helper()
	var kept []string // without checks it ends sooner
	for _, line := range strings.Split(sim.Config, "\n") {
		if !strings.Contains(line, "health:") && !strings.Contains(line, "http:") && !strings.Contains(line, "expect:") {
			kept = append(kept, line)
		}
	}
	return victim{
		Folder: t.TempDir(), Config: strings.Join(kept, "\n"), Host: sim.Host, Root: sim.Root, Token: sim.Token, From: sim.Clock.Now(), Began: time.Now(), Factor: factor,
		ID: "8d7f3c1e-1111-4222-8333-000000000001", At: at,
	}
}

// hold is what must hold after another process has gone on.
func (s *killing) hold(t *testing.T, end operation.State) {
	t.Helper()
	sent, runs := s.sim.Dispatches("acme/"+service)+s.sim.Publications("acme/"+service), 0
	for _, r := range s.sim.World().Repository("acme/" + service).Runs() {
		if strings.Contains(r.Title, s.victim.ID) || s.victim.Public && r.Event == "release" {
			runs++
		}
	}
	if s.about != nil {
		sent, runs = s.again()
	}
	var refs []string
	left := 0
	for _, ref := range s.sim.Refs("acme/" + service) {
		if strings.Contains(ref, "/lock/") {
			refs = append(refs, ref)
		} else {
			left++ // the veto and the hold
		}
	}
	want := 0
	if s.victim.Request.Kind == operation.RollBack && end == operation.Succeeded {
		want = 2
	}
	if left != want {
		t.Errorf("it ended as %s and left %d vetoes and holds, not %d", end, left, want)
	}
	switch {
	case sent > 1 || runs > 1:
		t.Errorf("it was sent %d times and made %d runs", sent, runs)
	case end == operation.Succeeded && runs != 1:
		t.Errorf("it succeeded and made %d runs", runs)
	case end == operation.Aborted && (sent != 0 || runs != 0):
		t.Errorf("it is called aborted, was sent %d times and made %d runs", sent, runs)
	case end == operation.Ambiguous && runs != 0:
		t.Errorf("it is called ambiguous, and its run carries its ID")
	case end == operation.Ambiguous && len(refs) != 1:
		t.Errorf("an ambiguous operation keeps its lock: %v", refs)
	case end.Ended() && len(refs) != 0:
		t.Errorf("it ended as %s and left %v", end, refs)
	case end != operation.Succeeded && end != operation.Aborted && end != operation.Ambiguous:
		t.Errorf("it ended as %q", end)
	}
}
