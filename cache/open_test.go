package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gonogo/model"
)

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "gonogo")
	path := filepath.Join(folder, "fleet.db")
	c := open(t, path)
	typical(t, c, api("api"))
	for _, name := range Files(path) {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %s", name, info.Mode())
		}
	}
	if len(Files(path)) < 3 {
		t.Errorf("no write-ahead log: %v", Files(path))
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %s (%v)", info.Mode(), err)
	}
	c.Close()
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, path)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a file that others could read stays so: %s (%v)", info.Mode(), err)
	}
}

func TestANetworkHomeGetsNoWriteAheadLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	c, err := Open(t.Context(), Options{Path: path, Now: fixed, NetworkFS: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	typical(t, c, api("api"))
	if f, err := c.Facts(t.Context(), api("api"), nil); err != nil || len(f.Runs) != 150 {
		t.Errorf("%d runs, %v", len(f.Runs), err)
	}
	for _, name := range Files(path) {
		if strings.HasSuffix(name, "-wal") || strings.HasSuffix(name, "-shm") {
			t.Errorf("%s exists", name)
		}
	}
	if !c.NetworkFS() {
		t.Error("it doesn't say so")
	}
	if networkFS(filepath.Join(t.TempDir(), "not", "yet", "there")) {
		t.Error("the temporary folder counts as a network home")
	}
}

func TestAnOlderFileIsMigrated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	recorded, err := os.ReadFile("testdata/version1.sql")
	if err != nil {
		t.Fatal(err)
	}
	n, err := connect("file:" + path)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.script(t.Context(), string(recorded)); err != nil {
		t.Fatal(err)
	}
	n.close()
	c := open(t, path)
	if c.Notice() != "" {
		t.Errorf("a migration is nothing to tell: %s", c.Notice())
	}
	s := api("api")
	f, err := c.Facts(t.Context(), s, nil)
	if err != nil || len(f.Releases) != 1 || f.Releases[0].Tag != "v1.0.0" || len(f.Samples) != 1 || f.Samples[0].State != model.Healthy {
		t.Errorf("after the migration: %v %v %v", f.Releases, f.Samples, err)
	}
	write(t, c, func(tx *Tx) error {
		got, err := tx.Lease("api", model.SignalRuns, "", noon)
		if !got {
			t.Error("the new table can't be used")
		}
		return err
	})
	c.Close()
	whole(t, path)
}

func TestEveryMigrationIsCounted(t *testing.T) {
	files, err := migrations.ReadDir("migrations")
	if err != nil || len(files) != version {
		t.Fatalf("%d migrations, the schema's version is %d (%v)", len(files), version, err)
	}
	for i, f := range files {
		if !strings.HasPrefix(f.Name(), fmt.Sprintf("%04d_", i+1)) {
			t.Errorf("migration %d is called %s", i+1, f.Name())
		}
	}
}

func TestANewerFileIsRefusedWithASentence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	open(t, path).Close()
	n, err := connect("file:" + path)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.script(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	n.close()
	before, _ := os.ReadFile(path)
	_, err = Open(t.Context(), Options{Path: path})
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "version 99") || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the newer file was changed")
	}
}

func TestADamagedFileIsSetAsideRebuiltAndSaid(t *testing.T) {
	damage := map[string]func(t *testing.T, path string){
		"its header is garbage": func(t *testing.T, path string) { overwrite(t, path, 0, bytes.Repeat([]byte("garbage!"), 64)) },
		"it is text": func(t *testing.T, path string) {
			must(t, os.WriteFile(path, []byte(strings.Repeat("not a database\n", 500)), 0o600))
		},
		"it is another program's":   foreign,
		"its schema is overwritten": func(t *testing.T, path string) { overwrite(t, path, 100, bytes.Repeat([]byte{0xff}, 3000)) },
		"it was cut":                func(t *testing.T, path string) { must(t, os.Truncate(path, 3*4096)) },
		"its pages are garbage":     func(t *testing.T, path string) { overwrite(t, path, 4096, bytes.Repeat([]byte{0xa5}, 64<<10)) },
	}
	for name, harm := range damage {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "fleet.db")
			s := api("api")
			c := open(t, path)
			typical(t, c, s)
			c.Close()
			harm(t, path)
			c = open(t, path)
			// Reading may not meet the damage at all, but then what it reads must be whole; writing everything again must
			// work in any case.
			if _, err := c.Facts(t.Context(), s, nil); err != nil {
				t.Errorf("reading: %v", err)
			}
			typical(t, c, s)
			f, err := c.Facts(t.Context(), s, nil)
			if err != nil || len(f.Runs) != 150 || len(f.Releases) != 50 {
				t.Errorf("after rebuilding: %d runs, %d releases, %v", len(f.Runs), len(f.Releases), err)
			}
			aside, _ := filepath.Glob(path + ".damaged-*")
			if len(aside) == 0 || !strings.Contains(c.Notice(), aside[0]) || !strings.Contains(c.Notice(), "set aside") {
				t.Errorf("set aside: %v, said: %q", aside, c.Notice())
			}
			c.Close()
			whole(t, path)
		})
	}
}

func TestDamageIsNoticedWhileTheCacheIsOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	s := api("api")
	c, err := Open(t.Context(), Options{Path: path, Now: fixed, NetworkFS: true}) // no log, so that the file itself is read
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	typical(t, c, s)
	overwrite(t, path, 4096, bytes.Repeat([]byte{0xa5}, 400<<10))
	other := open(t, path) // what it finds must not be set aside twice
	typical(t, c, s)
	typical(t, other, s)
	for _, c := range []*Cache{c, other} {
		if f, err := c.Facts(t.Context(), s, nil); err != nil || len(f.Runs) != 150 {
			t.Errorf("%d runs, %v", len(f.Runs), err)
		}
	}
	if c.Notice() == "" && other.Notice() == "" {
		t.Error("nobody said so")
	}
	if aside, _ := filepath.Glob(path + ".damaged-*[0-9]"); len(aside) != 1 {
		t.Errorf("set aside: %v", aside)
	}
}

func TestTheFileMayBeDeletedAtAnyTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	s := api("api")
	c := open(t, path)
	typical(t, c, s)
	for _, name := range Files(path) {
		must(t, os.Remove(name))
	}
	if f, err := c.Facts(t.Context(), s, nil); err != nil || len(f.Runs) != 150 {
		t.Errorf("what is open stays readable: %d runs, %v", len(f.Runs), err)
	}
	write(t, c, func(tx *Tx) error { return tx.PutRuns(s, someRuns(3, 0)) })
	other := open(t, path)
	if f, err := other.Facts(t.Context(), s, nil); err != nil || len(f.Runs) != 3 {
		t.Errorf("the next writing makes a new file: %d runs, %v", len(f.Runs), err)
	}
}

func TestAFullDiskLeavesTheCockpitRunning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	s := api("api")
	open(t, path).Close()
	c, err := Open(t.Context(), Options{Path: path, Now: fixed, maxPages: 80})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	write(t, c, func(tx *Tx) error { return tx.PutReleases(s, someReleases(50)) })
	c.mu.Lock()
	c.options.maxPages = 0 // memory isn't full
	c.mu.Unlock()
	typical(t, c, s)
	write(t, c, func(tx *Tx) error { return tx.PutRuns(s, someRuns(400, 1000)) })
	f, err := c.Facts(t.Context(), s, nil)
	if err != nil || len(f.Releases) != 50 || len(f.Runs) < 150 {
		t.Errorf("%d releases, %d runs, %v", len(f.Releases), len(f.Runs), err)
	}
	if !strings.Contains(c.Notice(), "the disk is full") {
		t.Errorf("said: %q", c.Notice())
	}
}

func TestAFolderThatCannotBeMadeLeavesTheCockpitRunning(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	c := open(t, filepath.Join(file, "gonogo", "fleet.db"))
	typical(t, c, api("api"))
	if f, err := c.Facts(t.Context(), api("api"), nil); err != nil || len(f.Runs) != 150 {
		t.Errorf("%d runs, %v", len(f.Runs), err)
	}
	if !strings.Contains(c.Notice(), "not a directory") {
		t.Errorf("said: %q", c.Notice())
	}
}

// A person who may not write the folder still sees the last known state.
func TestAReadOnlyFolderIsRead(t *testing.T) {
	folder, err := os.MkdirTemp("", "gonogo-readonly")
	must(t, err)
	t.Cleanup(func() {
		_ = os.Chmod(folder, 0o700)
		_ = os.RemoveAll(folder)
	})
	path := filepath.Join(folder, "fleet.db")
	c := open(t, path)
	typical(t, c, api("api"))
	c.Close()
	must(t, os.Chmod(path, 0o444))
	must(t, os.Chmod(folder, 0o555))
	cmd := another(t, "reader", path, "")
	if os.Geteuid() == 0 { // root may write anything
		program := filepath.Join(t.TempDir(), "reader")
		binary, err := os.ReadFile(os.Args[0])
		must(t, err)
		must(t, os.WriteFile(program, binary, 0o755))
		for dir := filepath.Dir(program); strings.HasPrefix(dir, os.TempDir()+"/"); dir = filepath.Dir(dir) {
			must(t, os.Chmod(dir, 0o755))
		}
		cmd = exec.Command(program)
		cmd.Dir = "/"
		cmd.Env = []string{"CACHE_TEST_ROLE=reader", "CACHE_TEST_PATH=" + path}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "releases=50 error=<nil>") || !strings.Contains(string(out), "can't be written") {
		t.Errorf("it said %s (%v)", out, err)
	}
}

func TestAnEndedContextEndsReadingAndWriting(t *testing.T) {
	c := fresh(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Write(ctx, func(*Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("writing: %v", err)
	}
	if _, err := c.Facts(ctx, api("api"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("reading: %v", err)
	}
}

func TestAFailedTransactionLeavesNothing(t *testing.T) {
	c := fresh(t)
	s := api("api")
	oops := errors.New("oops")
	if err := c.Write(t.Context(), func(tx *Tx) error {
		return errors.Join(tx.PutRuns(s, someRuns(3, 0)), oops)
	}); !errors.Is(err, oops) {
		t.Errorf("got %v", err)
	}
	if f, err := c.Facts(t.Context(), s, nil); err != nil || len(f.Runs) != 0 {
		t.Errorf("%d runs, %v", len(f.Runs), err)
	}
	typical(t, c, s) // the connection is as good as before
}

func foreign(t *testing.T, path string) {
	must(t, os.Remove(path))
	n, err := connect("file:" + path)
	must(t, err)
	must(t, n.script(t.Context(), "CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')"))
	must(t, n.close())
}

func overwrite(t *testing.T, path string, at int64, with []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteAt(with, at)
	must(t, errors.Join(err, f.Close()))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Only one damaged file is kept, the newest; and none goes before there is another one.
func TestTheOnlyDamagedFileIsNotLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	aside := func(stamp string) (string, error) {
		must(t, os.WriteFile(path, []byte(stamp), 0o600))
		return setAside(path, nil, stamp)
	}
	first, err := aside("1")
	must(t, err)
	must(t, os.MkdirAll(path+".damaged-2/in the way", 0o700))
	if _, err := aside("2"); err == nil {
		t.Error("a file was renamed to a folder's name")
	}
	if data, err := os.ReadFile(first); err != nil || string(data) != "1" {
		t.Errorf("of the first is left %q, %v", data, err)
	}
	must(t, os.RemoveAll(path+".damaged-2"))
	second, err := aside("3")
	must(t, err)
	if left, _ := filepath.Glob(path + ".damaged-*"); len(left) != 1 || left[0] != second {
		t.Errorf("left are %v", left)
	}
}
