package refresh

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/github"
	"gonogo/sources/report"
)

// What bounds the reports of one commit.
const (
	maxArtifacts   = 30              // that count
	maxElders      = 2               // replaced ones of each name, which tell flaky tests
	maxOlderRuns   = 2               // of the same workflows, likewise
	maxFlaws       = 50              // kept
	artifactsLag   = 2 * time.Minute // how long after a run's end GitHub's list of its artifacts may still grow
	reportRequests = "/actions/runs/{id}/artifacts"
)

// fetchReports reads the coverage and the tests of a commit out of the artifacts of its runs. Both the list of a run that
// has ended and what an artifact holds never change, so each is asked for once.
func (r *Refresher) fetchReports(ctx context.Context, c *github.Client, j job, known github.Validators) (fetched, error) {
	f := &reports{
		r: r, client: c, service: j.service, sha: model.SHA(j.subject), repo: j.repo, known: known, both: j.service,
		found: fetched{at: r.now(), request: "GET /repos/" + j.repo.FullName() + reportRequests, validators: github.Validators{}},
	}
	if !j.tests {
		f.service.Tests = nil
	}
	if j.service.Coverage == nil && j.service.Tests == nil {
		f.found.put = func(*cache.Tx) error { return nil } // nothing is asked for
		return f.found, nil
	}
	if err := f.findRuns(ctx, j.runsComing); err != nil {
		return fetched{}, err
	}
	if err := f.list(ctx); err != nil {
		return fetched{}, err
	}
	if err := f.download(ctx); err != nil {
		return fetched{}, err
	}
	return f.found, f.merge(ctx)
}

// reports are those of one commit while they are read.
type reports struct {
	r       *Refresher
	client  *github.Client
	service model.Service // with the rules that are looked at now
	both    model.Service // as it is configured
	sha     model.SHA
	repo    model.Repo
	known   github.Validators

	repository    model.Repository
	newest, older []model.Run // that have ended
	have          []said
	wanted        []github.Artifact
	left          int // artifacts that are too many
	found         fetched
}

// findRuns finds the runs whose artifacts count. Where the cache holds none of the commit they are read, unless that is
// about to happen anyway.
func (f *reports) findRuns(ctx context.Context, coming bool) (err error) {
	store := f.r.o.Cache
	if f.repository, err = store.Repository(ctx, f.service); err != nil {
		return err
	}
	read, err := store.Read(ctx, f.service, model.SignalCommitRuns, string(f.sha))
	if err != nil {
		return err
	}
	if !read.OK() && coming {
		return errNotYet
	}
	runs, err := store.CommitRuns(ctx, f.service, f.sha)
	if err != nil {
		return err
	}
	f.newest, f.older = readiness.ReportRuns(f.service, f.repository, runs, f.sha)
	if len(f.newest) == 0 && !read.OK() {
		if runs, err = f.readRuns(ctx, runs); err != nil {
			return err
		}
		f.newest, f.older = readiness.ReportRuns(f.service, f.repository, runs, f.sha)
	}
	now := f.r.now()
	f.found.moving = anyRunMoves(f.newest, now)
	ended := func(r model.Run) bool { return !r.Done() }
	f.newest = slices.DeleteFunc(f.newest, ended)
	f.older = slices.DeleteFunc(f.older, ended)
	f.older = f.older[:min(len(f.older), maxOlderRuns)]
	kept, err := store.Reports(ctx, f.service, f.sha)
	for i := range kept {
		if found, err := report.Decode(kept[i].Found); err == nil { // else it is read again
			f.have = append(f.have, said{kept[i], found})
		}
	}
	return err
}

// said is what an artifact said.
type said struct {
	cache.Report
	found *report.Found
}

// readRuns reads the runs of a commit that no list told of: what has run in an environment for weeks.
func (f *reports) readRuns(ctx context.Context, have []model.Run) ([]model.Run, error) {
	known := f.known
	if known["#runs"] != strconv.Itoa(len(have)) {
		known = nil // the cache has lost some since
	}
	got, err := f.client.CommitRuns(ctx, f.repo, f.sha, known)
	if err != nil {
		return nil, err
	}
	for k, etag := range got.Validators {
		f.found.validators[k] = etag
	}
	if got.Unchanged {
		f.found.validators["#runs"] = known["#runs"]
		return have, nil
	}
	f.found.validators["#runs"] = strconv.Itoa(len(got.Value))
	return got.Value, f.r.o.Cache.Write(ctx, func(tx *cache.Tx) error { return tx.PutRuns(f.service, got.Value) })
}

// list finds the artifacts that are to be downloaded.
func (f *reports) list(ctx context.Context) error {
	for i, run := range slices.Concat(f.newest, f.older) {
		note := "#listed " + strconv.FormatInt(run.ID, 10)
		state := fmt.Sprintf("%d %d %t", run.Attempt, run.UpdatedAt.Unix(), f.service.Tests != nil)
		if was := f.known[note]; was == state+f.countOf(run.ID) {
			f.found.validators[note] = was
			continue
		}
		got, err := f.artifactsOf(ctx, run)
		if github.KindOf(err) == model.ProblemMissing {
			continue // the run was deleted; what its artifacts said stays
		}
		if err != nil {
			return err
		}
		if got.At.Before(f.found.at) {
			f.found.at = got.At
		}
		f.found.cut = f.found.cut || got.Cut
		wanted := f.counting(got.Value, run.ID, i >= len(f.newest))
		if len(wanted) == 0 && i < len(f.newest) && got.At.Sub(run.UpdatedAt) < artifactsLag {
			f.found.moving = true // GitHub's lists lag behind
			continue
		}
		f.found.validators[note] = state
		f.wanted = append(f.wanted, wanted...)
	}
	return nil
}

// countOf tells how many artifacts of a run are kept, so that those which are no longer are read again.
func (f *reports) countOf(run int64) string {
	n := 0
	for i := range f.have {
		if f.have[i].Run == run {
			n++
		}
	}
	return fmt.Sprintf(", %d kept", n)
}

// artifactsOf lists a run's artifacts: out of the repository's newest where these reach back so far, for one list then
// tells of many commits.
func (f *reports) artifactsOf(ctx context.Context, run model.Run) (github.Reading[[]github.Artifact], error) {
	page, err := f.r.pages.of(ctx, f.client, f.repo, run.UpdatedAt.Add(artifactsLag), f.r.now())
	if err != nil {
		return page, err
	}
	if list, all := ofRun(page, run); all {
		page.Value, page.Cut = list, false
		return page, nil
	}
	return f.client.RunArtifacts(ctx, f.repo, run.ID, nil)
}

// counting are the artifacts of a run that the rules name and that weren't read before: of each name the newest, and of
// tests those that it replaced. Of a run that another one replaced only tests count.
func (f *reports) counting(list []github.Artifact, run int64, older bool) (wanted []github.Artifact) {
	names, counted := map[string]int{}, 0
	for _, a := range list { // newest first
		coverage, tests := f.service.Coverage.Reports(a.Name), f.service.Tests.Reports(a.Name)
		if a.Foreign || a.Run != 0 && a.Run != run || !coverage && !tests {
			continue
		}
		nth := names[a.Name]
		names[a.Name]++
		if replaced := nth > 0 || older; replaced && (!tests || nth > maxElders || a.Expired) {
			continue
		}
		if counted++; counted > maxArtifacts {
			f.left++
			continue
		}
		if !slices.ContainsFunc(f.have, func(h said) bool { return h.Artifact == a.ID }) {
			a.Run, a.SHA = run, f.sha
			wanted = append(wanted, a)
		}
	}
	return wanted
}

// download reads the artifacts that are wanted. What an artifact said is kept at once; one that can't be had now makes
// the reading fail when the others have been read, for what is merged of half of them would be wrong.
func (f *reports) download(ctx context.Context) error {
	var failed error
	for _, a := range f.wanted {
		kept, found, err := f.r.readArtifact(ctx, f.client, f.repo, a)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed = cmp.Or(failed, err)
			continue
		}
		if err := f.r.o.Cache.Write(ctx, func(tx *cache.Tx) error { return tx.PutReport(f.service, kept) }); err != nil {
			return err
		}
		f.have = append(f.have, said{kept, found})
	}
	return failed
}

// merge puts together what the artifacts say, unless nothing of it has changed.
func (f *reports) merge(ctx context.Context) error {
	paths, err := f.r.o.Cache.ChangedPaths(ctx, f.service, f.sha)
	if err != nil {
		return err
	}
	for k := range f.found.validators { // with what is kept now
		if id, err := strconv.ParseInt(strings.TrimPrefix(k, "#listed "), 10, 64); err == nil && !strings.Contains(f.found.validators[k], "kept") {
			f.found.validators[k] += f.countOf(id)
		}
	}
	note := f.question(paths)
	f.found.validators["#merged"] = note
	if f.found.unchanged = note == f.known["#merged"]; f.found.unchanged {
		return nil
	}
	m := f.merged(paths)
	run := f.first()
	f.found.put = func(tx *cache.Tx) error {
		if err := m.put(tx, f.service, run); err != nil {
			return err
		}
		return tx.PutReportFlaws(f.service, f.sha, m.flaws[:min(len(m.flaws), maxFlaws)])
	}
	return nil
}

// question is a hash of all that a commit's reports are merged from.
func (f *reports) question(paths []string) string {
	h := sha256.New()
	fmt.Fprintln(h, reportLayout, f.service.Path, f.found.moving, f.left, paths)
	if f.service.Coverage != nil {
		fmt.Fprintln(h, "coverage", f.service.Coverage.Artifact)
	}
	if f.service.Tests != nil {
		fmt.Fprintln(h, "tests", f.service.Tests.Artifact)
	}
	for _, run := range slices.Concat(f.newest, f.older) {
		fmt.Fprintln(h, run.ID, run.Attempt)
	}
	for i := range f.have {
		fmt.Fprintln(h, f.have[i].Artifact)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// reportLayout changes with the way in which reports are merged, so that a new version merges them again.
const reportLayout = 1

// merged is what the artifacts of a commit say together.
type merged struct {
	sha      model.SHA
	testsToo bool // whether there are tests was looked at
	coverage *model.Coverage
	tests    *model.Tests
	flaws    []model.ReportProblem
}

func (f *reports) merged(paths []string) merged {
	m := merged{sha: f.sha, testsToo: f.service.Tests != nil || f.both.Tests == nil}
	coverage, tests, elders := f.parts()
	if f.service.Coverage != nil {
		m.addCoverage(coverage, report.Repository{Name: f.repo.FullName(), Path: f.service.Path, Known: paths})
	}
	if f.service.Tests != nil {
		m.addTests(tests, elders)
	}
	if f.left > 0 {
		kinds := report.Coverage | report.Tests
		m.flaws = append(m.flaws, model.ReportProblem{
			SHA: f.sha, Kind: kinds.String(), Lost: true,
			Why: model.Text(fmt.Sprintf("%d more artifacts are named so than the %d of a run that are read; name fewer in artifact:", f.left, maxArtifacts)),
		})
	}
	return m
}

// parts are what the artifacts say that count for coverage, for tests, and only for whether a test is flaky.
func (f *reports) parts() (coverage, tests, elders []report.Part) {
	runs := map[int64]model.Run{}
	newest := map[int64]bool{}
	for i, run := range slices.Concat(f.newest, f.older) {
		runs[run.ID], newest[run.ID] = run, i < len(f.newest)
	}
	slices.SortFunc(f.have, func(a, b said) int { // newest first
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Artifact, a.Artifact))
	})
	names := map[string]bool{}
	for i := range f.have {
		h := &f.have[i]
		run, counts := runs[h.Run]
		if !counts {
			continue
		}
		part := report.Part{Found: h.found, Source: model.ReportSource{Run: h.Run, Artifact: h.Artifact, Name: h.Name, URL: run.URL, At: h.At}}
		key := strconv.FormatInt(h.Run, 10) + " " + h.Name
		current := newest[h.Run] && !names[key]
		names[key] = true
		if current && f.service.Coverage.Reports(h.Name) {
			coverage = append(coverage, part)
		}
		switch {
		case !f.service.Tests.Reports(h.Name):
		case current:
			tests = append(tests, part)
		default:
			part.Elder = true
			elders = append(elders, part)
		}
	}
	return coverage, tests, elders
}

func (m *merged) addCoverage(parts []report.Part, repo report.Repository) {
	for _, p := range parts {
		m.flaws = append(m.flaws, p.Problems(m.sha, report.Coverage)...)
	}
	if !slices.ContainsFunc(parts, func(p report.Part) bool { return p.Found.Has(report.Coverage) }) {
		return
	}
	all, flaws := report.MergeCoverage(m.sha, parts, repo)
	all = ofFolder(all, repo.Path)
	m.coverage, m.flaws = &all, append(m.flaws, flaws...)
}

// ofFolder leaves out what lies outside a service's folder: a report may tell of a whole repository with several services.
// Where nothing lies in it the report is taken as the service's own, with paths of its own.
func ofFolder(c model.Coverage, folder string) model.Coverage {
	outside := func(f model.FileCoverage) bool { return !strings.HasPrefix(f.Path, folder+"/") }
	mine := slices.DeleteFunc(slices.Clone(c.Files), outside)
	if folder == "" || len(mine) == 0 || len(mine) == len(c.Files) {
		return c
	}
	c.Files, c.Packages = mine, nil
	c.Lines, c.Branches, c.Statements = model.Covered{}, model.Covered{}, model.Covered{} // statements are not told by file
	place := map[string]int{}
	for i := range mine {
		f := &mine[i]
		c.Lines, c.Branches = c.Lines.Add(f.Lines), c.Branches.Add(f.Branches)
		at, ok := place[f.Package]
		if !ok {
			at = len(c.Packages)
			place[f.Package] = at
			c.Packages = append(c.Packages, model.PackageCoverage{Name: f.Package})
		}
		p := &c.Packages[at]
		p.Lines, p.Branches = p.Lines.Add(f.Lines), p.Branches.Add(f.Branches)
	}
	slices.SortFunc(c.Packages, func(a, b model.PackageCoverage) int { return strings.Compare(a.Name, b.Name) })
	return c
}

func (m *merged) addTests(parts, elders []report.Part) {
	for _, p := range parts {
		m.flaws = append(m.flaws, p.Problems(m.sha, report.Tests)...)
	}
	if !slices.ContainsFunc(parts, func(p report.Part) bool { return p.Found.Has(report.Tests) }) {
		return
	}
	all := report.MergeTests(m.sha, slices.Concat(parts, elders))
	m.tests = &all
}

// put writes what was merged; what nothing tells any more is forgotten.
func (m *merged) put(tx *cache.Tx, s model.Service, run model.Run) error {
	var err error
	if m.tests != nil {
		err = tx.PutTests(s, *m.tests)
	} else if m.testsToo {
		err = tx.DropTests(s, m.sha)
	}
	switch {
	case err != nil:
		return err
	case m.coverage == nil:
		return tx.DropCoverage(s, m.sha)
	}
	if err := tx.PutCoverageFiles(s, m.sha, m.coverage.Files); err != nil {
		return err
	}
	return tx.PutCoverage(s, *m.coverage, run.Branch, run.CreatedAt)
}

// first is the run by which a commit has its place in the history: the oldest that counts.
func (f *reports) first() (first model.Run) {
	for _, run := range f.newest {
		if first.ID == 0 || run.CreatedAt.Before(first.CreatedAt) {
			first = run
		}
	}
	return first
}
