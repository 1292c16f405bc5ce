package cache

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"gonogo/model"
)

// A process that was killed keeps nobody from reading.
func TestTheLeasesOfTheDeadAreTakenBack(t *testing.T) {
	c, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "fleet.sqlite"), Now: fixed})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	gone := exec.CommandContext(t.Context(), "true")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	own := c.process
	take := func(as int64, bury bool) (got bool) {
		t.Helper()
		c.process = as
		err := c.Write(t.Context(), func(tx *Tx) (err error) {
			if bury {
				if err := tx.BuryLeases(); err != nil {
					return err
				}
			}
			got, err = tx.Lease("api", model.SignalRuns, "", fixed().Add(time.Minute))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	dead := own>>pidBits<<pidBits | int64(gone.Process.Pid)
	if !take(dead, false) || take(own, false) {
		t.Fatal("a lease doesn't keep others from reading")
	}
	if !take(own, true) {
		t.Error("the dead one still has it")
	}
	if take(own+1<<pidBits, true) {
		t.Error("a living one's was taken back")
	}
}
