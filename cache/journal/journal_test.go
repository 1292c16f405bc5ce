package journal

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

var noon = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

func openAt(t *testing.T, path string) *Journal {
	t.Helper()
	j, err := Open(t.Context(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func at(t *testing.T) string { return filepath.Join(t.TempDir(), "state", "github.com.sqlite") }

// story is the journal of a promotion that went well.
func story(id string) []operation.Record {
	all := []operation.Record{
		{Event: operation.Planned, State: operation.Preflight, Plan: &operation.Plan{
			ID: id, Kind: operation.Promote, Host: "github.com", Repo: "acme/api", Service: "api", Environment: "production", Lock: true,
			Release: model.Release{Tag: "v2.14.0", SHA: "aa", PublishedAt: noon}, Inputs: map[string]string{"version": "v2.14.0"},
			Findings: []model.Finding{{Gate: model.GateCI, Level: model.Required, Result: model.Pass, Why: "ci.yml succeeded"}},
		}},
		{Event: operation.Approved, State: operation.Confirmed, Actor: "ada"},
		{Event: operation.Claims, State: operation.Claiming},
		{Event: operation.Claimed, State: operation.Claiming, Place: "refs/gonogo/lock/api/production"},
		{Event: operation.Reads, State: operation.Claiming},
		{Event: operation.Sends, State: operation.Dispatching},
		{Event: operation.Answered, State: operation.Queued, Status: 200, Run: 7},
		{Event: operation.Saw, State: operation.Verifying},
		{Event: operation.Judged, State: operation.Succeeded, Why: "verified"},
		{Event: operation.Releases, State: operation.Succeeded},
		{Event: operation.Released, State: operation.Succeeded},
	}
	for i := range all {
		all[i].Operation, all[i].At, all[i].Process = id, noon.Add(time.Duration(i)*time.Second), "p1"
	}
	return all
}

func write(t *testing.T, j *Journal, records []operation.Record) {
	t.Helper()
	for _, r := range records {
		if _, err := j.Append(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatWasWrittenIsReadAgain(t *testing.T) {
	path := at(t)
	j := openAt(t, path)
	done, half := story("op-1"), story("op-2")[:6]
	write(t, j, done)
	write(t, j, half)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = openAt(t, path)
	records, err := j.Records(t.Context(), "op-1")
	if err != nil || len(records) != len(done) {
		t.Fatalf("%d records, %v", len(records), err)
	}
	for i := range done {
		if fmt.Sprintf("%+v", flat(records[i])) != fmt.Sprintf("%+v", flat(done[i])) {
			t.Errorf("record %d came back as %+v instead of %+v", i+1, flat(records[i]), flat(done[i]))
		}
	}
	open, err := j.Unfinished(t.Context())
	if err != nil || len(open) != 1 || open[0].Plan.ID != "op-2" || open[0].State != operation.Dispatching {
		t.Errorf("unfinished: %+v, %v", open, err)
	}
	newest, err := j.Newest(t.Context(), 10)
	if err != nil || len(newest) != 2 || newest[0].Plan.ID != "op-2" {
		t.Errorf("newest: %d, %v", len(newest), err)
	}
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode().Perm())
		}
	}
}

// flat is a record whose plan can be compared as text.
func flat(r operation.Record) string {
	plan := operation.Plan{}
	if r.Plan != nil {
		plan = *r.Plan
	}
	r.Plan = nil
	return fmt.Sprintf("%+v %+v", r, plan)
}

func TestWhatContradictsIsRefused(t *testing.T) {
	j := openAt(t, at(t))
	records := story("op-1")
	write(t, j, records[:6])
	again := records[5]
	again.At = again.At.Add(time.Second)
	if _, err := j.Append(t.Context(), again); err == nil || !strings.Contains(err.Error(), "sent already") {
		t.Errorf("a second send was answered by %v", err)
	}
	if kept, _ := j.Records(t.Context(), "op-1"); len(kept) != 6 {
		t.Errorf("%d records were kept", len(kept))
	}
}

// Two processes that drive the same operation, which the lock of the operating system prevents: the journal still lets
// one of them send.
func TestTwoProcessesCannotBothSend(t *testing.T) {
	path := at(t)
	one, two := openAt(t, path), openAt(t, path)
	records := story("op-1")
	write(t, one, records[:5])
	var sent [2]error
	var both sync.WaitGroup
	for i, j := range []*Journal{one, two} {
		both.Go(func() {
			r := records[5]
			r.Process = fmt.Sprint("p", i)
			_, sent[i] = j.Append(t.Context(), r)
		})
	}
	both.Wait()
	if (sent[0] == nil) == (sent[1] == nil) {
		t.Errorf("both were answered alike: %v, %v", sent[0], sent[1])
	}
}

func TestNothingIsChangedOrRemoved(t *testing.T) {
	j := openAt(t, at(t))
	write(t, j, story("op-1"))
	for _, q := range []string{"UPDATE record SET body = '{}' WHERE seq = 1", "DELETE FROM record WHERE seq = 11"} {
		if _, err := j.db.ExecContext(t.Context(), q); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s was answered by %v", q, err)
		}
	}
}

func TestVerifyFindsWhatWasChanged(t *testing.T) {
	for _, c := range []struct {
		name, sql, want string
		anchored        bool
	}{
		{"nothing", "SELECT 1", "", true},
		{"an edit", `UPDATE record SET body = replace(body, 'ada', 'eve') WHERE seq = 2`, "record 2 is not what was written", false},
		{"an edit with its own hash set right", `UPDATE record SET body = '{}', hash = (SELECT hash FROM record WHERE seq = 3) WHERE seq = 2`, "record 2 is not", false},
		{"a record taken out", `DELETE FROM record WHERE seq = 4`, "record 4 is missing", false},
		{"a truncation, known to others", `DELETE FROM record WHERE seq > 6`, "it ends at record 6, and record 11 was told to others", true},
		{"a truncation that nobody knows of", `DELETE FROM record WHERE seq > 6`, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := openAt(t, at(t))
			write(t, j, story("op-1"))
			var anchors []Anchor
			if c.anchored {
				head, err := j.Head(t.Context())
				if err != nil || head.Seq != 11 || head.Hash == "" {
					t.Fatalf("%+v, %v", head, err)
				}
				anchors = append(anchors, head)
			}
			if _, err := j.db.ExecContext(t.Context(), "DROP TRIGGER record_stays; DROP TRIGGER record_remains; "+c.sql); err != nil {
				t.Fatal(err)
			}
			n, err := j.Verify(t.Context(), anchors)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("%d records, %v", n, err)
			case c.want != "" && (!errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), c.want)):
				t.Errorf("it says %v instead of %q", err, c.want)
			}
		})
	}
}

func TestWhatCannotBeUsedIsLeftAlone(t *testing.T) {
	sqlite := func(script string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			db, err := sql.Open("sqlite", path)
			if err == nil {
				_, err = db.Exec(script)
			}
			if err = errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, path string)
		want    error
	}{
		{"damaged", func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 500)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, ErrDamaged},
		{"another program's", sqlite("CREATE TABLE t (x)"), ErrForeign},
		{"a newer gonogo's", sqlite(fmt.Sprintf("CREATE TABLE t (x); PRAGMA application_id = %d; PRAGMA user_version = 99", application)), ErrNewer},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal.sqlite")
			c.prepare(t, path)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Open(t.Context(), Options{Path: path}); !errors.Is(err, c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("it is opened with %v", err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("it was changed")
			}
		})
	}
	if _, err := Open(t.Context(), Options{Path: at(t), NetworkFS: true}); !errors.Is(err, ErrUnsafe) {
		t.Errorf("on a network home it is opened with %v", err)
	}
}

func TestAFullDiskRefusesAndLosesNothing(t *testing.T) {
	path := at(t)
	j, err := Open(t.Context(), Options{Path: path, maxPages: 24})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	written := 0
	for i := range 1000 {
		records := story(fmt.Sprint("op-", i))
		records[0].Plan.Reason = model.Text(strings.Repeat("long ", 100))
		_, err = j.Append(t.Context(), records[0])
		if err != nil {
			break
		}
		written++
	}
	if !errors.Is(err, ErrUnwritten) || written == 0 {
		t.Fatalf("%d records, then %v", written, err)
	}
	if n, err := j.Verify(t.Context(), nil); err != nil || n != int64(written) {
		t.Errorf("%d of %d records, %v", n, written, err)
	}
}

// TestMain makes this binary the process that TestNothingAppendedIsLost kills.
func TestMain(m *testing.M) {
	if path := os.Getenv("GONOGO_JOURNAL"); path != "" {
		fmt.Println(appendForEver(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func appendForEver(path string) error {
	j, err := Open(context.Background(), Options{Path: path})
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		id := fmt.Sprint("op-", i)
		for n, r := range story(id) {
			if _, err := j.Append(context.Background(), r); err != nil {
				return err
			}
			fmt.Println("wrote", id, n+1)
		}
	}
}

func TestNothingAppendedIsLost(t *testing.T) {
	path := at(t)
	for range 3 {
		cmd := exec.Command(os.Args[0])
		if err := os.RemoveAll(filepath.Dir(path)); err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(os.Environ(), "GONOGO_JOURNAL="+path)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]int{}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			var id string
			var count int
			if _, err := fmt.Sscanf(lines.Text(), "wrote %s %d", &id, &count); err == nil {
				said[id] = count
			}
			if n == 40 {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait() // it was killed
		j := openAt(t, path)
		for id, count := range said {
			if records, err := j.Records(t.Context(), id); err != nil || len(records) < count {
				t.Errorf("%s: %d of %d records, %v", id, len(records), count, err)
			}
		}
		if n, err := j.Verify(t.Context(), nil); err != nil || n < 40 {
			t.Errorf("%d records, %v", n, err)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAnAnchorIsToldAndRead(t *testing.T) {
	j := openAt(t, at(t))
	if head, err := j.Head(t.Context()); err != nil || head.String() != "" {
		t.Errorf("an empty journal tells %q, %v", head, err)
	}
	write(t, j, story("op-1"))
	head, err := j.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	read, err := ParseAnchor(head.String())
	if err != nil || read != head || read.First == "" || read.First == read.Hash {
		t.Errorf("%+v was told and %+v read, %v", head, read, err)
	}
	other := Anchor{First: strings.Repeat("0", 64), Seq: 99, Hash: head.Hash}
	if n, err := j.Verify(t.Context(), []Anchor{other, head}); err != nil || n != head.Seq {
		t.Errorf("with another journal's anchor: %d, %v", n, err)
	}
	for _, wrong := range []string{"", "x", "1/2/3", head.First + "/0/" + head.Hash, head.First + "/x/" + head.Hash, head.First + "/1/" + strings.ToUpper(head.Hash)} {
		if a, err := ParseAnchor(wrong); err == nil {
			t.Errorf("%q was read as %+v", wrong, a)
		}
	}
}
