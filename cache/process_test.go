package cache

import (
	"bufio"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"gonogo/model"
)

// Two processes write one file as fast as they can; one is killed in the middle, again and again. Nothing that was
// committed is lost, and the file stays whole.
func TestTwoProcessesShareAFileWhileOneIsKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	here := open(t, path)
	since, err := here.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	steady := another(t, "writer", path, "steady")
	lines := start(t, steady)
	committed := 0
	for round := range 4 {
		victim := another(t, "writer", path, fmt.Sprintf("victim-%d", round))
		last := 0
		for line := range start(t, victim) {
			last, err = strconv.Atoi(line)
			if err != nil {
				t.Fatalf("the victim said %q", line)
			}
			write(t, here, func(tx *Tx) error {
				return tx.PutRuns(api("here"), []model.Run{{ID: int64(round*1000 + last), CreatedAt: noon, UpdatedAt: noon, Status: model.StatusCompleted}})
			})
			if last == 15 {
				_ = victim.Process.Kill()
			}
		}
		_ = victim.Wait()
		f, err := here.Facts(t.Context(), api(fmt.Sprintf("victim-%d", round)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Runs) < min(last, maxRuns) {
			t.Errorf("round %d: the victim had committed %d runs, %d are there", round, last, len(f.Runs))
		}
		if why := f.Read(model.SignalRuns, "").Why; string(why) != strconv.Itoa(len(f.Runs)) && len(f.Runs) < maxRuns {
			t.Errorf("round %d: %d runs, but the reading is of %s: half a transaction", round, len(f.Runs), why)
		}
	}
	_ = steady.Process.Kill()
	for line := range lines {
		if committed, err = strconv.Atoi(line); err != nil {
			t.Fatalf("the steady one said %q", line)
		}
	}
	_ = steady.Wait()
	if committed < 10 {
		t.Errorf("the steady process got through only %d times", committed)
	}
	news, _, err := here.News(t.Context(), since)
	if err != nil {
		t.Fatal(err)
	}
	if len(news) != 5 { // steady and four victims
		t.Errorf("news of %v", news)
	}
	here.Close()
	whole(t, path)
}

// whole asks the real sqlite3, where there is one, and ours otherwise.
func whole(t *testing.T, path string) {
	t.Helper()
	if sqlite3, err := exec.LookPath("sqlite3"); err == nil {
		out, err := exec.Command(sqlite3, path, "PRAGMA integrity_check; PRAGMA foreign_key_check").CombinedOutput()
		if err != nil || string(out) != "ok\n" {
			t.Errorf("sqlite3 says %s %v", out, err)
		}
	}
	n, err := connect("file:" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer n.close()
	said := ""
	if _, err := n.one("PRAGMA integrity_check", func(r *row) { said = r.text() }); err != nil || said != "ok" {
		t.Errorf("integrity_check says %q %v", said, err)
	}
}

func start(t *testing.T, cmd *exec.Cmd) <-chan string {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	lines := make(chan string, 100_000)
	go func() {
		defer close(lines)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	return lines
}

func TestEachProcessSeesTheOthersNewsAndNotItsOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	a, b := open(t, path), open(t, path)
	since, err := a.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if again, err := a.Version(t.Context()); err != nil || again != since {
		t.Fatalf("nothing happened, yet the version went from %d to %d (%v)", since, again, err)
	}
	write(t, a, func(tx *Tx) error { tx.Changed("web", model.SignalRuns); return nil })
	write(t, b, func(tx *Tx) error { tx.Changed("api", model.SignalDeployments); return nil })
	after, err := a.Version(t.Context())
	if err != nil || after == since {
		t.Errorf("the other's write is not noticed: %d, %v", after, err)
	}
	news, since, err := a.News(t.Context(), since)
	if err != nil || len(news) != 1 || news[0] != (model.Changed{Service: "api", Signal: model.SignalDeployments}) {
		t.Errorf("news %v, %v", news, err)
	}
	if news, _, err = a.News(t.Context(), since); err != nil || len(news) != 0 {
		t.Errorf("old news %v, %v", news, err)
	}
}

func TestALeaseIsOneProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	a, b := open(t, path), open(t, path)
	lease := func(c *Cache, until time.Time) (got bool) {
		write(t, c, func(tx *Tx) (err error) {
			got, err = tx.Lease("api", model.SignalRuns, "", until)
			return err
		})
		return got
	}
	if !lease(a, noon.Add(time.Minute)) || lease(b, noon.Add(time.Minute)) || !lease(a, noon.Add(time.Minute)) {
		t.Error("a took it first and b got it")
	}
	write(t, a, func(tx *Tx) error { return tx.Return("api", model.SignalRuns, "") })
	if !lease(b, noon.Add(-time.Second)) || !lease(a, noon.Add(time.Minute)) {
		t.Error("a returned or expired lease is free")
	}
}
