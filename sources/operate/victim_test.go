package operate_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// victimPath is the program that is killed, and that lives through the many worlds of which each differs by one answer: this
// one, or, where this one looks for races, the same without that. It is begun some hundred times, and costs several times as
// much with it. TestMain sets it once.
var victimPath = os.Args[0]

// buildVictim makes the program that is killed, and tells how to take it away.
func buildVictim() (remove func(), err error) {
	folder, err := os.MkdirTemp("", "victim")
	if err != nil {
		return nil, err
	}
	remove = func() { _ = os.RemoveAll(folder) }
	victimPath = filepath.Join(folder, "victim")
	if out, err := exec.Command("go", "test", "-c", "-o", victimPath, ".").CombinedOutput(); err != nil {
		remove()
		return nil, fmt.Errorf("build the program that is killed: %w: %s", err, out)
	}
	return remove, nil
}

// quietly runs a test whole in the same program without the race detector, where this one has it; false: it is to be run here.
// Its worlds do nothing at the same time that the other tests don't do, too, with races looked for.
func quietly(t *testing.T) bool {
	t.Helper()
	if !racing {
		return false
	}
	out, err := exec.CommandContext(t.Context(), victimPath, "-test.v", "-test.timeout=12m", "-test.run=^"+t.Name()+"$").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	return true
}
