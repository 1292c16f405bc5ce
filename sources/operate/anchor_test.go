package operate_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"gonogo/cache/journal"
	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// What a deployment carries tells how far the journal reached: when the lock is long gone, and with the cache gone too, a
// journal that was cut is found out.
func TestADeploymentTellsHowFarTheJournalReached(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{}, byDeployment)
	o, err := s.Confirm(t.Context(), s.prepare(production), operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	s.until(o.Plan.ID, "made", func(o operate.Operation) bool { return o.Progress.Deployment != 0 })
	s.listener(o.Plan.ID).Status(simulator.StatusOf{State: simulator.Success})
	o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && o.Unlocked })
	if o.State != operation.Succeeded || len(s.sim.Refs("acme/"+service)) != 0 {
		t.Fatalf("%s: %s; %v", o.State, o.Why, s.sim.Refs("acme/"+service))
	}
	told, err := s.Anchors(t.Context())
	if err != nil || len(told) == 0 {
		t.Fatalf("told are %+v, %v", told, err)
	}
	if n, err := s.VerifyJournals(t.Context(), told); err != nil || n != int64(len(o.Records)) {
		t.Errorf("%d records, %v", n, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.truncate(2)
	s.options.Folders.Cache = t.TempDir()
	s.start()
	if told, err = s.Anchors(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.VerifyJournals(t.Context(), told); !errors.Is(err, journal.ErrChanged) || !strings.Contains(err.Error(), "it ends at record 2") {
		t.Errorf("of a journal that was cut it says %v", err)
	}
	// What GitHub doesn't tell now is said, beside what the cache remembers.
	s.sim.World().Fault(simulator.Fault{Method: "GET", Path: "/repos/*/*/deployments", Status: 403})
	known, err := s.Anchors(t.Context())
	if err == nil || len(known) == 0 {
		t.Errorf("without GitHub told are %+v, %v", known, err)
	}
}

// truncate leaves the first records of the journal.
func (s *stage) truncate(first int) {
	s.t.Helper()
	cut := 0
	err := filepath.WalkDir(s.options.Folders.State, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".sqlite" {
			return err
		}
		db, err := sql.Open("sqlite", path)
		if err != nil {
			return err
		}
		defer db.Close()
		cut++
		_, err = db.ExecContext(s.t.Context(), "DROP TRIGGER record_stays; DROP TRIGGER record_remains; DELETE FROM record WHERE seq > ?; DELETE FROM operation", first)
		return err
	})
	if err != nil || cut != 1 {
		s.t.Fatalf("cut %d journals, %v", cut, err)
	}
}
