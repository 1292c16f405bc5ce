package simulator

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// A job's log as runners write it and GitHub joins it (actions/runner, PagingLogger and OutputManager; seen in logs of
// public repositories): a byte order mark, then each line with its moment to 100 ns. The runner marks groups, commands,
// warnings and errors with ##[…]; nothing marks where a step begins, but each that runs something begins with the group of
// its inputs, "Run …". What a program wrote is passed on as it is, colours included, but for carriage returns, which end a
// line there. Lines end as the runner's system ends them.
const byteOrderMark = "\ufeff"

// log is the whole job's.
func (j *Job) log() string {
	var b strings.Builder
	b.WriteString(byteOrderMark)
	for _, s := range j.steps {
		if s.conclusion != Skipped {
			b.WriteString(j.logOf(s))
		}
	}
	return b.String()
}

// logOf is a step's part.
func (j *Job) logOf(s *Step) string {
	w := &stepLog{job: j, step: s, dice: j.attempt.run.repo.world.dice("log", j.ID*64+int64(s.Number)), end: "\n"}
	for _, label := range j.plan.Labels {
		if strings.Contains(label, "windows") {
			w.end = "\r\n"
		}
	}
	switch {
	case s.Number == 1:
		w.setUp()
	case s.Number == len(j.steps):
		w.line("Cleaning up orphan processes")
	default:
		w.inputs()
		w.output()
	}
	return w.text()
}

// stepLog gathers lines, and spreads them over the step's time at the end.
type stepLog struct {
	job   *Job
	step  *Step
	dice  *rand.Rand
	end   string
	lines []string
}

func (w *stepLog) line(format string, a ...any) { w.lines = append(w.lines, fmt.Sprintf(format, a...)) }

func (w *stepLog) group(title string, lines ...string) {
	w.line("##[group]%s", title)
	w.lines = append(w.lines, lines...)
	w.line("##[endgroup]")
}

func (w *stepLog) text() string {
	s := w.step
	span := max(s.completedAt.Sub(s.startedAt), time.Second) - 200*time.Millisecond
	size := 0
	for _, l := range w.lines {
		size += len(l) + 32
	}
	var b strings.Builder
	b.Grow(size)
	at := s.startedAt.Add(40*time.Millisecond + time.Duration(w.dice.IntN(90_000))*100*time.Nanosecond)
	each := span / time.Duration(len(w.lines)+1)
	stamp := make([]byte, 0, 32)
	for _, l := range w.lines {
		stamp = at.AppendFormat(stamp[:0], "2006-01-02T15:04:05.0000000Z ")
		b.Write(stamp)
		b.WriteString(l)
		b.WriteString(w.end)
		at = at.Add(each)
	}
	return b.String()
}

// setUp is the first step: what runs the job.
func (w *stepLog) setUp() {
	w.line("Current runner version: '2.335.1'")
	w.group("Operating System", "Ubuntu", "24.04.3", "LTS")
	w.group("Runner Image", "Image: ubuntu-24.04", "Version: 20261102.1.0", "Included Software: https://github.com/actions/runner-images/blob/ubuntu24/20261102.1/images/ubuntu/Ubuntu2404-Readme.md")
	w.group("GITHUB_TOKEN Permissions", "Contents: read", "Metadata: read")
	w.line("Secret source: Actions")
	w.line("Prepare workflow directory")
	w.line("Prepare all required actions")
	w.line("Getting action download info")
	w.line("Download action repository 'actions/checkout@v5' (SHA:08c6903cd8c0fde910a37f88322edcfb5dd907a8)")
	w.line("Complete job name: %s", w.job.Name)
}

// inputs is the group with which a step begins.
func (w *stepLog) inputs() {
	name := w.step.Name
	if action, ok := strings.CutPrefix(name, "Run actions/"); ok {
		w.group("Run actions/"+action, "with:", "  repository: "+w.job.attempt.run.repo.fullName(), "  token: ***", "  fetch-depth: 1")
		return
	}
	script := "make " + strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "Run "), " ", "-"))
	w.group("Run "+script, "\x1b[36;1m"+script+"\x1b[0m", "shell: /usr/bin/bash -e {0}", "env:", "  GOFLAGS: -trimpath")
}

// output is what the step's program wrote, and what the runner says of its end.
func (w *stepLog) output() {
	s := w.step
	failed := s.conclusion != Success && s.conclusion != Neutral
	switch {
	case s.plan.Log != "" || s.plan.Lines > 0:
		w.lines = append(w.lines, lines(s.plan.Log)...)
		w.chatter(s.plan.Lines)
	case strings.HasPrefix(s.Name, "Run actions/checkout"):
		w.checkout()
	case strings.Contains(strings.ToLower(s.Name), "test"):
		w.tests(failed)
	default:
		w.chatter(6 + w.dice.IntN(30))
	}
	switch s.conclusion {
	case Failure:
		w.line("##[error]Process completed with exit code 1.")
	case Cancelled:
		w.line("##[error]The operation was canceled.")
	case TimedOut:
		w.line("##[error]The job has exceeded the maximum execution time of 6h0m0s")
	}
}

func (w *stepLog) checkout() {
	n := w.job.attempt.run
	w.line("Syncing repository: %s", n.repo.fullName())
	w.group("Getting Git version info", "Working directory is '/home/runner/work/"+n.repo.name+"/"+n.repo.name+"'", "##[command]/usr/bin/git version", "git version 2.51.2")
	w.group("Fetching the repository", "##[command]/usr/bin/git -c protocol.version=2 fetch --no-tags --prune --no-recurse-submodules --depth=1 origin +"+n.Commit.SHA+":refs/remotes/origin/"+n.Branch,
		"remote: Enumerating objects: 1423, done.        ", "remote: Counting objects:  12% (170/1423)        ", "remote: Counting objects: 100% (1423/1423), done.        ")
	w.line("##[command]/usr/bin/git log -1 --format=%%H")
	w.line("%s", n.Commit.SHA)
}

// tests is the output of a test runner, with colours; a failing one among them where the step fails.
func (w *stepLog) tests(failed bool) {
	packages := []string{"cart", "checkout", "session", "search", "prices", "mail", "audit"}
	guilty := -1
	if failed {
		guilty = w.dice.IntN(len(packages))
	}
	where := w.job.attempt.run.repo.fullName()
	w.line("##[warning]Node.js 20 actions are deprecated. Please update the following actions to use Node.js 24: actions/cache@v4")
	for i, p := range packages {
		for range 3 + w.dice.IntN(9) {
			name := testName(pick(w.dice, titles()))
			w.line("=== RUN   Test%s", name)
			w.line("\x1b[32m--- PASS: Test%s (0.%02ds)\x1b[0m", name, w.dice.IntN(100))
		}
		if i != guilty {
			w.line("ok  \t%s/%s\t%d.%03ds\tcoverage: %d.%d%% of statements", where, p, w.dice.IntN(9), w.dice.IntN(1000), 60+w.dice.IntN(39), w.dice.IntN(10))
			continue
		}
		w.line("=== RUN   TestPlacesAnOrder")
		w.line("    order_test.go:87: POST /orders: want 201, got 500")
		w.line(`    order_test.go:88: body: {"error":"connection refused: postgres:5432","trace":%q}`, strings.Repeat("at acme.orders.place;", 40))
		w.line("\x1b[31m--- FAIL: TestPlacesAnOrder (12.%02ds)\x1b[0m", w.dice.IntN(100))
		w.line("FAIL")
		w.line("FAIL\t%s/%s\t13.204s", where, p)
	}
}

// testName makes the name of a test out of a sentence.
func testName(sentence string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(sentence, func(r rune) bool { return r == ' ' || r == '-' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// chatter is n lines that nobody reads.
func (w *stepLog) chatter(n int) {
	words := []string{"compiling", "linking", "resolving", "copying", "checking", "unpacking"}
	text := make([]byte, 0, 128)
	for i := range n {
		text = append(text[:0], "["...)
		text = strconv.AppendInt(text, int64(i+1), 10)
		text = append(text, '/')
		text = strconv.AppendInt(text, int64(n), 10)
		text = append(text, "] "...)
		text = append(text, words[w.dice.IntN(len(words))]...)
		text = append(text, " module "...)
		text = strconv.AppendUint(text, w.dice.Uint64(), 36)
		text = append(text, " from the registry"...)
		w.lines = append(w.lines, string(text))
	}
}
