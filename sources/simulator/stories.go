package simulator

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// product is one service with a past and a future: it knows how people change,
// release and deploy it.
type product struct {
	world        *World
	services     *Services
	repo         *Repository
	name         string
	major, minor int
	patch        int // of the newest release; -1 before the first
	environments []string
	dice         *rand.Rand
	changes      int
	planned      []plannedWork  // what is to be done, the first thing first
	present      time.Time      // of the world's beginning to be watched
	promoter     string         // who approves in production, where anybody is asked
	outside      string         // context of CI outside Actions, which sets a status on each release
	code         string         // pattern of the names of its parts
	careless     int            // how many of a hundred rare cases are left untested; above, usual ones too
	artifacts    []ArtifactPlan // of its tests
	measured     bool           // Codecov sets statuses on each release
}

// newProduct makes a repository with workflows and environments.
func newProduct(w *World, s *Services, fullName string, major, minor int, environments ...string) *product {
	r := w.Repository(fullName).Public()
	p := &product{
		world: w, services: s, repo: r, name: r.name, major: major, minor: minor, patch: -1,
		environments: environments, dice: w.dice("product", r.ID), code: r.name + "/part%02d.go", careless: 40,
	}
	p.workflows(1)
	for _, e := range environments {
		r.Environment(e, Protection{Tags: []string{"v*"}})
	}
	return p
}

// workflows are what most repositories have: one that builds and tests, one that
// deploys a tag into an environment, one run for each environment at a time.
// slower stretches the tests.
func (p *product) workflows(slower float64) {
	test := time.Duration(slower * float64(150*time.Second))
	p.repo.Workflow(WorkflowPlan{
		Path: "ci.yml", Name: "CI", On: []string{"push", "pull_request"}, Branches: []string{"main"},
		Jobs: []JobPlan{
			{Name: "lint", Steps: steps(40*time.Second, "Run golangci-lint")},
			{Name: "build", Steps: steps(80*time.Second, "Set up Go", "Build", "Upload binary")},
			{Name: "test", Needs: []string{"build"}, Steps: steps(test, "Set up Go", "Unit tests", "Integration tests"), Artifacts: p.artifacts},
		},
	})
	p.repo.Workflow(WorkflowPlan{
		Path: "deploy.yml", Name: "Deploy", On: []string{"workflow_dispatch"}, RunName: "Deploy {version} to {environment} {gonogo_operation}",
		Concurrency: "deploy-{environment}",
		Jobs: []JobPlan{{
			Name: "deploy", Environment: "{environment}", URL: "https://{environment}." + p.name + ".acme.example",
			Steps: steps(2*time.Minute, "Download binary", "Roll out", "Smoke test"),
		}},
	})
}

// steps are what a job does after the checkout, in about so much time together.
func steps(together time.Duration, names ...string) []StepPlan {
	list := []StepPlan{{Name: "Run actions/checkout@v5", Duration: 3 * time.Second}}
	for _, name := range names {
		list = append(list, StepPlan{Name: name, Duration: together / time.Duration(len(names))})
	}
	return list
}

// people who work on the demo's services.
func people() []string { return []string{"mona", "hubot", "ada", "grace", "linus", "octocat"} }

func pick(d *rand.Rand, list []string) string { return list[d.IntN(len(list))] }

// change opens a pull request that is merged some minutes later.
func (p *product) change(title string) {
	work, planned := p.takeUp(title)
	title, files := p.work(title)
	if planned {
		title = work.issue.Title
	}
	by := pick(p.dice, people())
	pull := p.propose(work, Proposal{Title: title, By: by, Branch: fmt.Sprintf("%s/%d", by, p.changes), Files: files})
	p.world.After(time.Duration(12+p.dice.IntN(20))*time.Minute, func() {
		pull.Merge(pick(p.dice, people()))
	})
}

// work is somebody's change: its title, one of many unless given, and its files.
func (p *product) work(title string) (_ string, files map[string]string) {
	p.changes++
	if title == "" {
		title = pick(p.dice, titles())
	}
	name := fmt.Sprintf(p.code, p.dice.IntN(40))
	return title, map[string]string{name: p.write(name, p.changes)}
}

// push puts a commit on main at once; outcomes decide how its CI ends.
func (p *product) push(title string, files map[string]string, outcomes Outcomes) {
	title, usual := p.work(title)
	if files == nil {
		files = usual
	}
	p.repo.Push(Change{Message: title, By: pick(p.dice, people()), Files: files, Outcomes: outcomes})
}

// release publishes main's head as the next prerelease.
func (p *product) release() (tag string) {
	p.patch++
	if p.patch > 3 {
		p.minor, p.patch = p.minor+1, 0
	}
	tag = p.tag()
	p.repo.Release(ReleaseOf{Tag: tag, Name: p.name + " " + tag, Body: "Notes for " + tag, Prerelease: true, By: "mona"})
	return tag
}

// tag is the newest release's.
func (p *product) tag() string {
	return "v" + strconv.Itoa(p.major) + "." + strconv.Itoa(p.minor) + "." + strconv.Itoa(p.patch)
}

// deploy dispatches the deployment of a release, by anybody but who approves.
func (p *product) deploy(environment, tag string) *Run {
	by := pick(p.dice, people())
	if by == p.promoter {
		by = "hubot"
	}
	return p.repo.Run(RunOf{
		Workflow: "deploy.yml", Ref: tag, By: by,
		Inputs: map[string]string{"environment": environment, "version": tag},
	})
}

// production is the last environment.
func (p *product) production() string { return p.environments[len(p.environments)-1] }

// promote deploys a release into production, where somebody approves if anybody
// is asked, and makes it public.
func (p *product) promote(tag string) {
	run := p.deploy(p.production(), tag)
	if p.promoter != "" {
		p.world.After(4*time.Minute, func() {
			_ = run.Approve(p.promoter, "looks good") // a run that another one cancelled has nothing left to approve
		})
	}
	p.world.After(20*time.Minute, func() {
		if l := p.released(tag); l != nil {
			l.Publish("mona")
		}
	})
}

// released is the release of a tag.
func (p *product) released(tag string) *Release {
	defer p.world.enter()()
	for _, l := range p.repo.releases {
		if l.TagName == tag {
			return l
		}
	}
	return nil
}

// rollForward releases main's head and takes it through every environment before production.
func (p *product) rollForward() (tag string) {
	before := p.tag()
	tag = p.release()
	if p.measured {
		p.world.After(4*time.Minute, func() { p.codecov(tag, before) })
	}
	if p.outside != "" {
		p.world.After(3*time.Minute, func() {
			p.repo.Status(CommitStatusOf{Ref: tag, Context: p.outside, Description: "Build passed", TargetURL: "https://buildkite.example/acme/" + p.name, By: "buildkite[bot]"})
		})
	}
	for i, e := range p.environments[:len(p.environments)-1] {
		p.world.After(time.Duration(2+6*i)*time.Minute, func() { p.deploy(e, tag) })
	}
	return tag
}

// past schedules one release with the changes before it, rolled forward at a
// moment, and promoted some time later unless after is zero.
func (p *product) past(at time.Time, after time.Duration, outcomes Outcomes) {
	for i := range 2 + p.dice.IntN(2) {
		p.world.At(at.Add(-time.Duration(3+2*i)*time.Hour), func() { p.change("") })
	}
	p.world.At(at.Add(-30*time.Minute), func() { p.push("", nil, outcomes) })
	p.world.At(at, func() {
		tag := p.rollForward()
		if after > 0 {
			p.world.After(after, func() { p.promote(tag) })
		}
	})
}

// begin makes the first commit, and releases and promotes every three days until a moment.
func (p *product) begin(from, until time.Time) {
	p.world.At(from, func() {
		p.push("Begin", map[string]string{"README.md": "# " + p.name + "\n", "go.mod": "module acme.example/" + p.name + "\n", "main.go": "package main\n"}, nil)
	})
	const rhythm = 72 * time.Hour
	n := 0
	for at := until; at.After(from.Add(rhythm)); at = at.Add(-rhythm) {
		n++
	}
	for i := range n {
		at := until.Add(-time.Duration(n-1-i) * rhythm).Add(time.Duration(p.dice.IntN(240)-240) * time.Minute)
		outcomes := Outcomes(nil)
		if i+1 < n && p.dice.IntN(6) == 0 { // now and then main is red between two releases
			p.world.At(at.Add(-90*time.Minute), func() { p.push("", nil, Outcomes{"test/Unit tests": Failure}) })
		}
		p.past(at, 20*time.Hour, outcomes)
	}
}

func goName(name string) string {
	var b []byte
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' {
			b = append(b, c)
		}
	}
	return string(b)
}

// titles of changes that nobody remembers afterwards.
func titles() []string {
	return []string{
		"Retry idempotent calls once", "Bound the connection pool", "Log the request ID with each error",
		"Cache the currency table", "Read the port from the environment", "Return 404 for unknown accounts",
		"Update dependencies", "Speed up the start by 200 ms", "Add a metric for queue length",
		"Refuse empty names", "Sort invoices by date", "Keep alive idle connections", "Handle a closed channel",
		"Translate error messages", "Drop the unused column", "Paginate the list of customers", "Tolerate clock skew",
		"Close response bodies", "Validate e-mail addresses", "Shorten the time-out to the ledger",
	}
}
