package operate_test

import (
	"bufio"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gonogo/model/operation"
)

// stopped runs a victim that is stopped where it rests, as ctrl+z and a closed laptop stop it, until what it had read again
// no longer counts; meanwhile something is done. It returns the points that it came by afterwards, and how it ended.
func (s *killing) stopped(t *testing.T, meanwhile func()) (points []string, end operation.State) {
	t.Helper()
	cmd := s.victim.command(t)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for rested := false; lines.Scan(); {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch {
		case word == "end":
			end = operation.State(rest)
		case word != "point":
			t.Errorf("it said %q", lines.Text())
		case rest == s.victim.Rest:
			rested = true
			if err := errors.Join(cmd.Process.Signal(syscall.SIGSTOP), untilStopped(cmd.Process.Pid)); err != nil {
				t.Fatal(err)
			}
			meanwhile()
			late, stop := s.sim.Clock.NewTimer(11 * time.Second) // what was read again counts for ten
			select {
			case <-late:
			case <-t.Context().Done():
			}
			stop()
			_, err := in.Write([]byte{1})
			if err := errors.Join(err, cmd.Process.Signal(syscall.SIGCONT)); err != nil {
				t.Fatal(err)
			}
		case rested:
			points = append(points, rest)
		}
	}
	_ = cmd.Wait() // it has said how it ended
	return points, end
}

// untilStopped returns when the process has been stopped.
func untilStopped(pid int) error {
	for {
		var status syscall.WaitStatus
		_, err := syscall.Wait4(pid, &status, syscall.WUNTRACED, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return err
		case status.Stopped():
			return nil
		default:
			return errors.New("it ended instead of being stopped")
		}
	}
}

// A process that is stopped between the re-reading and the send reads again when it goes on: where somebody has deployed
// meanwhile nothing is sent, and else it is sent once, on what was read then.
//
// It fails where what was read again counts for ever, and where it counts until the send is announced.
func TestStoppedBeforeTheSend(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"after journal re-read 1", "before journal sends 1", "after journal sends 1"} {
		for _, moved := range []bool{false, true} {
			name := "nothing moved " + point
			if moved {
				name = "somebody deployed " + point
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := begin(t, operation.Promote, "")
				s.victim.Rest = point
				points, end := s.stopped(t, func() {
					if moved {
						s.sim.World().Repository("acme/"+service).Deploy(production, "")
					}
				})
				again, sent := slices.Index(points, "after journal re-read 2"), slices.Index(points, "before request dispatch 1")
				switch {
				case again < 0:
					t.Errorf("it didn't read again: %q", points)
				case moved && (end != operation.Aborted || sent >= 0):
					t.Errorf("it ended as %s: %q", end, points)
				case !moved && (end != operation.Succeeded || sent < again):
					t.Errorf("it ended as %s: %q", end, points)
				}
				s.hold(t, end)
			})
		}
	}
}
