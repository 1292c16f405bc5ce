package cache

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gonogo/model"
)

// How history is thinned with age, and what bounds the file:
//
//   - Samples are kept as they came for 3 hours, then merged into spans of 5 minutes, after 7 days into hours, and
//     dropped after Keep. A check asked every 30 s so has at most 360 + 2,016 + 24 × (Keep in days − 7) rows of
//     typically 40 bytes (at most 560: reasons and versions are cut at 240 bytes): 0.2 MB a check for 90 days. Where it was
//     watched with breaks, or answered with changing versions, a span may take up to 4 rows.
//   - Runs and deployments are kept for Keep, then dropped, except for what may still decide something: unfinished
//     runs, the newest 150 and those of commits whose runs were asked for (GitHub says of them only that they haven't
//     changed, so without them nothing would be known) and, of each environment, the newest 40 deployments and the
//     newest 20 that succeeded. A run is about 0.6 kB with its indexes, a deployment about 1.2 kB with 4 statuses.
//   - Jobs, comparisons, commits, checks and pending reviews, with their readings and validators: the newest 64
//     subjects of each a service, at most 60 kB each for the largest comparisons, typically 2 kB.
//   - Reports: of the newest 16 commits asked for every file (typically 200 bytes, and 16 for each 64 lines) and the tests
//     that are worth a name, of the newest 48 artifacts what they said, compressed (typically 100 bytes a file and 20 a
//     test), so that none is downloaded twice; of every commit its totals and packages for Keep, typically 1 kB.
//   - Logs: 96 MiB, compressed, whatever the number of services; the one that nobody has opened for longest goes first.
//   - Of the sprint board what was seen of its items, typically 90 bytes a moment, for Keep; then only the newest of what
//     is still on the board, which says how things stood when Keep began. At most 100 moments an item: 3,000 items and
//     their bodies (typically 400 bytes) stay below 29 MB at the very worst, and at 1 MB on a board of 1,200.
//   - Releases and protections are as many as GitHub has.
//   - A service that has not been written for Keep leaves with all it has.
//
// So a service with 2 environments of one check each, 50 runs and 6 deployments a day stays below
// 2 × 0.2 MB + 90 × (50 × 0.6 kB + 6 × 1.2 kB) + 5 × 64 × 2 kB + 400 × 0.6 kB ≈ 4.7 MB. SizeBound says it as a function, and a test
// holds a simulated 90 days against it.
const (
	keepSamplesWhole = 3 * time.Hour
	keepSamplesFine  = 7 * 24 * time.Hour
	fineSpan         = 5 * time.Minute
	coarseSpan       = time.Hour

	// maxReads is how many subjects of one signal are kept of a service: the newest. One that is wanted again is read again.
	maxReads = 64
	// maxItemMoments is how much is remembered of one item of the sprint board that keeps changing.
	maxItemMoments = 100
	// keepArtifacts is of how many artifacts of a service is kept what they said.
	keepArtifacts = 48
)

// Volume is how much one service brings in.
type Volume struct {
	Checks            int
	Every             time.Duration // of each check
	RunsPerDay        int
	DeploymentsPerDay int
	Environments      int
	// Of each commit's reports, where any are configured.
	ReportFiles int
	Tests       int
}

// SizeBound is an upper bound, in bytes, of what one service occupies in the file after thinning, for texts of usual
// length.
func SizeBound(v Volume, keep time.Duration) int64 {
	days := int64(keep/(24*time.Hour)) + 1
	samples := int64(keepSamplesWhole/v.Every) + int64(keepSamplesFine/fineSpan) + 24*days
	const sample, run, deployment, subjects = 64, 700, 1300, 6 * maxReads * 2500
	const spared = maxRuns + 4*(maxReads+maxReports) // a commit seldom has more than 4 runs
	return int64(v.Checks)*samples*sample + (days*int64(v.RunsPerDay)+spared)*run +
		(days*int64(v.DeploymentsPerDay)+int64(v.Environments)*(maxDeployments+maxSuccesses))*deployment + subjects + 64<<10 + reportBound(v, days)
}

func reportBound(v Volume, days int64) int64 {
	if v.ReportFiles+v.Tests == 0 {
		return 0
	}
	const file, packedFile, packedTest, tests, commit = 400, 200, 30, 60_000, 1500
	files, cases := int64(v.ReportFiles), int64(v.Tests)
	return maxReports*(files*file+tests) + (keepArtifacts+2*maxReports)*(files*packedFile+cases*packedTest) + days*int64(v.RunsPerDay)*commit
}

// dropRuns spares what readings stand for: they stay valid for as long as GitHub says that nothing changed.
const dropRuns = `
DELETE FROM run
WHERE  service = ?1 AND status = 'completed'
AND    created_at < min(?2, (SELECT created_at FROM run WHERE service = ?1 ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET ?3))
AND    sha NOT IN (SELECT subject FROM read WHERE service = ?1 AND signal IN ('commit-runs', 'reports'))`

// dropDeployments spares what Facts may need to say what runs, and what one could go back to.
const dropDeployments = `
DELETE FROM deployment
WHERE  created_at < ?1
AND    id NOT IN (
	SELECT d.id FROM deployment d
	WHERE  d.service = deployment.service AND d.environment = deployment.environment
	ORDER  BY d.created_at DESC, d.id DESC LIMIT ?2)
AND    id NOT IN (
	SELECT d.id FROM deployment d
	WHERE  d.service = deployment.service AND d.environment = deployment.environment AND d.first_success_at IS NOT NULL
	ORDER  BY d.first_success_at DESC LIMIT ?3)`

// dropArtifacts spares what the newest artifacts said, and those of commits that are being asked for.
const dropArtifacts = `
DELETE FROM report
WHERE (service, artifact) IN (
	SELECT service, artifact
	FROM  (SELECT service, artifact, row_number() OVER (PARTITION BY service ORDER BY at DESC, artifact DESC) AS place FROM report)
	WHERE  place > ?)
AND    NOT EXISTS (SELECT 1 FROM read WHERE read.service = report.service AND signal = 'reports' AND subject = sha)`

// dropMoments spares what says how the items that are still there stood when the time began that is kept.
const dropMoments = `
DELETE FROM item_moment
WHERE  at < ?1
AND   (NOT EXISTS (SELECT 1 FROM item WHERE item.service = item_moment.service AND item.id = item_moment.item)
       OR EXISTS (SELECT 1 FROM item_moment later
                  WHERE  later.service = item_moment.service AND later.item = item_moment.item
                  AND    later.at > item_moment.at AND later.at < ?1))`

// dropFlapping bounds the moments of one item.
const dropFlapping = `
DELETE FROM item_moment
WHERE (service, item, at) IN (
	SELECT service, item, at
	FROM  (SELECT service, item, at, row_number() OVER (PARTITION BY service, item ORDER BY at DESC) AS place FROM item_moment)
	WHERE  place > ?)`

// extraSubjects are the readings of one signal beyond the newest of a service; what was read with them goes too.
const extraSubjects = `
SELECT service, signal, subject
FROM  (SELECT service, signal, subject,
              row_number() OVER (PARTITION BY service, signal ORDER BY max(at, tried_at) DESC) AS place
       FROM   read
       WHERE  subject <> '' AND signal NOT IN ('health', 'runs'))
WHERE  place > iif(signal = 'reports', ?2, ?1)`

// dropBody removes what was read for a subject of a signal; it is empty where that stays as history.
func dropBody(signal model.Signal) []string {
	switch signal {
	case model.SignalJobs:
		return []string{`DELETE FROM job WHERE service = ? AND run = cast(? AS INTEGER)`}
	case model.SignalLog:
		return []string{`DELETE FROM log WHERE service = ? AND subject = ?`}
	case model.SignalPending:
		return []string{`DELETE FROM pending WHERE service = ? AND run = cast(? AS INTEGER)`}
	case model.SignalCommitChecks:
		return []string{`DELETE FROM commit_check WHERE service = ? AND sha = ?`}
	case model.SignalCommit:
		return []string{`DELETE FROM commit_paths WHERE service = ? AND sha = ?`}
	case model.SignalComparison:
		return []string{`DELETE FROM comparison WHERE service = ? AND base || '...' || head = ?`}
	case model.SignalDispatch:
		return []string{`DELETE FROM dispatch WHERE service = ? AND subject = ?`}
	case model.SignalArtifact:
		return []string{`DELETE FROM needed WHERE service = ? AND subject = ?`}
	case model.SignalReports:
		return []string{dropFiles, dropTests, dropFlaws} // the totals stay as history
	}
	return nil
}

const (
	dropRead       = `DELETE FROM read WHERE service = ? AND signal = ? AND subject = ?`
	dropTokens     = `DELETE FROM validator WHERE service = ? AND signal = ? AND subject = ?`
	dropSummaries  = `DELETE FROM assessment WHERE at < ?`
	dropLeases     = `DELETE FROM lease WHERE until < ?`
	dropOldSamples = `DELETE FROM sample WHERE at < ?`
	dropCoverages  = `DELETE FROM coverage WHERE made_at < ? AND NOT EXISTS (SELECT 1 FROM read WHERE read.service = coverage.service AND signal = 'reports' AND subject = sha)`
	dropUnfinished = `DELETE FROM log WHERE complete = 0 AND opened_at < ?`
	dropProbes     = `DELETE FROM probe WHERE NOT EXISTS (SELECT 1 FROM sample WHERE probe = probe.id)`
)

// Thin thins history with age. It is meant to be called once an hour or so; it works in small transactions, so that
// nobody waits for it.
func (c *Cache) Thin(ctx context.Context) error {
	now := c.options.Now()
	old := now.Add(-c.options.Keep)
	err := c.Write(ctx, func(t *Tx) error {
		for _, step := range []struct {
			sql  string
			args []any
		}{
			{dropDeployments, []any{old, maxDeployments, maxSuccesses}},
			{dropSummaries, []any{old}},
			{dropLeases, []any{now}},
			{dropOldSamples, []any{old}},
			{dropCoverages, []any{old}},
			{dropUnfinished, []any{now.Add(-keepUnfinished)}},
			{dropProbes, nil},
			{dropMoments, []any{old}},
			{dropFlapping, []any{maxItemMoments}},
		} {
			if _, err := t.conn.exec(step.sql, step.args...); err != nil {
				return err
			}
		}
		if err := t.dropServices(old); err != nil {
			return err
		}
		if err := t.dropExtraSubjects(); err != nil {
			return err
		}
		if _, err := t.conn.exec(dropArtifacts, keepArtifacts); err != nil {
			return err
		}
		return t.dropRuns(old)
	})
	if err != nil {
		return err
	}
	probes, err := c.probes(ctx)
	if err != nil {
		return err
	}
	for _, p := range probes {
		if err := c.thinProbe(ctx, p, now); err != nil {
			return err
		}
	}
	return c.shrink(ctx)
}

// What is free in the file is given back in steps of some milliseconds each, at most 8 MB in all: a large file becomes
// small over some hours.
const (
	shrinkPages = "PRAGMA incremental_vacuum(100)"
	shrinkSteps = 20
)

func (c *Cache) shrink(ctx context.Context) error {
	for range shrinkSteps {
		free := int64(0)
		err := c.Write(ctx, func(t *Tx) error {
			if err := t.conn.script(ctx, shrinkPages); err != nil {
				return err
			}
			_, err := t.conn.one("PRAGMA freelist_count", func(r *row) { free = r.int() })
			return err
		})
		if err != nil || free == 0 {
			return err
		}
	}
	return nil
}

func (t *Tx) dropRuns(before time.Time) error {
	var services []int64
	if err := t.conn.query(`SELECT id FROM service`, func(r *row) { services = append(services, r.int()) }); err != nil {
		return err
	}
	for _, s := range services {
		if _, err := t.conn.exec(dropRuns, s, before, maxRuns-1); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) dropExtraSubjects() error {
	type reading struct {
		service         int64
		signal, subject string
	}
	var extra []reading
	if err := t.conn.query(extraSubjects, func(r *row) {
		extra = append(extra, reading{r.int(), r.text(), r.text()})
	}, maxReads, maxReports); err != nil {
		return err
	}
	for _, e := range extra {
		for _, sql := range []string{dropRead, dropTokens} {
			if _, err := t.conn.exec(sql, e.service, e.signal, e.subject); err != nil {
				return err
			}
		}
		for _, sql := range dropBody(model.Signal(e.signal)) {
			if _, err := t.conn.exec(sql, e.service, e.subject); err != nil {
				return err
			}
		}
	}
	return nil
}

type probe struct {
	id     int64
	maxAge time.Duration
}

func (c *Cache) probes(ctx context.Context) ([]probe, error) {
	var list []probe
	err := c.read(ctx, func(n *conn) error {
		list = nil
		return n.query(`SELECT id, max_age FROM probe`, func(r *row) {
			list = append(list, probe{id: r.int(), maxAge: r.duration()})
		})
	})
	return list, err
}

// Merging looks only at what is not yet merged: samples whose span is shorter than half of the one they belong into.
const unmerged = `
SELECT at, span, state, latency, value, version, reason, unreachable
FROM   sample
WHERE  probe = ? AND at < ? AND at >= ? AND span < ?
ORDER  BY at`

func (c *Cache) thinProbe(ctx context.Context, p probe, now time.Time) error {
	for _, step := range []struct {
		from, to time.Time
		span     time.Duration
	}{
		{now.Add(-keepSamplesFine), now.Add(-keepSamplesWhole), fineSpan},
		{now.Add(-c.options.Keep), now.Add(-keepSamplesFine), coarseSpan},
	} {
		// Only whole spans, so that none is merged in two parts.
		from, to := step.from.Truncate(step.span).Add(step.span), step.to.Truncate(step.span)
		if err := c.Write(ctx, func(t *Tx) error { return t.merge(p, from, to, step.span) }); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) merge(p probe, from, to time.Time, span time.Duration) error {
	var list []model.Sample
	if err := t.conn.query(unmerged, func(r *row) {
		list = append(list, model.Sample{
			At: r.time(), Span: r.duration(), State: model.HealthState(r.int()), Latency: time.Duration(r.int()) * time.Microsecond,
			Value: r.float(), Version: model.Text(r.text()), Reason: model.Text(r.text()), Unreachable: r.bool(),
		})
	}, p.id, to, from, span); err != nil {
		return err
	}
	for len(list) > 0 {
		bucket := list[0].At.Truncate(span)
		n := 1
		for n < len(list) && list[n].At.Truncate(span).Equal(bucket) {
			n++
		}
		merged := mergeSpan(list[:n], p.maxAge)
		if len(merged) < n {
			if err := t.replaceSamples(p.id, list[:n], merged); err != nil {
				return err
			}
		}
		list = list[n:]
	}
	return nil
}

func (t *Tx) replaceSamples(probe int64, old, merged []model.Sample) error {
	for _, s := range old {
		if _, err := t.conn.exec(`DELETE FROM sample WHERE probe = ? AND at = ?`, probe, s.At); err != nil {
			return err
		}
	}
	for _, s := range merged {
		if _, err := t.conn.exec(putSample, probe, s.At, s.Span, int(s.State), s.Latency.Microseconds(), s.Value,
			string(s.Version), string(s.Reason), s.Unreachable); err != nil {
			return err
		}
	}
	return nil
}

// maxPieces is into how many pieces the samples of one span may fall.
const maxPieces = 4

// mergeSpan merges the samples of one span, oldest first, into as few as tell the same: a piece ends where nobody
// observed for longer than maxAge and where another version answered. A piece has the worst state of its samples, so
// that no unhealthy moment ever disappears; it may only grow, to the length of the span. Where there would be too many
// pieces they become one that claims no more than is known: never better than unknown.
func mergeSpan(samples []model.Sample, maxAge time.Duration) []model.Sample {
	pieces := pieces(samples, func(a, b model.Sample) bool {
		return b.At.Sub(end(a)) > maxAge || a.Version != b.Version && a.Version != "" && b.Version != ""
	})
	if len(pieces) <= maxPieces {
		return pieces
	}
	one := pieces[0]
	for _, p := range pieces[1:] {
		one = join(one, p)
	}
	if one.State < model.HealthUnknown {
		one.State, one.Reason = model.HealthUnknown, "not observed without a break"
	}
	one.Version = ""
	return []model.Sample{one}
}

func pieces(samples []model.Sample, apart func(a, b model.Sample) bool) []model.Sample {
	var list []model.Sample
	for _, s := range samples {
		if n := len(list); n > 0 && !apart(list[n-1], s) {
			list[n-1] = join(list[n-1], s)
		} else {
			list = append(list, s)
		}
	}
	return list
}

func end(s model.Sample) time.Time { return s.At.Add(s.Span) }

// join makes one sample of two that follow each other: the worst state with its reason and value, the longer latency.
func join(a, b model.Sample) model.Sample {
	worst := a
	if b.State > a.State || b.State == a.State && cmp.Compare(b.Latency, a.Latency) > 0 {
		worst = b
	}
	worst.At = a.At
	worst.Span = slices.MaxFunc([]time.Time{end(a), end(b)}, time.Time.Compare).Sub(a.At)
	worst.Latency = max(a.Latency, b.Latency)
	worst.Unreachable = a.Unreachable && b.Unreachable
	worst.Version = cmp.Or(b.Version, a.Version)
	return worst
}
