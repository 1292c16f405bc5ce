package simulator

import "time"

// demoHistory is how much past the demo has.
const demoHistory = 6 * 7 * 24 * time.Hour

// Demo is a GitHub with the organisation acme and eight services, six weeks old,
// in which something is green, something fails, something is stuck and something
// waits for a reviewer, and in which life goes on. Options.Start is decided here.
// Neither the world nor the services are served yet; [DemoConfig] writes the
// configuration that looks at them once they are.
//
//	api            all green: GO
//	web            CI failed on the candidate, coverage fell, a fix is on its way: NO-GO
//	payments       a run has waited for approval since 13 days and holds the lane
//	search         a deployment waits for a reviewer since 20 minutes; a test is flaky
//	notifications  production is unhealthy after a bad release: NO-GO
//	ledger         the candidate is soaking in staging: WAIT; Codecov alone states its coverage
//	identity       nothing newer to ship: UP TO DATE; staging is slow
//	billing        tests failed although CI is green; frozen, with a database migration: NO-GO
//
// Their team works in sprints of two weeks on the board acme/7, a bit past the middle of the present one.
func Demo(o Options) (*World, *Services) {
	now := o.Now().UTC()
	o.Start = now.Add(-demoHistory)
	w := New(o)
	s := NewServices(w)
	w.Organisation("acme")
	w.Team("acme", "Release Managers", "mona", "ada", "octocat")
	d := demo{world: w, services: s, now: now}
	d.stories()
	w.PassUntil(now)
	return w, s
}

// demo builds the stories around one moment.
type demo struct {
	world    *World
	services *Services
	now      time.Time
	products []*product
}

func (d *demo) stories() {
	for _, story := range []func(){d.api, d.web, d.payments, d.search, d.notifications, d.ledger, d.identity, d.billing} {
		story()
	}
	d.sprint()
	d.life()
}

// product is one whose ordinary past ends some time ago.
func (d *demo) product(name string, major, minor int, quietSince time.Duration, environments ...string) *product {
	p := newProduct(d.world, d.services, "acme/"+name, major, minor, environments...)
	p.present = d.now
	p.begin(d.now.Add(-demoHistory), d.now.Add(-quietSince))
	d.products = append(d.products, p)
	return p
}

func (d *demo) ago(ago time.Duration, script func()) { d.world.At(d.now.Add(-ago), script) }

// api is as it should be: the candidate is green everywhere.
func (d *demo) api() {
	p := d.product("api", 2, 11, 5*24*time.Hour, "development", "staging", "production")
	p.promoter = "ada"
	p.repo.Describe("The public API")
	p.leaves("internal/part%02d.go",
		coverageIn("coverage-go", "cover.out", func(m Measured) string { return m.GoProfile("github.com/acme/api") }),
		testsIn("junit-go", "gotestsum.xml", "github.com/acme/api", nil))
	p.repo.Environment("production", Protection{Reviewers: []string{"acme/release-managers"}, Tags: []string{"v*"}})
	p.repo.Workflow(WorkflowPlan{Path: "e2e.yml", Name: "End to end", On: []string{"push"}, Branches: []string{"main"}, Jobs: []JobPlan{{Name: "e2e", Steps: steps(6*time.Minute, "Start everything", "Run scenarios")}}})
	p.past(d.now.Add(-26*time.Hour), 0, nil)
	d.ago(90*time.Minute, func() { p.change("Accept API keys in a header") })
}

// web has a candidate whose tests failed, and whose coverage fell; somebody deployed it to staging anyhow.
func (d *demo) web() {
	p := d.product("web", 5, 1, 4*24*time.Hour, "development", "staging", "production")
	p.repo.Describe("The web shop")
	p.leaves("src/part%02d.ts",
		coverageIn("coverage", "coverage/lcov.info", func(m Measured) string { return m.LCOV("") }).always(),
		testsIn("junit", "reports/jest-junit.xml", "jest tests", nil))
	d.ago(12*24*time.Hour, func() { p.workflows(1.6) }) // the cache of dependencies broke: tests take longer since
	d.ago(4*24*time.Hour, func() { p.careless = 200 })  // nobody has had time for tests since
	p.past(d.now.Add(-8*time.Hour), 0, Outcomes{"test/Integration tests": Failure})
}

// payments is stuck: nobody approved a deployment 13 days ago. It holds the lane,
// and each later one cancels the one that waited before it.
func (d *demo) payments() {
	p := d.product("payments", 1, 6, 17*24*time.Hour, "staging", "production")
	p.promoter = "ada"
	p.repo.Describe("Takes the money")
	p.repo.Environment("production", Protection{Reviewers: []string{"ada"}, PreventSelfReview: true, Tags: []string{"v*"}})
	for _, days := range []int{13, 9, 6, 2} {
		then := time.Duration(days) * 24 * time.Hour
		p.past(d.now.Add(-then-3*time.Hour), 0, nil)
		d.ago(then+time.Hour, func() {
			p.repo.Run(RunOf{Workflow: "deploy.yml", Ref: p.tag(), By: "hubot", Inputs: map[string]string{"environment": "production", "version": p.tag()}})
		})
	}
}

// search waits for a reviewer, who will come.
func (d *demo) search() {
	p := d.product("search", 3, 0, 6*24*time.Hour, "staging", "production")
	p.promoter = "mona"
	p.repo.Describe("Finds things")
	p.leaves("src/main/kotlin/acme/search/Part%02d.kt",
		coverageIn("jacoco", "build/reports/jacoco/test/jacocoTestReport.xml", func(m Measured) string { return m.JaCoCo("search", "src/main/kotlin") }),
		testsIn("surefire-reports", "TEST-acme.search.SearchTest.xml", "acme.search.SearchTest", func(t *TestRun, e JobEnd) {
			if len(t.Tests) > 0 && (draw(e.SHA, 0)%3 == 0 || e.At.After(d.now.Add(-12*time.Hour))) {
				t.Tests[len(t.Tests)/2].Flaky = "the index was not ready after 2 s"
			}
		}))
	p.repo.Environment("production", Protection{Reviewers: []string{"mona", "octocat"}, Tags: []string{"v*"}})
	p.past(d.now.Add(-7*time.Hour), 0, nil)
	d.ago(20*time.Minute, func() {
		run := p.deploy("production", p.tag())
		d.world.At(d.now.Add(30*time.Minute), func() { _ = run.Approve("mona", "checked the index by hand") }) // unless a person was quicker
	})
}

// notifications was healthy until its last release; the fix is in staging.
func (d *demo) notifications() {
	p := d.product("notifications", 3, 1, 5*24*time.Hour, "staging", "production")
	p.repo.Describe("E-mail and push messages")
	p.leaves("notifications/part%02d.go", testsIn("test-results", "report.xml", "notifications", nil))
	p.past(d.now.Add(-9*time.Hour), 0, nil)
	d.ago(40*time.Minute, func() {
		d.services.Behave("acme/notifications", p.tag(), Behaviour{Failing: true, ErrorRatio: 0.31, Latency: 120 * time.Millisecond, Environment: "production", After: 3 * time.Minute})
		p.promote(p.tag())
	})
	d.ago(28*time.Minute, func() { p.push("Do not send each message twice", nil, nil) })
	d.ago(20*time.Minute, func() { p.rollForward() })
	d.world.At(d.now.Add(20*time.Minute), func() { p.promote(p.tag()) })
}

// ledger has just reached staging and has to stay there for a while.
func (d *demo) ledger() {
	p := d.product("ledger", 0, 7, 4*24*time.Hour, "staging", "production")
	p.repo.Describe("Double-entry bookkeeping")
	p.outside, p.measured = "buildkite/ledger", true
	p.past(d.now.Add(-25*time.Minute), 0, nil)
}

// identity runs its newest release everywhere; in staging it has become slow.
func (d *demo) identity() {
	p := d.product("identity", 4, 0, 3*24*time.Hour, "staging", "production")
	p.repo.Describe("Who is who")
	d.ago(time.Hour, func() {
		tag := p.tag()
		d.services.Behave("acme/identity", tag, Behaviour{Latency: 800 * time.Millisecond, Environment: "staging"})
		d.world.At(d.now.Add(25*time.Minute), func() { d.services.Recover("acme/identity", tag) })
	})
}

// billing may not be released at the end of the month, and brings a migration. Its CI is green although tests fail:
// somebody let the step continue on errors.
func (d *demo) billing() {
	p := d.product("billing", 7, 2, 5*24*time.Hour, "staging", "production")
	p.repo.Describe("Invoices")
	loose := d.now.Add(-24 * time.Hour)
	p.leaves("billing/part%02d.py",
		coverageIn("coverage-py3.13", "coverage.xml", func(m Measured) string { return m.Cobertura("/home/runner/work/billing/billing") }),
		testsIn("junit-py3.13", "junit.xml", "pytest", func(t *TestRun, e JobEnd) {
			if e.At.After(loose) {
				t.Break(3, "assert 1200 == 1201")
				t.Break(4, "assert Decimal('0.00') == Decimal('0.01')")
			}
		}))
	d.ago(11*time.Hour, func() {
		p.push("Index invoices by customer", map[string]string{"db/migrations/0042_index_invoices.sql": "CREATE INDEX invoice_customer ON invoice(customer);\n"}, nil)
	})
	p.past(d.now.Add(-10*time.Hour), 0, nil)
}
