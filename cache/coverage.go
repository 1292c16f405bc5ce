package cache

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// maxReports is of how many commits a service's facts hold reports, and the files' rows are kept: the candidates of its
// environments and what runs there, with room for those that were so a moment ago.
const maxReports = 16

const putCoverage = `
INSERT INTO coverage (service, sha, branch, made_at, at, origin, hit, total, branches_hit, branches_total, stated, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (service, sha) DO UPDATE SET
	branch = excluded.branch, made_at = excluded.made_at, at = excluded.at, origin = excluded.origin, hit = excluded.hit,
	total = excluded.total, branches_hit = excluded.branches_hit, branches_total = excluded.branches_total,
	stated = excluded.stated, body = excluded.body
WHERE iif(excluded.origin = 'report', 2, excluded.origin = 'status') >= iif(coverage.origin = 'report', 2, coverage.origin = 'status')`

const (
	dropCoverage = `DELETE FROM coverage WHERE service = ? AND sha = ? AND origin <> 'status'`
	dropFiles    = `DELETE FROM file_coverage WHERE service = ? AND sha = ?`
	putFile      = `INSERT OR REPLACE INTO file_coverage (service, sha, path, body) VALUES (?, ?, ?, ?)`
)

// PutCoverage replaces a commit's coverage, but for its files. branch and made are those of the run that made it: the
// commit's place in the history. What reports say outdoes what a status states, and that outdoes a coverage without an
// origin: it was looked for, and there is none.
func (t *Tx) PutCoverage(s model.Service, c model.Coverage, branch string, made time.Time) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	e := encode()
	encodeCoverage(e, c)
	_, err = t.conn.exec(putCoverage, id, c.SHA, branch, made, c.At, c.Origin, c.Lines.Hit, c.Lines.Total,
		c.Branches.Hit, c.Branches.Total, c.Stated, e.buf)
	return err
}

// DropCoverage forgets what reports said of a commit's coverage: none of them says so any more.
func (t *Tx) DropCoverage(s model.Service, sha model.SHA) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	for _, sql := range []string{dropCoverage, dropFiles} {
		if _, err := t.conn.exec(sql, id, sha); err != nil {
			return err
		}
	}
	return nil
}

// PutCoverageFiles replaces the files of a commit's coverage.
func (t *Tx) PutCoverageFiles(s model.Service, sha model.SHA, files []model.FileCoverage) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	if _, err := t.conn.exec(dropFiles, id, sha); err != nil {
		return err
	}
	for i := range files {
		e := encode()
		encodeFile(e, &files[i])
		if _, err := t.conn.exec(putFile, id, sha, files[i].Path, e.buf); err != nil {
			return err
		}
	}
	return nil
}

const (
	getCoverage = `
SELECT at, origin, hit, total, branches_hit, branches_total, stated, body
FROM   coverage
WHERE  service = ? AND sha = ? AND origin <> ''`

	getSomeFiles = `SELECT path, body FROM file_coverage WHERE service = ? AND sha = ? AND path IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	filesAtOnce  = 16
	getFiles     = `SELECT path, body FROM file_coverage WHERE service = ? AND sha = ? ORDER BY path`
)

// coverages are those of the commits that were asked for, with the files that a comparison up to the commit changed.
func coverages(n *conn, service int64, subjects []string, comparisons []model.Comparison) (list []model.Coverage, err error) {
	for _, sha := range subjects {
		var c model.Coverage
		known := false
		if _, err := n.one(getCoverage, func(r *row) { c, known = takeCoverage(r) }, service, sha); err != nil {
			return nil, err
		}
		if !known {
			continue
		}
		c.SHA = model.SHA(sha)
		if c.Files, err = changedFiles(n, service, c.SHA, comparisons); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

func takeCoverage(r *row) (model.Coverage, bool) {
	at, origin := r.time(), r.text()
	lines, branches := model.Covered{Hit: int(r.int()), Total: int(r.int())}, model.Covered{Hit: int(r.int()), Total: int(r.int())}
	stated, d := r.float(), decode(r.blob())
	c := decodeCoverage(d)
	c.At, c.Origin, c.Lines, c.Branches, c.Stated = at, model.CoverageOrigin(origin), lines, branches, stated
	return c, d.err == nil
}

func changedFiles(n *conn, service int64, sha model.SHA, comparisons []model.Comparison) (files []model.FileCoverage, err error) {
	var paths []string
	for i := range comparisons {
		if comparisons[i].Head == sha {
			paths = append(paths, comparisons[i].Paths...)
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	args := make([]any, 2+filesAtOnce)
	args[0], args[1] = service, sha
	for some := range slices.Chunk(paths, filesAtOnce) {
		for i := range filesAtOnce {
			args[2+i] = some[min(i, len(some)-1)]
		}
		if err := n.query(getSomeFiles, func(r *row) {
			if f, ok := takeFile(r.text(), r); ok {
				files = append(files, f)
			}
		}, args...); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(files, func(a, b model.FileCoverage) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

func takeFile(path string, r *row) (model.FileCoverage, bool) {
	d := decode(r.blob())
	f := model.FileCoverage{Path: path}
	decodeFile(d, &f)
	return f, d.err == nil
}

// CoverageFiles returns every file of a commit's coverage, sorted by path.
func (c *Cache) CoverageFiles(ctx context.Context, s model.Service, sha model.SHA) ([]model.FileCoverage, error) {
	var files []model.FileCoverage
	err := c.of(ctx, s, func(n *conn, service int64) error {
		files = nil
		return n.query(getFiles, func(r *row) {
			if f, ok := takeFile(r.text(), r); ok {
				files = append(files, f)
			}
		}, service, sha)
	})
	return files, err
}

const (
	getCoverageHistory = `
SELECT sha, branch, made_at, origin, hit, total, branches_hit, branches_total, stated
FROM   coverage
WHERE  service = ? AND made_at >= ? AND origin <> ''
ORDER  BY made_at DESC
LIMIT  ?`

	getCoverageKnown = `SELECT sha FROM coverage WHERE service = ?`
)

// CoverageHistory returns the coverage of the service's commits since a time, oldest first, the newest 1,000 at most.
func (c *Cache) CoverageHistory(ctx context.Context, s model.Service, since time.Time) ([]model.CoveragePoint, error) {
	var list []model.CoveragePoint
	err := c.of(ctx, s, func(n *conn, service int64) error {
		list = nil
		return n.query(getCoverageHistory, func(r *row) {
			list = append(list, model.CoveragePoint{
				SHA: model.SHA(r.text()), Branch: r.text(), At: r.time(), Origin: model.CoverageOrigin(r.text()),
				Lines: model.Covered{Hit: int(r.int()), Total: int(r.int())}, Branches: model.Covered{Hit: int(r.int()), Total: int(r.int())},
				Stated: r.float(),
			})
		}, service, since, 1000)
	})
	slices.Reverse(list)
	return list, err
}

// CoverageKnown returns the commits of which it is known what was covered, or that nothing tells it.
func (c *Cache) CoverageKnown(ctx context.Context, s model.Service) (map[model.SHA]bool, error) {
	known := map[model.SHA]bool{}
	err := c.of(ctx, s, func(n *conn, service int64) error {
		clear(known)
		return n.query(getCoverageKnown, func(r *row) { known[model.SHA(r.text())] = true }, service)
	})
	return known, err
}

// encodeCoverage leaves the files out, and what a status states: both have a place of their own.
func encodeCoverage(e *encoder, c model.Coverage) {
	put(e, string(c.Origin))
	putCovered(e, c.Lines, c.Branches)
	e.int(int64(c.Statements.Hit))
	e.int(int64(c.Statements.Total))
	e.int(int64(len(c.Packages)))
	for i := range c.Packages {
		put(e, c.Packages[i].Name)
		putCovered(e, c.Packages[i].Lines, c.Packages[i].Branches)
	}
	putSources(e, c.Sources)
	e.bool(c.Cut)
	e.time(c.At)
}

func decodeCoverage(d *decoder) model.Coverage {
	c := model.Coverage{Origin: take[model.CoverageOrigin](d)}
	c.Lines, c.Branches = takeCovered(d)
	c.Statements = model.Covered{Hit: int(d.int()), Total: int(d.int())}
	if n := d.count(); n > 0 {
		c.Packages = make([]model.PackageCoverage, n)
	}
	for i := range c.Packages {
		c.Packages[i].Name = d.string()
		c.Packages[i].Lines, c.Packages[i].Branches = takeCovered(d)
	}
	c.Sources, c.Cut, c.At = takeSources(d), d.bool(), d.time()
	return c
}

func putCovered(e *encoder, lines, branches model.Covered) {
	for _, n := range []int{lines.Hit, lines.Total, branches.Hit, branches.Total} {
		e.int(int64(n))
	}
}

func takeCovered(d *decoder) (lines, branches model.Covered) {
	lines = model.Covered{Hit: int(d.int()), Total: int(d.int())}
	return lines, model.Covered{Hit: int(d.int()), Total: int(d.int())}
}

// encodeFile leaves the path out, which is the row's key.
func encodeFile(e *encoder, f *model.FileCoverage) {
	put(e, f.Package)
	putCovered(e, f.Lines, f.Branches)
	putLines(e, f.Coverable)
	putLines(e, f.Hit)
}

func decodeFile(d *decoder, f *model.FileCoverage) {
	f.Package = d.string()
	f.Lines, f.Branches = takeCovered(d)
	f.Coverable, f.Hit = takeLines(d), takeLines(d)
}

func putLines(e *encoder, set model.LineSet) {
	e.int(int64(8 * len(set)))
	for _, word := range set {
		e.buf = binary.LittleEndian.AppendUint64(e.buf, word)
	}
}

func takeLines(d *decoder) model.LineSet {
	n := d.count()
	if n == 0 || d.err != nil {
		return nil
	}
	set := make(model.LineSet, n/8)
	for i := range set {
		for j := range 8 {
			set[i] |= uint64(d.text[d.at+8*i+j]) << (8 * j)
		}
	}
	d.at += n
	return set
}
