package bench

import (
	"bufio"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // fills a cache with old rows

	"gonogo/ui/terminal"
)

var product = flag.Bool("product", false, "build gonogo, record a cache of 20 repositories on the simulator, and hold the shipped binary to its goals (some minutes)")

// fleet is a recorded cache and the configuration it was recorded with, in a home of its own.
type fleet struct {
	binary, home, root string
	env                []string
}

// simulation is a simulated GitHub in another process.
type simulation struct {
	cmd  *exec.Cmd
	root string // HOST=URL
	env  string // the token
}

func simulate(b *testing.B, binary, folder string, services int, more ...string) *simulation {
	b.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(binary, append([]string{"simulate", "--services", fmt.Sprint(services), "--folder", folder}, more...)...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.Fatalf("start the simulator: %v", err)
	}
	s := &simulation{cmd: cmd}
	b.Cleanup(s.stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatalf("start the simulator: %v", err)
	}
	words := strings.Fields(line) // GH_TOKEN=… gonogo --api-root HOST=URL --config FILE
	s.env, s.root = words[0], words[3]
	return s
}

func (s *simulation) stop() {
	if s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		_ = s.cmd.Wait()
	}
}

// record reads a fleet once, so that its cache is warm, its checks allowed.
func record(b *testing.B, binary, folder string, s *simulation) fleet {
	b.Helper()
	f := fleet{binary: binary, home: folder, root: s.root, env: []string{
		s.env, "HOME=" + folder, "XDG_CONFIG_HOME=" + folder + "/config", "XDG_STATE_HOME=" + folder + "/state", "XDG_CACHE_HOME=" + folder + "/cache",
	}}
	f.run(b, "--config", filepath.Join(folder, "gonogo.yml"), "trust")
	f.run(b, "--api-root", f.root, "--config", filepath.Join(folder, "gonogo.yml"), "status")
	return f
}

func (f fleet) run(b *testing.B, args ...string) {
	b.Helper()
	cmd := exec.Command(f.binary, args...)
	cmd.Env = append(os.Environ(), f.env...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 1 && cmd.ProcessState.ExitCode() != 3 { // a verdict is no failure here
		b.Fatalf("gonogo %s: %v", strings.Join(args, " "), err)
	}
}

// with is the fleet asked elsewhere.
func (f fleet) with(s *simulation) fleet {
	f.root = s.root
	return f
}

// subject is the fleet's cockpit.
func (f fleet) subject(name string, idle time.Duration, steps []Step) Subject {
	return Subject{
		Name: name, Command: []string{f.binary, "--api-root", f.root, "--config", filepath.Join(f.home, "gonogo.yml")},
		Env: f.env, Ready: []string{"service-001", "quit"}, Idle: idle, Steps: steps,
	}
}

// checks finds the checks of a simulated fleet's configuration.
var checks = regexp.MustCompile(`(?m)^( +)- http: .*$`)

// another records the same fleet again in a folder of its own, so that runs with it do not age another one's cache. edit
// may change the configuration first.
func (f fleet) another(b *testing.B, folder string, s *simulation, edit func(string) string) fleet {
	b.Helper()
	text, err := os.ReadFile(filepath.Join(f.home, "gonogo.yml"))
	if err == nil {
		err = os.MkdirAll(folder, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "gonogo.yml"), []byte(edit(string(text))), 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	return record(b, f.binary, folder, s)
}

// ship builds gonogo as it is shipped.
func ship(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "gonogo")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "gonogo")
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build gonogo: %v\n%s", err, out)
	}
	return path
}

// crowd adds rows of old runs to a fleet's cache until it holds so many.
func crowd(b *testing.B, f fleet, rows int) {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(f.home, "cache", "gonogo", "*.sqlite"))
	if err != nil || len(files) != 1 {
		b.Fatalf("find the recorded cache: %v %v", files, err)
	}
	db, err := sql.Open("sqlite", files[0])
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	const copies = `
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO run (service, id, workflow, workflow_name, workflow_id, title, number, attempt, event, branch, sha, head_repo,
	actor, status, conclusion, created_at, started_at, updated_at, url)
SELECT r.service, 900000000 + i, workflow, workflow_name, workflow_id, title, number, attempt, event, branch, sha, head_repo,
	actor, 'completed', 'success', created_at - 864000000 - i * 1000, started_at, updated_at, url
FROM n JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS k, count(*) OVER () AS total FROM run) r ON r.k = n.i % r.total`
	if _, err := db.Exec(copies, rows); err != nil {
		b.Fatalf("fill the cache with %d rows: %v", rows, err)
	}
}

// BenchmarkProduct holds the shipped binary to its goals, everything in one run:
//
//	go test ./ui/bench -run '^$' -bench Product -benchtime 1x -product
//
// It builds gonogo, simulates GitHub in another process, records a cache of 20 repositories with checks, and measures
// the cockpit beside two floors, each program in turn. It prints two tables: what was measured, and each goal with its
// ratio. Goals that are not reached are said there; the benchmark itself fails only where it can't be trusted.
func BenchmarkProduct(b *testing.B) {
	if !*product {
		b.Skip("opt-in: -product")
	}
	binary := ship(b)
	floors := []Subject{}
	list := []Step{{Name: "selection moved", Keys: []string{"j", "k"}, Count: *keys}, {Name: "scroll step", Setup: times("j", 60), Keys: []string{"j"}, Count: min(*keys, 120)}}
	floors = append(floors,
		Subject{Name: floorRaw, Command: []string{build(b, "raw")}, Ready: []string{"row 047"}, Idle: *idle, Steps: list},
		Subject{Name: floorTea, Command: []string{build(b, "bubbletea")}, Ready: []string{"row 047"}, Answers: true, Idle: *idle, Steps: list})
	own := build(b, "screen")
	check := []Subject{
		{Name: floorOwn, Command: []string{own}, Ready: []string{"row 047"}, Steps: list[:1]},
		{Name: floorSleep, Command: []string{own}, Env: []string{"SLEEP=5ms"}, Ready: []string{"row 047"}, Steps: list[:1]},
	}
	folder := b.TempDir()
	twenty := simulate(b, binary, filepath.Join(folder, "20"), 20)
	recorded := record(b, binary, filepath.Join(folder, "20"), twenty)
	many := simulate(b, binary, filepath.Join(folder, "200"), 200)
	large := record(b, binary, filepath.Join(folder, "200"), many)
	gone := simulate(b, binary, filepath.Join(folder, "gone"), 1)
	gone.stop()
	slow := simulate(b, binary, filepath.Join(folder, "slow"), 20, "--delay", "10s")
	crowded := recorded.another(b, filepath.Join(folder, "crowded"), twenty, same)
	crowd(b, crowded, 100_000)
	rested := recorded.another(b, filepath.Join(folder, "rested"), twenty, seldom)

	const plain, offline, late, crowds, large200, resting = "gonogo", "offline", "GitHub takes 10 s", "100,000 rows", "200 services", "nothing due"
	resting20 := rested.with(gone).subject(resting, *idle, nil)
	resting20.Rest = 40 * time.Second // nobody answers: the next try is farther away than the watch is long
	subjects := append(floors, check...)
	subjects = append(subjects,
		recorded.subject(plain, *idle, cockpitSteps()),
		recorded.another(b, filepath.Join(folder, "off"), twenty, same).with(gone).subject(offline, 0, nil),
		recorded.another(b, filepath.Join(folder, "late"), twenty, same).with(slow).subject(late, 0, nil),
		crowded.subject(crowds, 0, nil),
		large.subject(large200, 0, nil))
	for b.Loop() {
		results := measureInTurn(b, subjects, *runs)
		// Rest is what lies between beats, and the calm beat is the full minute.
		if late := time.Now().Add(resting20.Rest).Second(); late > 55-int(idle.Seconds()) || late < 3 {
			time.Sleep(time.Duration((63-late)%60) * time.Second)
		}
		once, err := Measure(resting20)
		if err != nil {
			b.Fatal(err)
		}
		results[resting] = once
		var shown []Result
		for _, s := range append(subjects, resting20) {
			shown = append(shown, results[s.Name])
		}
		linked, alone := starts(b, binary, "--version"), starts(b, build(b, "fixed"))
		fmt.Println("\n" + Table(shown, floorTea, floorRaw))
		fmt.Println(Goals(Measured{
			Tea: results[floorTea], Raw: results[floorRaw], Plain: results[plain], Large: results[large200], Resting: results[resting],
			Variants: []Result{results[offline], results[late], results[crowds]}, Start: linked, Fixed: alone,
		}))
		if results[floorSleep].Steps[0].P50-results[floorOwn].Steps[0].P50 < 4*time.Millisecond {
			b.Error("a View that sleeps 5 ms was not seen: the figures cannot be trusted")
		}
	}
}

// measureInTurn measures each subject several times, in turn, and returns the medians by name: a busy minute of the
// machine hits all alike.
func measureInTurn(b *testing.B, subjects []Subject, runs int) map[string]Result {
	b.Helper()
	measured := map[string][]Result{}
	for range runs {
		for _, s := range subjects {
			r, err := Measure(s)
			if err != nil {
				b.Fatal(err)
			}
			measured[s.Name] = append(measured[s.Name], r)
		}
	}
	medians := map[string]Result{}
	for name, list := range measured {
		medians[name] = Median(list)
	}
	return medians
}

// seldom makes a fleet's checks run once an hour, so that none is due while it is watched.
func seldom(config string) string { return checks.ReplaceAllString(config, "$0\n$1  every: 1h") }

func same(config string) string { return config }

// starts is the median time from start to end of a program that does nothing.
func starts(b *testing.B, command ...string) time.Duration {
	b.Helper()
	const n = 31
	var took []Result
	for range n {
		cmd := exec.CommandContext(context.Background(), command[0], command[1:]...)
		cmd.Env, cmd.Stdout = terminal.Environment(), io.Discard
		began := time.Now()
		if err := cmd.Run(); err != nil {
			b.Fatalf("start %s: %v", command[0], err)
		}
		took = append(took, Result{FirstFrame: time.Since(began)})
	}
	return Median(took).FirstFrame
}
