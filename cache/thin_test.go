package cache

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gonogo/model"
)

// Ninety days of a busy service: the file stays below its bound, and what was thinned still says what happened.
func TestNinetyDaysStayBelowTheBound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	now := noon
	c, err := Open(t.Context(), Options{Path: path, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	empty := size(t, path)
	s := api("api")
	every := 5 * time.Minute // of each check: a sample every 30 s would only take longer to write here
	for i := range s.Environments {
		s.Environments[i].Checks[0].MaxAge = 3 * every
	}
	const runsPerDay, deploymentsPerDay, days, reportFiles = 50, 6, 100, 20
	bad := noon.Add(41*24*time.Hour + 7*time.Hour)
	id, coverage := 0, someCoverage(sha(1), reportFiles)
	for day := range days {
		write(t, c, func(tx *Tx) error {
			var samples []model.Sample
			for at := now; at.Before(now.Add(24 * time.Hour)); at = at.Add(every) {
				for _, e := range s.Environments {
					state, why := model.Healthy, model.Text("")
					if at.Equal(bad) {
						state, why = model.Unhealthy, "answered 503"
					}
					samples = append(samples, model.Sample{Environment: e.Name, Check: "http:1", At: at, State: state, Latency: time.Duration(at.Unix()%90) * time.Millisecond, Version: "2.14.0", Reason: why})
				}
			}
			runs, deployments := someRuns(runsPerDay, id), someDeployments(deploymentsPerDay, id)
			for i := range runs {
				runs[i].CreatedAt, runs[i].SHA = now.Add(time.Duration(i)*time.Minute), sha(id+i)
			}
			for i := range deployments {
				deployments[i].CreatedAt, deployments[i].SHA = now.Add(time.Duration(i)*time.Hour), sha(id+i)
			}
			id += runsPerDay
			for i := range 12 {
				subject := string(sha(id + i))
				if err := tx.PutComparison(s, someComparison(sha(id+i), sha(id+i+1), 10)); err != nil {
					return err
				}
				for _, r := range []model.Read{{Signal: model.SignalComparison, Subject: subject + "..." + string(sha(id+i+1))}, {Signal: model.SignalCommitRuns, Subject: subject}} {
					r.At, r.TriedAt = now, now
					if err := tx.PutRead(s, r); err != nil {
						return err
					}
					if err := tx.PutValidators(s, r.Signal, r.Subject, "key", map[string]string{"https://api.github.com/x": `W/"1234"`}); err != nil {
						return err
					}
				}
			}
			for i := range runsPerDay { // each with a report, and a few of them asked for
				report := someReport(int64(id+i), sha(id+i))
				report.At, coverage.SHA = now.Add(time.Duration(i)*time.Minute), report.SHA
				must(t, tx.PutReport(s, report))
				must(t, tx.PutCoverage(s, coverage, "main", report.At))
				if i%10 == 0 {
					must(t, tx.PutRead(s, model.Read{Signal: model.SignalReports, Subject: string(report.SHA), At: report.At}))
					must(t, tx.PutCoverageFiles(s, report.SHA, coverage.Files))
					must(t, tx.PutTests(s, someTests(report.SHA, 20)))
				}
			}
			if err := tx.PutSamples(s, samples); err != nil {
				return err
			}
			if err := tx.PutRuns(s, runs); err != nil {
				return err
			}
			return tx.PutDeployments(s, deployments, false)
		})
		now = noon.Add(time.Duration(day+1) * 24 * time.Hour)
		if err := c.Thin(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	bound := SizeBound(Volume{Checks: 2, Every: every, RunsPerDay: runsPerDay, DeploymentsPerDay: deploymentsPerDay, Environments: 2, ReportFiles: reportFiles}, DefaultKeep)
	if grown := size(t, path) - empty; grown > bound || grown < bound/20 {
		t.Errorf("the service occupies %d bytes, the bound is %d", grown, bound)
	} else {
		t.Logf("%d bytes of at most %d", grown, bound)
	}
	history, err := c.SampleHistory(t.Context(), s, "production", "http:1", bad.Add(-2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if state, why := stateAt(history, bad); state != model.Unhealthy || why != "answered 503" {
		t.Errorf("the unhealthy moment became %s, %q", state, why)
	}
	if state, _ := stateAt(history, bad.Add(2*time.Hour)); state != model.Healthy {
		t.Errorf("two hours later it was %s", state)
	}
	if runs, err := c.RunHistory(t.Context(), s, "deploy.yml", noon); err != nil || len(runs) == 0 || runs[len(runs)-1].CreatedAt.Before(now.Add(-DefaultKeep-24*time.Hour)) {
		t.Errorf("%d runs of deploy.yml, %v", len(runs), err)
	}
	s.Coverage = &model.CoverageRule{}
	if f, err := c.Facts(t.Context(), s, nil); err != nil || len(f.Coverage) != maxReports || len(f.Tests) != maxReports {
		t.Errorf("reports of %d commits, %v", len(f.Coverage), err)
	}
	if points, err := c.CoverageHistory(t.Context(), s, noon); err != nil || len(points) != 1000 {
		t.Errorf("the coverage of %d commits, %v", len(points), err)
	}
	left := map[string]int64{}
	must(t, c.read(t.Context(), func(n *conn) error {
		for _, table := range []string{"report", "file_coverage", "tests", "coverage"} {
			if _, err := n.one("SELECT count(*) FROM "+table, func(r *row) { left[table] = r.int() }); err != nil {
				return err
			}
		}
		return nil
	}))
	if left["report"] > keepArtifacts+maxReports || left["file_coverage"] != maxReports*reportFiles || left["tests"] != maxReports || left["coverage"] > 91*runsPerDay+maxReports {
		t.Errorf("rows of reports: %v", left)
	}
	if f, err := c.Facts(t.Context(), s, nil); err != nil || len(f.Comparisons) > maxCommits || len(f.Deployments) < 2*maxDeployments {
		t.Errorf("%d comparisons, %d deployments, %v", len(f.Comparisons), len(f.Deployments), err)
	}
}

func size(t *testing.T, path string) (n int64) {
	t.Helper()
	conn, err := connect("file:" + path)
	must(t, err)
	defer conn.close()
	_, err = conn.one("PRAGMA wal_checkpoint(TRUNCATE)", func(*row) {})
	must(t, err)
	info, err := os.Stat(path)
	must(t, err)
	return info.Size()
}

// stateAt is what samples, newest first, say of a moment: 0 where nobody looked.
func stateAt(samples []model.Sample, at time.Time) (model.HealthState, model.Text) {
	worst, why := model.HealthState(0), model.Text("")
	for _, s := range samples {
		if !at.Before(s.At) && !at.After(end(s)) && s.State > worst {
			worst, why = s.State, s.Reason
		}
	}
	return worst, why
}

// Whatever is merged: no moment gets better, nobody's absence is hidden by a state better than unknown, and no more
// pieces remain than are allowed.
func TestMergingNeverMakesAMomentBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const maxAge = 90 * time.Second
		var list []model.Sample
		at := noon.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "start")) * time.Second)
		for at.Before(noon.Add(5 * time.Minute)) {
			list = append(list, model.Sample{
				At: at, State: model.HealthState(rapid.IntRange(1, 5).Draw(t, "state")),
				Version: model.Text(rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "version")), Reason: "r",
			})
			at = at.Add(time.Duration(rapid.IntRange(1, 150).Draw(t, "pause")) * time.Second)
		}
		if len(list) == 0 {
			return
		}
		merged := mergeSpan(list, maxAge)
		if len(merged) > maxPieces {
			t.Fatalf("%d pieces", len(merged))
		}
		for i, s := range list {
			if state, _ := stateAt(merged, s.At); state < s.State {
				t.Fatalf("%s at %s became %s", s.State, s.At, state)
			}
			if i == 0 || s.At.Sub(list[i-1].At) <= maxAge {
				continue
			}
			if state, _ := stateAt(merged, list[i-1].At.Add(maxAge/2)); state != 0 && state < model.HealthUnknown {
				t.Fatalf("nobody looked for %s, yet it says %s", s.At.Sub(list[i-1].At), state)
			}
		}
		if again := mergeSpan(merged, maxAge); len(again) != len(merged) {
			t.Fatalf("merging again makes %d of %d", len(again), len(merged))
		}
	})
}

func TestServicesThatLeftTakeTheirRowsWithThem(t *testing.T) {
	now := noon
	c, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "fleet.db"), Now: func() time.Time { return now }, Keep: 48 * time.Hour})
	must(t, err)
	defer c.Close()
	gone, stays := api("gone"), api("stays")
	typical(t, c, gone)
	now = noon.Add(72 * time.Hour)
	write(t, c, func(tx *Tx) error { return tx.PutReleases(stays, someReleases(3)) })
	must(t, c.Thin(t.Context()))
	if f, err := c.Facts(t.Context(), gone, nil); err != nil || len(f.Releases)+len(f.Runs)+len(f.Reads) != 0 {
		t.Errorf("left behind: %d releases, %d runs (%v)", len(f.Releases), len(f.Runs), err)
	}
	if f, err := c.Facts(t.Context(), stays, nil); err != nil || len(f.Releases) != 3 {
		t.Errorf("%d releases, %v", len(f.Releases), err)
	}
	rows := int64(0)
	must(t, c.read(t.Context(), func(n *conn) error {
		_, err := n.one(`SELECT (SELECT count(*) FROM run) + (SELECT count(*) FROM sample) + (SELECT count(*) FROM validator)`, func(r *row) { rows = r.int() })
		return err
	}))
	if rows != 0 {
		t.Errorf("%d rows without a service", rows)
	}
}

// An unfinished run and what runs in an environment outlive any age.
func TestWhatStillDecidesIsNotThinned(t *testing.T) {
	now := noon
	c, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "fleet.db"), Now: func() time.Time { return now }, Keep: 24 * time.Hour})
	must(t, err)
	defer c.Close()
	s := api("api")
	write(t, c, func(tx *Tx) error {
		waiting := someRuns(1, 0)
		waiting[0].Status = model.StatusWaiting
		waiting[0].CreatedAt = noon.Add(-30 * 24 * time.Hour)
		if err := tx.PutRuns(s, append(waiting, someRuns(200, 100)...)); err != nil {
			return err
		}
		return tx.PutDeployments(s, someDeployments(10, 0), true)
	})
	now = noon.Add(13 * 24 * time.Hour)
	write(t, c, func(tx *Tx) error { return tx.PutReleases(s, someReleases(1)) }) // the service is still there
	must(t, c.Thin(t.Context()))
	f, err := c.Facts(t.Context(), s, nil)
	if err != nil || len(f.Runs) != maxRuns+1 || f.Runs[maxRuns].Status != model.StatusWaiting || len(f.Deployments) != 10 {
		t.Errorf("runs %d, deployments %d, %v", len(f.Runs), len(f.Deployments), err)
	}
}

// A run that Facts shows stays for as long as its reading does, for GitHub then only says that nothing changed: a commit
// whose CI failed three months ago has still failed.
func TestRunsThatAReadingStandsForAreNotThinned(t *testing.T) {
	c := fresh(t)
	s, old := api("api"), noon.Add(-200*24*time.Hour)
	asked, other := sha(1), sha(2)
	write(t, c, func(tx *Tx) error {
		failed, forgotten, idle := someRuns(1, 0), someRuns(300, 1), someRuns(3, 1000)
		failed[0].SHA, failed[0].Conclusion, failed[0].CreatedAt = asked, model.Failure, old.Add(-time.Hour)
		for i := range forgotten {
			forgotten[i].Workflow = ".github/workflows/ci.yml"
			forgotten[i].SHA, forgotten[i].CreatedAt = other, old.Add(time.Duration(i)*time.Minute)
		}
		for i := range idle {
			idle[i].CreatedAt = old
		}
		if err := tx.PutRuns(s, append(failed, forgotten...)); err != nil {
			return err
		}
		if err := tx.PutRuns(api("idle"), idle); err != nil {
			return err
		}
		for subject, at := range map[string]time.Time{"": noon, string(asked): noon} {
			signal := model.SignalRuns
			if subject != "" {
				signal = model.SignalCommitRuns
			}
			if err := tx.PutRead(s, model.Read{Signal: signal, Subject: subject, At: at, TriedAt: at}); err != nil {
				return err
			}
		}
		return nil
	})
	before, err := c.Facts(t.Context(), s, nil)
	must(t, err)
	must(t, c.Thin(t.Context()))
	after, err := c.Facts(t.Context(), s, nil)
	must(t, err)
	if len(after.Runs) != maxRuns+1 || !slices.EqualFunc(before.Runs, after.Runs, func(a, b model.Run) bool { return a.ID == b.ID }) {
		t.Fatalf("%d runs became %d", len(before.Runs), len(after.Runs))
	}
	if last := after.Runs[len(after.Runs)-1]; last.SHA != asked || last.Conclusion != model.Failure {
		t.Errorf("of the failed commit is left %+v", last)
	}
	if list, err := c.RunHistory(t.Context(), s, "", time.Time{}); err != nil || len(list) != maxRuns+1 {
		t.Errorf("%d runs are kept in all, %v", len(list), err)
	}
	if f, err := c.Facts(t.Context(), api("idle"), nil); err != nil || len(f.Runs) != 3 {
		t.Errorf("%d runs of an idle service, %v", len(f.Runs), err)
	}
}

// Thinning gives the space back, in steps.
func TestThinningShrinksTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	now := noon
	c, err := Open(t.Context(), Options{Path: path, Now: func() time.Time { return now }})
	must(t, err)
	defer c.Close()
	for i := range 10 {
		typical(t, c, api(fmt.Sprintf("service-%d", i)))
	}
	full := size(t, path)
	now = now.Add(200 * 24 * time.Hour) // all have left
	must(t, c.Thin(t.Context()))
	free := int64(-1)
	must(t, c.read(t.Context(), func(n *conn) error {
		_, err := n.one("PRAGMA freelist_count", func(r *row) { free = r.int() })
		return err
	}))
	if free != 0 {
		t.Errorf("%d pages are still free", free)
	}
	if left := size(t, path); left > full/4 {
		t.Errorf("of %d bytes %d are left", full, left)
	}
}

func BenchmarkThin(b *testing.B) {
	now := noon
	c, err := Open(b.Context(), Options{Path: filepath.Join(b.TempDir(), "fleet.db"), Now: func() time.Time { return now }})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	for i := range 20 {
		typical(b, c, api(fmt.Sprintf("service-%d", i)))
	}
	against(b, func() {
		now = now.Add(time.Hour)
		if err := c.Thin(context.Background()); err != nil {
			b.Fatal(err)
		}
	})
}
