// Package bench measures programs as their users meet them: started in a
// pseudo-terminal, driven by keys, and looked at while they rest.
package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"gonogo/ui/terminal"
)

// The terminal of the benchmark.
const (
	Columns = 160
	Rows    = 48
)

// Subject is a program to measure.
type Subject struct {
	Name    string
	Command []string
	Env     []string // besides terminal.Environment
	Ready   []string // what is on its screen when its data is, what is drawn last among it
	// Answers says that the terminal answers questions; a mute one doesn't.
	Answers bool
	Rest    time.Duration // how long to leave it alone before it is watched
	Idle    time.Duration // how long to watch it rest
	Steps   []Step
}

// Step is something that a user does many times.
type Step struct {
	Name   string
	Setup  []string // keys pressed before, each as terminal.KeyBytes knows it
	Keys   []string // pressed in turn, over and over
	Count  int
	Settle time.Duration // how long what a key sets off may take to begin again
	Stir   string        // a key pressed now and then that keeps the program busy; none if empty
}

// Result is what was measured.
type Result struct {
	Name          string
	FirstFrame    time.Duration // from the start to the last byte of the frame with data
	Steps         []StepResult
	Idle          time.Duration
	IdleBytes     int
	IdleCPU       time.Duration
	IdleWakeUps   int
	Resident      int // bytes
	Binary        int64
	ProcessorTime time.Duration // until the first frame
}

// StepResult is what a step took: a key's time to the last byte of what it changed.
type StepResult struct {
	Name     string
	P50, P99 time.Duration
	Bytes    int // median
	CPU      time.Duration
	Unseen   int // keys that changed nothing
}

// quiet is how long nothing arrives when a frame is over.
const quiet = 4 * time.Millisecond

// patience is how long a program may take to show its data.
const patience = 30 * time.Second

// Measure runs a program and measures it.
func Measure(s Subject) (Result, error) {
	r := Result{Name: s.Name}
	path, err := exec.LookPath(s.Command[0])
	if err != nil {
		return r, fmt.Errorf("find %s: %w", s.Command[0], err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return r, err
	}
	r.Binary = info.Size()
	p, err := begin(s)
	if err != nil {
		return r, err
	}
	defer p.end()
	if r.FirstFrame, err = p.firstFrame(s); err != nil {
		return r, err
	}
	pid := p.cmd.Process.Pid
	if r.ProcessorTime, err = terminal.CPU(pid); err != nil {
		return r, err
	}
	p.drain(500 * time.Millisecond)
	for _, step := range s.Steps {
		result, err := p.step(step)
		if err != nil {
			return r, fmt.Errorf("%s of %s: %w", step.Name, s.Name, err)
		}
		r.Steps = append(r.Steps, result)
	}
	if s.Idle > 0 {
		p.drain(max(s.Rest, time.Second))
		cpu, _ := terminal.CPU(pid)
		woken, _ := terminal.Switches(pid)
		r.IdleBytes = p.drain(s.Idle)
		after, _ := terminal.CPU(pid)
		wokenAfter, _ := terminal.Switches(pid)
		r.Idle, r.IdleCPU, r.IdleWakeUps = s.Idle, after-cpu, wokenAfter-woken
	}
	r.Resident, err = terminal.Resident(pid)
	return r, err
}

// process is a program in a pseudo-terminal that is read as it comes, by the thread
// that takes the time.
type process struct {
	cmd     *exec.Cmd
	master  *os.File
	fd      int
	answers bool
	buffer  [256 << 10]byte
	started time.Time
}

func begin(s Subject) (*process, error) {
	cmd := exec.CommandContext(context.Background(), s.Command[0], s.Command[1:]...) // ended by end
	cmd.Env = terminal.Environment(s.Env...)
	p := &process{cmd: cmd, answers: s.Answers, started: time.Now()}
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: Columns, Rows: Rows})
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", s.Name, err)
	}
	p.master, p.fd = master, int(master.Fd())
	return p, nil
}

func (p *process) end() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	gone := make(chan struct{})
	go func() { _ = p.cmd.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-time.After(2 * time.Second):
		_ = p.cmd.Process.Kill()
		<-gone
	}
	_ = p.master.Close()
}

// read waits for bytes; none when the time is over or the program has ended.
func (p *process) read(wait time.Duration) []byte {
	fds := []unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}}
	deadline := time.Now().Add(wait)
	for {
		left := max(time.Until(deadline), 0)
		n, err := unix.Poll(fds, int((left+time.Millisecond-1)/time.Millisecond))
		if err == unix.EINTR {
			continue
		}
		if n <= 0 {
			return nil
		}
		count, err := unix.Read(p.fd, p.buffer[:])
		if err != nil || count <= 0 {
			return nil
		}
		b := p.buffer[:count]
		if p.answers {
			p.answer(b)
		}
		return b
	}
}

// answer answers what Bubble Tea's initialiser asks: the background and the cursor.
func (p *process) answer(b []byte) {
	if bytes.Contains(b, []byte("\x1b]11;?")) {
		_, _ = p.master.WriteString("\x1b]11;rgb:0000/0000/0000\x1b\\")
	}
	if bytes.Contains(b, []byte("\x1b[6n")) {
		_, _ = p.master.WriteString("\x1b[1;1R")
	}
}

// frame reads what arrives until nothing does for a while. It returns when the last
// byte came and how many there were.
func (p *process) frame(first time.Duration) (last time.Time, n int) {
	wait := first
	for {
		b := p.read(wait)
		if b == nil {
			return last, n
		}
		last, n, wait = time.Now(), n+len(b), quiet
	}
}

// drain reads for a time, whatever comes.
func (p *process) drain(span time.Duration) (n int) {
	end := time.Now().Add(span)
	for time.Now().Before(end) {
		if b := p.read(time.Until(end)); b != nil {
			n += len(b)
		}
	}
	return n
}

// firstFrame waits for the first frame with data and returns when the byte that completed it came: the one after which
// everything that the subject shows when it is ready is on the screen. What comes after it is another frame. The bytes
// are only looked at while none come, so as not to hold up what is measured.
func (p *process) firstFrame(s Subject) (time.Duration, error) {
	type arrival struct {
		at    time.Duration
		bytes []byte
	}
	var waiting []arrival
	e := terminal.NewEmulator(Columns, Rows)
	for time.Since(p.started) < patience {
		if b := p.read(quiet); b != nil {
			waiting = append(waiting, arrival{time.Since(p.started), slices.Clone(b)})
			continue
		}
		for _, a := range waiting {
			_, _ = e.Write(a.bytes)
			if text := strings.Join(e.Text(), "\n"); !slices.ContainsFunc(s.Ready, func(word string) bool { return !strings.Contains(text, word) }) {
				return a.at, nil
			}
		}
		waiting = nil
	}
	return 0, fmt.Errorf("%s never showed %q:\n%s", s.Name, s.Ready, strings.Join(e.Text(), "\n"))
}

func (p *process) step(s Step) (StepResult, error) {
	for _, key := range s.Setup {
		if _, err := p.master.WriteString(terminal.KeyBytes(key)); err != nil {
			return StepResult{}, err
		}
		p.drain(30 * time.Millisecond)
	}
	pid := p.cmd.Process.Pid
	cpu, err := terminal.CPU(pid)
	if err != nil {
		return StepResult{}, err
	}
	var took []time.Duration
	var sizes []int
	result := StepResult{Name: s.Name}
	for i := range s.Count {
		if s.Stir != "" && i%20 == 0 {
			if _, err := p.master.WriteString(terminal.KeyBytes(s.Stir)); err != nil {
				return result, err
			}
			p.drain(20 * time.Millisecond)
		}
		pressed := time.Now()
		if _, err := p.master.WriteString(terminal.KeyBytes(s.Keys[i%len(s.Keys)])); err != nil {
			return result, err
		}
		last, n := p.frame(250 * time.Millisecond)
		if n == 0 {
			result.Unseen++
			continue
		}
		took = append(took, last.Sub(pressed))
		if s.Settle > 0 {
			n += p.drain(s.Settle)
		}
		sizes = append(sizes, n)
		time.Sleep(time.Duration(1+i*7%16) * time.Millisecond) // so as not to march in step with a frame clock
	}
	after, err := terminal.CPU(pid)
	if err != nil {
		return result, err
	}
	if len(took) == 0 {
		return result, fmt.Errorf("no key of %v changed anything", s.Keys)
	}
	slices.Sort(took)
	slices.Sort(sizes)
	result.P50, result.P99 = took[len(took)/2], took[min(len(took)*99/100, len(took)-1)]
	result.Bytes = sizes[len(sizes)/2]
	result.CPU = (after - cpu) / time.Duration(s.Count)
	return result, nil
}
