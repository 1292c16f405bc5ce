package readiness_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"go.yaml.in/yaml/v3"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
)

// situation is a file of testdata/situations: a story, the facts, and what a release manager should be told. Ages
// ("2h", "13d") are relative to now; commits are written short. What isn't said is as in a calm world: everything was
// read a minute ago, the service is api of acme/api with ci.yml and deploy.yml, staging before production.
type situation struct {
	Now        time.Time
	Viewer     string
	Repository struct {
		Name            string
		Archived, Empty bool
	}
	Service      serviceFacts
	Environments []environmentFacts
	Freezes      []freezeFacts
	Head         commitFacts
	Releases     []releaseFacts
	Deployments  []deploymentFacts
	Runs         []runFacts
	Checks       []checkFacts
	Commits      []commitFacts
	Comparisons  []comparisonFacts
	Pending      []struct {
		Run         int64
		Environment string
	}
	Protections []protectionFacts
	Marks       []markFacts
	Samples     []sampleFacts
	Sprint      *sprintFacts // the sprint board; without it none is configured
	Tests       []testsFacts
	Coverage    []coverageFacts
	Flaws       []flawFacts
	// Dispatches are what deploy.yml takes at a commit, or why it can't be dispatched there.
	Dispatches []struct {
		Commit, Flaw     string
		Missing, Untaken bool     // untaken: it has no workflow_dispatch
		Inputs, Versions []string // versions: choices of the input version
	}
	// Needed is what is left of a release's artifact: gone says what isn't, expires is an age ("-2d" is in two days).
	Needed []struct{ Commit, Tag, Gone, Expires string }
	Reads  []readFacts
	// Choose is a release that a person would promote somewhere instead of the candidate.
	Choose struct{ In, Release string }
	Expect string
}

type (
	serviceFacts struct {
		Name, Tags, Path                 string
		CI, Checks, Blackbox             []string
		Ignore                           []string `yaml:"ci_ignore"`
		Migrations, Irreversible         []string
		Workflow, Ref, Version, Artifact string
		Bundle                           string            // artifact: {actions: …}
		Inputs                           map[string]string // deploy.inputs
		Release                          bool              // deploy: {release: true}
		Repo                             string            // deploy.repo, OWNER/NAME
		Coverage                         *coverageRule
		Tests                            bool
	}
	coverageRule struct {
		Artifact string
		Minimum  *float64
		MaxDrop  *float64 `yaml:"max_drop"`
	}
	// coverageFacts are the reports of a commit: how many lines of how many they call covered, and the files that were
	// changed since the release before, with their lines that a test could cover and those that none did.
	coverageFacts struct {
		Commit   string
		Covered  int
		Of       int
		Branches []int // covered, of
		Run      int64
		Reports  int // how many; 1 unless said
		Cut      bool
		Files    map[string]struct{ Lines, Uncovered string } // 1-12, 15
	}
	environmentFacts struct {
		Name, GitHub, Soak string
		Health             string // "": no checks; http; version: http with a version field; informative; query
		Query              string // its name; empty: unnamed
		Checklist          []string
		Rollback           string // the workflow that rolls back; empty: it is offered
		Gates              map[model.Gate]model.Level
	}
	freezeFacts struct {
		From, To, Zone, Reason string
		Days                   []int // weekly: weekday and minute of its beginning, of its end
		Environments           []string
	}
	commitFacts struct {
		Commit, Parent, Title, Author, At string
		Paths                             []string
		Cut                               bool
	}
	releaseFacts struct {
		Tag, Commit, At         string
		Prerelease, Draft, Bare bool
	}
	deploymentFacts struct {
		To, Ref, Commit, At, Task, Payload, Name string
		Updated                                  string // empty: when its last status was made
		Run                                      int64
		Done, Unread                             bool
		States                                   []string // "success", "failure 2h"; default in_progress, success
	}
	runFacts struct {
		Workflow, Commit, At, Event, Status, Result, Title, Branch, Repo string
		ID                                                               int64
		Attempt, Took                                                    int    // Took in minutes
		Started                                                          string // the newest attempt; empty: as made
	}
	checkFacts struct {
		Name, Commit, Result, At, App, Says string
		Actions                             bool
	}
	comparisonFacts struct {
		Base, Head    string
		Ahead, Behind int
		Paths, Lists  []string          // lists: commits that are among those ahead, the newest first
		Cut, Short    bool              // short: the commits were cut after those
		Added         map[string]string // lines by file; ?: not known
	}
	protectionFacts struct {
		Environment, Wait, Policy string
		Users, Teams, Patterns    []string
		NoSelfReview, Missing     bool
	}
	// markFacts is a shared ref: a lock, hold, veto or tick. Below is the ref's name where it isn't the mark's own.
	markFacts struct {
		Kind                            operation.MarkKind
		In, Commit, Item, By, Why, At   string
		Expires, Flaw, Below, Operation string // expires: an age, "-30m" is in half an hour
	}
	sampleFacts struct {
		In, State, From, To, Every, Span, Version, Reason string
	}
	// sprintFacts are a sprint board: of a project, or of milestones. Days count from today's midnight.
	sprintFacts struct {
		Milestones bool
		Sprints    []struct {
			Title    string
			From, To *int // first day, and the day after the last
			Due      *int // of a milestone: the day after the last
			Done     bool
			Repo     string // of a milestone
		}
		Items    []itemFacts
		Cut      bool
		Redacted int
	}
	itemFacts struct {
		Number                               int
		Title, In, Repo, Kind, State, Status string // in: Sprint 14, of acme/api, an issue, open, unless said otherwise
		Points                               *float64
		Done, Blocker, Archived, Dropped     bool // dropped: closed as not planned
		Bare                                 bool // labels and pull requests were not read
		Pulls                                []struct {
			Number                int
			Repo, Merge, Base, At string // merged if there is a commit
		}
	}
	// testsFacts are the tests of a commit: the names of those that failed, errored or passed in the end (a name may end
	// in " (flaky)"), how many others passed, and the run whose reports say so.
	testsFacts struct {
		Commit                 string
		Run                    int64
		Attempt                int
		Passed, Skipped        int
		Failed, Errored, Flaky []string
		Cut                    bool
	}
	// flawFacts is a report that could not be read; lost unless it is harmless.
	flawFacts struct {
		Commit, Kind, Artifact, File, Why string
		Run                               int64
		Harmless                          bool
	}
	readFacts struct {
		Signal  model.Signal
		Age     string // "never" for never; empty: a minute
		Problem model.Problem
		Why     string
		Cut     bool
	}
)

func age(text string) time.Duration {
	if text == "" {
		return 0
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		d, err := time.ParseDuration(days + "h")
		if err != nil {
			panic(err)
		}
		return 24 * d
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return d
}

// sha is a full object name that begins with the short one.
func sha(short string) model.SHA {
	if short == "" || len(short) > 7 {
		return model.SHA(short)
	}
	return model.SHA(short + strings.Repeat("0", 40-len(short)))
}

func (s *situation) ago(text string) time.Time { return s.Now.Add(-age(text)) }

// facts turns a file into the facts that the cache would hand out.
func (s *situation) facts() readiness.Facts {
	if s.Now.IsZero() {
		s.Now = time.Date(2026, 3, 10, 14, 0, 0, 0, time.UTC) // a Tuesday
	}
	f := readiness.Facts{Service: s.service(), Viewer: s.Viewer, Commits: map[model.SHA]readiness.CommitPaths{}}
	f.Repository = model.Repository{FullName: "acme/api", DefaultBranch: "main", Archived: s.Repository.Archived, Empty: s.Repository.Empty}
	if s.Repository.Name != "" {
		f.Repository.FullName = s.Repository.Name
	}
	f.Branch = model.Branch{Name: "main", Head: s.commit(s.Head)}
	for _, z := range s.Freezes {
		fz := model.Freeze{From: z.From, To: z.To, Zone: z.Zone, Reason: z.Reason, Environments: z.Environments, Text: z.Reason}
		if len(z.Days) == 4 {
			fz.Weekly, fz.FromDay, fz.FromMinute, fz.ToDay, fz.ToMinute = true, time.Weekday(z.Days[0]), z.Days[1], time.Weekday(z.Days[2]), z.Days[3]
		}
		f.Freezes = append(f.Freezes, fz)
	}
	for _, r := range s.Releases {
		release := model.Release{Tag: r.Tag, SHA: sha(r.Commit), Channel: model.Public, Draft: r.Draft, PublishedAt: s.ago(r.At)}
		if r.Prerelease {
			release.Channel = model.Internal
		}
		if r.Bare {
			release.Channel = model.NoRelease
		}
		f.Releases = append(f.Releases, release)
	}
	for i, d := range s.Deployments {
		f.Deployments = append(f.Deployments, s.deployment(int64(1000-i), d))
	}
	for i, r := range s.Runs {
		f.Runs = append(f.Runs, s.run(int64(500-i), r))
	}
	for _, c := range s.Checks {
		check := model.CommitCheck{SHA: sha(c.Commit), Name: c.Name, Status: model.StatusCompleted, Conclusion: model.Conclusion(c.Result), StartedAt: s.ago(c.At), App: model.Text(c.App), FromActions: c.Actions, Summary: model.Text(c.Says)}
		if c.Result == "" {
			check.Status = model.StatusInProgress
		}
		f.Checks = append(f.Checks, check)
	}
	for _, c := range s.Commits {
		f.Commits[sha(c.Commit)] = readiness.CommitPaths{Commit: s.commit(c), Paths: c.Paths, Cut: c.Cut}
	}
	for _, c := range s.Comparisons {
		f.Comparisons = append(f.Comparisons, s.comparison(c))
	}
	for _, p := range s.Pending {
		f.Pending = append(f.Pending, model.PendingDeployment{RunID: p.Run, Environment: p.Environment})
	}
	f.Protections = s.protections(&f.Service)
	for _, m := range s.Marks {
		f.Marks = append(f.Marks, s.mark(f.Service.Name, m))
	}
	for _, z := range s.Samples {
		f.Samples = append(f.Samples, s.samples(z)...)
	}
	if s.Sprint != nil {
		f.Sprint, f.Board = &model.SprintSource{ProjectOwner: "acme", ProjectNumber: 7, Milestones: s.Sprint.Milestones}, s.board()
	}
	for _, t := range s.Tests {
		f.Tests = append(f.Tests, s.tests(t))
	}
	for _, c := range s.Coverage {
		f.Coverage = append(f.Coverage, s.coverage(c))
	}
	for _, z := range s.Flaws {
		f.ReportFlaws = append(f.ReportFlaws, model.ReportProblem{
			SHA: sha(z.Commit), Kind: cmp.Or(z.Kind, "tests"), Why: model.Text(z.Why), Lost: !z.Harmless,
			Source: model.ReportSource{Run: z.Run, Name: z.Artifact, File: z.File},
		})
	}
	for _, d := range s.Dispatches {
		at := model.Dispatch{File: "deploy.yml", SHA: sha(d.Commit), Missing: d.Missing, Flaw: model.Text(d.Flaw), Takes: !d.Untaken}
		for _, name := range d.Inputs {
			at.Inputs = append(at.Inputs, model.DispatchInput{Name: name, Type: "string"})
		}
		if d.Versions != nil {
			at.Inputs = append(at.Inputs, model.DispatchInput{Name: "version", Type: "choice", Options: d.Versions})
		}
		f.Dispatches = append(f.Dispatches, at)
	}
	for _, n := range s.Needed {
		it := model.Needed{Subject: readiness.ArtifactSubject(model.Release{Tag: n.Tag, SHA: sha(n.Commit)}, f.Service.Artifact), There: n.Gone == "", Why: model.Text(n.Gone)}
		if n.Expires != "" {
			it.Until = s.ago(n.Expires)
		}
		f.Needed = append(f.Needed, it)
	}
	s.read(&f)
	return f
}

// stretches reads 1-12, 15.
func stretches(text string) []model.Lines {
	var all []model.Lines
	for _, part := range strings.Split(text, ", ") {
		var l model.Lines
		if n, err := fmt.Sscanf(part, "%d-%d", &l.From, &l.To); n < 1 || err != nil && n != 1 {
			panic("no lines: " + part)
		}
		l.To = max(l.From, l.To)
		all = append(all, l)
	}
	return all
}

func lineSet(text string) model.LineSet {
	var set model.LineSet
	if text == "" {
		return set
	}
	for _, l := range stretches(text) {
		for line := l.From; line <= l.To; line++ {
			set.Put(line)
		}
	}
	return set
}

func (s *situation) coverage(c coverageFacts) model.Coverage {
	out := model.Coverage{
		SHA: sha(c.Commit), Origin: model.CoverageReport, Lines: model.Covered{Hit: c.Covered, Total: c.Of}, Cut: c.Cut, At: s.ago("1h"),
	}
	if len(c.Branches) == 2 {
		out.Branches = model.Covered{Hit: c.Branches[0], Total: c.Branches[1]}
	}
	for i := range max(1, c.Reports) {
		out.Sources = append(out.Sources, model.ReportSource{Run: c.Run, Artifact: int64(i + 1), Name: "coverage", File: "lcov.info", Format: "lcov"})
	}
	for _, path := range slices.Sorted(maps.Keys(c.Files)) {
		file := model.FileCoverage{Path: path, Coverable: lineSet(c.Files[path].Lines)}
		file.Hit = file.Coverable.Without(lineSet(c.Files[path].Uncovered))
		out.Files = append(out.Files, file)
	}
	return out
}

func (s *situation) tests(t testsFacts) model.Tests {
	out := model.Tests{
		SHA: sha(t.Commit), Cut: t.Cut, Flaky: len(t.Flaky),
		Counts:  model.TestCounts{Passed: t.Passed + len(t.Flaky), Failed: len(t.Failed), Errored: len(t.Errored), Skipped: t.Skipped},
		Sources: []model.ReportSource{{Run: t.Run, Attempt: t.Attempt, Artifact: 1, Name: "junit", File: "report.xml", Format: "junit"}},
	}
	add := func(names []string, to *[]model.TestCase, outcome model.TestOutcome) {
		for _, name := range names {
			name, flaky := strings.CutSuffix(name, " (flaky)")
			if flaky {
				out.Flaky++
			}
			*to = append(*to, model.TestCase{Name: model.Text(name), Outcome: outcome, Flaky: flaky || to == &out.Flakies, Run: t.Run})
		}
	}
	add(t.Failed, &out.Broken, model.TestFailed)
	add(t.Errored, &out.Broken, model.TestErrored)
	add(t.Flaky, &out.Flakies, model.TestPassed)
	return out
}

func (s *situation) service() model.Service {
	in := s.Service
	out := model.Service{
		Name: "api", Repo: model.Repo{Host: "github.com", Owner: "acme", Name: "api"}, Branch: "main", Tags: in.Tags, Path: in.Path,
		CI: in.CI, Checks: in.Checks, Blackbox: in.Blackbox, CIIgnore: in.Ignore, Migrations: in.Migrations, Irreversible: in.Irreversible,
		Deploy: model.Deploy{Workflow: "deploy.yml", RefBranch: in.Ref == "branch", Version: model.Mapping(in.Version)},
	}
	if in.Name != "" {
		out.Name = in.Name
	}
	if in.CI == nil {
		out.CI = []string{"ci.yml"}
	}
	if in.Workflow != "" {
		out.Deploy.Workflow = in.Workflow
	}
	if in.Release {
		out.Deploy = model.Deploy{Release: true}
	}
	if owner, name, ok := strings.Cut(in.Repo, "/"); ok {
		out.Deploy.Repo = model.Repo{Host: "github.com", Owner: owner, Name: name}
	}
	if c := in.Coverage; c != nil {
		out.Coverage = &model.CoverageRule{Artifact: c.Artifact, Minimum: c.Minimum, MaxDrop: c.MaxDrop}
	}
	if in.Tests {
		out.Tests = &model.TestsRule{Artifact: "junit*"}
	}
	if in.Artifact != "" || in.Bundle != "" {
		out.Artifact = &model.ArtifactRule{ReleaseAsset: in.Artifact, Actions: in.Bundle}
	}
	out.Deploy.Inputs = in.Inputs
	if s.Environments == nil {
		s.Environments = []environmentFacts{{Name: "staging"}, {Name: "production"}}
	}
	for i, e := range s.Environments {
		env := model.Environment{Name: e.Name, GitHub: e.GitHub, Tier: model.Other, Soak: age(e.Soak), Gates: e.Gates, Checklist: e.Checklist}
		if env.GitHub == "" {
			env.GitHub = e.Name
		}
		if e.Rollback != "" {
			env.Rollback, env.RollbackBy = model.RollbackWorkflows, &model.RollbackWorkflow{Workflow: e.Rollback}
		}
		if i == len(s.Environments)-1 || strings.Contains(e.Name, "prod") {
			env.Tier = model.Production
		}
		if e.Health != "" {
			check := model.Check{ID: "http", Name: "https://" + e.Name + ".acme.dev", Kind: model.CheckHTTP, Every: 30 * time.Second, MaxAge: 90 * time.Second, Failures: 3, Required: e.Health != "informative"}
			if e.Health == "version" {
				check.JSON = []model.Expect{{Path: "version", Value: "{{.Version}}", Version: true}}
			}
			if e.Health == "query" {
				check.Kind, check.Query = model.CheckPrometheus, `sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))`
				check.Name = cmp.Or(e.Query, check.Query)
			}
			env.Checks = []model.Check{check}
		}
		out.Environments = append(out.Environments, env)
	}
	return out
}

func (s *situation) commit(c commitFacts) model.Commit {
	out := model.Commit{SHA: sha(c.Commit), Title: model.Text(c.Title), Author: model.Text(c.Author), At: s.ago(c.At)}
	if c.Parent != "" {
		out.Parents = []model.SHA{sha(c.Parent)}
	}
	return out
}

func (s *situation) deployment(id int64, d deploymentFacts) model.Deployment {
	out := model.Deployment{
		ID: id, Environment: d.To, SHA: sha(d.Commit), Ref: d.Ref, Task: d.Task, CreatedAt: s.ago(d.At), Payload: d.Payload,
		RunID: d.Run, RunDone: d.Done, RunName: model.Text(d.Name), StatusesRead: !d.Unread,
	}
	states := d.States
	if states == nil && !d.Unread {
		states = []string{"in_progress", "success"}
	}
	for i, text := range states {
		state, when, given := strings.Cut(text, " ")
		at := out.CreatedAt.Add(time.Duration(i+1) * time.Minute)
		if given {
			at = s.ago(when)
		}
		out.Statuses = append(out.Statuses, model.DeploymentStatus{ID: int64(i), State: model.DeploymentState(state), At: at})
		out.UpdatedAt = at
	}
	if d.Updated != "" {
		out.UpdatedAt = s.ago(d.Updated)
	}
	return out
}

func (s *situation) run(id int64, r runFacts) model.Run {
	out := model.Run{
		ID: id, Workflow: ".github/workflows/" + r.Workflow, Title: model.Text(r.Title), Number: int(id), Attempt: max(1, r.Attempt), Event: "push",
		Branch: r.Branch, SHA: sha(r.Commit), HeadRepo: "acme/api", Status: model.StatusCompleted, Conclusion: model.Conclusion(r.Result),
		CreatedAt: s.ago(r.At), StartedAt: s.ago(r.At),
	}
	if r.ID != 0 {
		out.ID, out.Number = r.ID, int(r.ID)
	}
	if r.Event != "" {
		out.Event = r.Event
	}
	if r.Started != "" {
		out.StartedAt = s.ago(r.Started)
	}
	if r.Repo != "" {
		out.HeadRepo = r.Repo
	}
	if r.Status != "" {
		out.Status = model.RunStatus(r.Status)
	}
	out.UpdatedAt = out.StartedAt.Add(time.Duration(max(5, r.Took)) * time.Minute)
	return out
}

func (s *situation) comparison(c comparisonFacts) model.Comparison {
	out := model.Comparison{Base: sha(c.Base), Head: sha(c.Head), Ahead: c.Ahead, Behind: c.Behind, Paths: c.Paths, PathsCut: c.Cut}
	switch {
	case c.Ahead > 0 && c.Behind > 0:
		out.Status = "diverged"
	case c.Ahead > 0:
		out.Status = "ahead"
	case c.Behind > 0:
		out.Status = "behind"
	default:
		out.Status = "identical"
	}
	for _, path := range slices.Sorted(maps.Keys(c.Added)) {
		added, unknown := c.Added[path], c.Added[path] == "?"
		change := model.FileChange{Path: path, Known: !unknown}
		if !unknown {
			change.Added = stretches(added)
		}
		out.Files = append(out.Files, change)
	}
	for _, listed := range c.Lists {
		out.Commits = append(out.Commits, model.Commit{SHA: sha(listed), Title: "a change", At: s.ago("30m")})
	}
	out.CommitsCut = c.Short
	for i := len(c.Lists); i < c.Ahead && !c.Short; i++ {
		out.Commits = append(out.Commits, model.Commit{SHA: sha(fmt.Sprintf("%07x", i)), Title: "a change", At: s.ago(fmt.Sprintf("%dh", 1+i))})
	}
	return out
}

func repo(name string) model.Repo {
	owner, name, found := strings.Cut(cmp.Or(name, "acme/api"), "/")
	if !found || name == "none" {
		return model.Repo{}
	}
	return model.Repo{Host: "github.com", Owner: owner, Name: name}
}

func (s *situation) board() *model.SprintBoard {
	b := &model.SprintBoard{Source: "acme/7", Title: "Payments", URL: "https://github.com/orgs/acme/projects/7", Cut: s.Sprint.Cut, Redacted: s.Sprint.Redacted}
	day := func(n *int) time.Time {
		if n == nil {
			return time.Time{}
		}
		return s.Now.Truncate(24*time.Hour).AddDate(0, 0, *n)
	}
	for _, z := range s.Sprint.Sprints {
		one := model.Sprint{ID: z.Title, Title: model.Text(z.Title), Start: day(z.From), End: day(cmp.Or(z.To, z.Due)), Done: z.Done}
		if s.Sprint.Milestones {
			one.Repo = repo(z.Repo)
		}
		b.Sprints = append(b.Sprints, one)
	}
	for i, z := range s.Sprint.Items {
		item := model.Item{
			ID: fmt.Sprintf("item%d", i), Kind: model.ItemKind(cmp.Or(z.Kind, "issue")), Sprint: cmp.Or(z.In, "Sprint 14"), Repo: repo(z.Repo), Number: z.Number,
			Title: model.Text(z.Title), State: cmp.Or(z.State, "open"), NotPlanned: z.Dropped, Status: model.Text(z.Status), Done: z.Done, Blocker: z.Blocker,
			Points: z.Points, Archived: z.Archived, Detailed: !z.Bare,
		}
		if item.Kind == model.ItemDraft {
			item.State, item.Repo = "", model.Repo{}
		}
		if z.Dropped {
			item.State = "closed"
		}
		for _, p := range z.Pulls {
			change := model.ItemChange{Repo: repo(p.Repo), Number: p.Number, State: "open", Base: cmp.Or(p.Base, "main")}
			if p.Merge != "" {
				change.State, change.Merge, change.MergedAt = "merged", sha(p.Merge), s.ago(p.At)
			}
			item.Pulls = append(item.Pulls, change)
		}
		b.Items = append(b.Items, item)
	}
	return b
}

func (s *situation) protections(service *model.Service) []model.Protection {
	var all []model.Protection
	for _, e := range service.Environments {
		p := model.Protection{Environment: e.GitHub, Exists: true}
		for _, q := range s.Protections {
			if q.Environment != e.Name {
				continue
			}
			p.Exists, p.PreventSelfReview, p.WaitTimer = !q.Missing, q.NoSelfReview, age(q.Wait)
			p.Policy, p.PatternsRead = model.BranchPolicy(q.Policy), true
			for _, u := range q.Users {
				p.Reviewers = append(p.Reviewers, model.Reviewer{Type: "User", Name: model.Text(u)})
			}
			for _, t := range q.Teams {
				p.Reviewers = append(p.Reviewers, model.Reviewer{Type: "Team", Name: model.Text(t)})
			}
			for _, t := range q.Patterns {
				p.Patterns = append(p.Patterns, model.PolicyPattern{Name: t, Type: "tag"})
			}
		}
		all = append(all, p)
	}
	return all
}

func (s *situation) mark(service string, m markFacts) operation.Mark {
	out := operation.Mark{
		Kind: m.Kind, Operation: m.Operation, Owner: cmp.Or(m.By, "octocat"), Service: service, Environment: m.In, SHA: string(sha(m.Commit)), Item: m.Item,
		Reason: m.Why, Since: s.ago(m.At),
	}
	if m.Expires != "" {
		out.Expiry = s.ago(m.Expires)
	}
	name, err := out.Name()
	if m.Below == "" && err != nil {
		panic(err)
	}
	out.Ref, out.Object = operation.RefRoot+cmp.Or(m.Below, name), strings.Repeat("7a9", 13)+"7"
	if m.Flaw != "" {
		return operation.Flawed(out.Ref, out.Object, m.Flaw)
	}
	return out
}

func (s *situation) samples(z sampleFacts) []model.Sample {
	states := map[string]model.HealthState{"healthy": model.Healthy, "progressing": model.Progressing, "degraded": model.Degraded, "unhealthy": model.Unhealthy, "unknown": model.HealthUnknown}
	every := 30 * time.Second
	if z.Every != "" {
		every = age(z.Every)
	}
	var all []model.Sample
	for at := s.ago(z.From); !at.After(s.ago(z.To)); at = at.Add(every) {
		all = append(all, model.Sample{Service: "api", Environment: z.In, Check: "http", At: at, State: states[z.State], Version: model.Text(z.Version), Reason: model.Text(z.Reason), Span: age(z.Span)})
	}
	return all
}

// read books everything that is there as read a minute ago, unless the file says otherwise.
func (s *situation) read(f *readiness.Facts) {
	book := func(signal model.Signal, subject string) {
		r := model.Read{Signal: signal, Subject: subject, At: s.ago("1m"), TriedAt: s.ago("1m"), Request: "GET " + string(signal)}
		for _, z := range s.Reads {
			if z.Signal != signal {
				continue
			}
			r.Problem, r.Why, r.Cut = z.Problem, model.Text(z.Why), z.Cut
			switch z.Age {
			case "never":
				r.At = time.Time{}
			case "":
			default:
				r.At = s.ago(z.Age)
			}
		}
		f.Reads = append(f.Reads, r)
	}
	for _, signal := range []model.Signal{model.SignalRepository, model.SignalBranch, model.SignalReleases, model.SignalDeployments, model.SignalEnvironments, model.SignalRuns, model.SignalMarks} {
		book(signal, "")
	}
	if f.Service.Deploy.Repo != (model.Repo{}) {
		book(model.SignalRuns, readiness.SubjectDeploy)
	}
	commits := map[model.SHA]bool{f.Branch.Head.SHA: true}
	for _, r := range f.Releases {
		commits[r.SHA] = true
	}
	for _, d := range f.Deployments {
		commits[d.SHA] = true
	}
	for _, c := range slices.Sorted(maps.Keys(f.Commits)) {
		paths := f.Commits[c]
		commits[c] = true
		for _, p := range paths.Commit.Parents {
			commits[p] = true
		}
		book(model.SignalCommit, string(c))
	}
	for _, c := range slices.Sorted(maps.Keys(commits)) {
		book(model.SignalCommitRuns, string(c))
		book(model.SignalCommitChecks, string(c))
		if f.Service.Tests != nil || f.Service.Coverage != nil {
			book(model.SignalReports, string(c))
		}
	}
	if f.Sprint != nil {
		book(model.SignalSprint, "")
	}
	for i := range f.Dispatches {
		book(model.SignalDispatch, readiness.DispatchSubject(f.Dispatches[i].File, f.Dispatches[i].SHA))
	}
	for i := range f.Needed {
		book(model.SignalArtifact, f.Needed[i].Subject)
	}
	for _, c := range f.Comparisons {
		book(model.SignalComparison, readiness.ComparisonSubject(c.Base, c.Head))
	}
}

// tell writes an assessment as the file's expectation does.
func tell(a readiness.Assessment) string {
	var b strings.Builder
	line := func(format string, args ...any) {
		b.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
	}
	line("%s | %s", a.Verdict, a.Headline)
	if a.Settle != "" {
		line("  settled by: %s", a.Settle)
	}
	for _, n := range a.Notices {
		line("  note: %s", n)
	}
	for i := range a.Environments {
		tellEnvironment(line, &a.Environments[i])
	}
	presence := map[readiness.Presence]string{readiness.Unsure: "?", readiness.Absent: "no", readiness.Present: "yes"}
	for _, t := range a.Travels {
		var in []string
		for i, p := range t.In {
			in = append(in, a.Environments[i].Name+" "+presence[p])
		}
		if t.Why != "" {
			in = append(in, string(t.Why))
		}
		line("merged %s: %s", t.Merge.Short(), strings.Join(in, ", "))
	}
	return b.String()
}

// tellEnvironment writes what was found of one environment.
func tellEnvironment(line func(string, ...any), e *readiness.Environment) {
	line("%s: %s | %s", e.Name, e.Verdict, e.Headline)
	runs := "runs " + e.Current.Title()
	if !e.Current.Partly.Zero() {
		runs += ", possibly partly " + e.Current.Partly.Title()
	}
	if e.Current.Why != "" {
		runs += " (" + string(e.Current.Why) + ")"
	}
	if e.Candidate.Exists() {
		runs += "; candidate " + e.Candidate.Release.Title() + ": " + string(e.Candidate.Why)
	}
	if s := e.Ship; s.Known {
		runs += fmt.Sprintf("; ships %d commits", s.Ahead)
		for i, item := range s.Items {
			runs += []string{" for", ","}[min(i, 1)] + fmt.Sprintf(" #%d", item.Number)
		}
		if s.TakenBack > 0 {
			runs += fmt.Sprintf(", takes back %d", s.TakenBack)
		}
	}
	line("  %s", runs)
	var none, unjudged []string
	var settle model.Text
	for _, f := range e.Findings {
		if f.Result == model.NotApplicable {
			none = append(none, string(f.Gate))
			continue
		}
		if e.Candidate.Why != "" && !e.Candidate.Known && f.Why == "which release could go here isn't known" {
			unjudged = append(unjudged, string(f.Gate))
			settle = f.Settle
			continue
		}
		advisory := ""
		if f.Level == model.Advisory {
			advisory = " (advisory)"
		}
		line("  %-9s %-7s %s%s", f.Gate, f.Result, f.Why, advisory)
		if f.Result == model.Unknown {
			line("  %17s settled by: %s", "", f.Settle)
		}
		if text := e.Coverage.Patch.Text(); f.Gate == model.GateCoverage && text != "" {
			line("  %17s of what would ship: %s", "", text)
		}
	}
	if len(unjudged) > 0 {
		line("  no candidate to judge: %s", strings.Join(unjudged, ", "))
		line("                    settled by: %s", settle)
	}
	if e.Candidate.Exists() {
		line("  n/a: %s", strings.Join(none, ", "))
	}
	for _, t := range e.Targets {
		switch {
		case t.Eligible:
			line("  back to %s %s", t.Release.Title(), t.Why)
		case t.Why != "is what runs here":
			line("  not back to %s: %s", cmp.Or(t.Release.Title(), t.Deployment.SHA.Short()), t.Why)
		}
	}
}

// tellChoices writes what could be promoted, and what is said of the one that is.
func (s *situation) tellChoices(f readiness.Facts) string {
	var b strings.Builder
	line := func(format string, args ...any) {
		b.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
	}
	line("what could be promoted to %s:", s.Choose.In)
	for _, c := range readiness.Choices(f, s.Choose.In, s.Now) {
		mark := map[bool]string{true: "+", false: "-"}[c.Can]
		if c.Candidate {
			mark = ">"
		}
		in := ""
		if len(c.In) > 0 {
			in = " (in " + strings.Join(c.In, ", ") + ")"
		}
		line("  %s %s%s %s", mark, c.Release.Title(), in, c.Why)
	}
	for _, c := range readiness.Choices(f, s.Choose.In, s.Now) {
		if !c.Named(s.Choose.Release) {
			continue
		}
		e, needs := readiness.Choose(f, s.Choose.In, c.Release, s.Now)
		line("%s chosen:", s.Choose.Release)
		tellEnvironment(line, &e)
		for _, n := range needs {
			if !n.Fresh {
				line("  reads %s", n.For)
			}
		}
	}
	return b.String()
}

const expectMark = "\nexpect: |\n"

// TestSituations holds the rules to the corpus. SITUATIONS=write writes what the rules say now, to be read with the
// eyes of a release manager before it is committed.
func TestSituations(t *testing.T) {
	files, err := filepath.Glob("../../testdata/situations/*.yml")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d situations, %v; there should be 40 at least", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yml"), func(t *testing.T) {
			s, data := load(t, file)
			got := tell(readiness.Assess(s.facts(), s.Now))
			if s.Choose.In != "" {
				got += s.tellChoices(s.facts())
			}
			if os.Getenv("SITUATIONS") == "write" {
				head, _, _ := strings.Cut(string(data), expectMark)
				body := strings.TrimRight(head, "\n") + "\n" + expectMark + "  " + strings.ReplaceAll(strings.TrimRight(got, "\n"), "\n", "\n  ") + "\n"
				if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if strings.TrimSpace(got) != strings.TrimSpace(s.Expect) {
				t.Errorf("the rules say\n%s\nbut expected is\n%s", got, s.Expect)
			}
		})
	}
}

func load(t testing.TB, file string) (*situation, []byte) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s situation
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return &s, data
}
