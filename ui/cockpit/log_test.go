package cockpit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// failedLog is the log of the failed job, as runners write it.
func failedLog() string {
	var b strings.Builder
	b.WriteString("\ufeff")
	write := func(at time.Time, each time.Duration, lines ...string) {
		for _, l := range lines {
			b.WriteString(at.Format("2006-01-02T15:04:05.0000000Z ") + l + "\r\n")
			at = at.Add(each)
		}
	}
	write(ago(22*time.Minute), 100*time.Millisecond, "Current runner version: '2.335.1'", "##[group]Operating System", "Ubuntu", "24.04.3", "LTS", "##[endgroup]", "Secret source: Actions", "Complete job name: test (1.26)")
	write(ago(22*time.Minute).Add(900*time.Millisecond), 10*time.Millisecond, "##[group]Run actions/checkout@v5", "with:", "  repository: acme/api", "  token: ***", "##[endgroup]", "##[command]/usr/bin/git version", "git version 2.51.2")
	write(ago(21*time.Minute), 5*time.Second, "##[group]Run go test ./...", "\x1b[36;1mgo test ./...\x1b[0m", "shell: /usr/bin/bash -e {0}", "##[endgroup]",
		"##[warning]Node.js 20 actions are deprecated. Please update the following actions to use Node.js 24: actions/cache@v4",
		"=== RUN   TestRefund", "\x1b[32m--- PASS: TestRefund (0.21s)\x1b[0m", "ok  \tacme/api/refund\t1.208s\tcoverage: 81.3% of statements",
		"=== RUN   TestPlacesAnOrder", "    order_test.go:87: POST /orders: want 201, got 500", `    order_test.go:88: body: {"error":"connection refused: postgres:5432","trace":"`+strings.Repeat("at acme.orders.place;", 20)+`"}`,
		"\x1b[31m--- FAIL: TestPlacesAnOrder (12.04s)\x1b[0m", "    漢字のテスト 👩\u200d👩\u200d👧 café", "\x1b[2J\x1b]0;owned\a is no command here", "FAIL", "FAIL\tacme/api/orders\t13.204s", "##[error]Process completed with exit code 1.")
	return b.String()
}

// logged is the fleet with the log of its failed job.
func logged() *memory {
	m := acme()
	m.keepLog(m.jobs[101].Jobs[1], failedLog())
	return m
}

// openLog opens the log of the failed run.
func openLog(t *testing.T, m *memory, width, height int) *driver {
	t.Helper()
	d := start(t, m, width, height, look(t, dark))
	return d.press("j", "j", "2").to("✗ failure").press("l")
}

func TestTheLogOfAFailedRunOpensAtItsFirstError(t *testing.T) {
	for _, size := range []struct{ width, height int }{{80, 24}, {120, 36}, {160, 48}} {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			d := openLog(t, logged(), size.width, size.height)
			d.see("api: log of test (1.26), job 2 of 2", "✗ 1 error", "! 3 likely", "▾ ✗ failure     go test ./...", "▸ ✓ success     Set up job", "! --- FAIL: TestPlacesAnOrder", "✗ error: Process completed with exit code 1.")
			d.golden("log-" + name)
			d.press("f").press("f").golden("log-folded-" + name)
			d.press("f", "T", "/").typed("order").press("enter").see("/order 1 of 5").golden("log-search-" + name)
		})
	}
}

func TestALogIsGoneThroughByItsErrors(t *testing.T) {
	d := openLog(t, logged(), 120, 36)
	on := func(text string) {
		t.Helper()
		for _, line := range strings.Split(d.screen(), "\n") {
			if _, row, found := strings.Cut(line, "›"); found && strings.Contains(row, text) {
				return
			}
		}
		t.Fatalf("the cursor is not on %q:\n%s", text, d.screen())
	}
	on("--- FAIL: TestPlacesAnOrder")
	d.press("e")
	on("! FAIL")
	d.press("e", "e")
	on("error: Process completed")
	d.press("e").see("no error lies below")
	d.press("E", "E", "E")
	on("--- FAIL: TestPlacesAnOrder")
	d.press("E").see("no error lies above")
	d.press("enter") // from within the step
	on("▸ ✗ failure     go test ./...")
	d.see("17 lines", "✗ 1 error · ! 3 likely")
	d.press("e")
	on("--- FAIL: TestPlacesAnOrder")
}

func TestALogIsSearched(t *testing.T) {
	d := openLog(t, logged(), 120, 36)
	d.press("/").typed("RUNS").press("backspace").see("/RUN_").press("enter").see("/RUN 1 of 2") // round the end
	d.press("n").see("/RUN 2 of 2").press("n").see("/RUN 1 of 2").press("N").see("/RUN 2 of 2")
	d.press("/").typed("!").press("esc").see("/RUN 2 of 2") // thought better of it
	d.press("/", "backspace", "backspace", "backspace").typed("ubuntu").press("enter").see("/ubuntu 1 of 1", "▾ Operating System", "Ubuntu")
	d.press("esc").miss("/ubuntu").see("✗ 1 error")
	d.press("/").typed("no such thing").press("enter").see("nothing in the log matches no such thing")
	d.press("esc", "esc").see("2 CI")
}

func TestALongLineIsSlid(t *testing.T) {
	d := openLog(t, logged(), 80, 24)
	d.press("k").miss("from column")
	d.press("right", "right").see("from column 33", `…ror":"connection refused: postgres:5432"`).exact()
	d.press("left", "left").miss("from column")
}

func TestALogLineIsTakenAlong(t *testing.T) {
	d := openLog(t, logged(), 120, 36)
	d.press("y").see("copied the line: --- FAIL: TestPlacesAnOrder (12.04s)")
	d.press("o").see("copied the link: https://github.com/acme/api/actions/runs/101/job/2#step:3:12")
	d.press("g", "y").see("copied the line: Set up job")
}

func TestEveryPlaceOfAFailureLeadsToItsLog(t *testing.T) {
	m := logged()
	d := start(t, m, 120, 36, look(t, dark))
	d.press("j", "j", "2").to("✗ failure").press("enter").to("test (1.26)").press("l").see("log of test (1.26)", "FAIL: TestPlacesAnOrder")
	d.press("esc").to("Set up job").press("l").see("▾ ✓ success     Set up job", "Current runner version")
	d.press("esc", "g").press("l").see("FAIL: TestPlacesAnOrder") // anywhere else on the run's page
	d.press("esc", "esc", "0", "g", "j", "j", "4").to("✗ fail").press("l").see("FAIL: TestPlacesAnOrder")
	d.press("esc", "enter").see("gate ci").press("l").see("FAIL: TestPlacesAnOrder")
}

func TestAnotherJobsLog(t *testing.T) {
	m := logged()
	m.keepLog(m.jobs[101].Jobs[0], "2026-11-24T11:38:07.0000000Z all is well\n")
	d := openLog(t, m, 120, 36)
	d.press("tab").see("log of lint, job 1 of 2", "▸ ✓ success     golangci-lint", "1 line").miss("FAIL")
	d.press("enter").see("all is well")
	d.press("shift+tab").see("log of test (1.26), job 2 of 2", "FAIL: TestPlacesAnOrder")
}

func TestLogsOfEarlierAttempts(t *testing.T) {
	m := logged()
	jobs := m.jobs[101]
	for i := range 2 { // the run was made again, and that went well
		j := jobs.Jobs[i]
		j.ID, j.Attempt, j.Conclusion = j.ID+10, 2, model.Success
		jobs.Jobs = append(jobs.Jobs, j)
	}
	slices.SortStableFunc(jobs.Jobs, func(a, b model.Job) int { return b.Attempt - a.Attempt })
	m.jobs[101] = jobs
	m.keepLog(jobs.Jobs[0], "2026-11-24T11:38:07.0000000Z all is well\n")
	d := start(t, m, 120, 36, look(t, dark))
	d.press("j", "j", "2").to("✗ failure").press("l").see("log of lint, job 1 of 2, attempt 2 of 2").press("esc", "enter")
	d.see("Jobs  read", "Attempt 1").to("✗ failure     test (1.26)").press("l")
	d.see("log of test (1.26), job 2 of 2, attempt 1 of 2", "FAIL: TestPlacesAnOrder")
}

func TestALogThatIsNotThereSaysWhy(t *testing.T) {
	j := failedJobs().Jobs[1]
	running, queued, skipped := j, j, j
	running.Status, running.Conclusion = model.StatusInProgress, ""
	queued.Status, queued.Conclusion = model.StatusQueued, ""
	skipped.Conclusion = model.Skipped
	for _, c := range []struct {
		name    string
		log     pane.Log
		offline bool
		want    []string
	}{
		{"a job that runs", pane.Log{Job: running}, false, []string{"The job test (1.26) is still running, since 11:38:07 (22m00s).", "it  ┃", "opens here by itself then"}},
		{"a job that waits", pane.Log{Job: queued}, false, []string{"The job test (1.26) has not begun: it is queued."}},
		{"a job that was skipped", pane.Log{Job: skipped}, false, []string{"was skipped, so it has no log"}},
		{"a log that comes", pane.Log{Job: j, Came: 45_000_000, Whole: 200_000_000}, false, []string{"The log is coming: 45 MB of 200 MB.", "━━━━━━━━━───────"}},
		{"one of unknown length", pane.Log{Job: j, Came: 45_000, Whole: -1}, false, []string{"The log is coming: 45 kB so far."}},
		{"one that was refused", pane.Log{Job: j, Read: model.Read{Problem: model.ProblemForbidden, Why: "the token may not read Actions (403)"}}, false, []string{"The log can't be read: the token may not read Actions (403)"}},
		{"not asked for yet", pane.Log{Job: j}, false, []string{"The log is being read from GitHub."}},
		{"offline", pane.Log{Job: j}, true, []string{"The log is not in the cache, and can't be read now: OFFLINE"}},
		{"offline, but here", pane.Log{}, true, []string{"FAIL: TestPlacesAnOrder"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := logged()
			if c.log.Job.ID != 0 {
				m.logs[2] = c.log
			}
			if c.offline {
				m.board.Status = pane.Status{ReadAt: ago(time.Hour), Offline: true, Why: "no such host"}
			}
			openLog(t, m, 120, 36).see(c.want...).exact()
		})
	}
}

func TestALogOpensByItselfWhenItsJobHasEnded(t *testing.T) {
	m := logged()
	ended := m.logs[2]
	running := ended.Job
	running.Status, running.Conclusion = model.StatusInProgress, ""
	m.logs[2] = pane.Log{Job: running}
	d := openLog(t, m, 120, 36).see("still running", "(22m00s)")
	d.wait(30 * time.Second).see("(22m15s)")
	m.logs[2] = ended
	d.send(eventsMsg{services: map[string]bool{"api": true}, ended: true})
	d.see("FAIL: TestPlacesAnOrder")
}

func TestALogThatLeftTheCacheIsReadAgain(t *testing.T) {
	m := logged()
	kept := m.logs[2]
	texts := m.texts[kept.ID]
	delete(m.texts, kept.ID)
	openLog(t, m, 120, 36).see("The log can't be read: the log is no longer in the cache")
	m.texts[kept.ID] = texts
	d := openLog(t, m, 120, 36).see("FAIL: TestPlacesAnOrder")
	d.c.stack[0].View(pane.Area{Width: 120, Height: 33})
	delete(m.texts, kept.ID)
	m.keepLog(kept.Job, failedLog()) // downloaded anew
	d.press("/").typed("RUN").press("enter").see("can't be searched: the log is no longer in the cache")
}

func TestHostileLogsStayInTheirCells(t *testing.T) {
	for i, s := range hostiles {
		m := acme()
		j := m.jobs[101].Jobs[1]
		j.Name, j.URL = model.Clean(s), s
		for k := range j.Steps {
			j.Steps[k].Name = model.Clean(s)
		}
		jobs := m.jobs[101]
		jobs.Jobs = []model.Job{jobs.Jobs[0], j}
		m.jobs[101] = jobs
		m.keepLog(j, failedLog()+"##[group]"+s+"\n"+s+"\n##[endgroup]\n##[error]"+s+"\n\x1b[31m"+s+"\x1b[1m"+s+"\x1b[0m\n##[warning]"+s+"\n2026-11-24T11:58:07.0000000Z "+s+"\n")
		sizes := []struct{ width, height int }{{80, 24}, {133, 37}}
		d := start(t, m, sizes[i%2].width, sizes[i%2].height, look(t, []theme.Options{dark, {Name: theme.Mono, ASCII: true}}[i/2%2]))
		d.send(pane.OpenMsg{Target: pane.Target{Kind: pane.LogKind, Service: "api", ID: 101, Job: j.ID}})
		for _, keys := range [][]string{{}, {"f"}, {"f"}, {"G"}, {"right"}, {"right", "right"}, {"T"}, {"g"}, {"e", "e"}, {"/", "a", "enter"}, {"n"}, {"y"}, {"o"}, {"tab"}} {
			d.press(keys...)
			d.harmless(fmt.Sprintf("%q after %v", s, keys))
		}
	}
}
