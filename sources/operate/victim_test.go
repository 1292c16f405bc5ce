package operate_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// victimPath is the program that is killed: this one, or, where this one looks for races, the same without that, for it is
// begun some hundred times and costs ten times as much with it. TestMain sets it once.
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
