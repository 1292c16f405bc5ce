package bench

import (
	"flag"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var (
	program = flag.String("program", "", "the command to measure, words separated by spaces; empty: only the floors")
	ready   = flag.String("ready", "", "what is on the program's screen when its data is")
	runs    = flag.Int("runs", 3, "how often each program is measured; the medians count")
	keys    = flag.Int("keys", 200, "how often each key is pressed")
	idle    = flag.Duration("idle", 10*time.Second, "how long each program is watched at rest")
)

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
func BenchmarkProgram(b *testing.B) {
	tea, raw, own := build(b, "bubbletea"), build(b, "raw"), build(b, "screen")
	list := []Step{
		{Name: "selection moved", Keys: []string{"j", "k"}, Count: *keys},
		{Name: "scroll step", Setup: times("j", 60), Keys: []string{"j"}, Count: min(*keys, 120)},
	}
	subjects := []Subject{
		{Name: floorRaw, Command: []string{raw}, Ready: "row 047", Idle: *idle, Steps: list},
		{Name: floorTea, Command: []string{tea}, Ready: "row 047", Answers: true, Idle: *idle, Steps: list},
		{Name: floorOwn, Command: []string{own}, Ready: "row 047", Idle: *idle, Steps: list},
		{Name: floorSleep, Command: []string{own}, Env: []string{"SLEEP=5ms"}, Ready: "row 047", Steps: list[:1]},
	}
	if *program != "" {
		subjects = append(subjects, Subject{
			Name: "gonogo", Command: strings.Fields(*program), Ready: *ready, Idle: *idle,
			Steps: []Step{
				{Name: "selection moved in a pane", Setup: []string{"2", "g"}, Keys: []string{"j", "k"}, Count: *keys},
				{Name: "scroll step, zoomed", Setup: append([]string{"z", "g"}, times("j", 60)...), Keys: []string{"j", "j", "j", "j", "j", "k", "k", "k", "k", "k"}, Count: min(*keys, 60)},
				{Name: "service changed", Setup: []string{"z", "0", "g"}, Keys: []string{"j", "j", "j", "k", "k", "k"}, Count: min(*keys, 60), Settle: 150 * time.Millisecond},
			},
		})
	}
	for b.Loop() {
		var results []Result
		for _, s := range subjects {
			var measured []Result
			for range *runs {
				r, err := Measure(s)
				if err != nil {
					b.Fatal(err)
				}
				measured = append(measured, r)
			}
			results = append(results, Median(measured))
		}
		b.Logf("\n%s", Table(results, floorTea, floorRaw))
		if fast, slow := results[2], results[3]; slow.FirstFrame-fast.FirstFrame < 3*time.Millisecond || slow.Steps[0].P50-fast.Steps[0].P50 < 4*time.Millisecond {
			b.Error("a View that sleeps 5 ms was not seen: the figures cannot be trusted")
		}
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
