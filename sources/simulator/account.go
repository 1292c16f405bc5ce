package simulator

import (
	"strings"
	"time"
)

// Account is a person, an organisation or a bot.
type Account struct {
	ID           int64
	Login        string
	Name         string
	Email        string
	Organisation bool
	Bot          bool
	CreatedAt    time.Time

	world *World
	shown []byte // rendered once: an account never changes
}

// Team is a team of an organisation.
type Team struct {
	ID           int64
	Name, Slug   string
	Organisation *Account
	Members      []*Account
}

// App is a GitHub App: GitHub Actions itself, or CI outside Actions.
type App struct {
	ID         int64
	Slug, Name string
	Owner      *Account
	CreatedAt  time.Time
}

// User returns the person with this login, made if need be. A login that ends
// in [bot] is a bot.
func (w *World) User(login string) *Account {
	defer w.enter()()
	return w.account(login, false)
}

// Organisation returns the organisation with this login, made if need be.
func (w *World) Organisation(login string) *Account {
	defer w.enter()()
	return w.account(login, true)
}

// Team makes a team of people, or adds people to it.
func (w *World) Team(organisation, name string, members ...string) *Team {
	defer w.enter()()
	slug := strings.ReplaceAll(fold(name), " ", "-")
	t := w.team(organisation, slug)
	if t == nil {
		t = &Team{ID: w.next("team"), Name: name, Slug: slug, Organisation: w.account(organisation, true)}
		w.teams = append(w.teams, t)
	}
	for _, m := range members {
		t.Members = append(t.Members, w.account(m, false))
	}
	return t
}

func (w *World) team(organisation, slug string) *Team {
	for _, t := range w.teams {
		if fold(t.Organisation.Login) == fold(organisation) && t.Slug == slug {
			return t
		}
	}
	return nil
}

// account finds an account without regard to case, as GitHub does, or makes it.
func (w *World) account(login string, organisation bool) *Account {
	if login == "" {
		login = "octocat"
	}
	if a := w.accounts[fold(login)]; a != nil {
		return a
	}
	a := &Account{
		ID: w.next("account"), Login: login, Name: login, Organisation: organisation,
		Bot: strings.HasSuffix(login, "[bot]"), CreatedAt: w.now.AddDate(-3, 0, 0), world: w,
	}
	a.Email = strings.Trim(strings.Map(mailable, fold(login)), "-") + "@example.com"
	w.accounts[fold(login)] = a
	w.accountOrder = append(w.accountOrder, a)
	return a
}

func mailable(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
		return r
	}
	return '-'
}

// has reports whether somebody belongs to a team.
func (t *Team) has(a *Account) bool {
	for _, m := range t.Members {
		if m == a {
			return true
		}
	}
	return false
}

// app finds or makes an app; its slug is how users know it.
func (w *World) app(slug string) *App {
	if a := w.apps[slug]; a != nil {
		return a
	}
	owner, name := slug, slug
	if slug == actionsApp {
		owner, name = "github", "GitHub Actions"
	}
	a := &App{ID: w.next("app"), Slug: slug, Name: name, Owner: w.account(owner, true), CreatedAt: w.now.AddDate(-2, 0, 0)}
	w.apps[slug] = a
	return a
}

// actionsApp is the slug of the app behind every workflow run.
const actionsApp = "github-actions"
