package operate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"gonogo/model/operation"
)

// ErrDriven reports that another process of this person drives in the environment.
var ErrDriven = errors.New("another gonogo of yours drives there")

// owned is the operating system's lock of who drives in an environment: it goes with the process, never by time, so a
// stopped process still owns.
type owned struct{ file *os.File }

// own takes the lock, or says who has it.
func (e *Engine) own(p *operation.Plan) (*owned, error) {
	if err := os.MkdirAll(e.o.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("take the lock of who drives in %s %s: %w", p.Service, p.Environment, err)
	}
	place := operation.EscapeRef(p.GitHub)
	switch {
	case p.Kind.OnRun(), p.Kind == operation.Abort: // beside who drives the operation of that run
		place = "run." + strconv.FormatInt(p.Subject, 10)
	case p.Kind == operation.Publish:
		place = "release." + operation.EscapeRef(p.Release.Tag)
	case p.Kind.OnRef():
		sum := sha256.Sum256([]byte(p.Ref)) // a ref may be longer than a file's name
		place = "ref." + hex.EncodeToString(sum[:])
	}
	name := "drive-" + operation.EscapeRef(p.Host+"/"+p.Repo) + "-" + place + ".lock"
	f, err := os.OpenFile(filepath.Join(e.o.Folder, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("take the lock of who drives in %s %s: %w", p.Service, p.Environment, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		who := holder(f)
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s %s: %w%s", p.Service, p.Environment, ErrDriven, who)
		}
		return nil, fmt.Errorf("take the lock of who drives in %s %s: %w", p.Service, p.Environment, err)
	}
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0) // only for the other's sentence
	}
	return &owned{f}, nil
}

func holder(f *os.File) string {
	b := make([]byte, 20)
	n, _ := f.ReadAt(b, 0) // empty: it has not said yet
	pid, err := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d%s)", pid, stopped(pid))
}

// stopped says of a process that it stands still.
func stopped(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "" // not Linux
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	if strings.HasPrefix(after, "T") {
		return ", stopped"
	}
	return ""
}

func (o *owned) release() {
	if o != nil && o.file != nil {
		o.file.Close() // which unlocks
		o.file = nil
	}
}
