package terminal

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Switches counts how often the threads of a process have given up a processor to
// wait: every wake-up ends in one. Linux tells it in /proc.
func Switches(pid int) (int, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	if err != nil || len(threads) == 0 {
		return 0, fmt.Errorf("no threads of process %d in /proc", pid)
	}
	total := 0
	for _, path := range threads {
		status, err := os.ReadFile(path)
		if err != nil {
			continue // the thread has ended
		}
		total += field(string(status), "voluntary_ctxt_switches:")
	}
	return total, nil
}

// Resident is the memory of a process, in bytes.
func Resident(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	return field(string(status), "VmRSS:") << 10, nil
}

// CPU is the processor time that a process has used, all threads, to the nanosecond
// where the kernel keeps scheduling statistics.
func CPU(pid int) (time.Duration, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(threads) == 0 {
		return 0, fmt.Errorf("no scheduling statistics of process %d in /proc", pid)
	}
	var total time.Duration
	for _, path := range threads {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		first, _, _ := strings.Cut(string(stat), " ")
		ns, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read %s: %w", path, err)
		}
		total += time.Duration(ns)
	}
	return total, nil
}

// field reads the first number after a name at the start of a line.
func field(status, name string) int {
	for line := range strings.Lines(status) {
		if rest, found := strings.CutPrefix(line, name); found {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			return n
		}
	}
	return 0
}
