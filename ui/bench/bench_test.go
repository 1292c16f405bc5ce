package bench

import (
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var (
	ready = flag.String("ready", "", "what is on the program's screen when its data is; several are separated by commas")
	runs  = flag.Int("runs", 3, "how often each program is measured; the medians count")
	keys  = flag.Int("keys", 200, "how often each key is pressed")
	idle  = flag.Duration("idle", 10*time.Second, "how long each program is watched at rest")
)

// programs are the commands to measure beside the floors, each with its name.
var programs []Subject

func init() { //nolint:gochecknoinits // flags that can be repeated are made by a function
	flag.Func("program", "a command to measure, words separated by spaces, after `[name: ]`; may be repeated; none: only the floors", func(value string) error {
		name, command, named := strings.Cut(value, ": ")
		if !named {
			name, command = "gonogo", value
		}
		programs = append(programs, Subject{Name: name, Command: strings.Fields(command)})
		return nil
	})
}

// The floors' names.
const (
	floorTea   = "floor: static Bubble Tea"
	floorRaw   = "floor: raw Go"
	floorOwn   = "floor: static list on ui/screen"
	floorSleep = "check: the same, View sleeps 5 ms"
)

// BenchmarkProgram measures the shipped binary against two floors:
//
//	go build -ldflags '-s -w' -o /tmp/gonogo . &&
//	go test ./ui/bench -bench . -benchtime 1x -program '/tmp/gonogo --config FILE' -ready api
//
// The terminal answers no question of the program's, as a mute one doesn't; Bubble
// Tea's is answered, for it would wait five seconds. -program can be repeated, with a
// name in front: 'offline: /tmp/gonogo --config OTHER'.
func BenchmarkProgram(b *testing.B) {
	tea, raw, own := build(b, "bubbletea"), build(b, "raw"), build(b, "screen")
	list := []Step{
		{Name: "selection moved", Keys: []string{"j", "k"}, Count: *keys},
		{Name: "scroll step", Setup: times("j", 60), Keys: []string{"j"}, Count: min(*keys, 120)},
	}
	subjects := []Subject{
		{Name: floorRaw, Command: []string{raw}, Ready: []string{"row 047"}, Idle: *idle, Steps: list},
		{Name: floorTea, Command: []string{tea}, Ready: []string{"row 047"}, Answers: true, Idle: *idle, Steps: list},
		{Name: floorOwn, Command: []string{own}, Ready: []string{"row 047"}, Idle: *idle, Steps: list},
		{Name: floorSleep, Command: []string{own}, Env: []string{"SLEEP=5ms"}, Ready: []string{"row 047"}, Steps: list[:1]},
	}
	for _, s := range programs {
		s.Ready, s.Idle, s.Steps = strings.Split(*ready, ","), *idle, cockpitSteps()
		subjects = append(subjects, s)
	}
	for b.Loop() {
		measured := make([][]Result, len(subjects))
		for range *runs { // in turn, so that a busy minute of the machine hits all alike
			for i, s := range subjects {
				r, err := Measure(s)
				if err != nil {
					b.Fatal(err)
				}
				measured[i] = append(measured[i], r)
			}
		}
		var results []Result
		for _, m := range measured {
			results = append(results, Median(m))
		}
		fmt.Println("\n" + Table(results, floorTea, floorRaw)) // a benchmark's log is cut after ten lines
		if fast, slow := results[2], results[3]; slow.Steps[0].P50-fast.Steps[0].P50 < 4*time.Millisecond {
			b.Error("a View that sleeps 5 ms was not seen: the figures cannot be trusted")
		}
	}
}

// cockpitSteps are what a user of the cockpit does, by its own keys.
func cockpitSteps() []Step {
	moves := []string{"j", "j", "j", "k", "k", "k"}
	return []Step{
		{Name: stepMoved, Setup: []string{"2", "g"}, Keys: moves, Count: *keys},
		{Name: stepBusy, Setup: []string{"r"}, Keys: moves, Count: *keys, Stir: "r"},
		{Name: stepScroll, Setup: append([]string{"g"}, times("j", 20)...), Keys: []string{"j"}, Count: min(*keys, 60)},
		{Name: stepZoomed, Setup: append([]string{"z", "g"}, times("j", 45)...), Keys: []string{"j"}, Count: min(*keys, 60)},
		{Name: stepService, Setup: []string{"z", "0", "g"}, Keys: moves, Count: min(*keys, 60), Settle: 150 * time.Millisecond},
	}
}

func times(key string, n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = key
	}
	return keys
}

// build builds a floor as the product is built.
func build(b *testing.B, name string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	cmd := exec.Command("go", "build", "-ldflags", "-s -w", "-o", path, "./testdata/floor/"+name)
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build the floor %s: %v\n%s", name, err, out)
	}
	return path
}
