package simulator

import (
	"fmt"
	"time"
)

// The demo's board: sprints of two weeks, the present one on its seventh working day of ten.
const (
	sprintDays  = 14
	sprintToday = 7
)

// sprintStart is the first day of the sprint whose seventh working day is today (or was the last one, on a weekend).
func sprintStart(now time.Time) time.Time {
	today := now.UTC().Truncate(24 * time.Hour)
	for back := 0; ; back++ {
		from := today.AddDate(0, 0, -back)
		if working(from) && workingDays(from, today) == sprintToday {
			return from
		}
	}
}

func working(day time.Time) bool {
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// workingDays counts from a day to another, both included.
func workingDays(from, to time.Time) (n int) {
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		if working(day) {
			n++
		}
	}
	return n
}

// planned is work that the demo's team has agreed on.
type planned struct {
	product, title string
	points         float64
	who            string
	from           time.Duration // how long ago somebody had time for it
	labels         []string
}

// sprint is the board of the demo: what was planned for the sprint that is on, what came and went since, and how far
// each item has travelled. Changes take up what is planned for their service and whose time has come.
func (d *demo) sprint() {
	start := sprintStart(d.now)
	board := d.world.Project("acme", "Payments platform").Numbered(7).Public().Automate("Done").
		Select("Status", "Todo", "In Progress", "In Review", "Done").Field("Estimate", fieldNumber).
		Iterations("Sprint", start.AddDate(0, 0, -2*sprintDays), sprintDays, "Sprint 40", "Sprint 41", "Sprint 42", "Sprint 43")
	b := &demoBoard{demo: d, board: board, start: start, issues: map[string]*Issue{}, items: map[string]*ProjectItem{}}
	const day = 24 * time.Hour
	b.on(-2*sprintDays-1, func() {
		b.plan("Sprint 40", planned{product: "api", title: "Version the public API", points: 8, who: "ada"},
			planned{product: "ledger", title: "Book in minor units", points: 5, who: "grace"})
	})
	b.on(-sprintDays-1, func() {
		b.plan("Sprint 41", planned{product: "search", title: "Index products every minute", points: 5, who: "linus"},
			planned{product: "identity", title: "Log in with a passkey", points: 8, who: "mona"})
	})
	b.on(-1, func() {
		b.plan("Sprint 42",
			planned{product: "api", title: "Describe errors as RFC 9457 does", points: 3, who: "hubot", from: 7 * day},
			planned{product: "api", title: "Limit requests by client", points: 5, who: "ada", from: 2 * day},
			planned{product: "web", title: "Show the basket on every page", points: 3, who: "octocat", from: 5 * day},
			planned{product: "web", title: "Remember the last search", points: 3, who: "octocat"},
			planned{product: "payments", title: "Refund a part of a payment", points: 8, who: "ada", from: 3 * day},
			planned{product: "search", title: "Understand umlauts", points: 2, who: "linus", from: day},
			planned{product: "notifications", title: "Let customers choose the hour", points: 5, who: "grace", from: 6 * day},
			planned{product: "ledger", title: "Close the books by the month", points: 8, who: "grace", from: day},
			planned{product: "ledger", title: "Export a month as CSV", points: 3, who: "grace"},
			planned{product: "identity", title: "End sessions everywhere", points: 3, who: "mona", from: 4 * day},
			planned{product: "identity", title: "Rename an account", points: 2, who: "linus"},
			planned{product: "billing", title: "Index invoices by customer", points: 3, who: "octocat", from: day},
			planned{product: "billing", title: "Number invoices without gaps", points: 5, who: "hubot"},
		)
		board.Draft("Agree on names for environments", "mona", "mona").Set("Sprint", "Sprint 42").Set("Status", "Todo").Set("Estimate", 1)
		b.plan("Sprint 43", planned{product: "payments", title: "Pay by instalments", points: 13, who: "ada"})
		b.plan("", planned{product: "web", title: "A dark theme"}, planned{product: "search", title: "Suggest what others bought"})
	})
	b.on(1, func() {
		b.begun("payments", "Refund a part of a payment", "billing", "Number invoices without gaps")
	})
	b.on(3, func() {
		b.plan("Sprint 42", planned{product: "api", title: "Accept API keys in a header", points: 5, who: "ada", from: day, labels: []string{"requested"}})
	})
	b.on(4, func() { // it was too much
		b.item("billing", "Number invoices without gaps").Set("Sprint", "Sprint 43").Set("Status", "Todo")
	})
	b.on(5, func() { b.begun("ledger", "Close the books by the month") })
	d.ago(day, func() {
		b.plan("Sprint 42", planned{product: "web", title: "The test clicks before the cart is there", points: 2, who: "octocat", labels: []string{"bug"}})
		b.begun("ledger", "Export a month as CSV")
	})
	d.ago(3*time.Hour, func() {
		p := d.named("identity")
		work, _ := p.takeUp("Rename an account")
		p.propose(work, Proposal{Title: "Let people rename their account", By: "linus", Files: map[string]string{"identity/rename.go": "package identity\n"}})
	})
	d.ago(36*time.Minute, func() {
		b.plan("Sprint 42", planned{product: "notifications", title: "Each message is sent twice", points: 2, who: "grace", labels: []string{"blocker", "bug"}})
	})
	d.ago(30*time.Minute, func() { b.begun("notifications", "Each message is sent twice") })
	after := func(minutes int, script func()) { d.world.At(d.now.Add(time.Duration(minutes)*time.Minute), script) }
	after(4, func() { b.issue("web", "The test clicks before the cart is there").Close("octocat") })
	after(7, func() {
		b.plan("Sprint 42", planned{product: "search", title: "Sort what is found by price", points: 3, who: "linus"})
	})
	after(16, func() { b.item("web", "Remember the last search").Set("Sprint", "Sprint 43") })
	after(45, func() { b.issue("notifications", "Each message is sent twice").Close("grace") })
	after(75, func() { b.begun("search", "Sort what is found by price") })
}

// demoBoard is the board while it is filled.
type demoBoard struct {
	demo   *demo
	board  *Project
	start  time.Time
	issues map[string]*Issue       // by product and title
	items  map[string]*ProjectItem // likewise
}

// on runs a script some days after the sprint's first one, or before it, in the morning; not if that is still to come.
func (b *demoBoard) on(day int, script func()) {
	if at := b.start.AddDate(0, 0, day).Add(9 * time.Hour); at.Before(b.demo.now) {
		b.demo.world.At(at, script)
	}
}

// plan opens an issue for each, puts it on the board and leaves it to whoever changes the service then.
func (b *demoBoard) plan(sprint string, all ...planned) {
	for _, p := range all {
		product := b.demo.named(p.product)
		of := IssueOf{Title: p.title, By: "mona", Labels: p.labels}
		if p.who != "" {
			of.Assignees = []string{p.who}
		}
		issue := product.repo.Issue(of)
		item := b.board.Issue(issue).Set("Status", "Todo")
		if p.points > 0 {
			item.Set("Estimate", p.points)
		}
		if sprint != "" {
			item.Set("Sprint", sprint)
			product.planned = append(product.planned, plannedWork{issue, item, p.from})
		}
		b.issues[p.product+p.title], b.items[p.product+p.title] = issue, item
	}
}

func (b *demoBoard) issue(product, title string) *Issue { return b.issues[product+title] }

func (b *demoBoard) item(product, title string) *ProjectItem {
	item := b.items[product+title]
	if item == nil {
		panic(fmt.Sprintf("simulator: the demo's board has no item %q of %s", title, product))
	}
	return item
}

// begun moves items, given as products and titles, to the column of what is being worked on.
func (b *demoBoard) begun(of ...string) {
	for i := 0; i < len(of); i += 2 {
		b.item(of[i], of[i+1]).Set("Status", "In Progress")
	}
}

func (d *demo) named(name string) *product {
	for _, p := range d.products {
		if p.name == name {
			return p
		}
	}
	panic("simulator: the demo has no product " + name)
}

// plannedWork is an issue that waits for somebody to do it.
type plannedWork struct {
	issue *Issue
	item  *ProjectItem
	from  time.Duration // how long before the present its time comes; zero: it doesn't
}

// takeUp returns what is planned under a title, or, where the change is any, whose time has come; nothing where nothing is.
func (p *product) takeUp(title string) (work plannedWork, ok bool) {
	for i, w := range p.planned {
		ready := w.from > 0 && !p.world.now.Before(p.present.Add(-w.from))
		if title != "" && w.issue.Title != title || title == "" && !ready {
			continue
		}
		p.planned = append(p.planned[:i:i], p.planned[i+1:]...)
		return w, true
	}
	return plannedWork{}, false
}

// propose opens a pull request that closes what was planned.
func (p *product) propose(work plannedWork, of Proposal) *PullRequest {
	if work.issue != nil {
		of.Closes = []*Issue{work.issue}
		work.item.Set("Status", "In Review")
	}
	return p.repo.Pull(of)
}
