package cockpit

import (
	"strconv"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/pane"
)

// scrum gives a fleet a sprint: blockers, what waits to be deployed, what is under way, open and done, drafts, and what
// the token may not see.
func scrum(m *memory) {
	day := func(d int) time.Time { return time.Date(2026, time.November, d, 0, 0, 0, 0, time.UTC) }
	b := &model.SprintBoard{
		Source: "acme/7", Title: "Payments", URL: "https://github.com/orgs/acme/projects/7", Redacted: 3, Seen: day(17).Add(9 * time.Hour),
		Sprints: []model.Sprint{
			{ID: "s13", Title: "Sprint 13", Start: day(2), End: day(16), Done: true},
			{ID: "s14", Title: "Sprint 14", Start: day(16), End: day(30), URL: "https://github.com/orgs/acme/projects/7/views/1"},
			{ID: "s15", Title: "Sprint 15", Start: day(30), End: day(44)},
		},
	}
	travels := map[string][]readiness.Travel{}
	type change struct {
		service string
		number  int
		in      string // "": open; else a mark for each environment: yes, no, ?
	}
	add := func(number int, service, title, status string, points float64, who string, done bool, opened int, changes ...change) *model.Item {
		item := model.Item{
			ID: "PVTI_" + strconv.Itoa(len(b.Items)), Kind: model.ItemIssue, Sprint: "s14", Number: number, Title: model.Text(title), Status: model.Text(status),
			Repo: model.Repo{Host: "github.com", Owner: "acme", Name: service}, State: "open", Done: done, Detailed: true,
			URL:     "https://github.com/acme/" + service + "/issues/" + strconv.Itoa(number),
			AddedAt: day(13).Add(10 * time.Hour), UpdatedAt: ago(5 * time.Hour), Labels: []model.Text{"payments"},
		}
		if points > 0 {
			item.Points = &points
		}
		if who != "" {
			item.Assignees = []model.Text{model.Text(who)}
		}
		if done {
			item.State, item.ClosedAt = "closed", ago(26*time.Hour)
		}
		for _, c := range changes {
			pull := model.ItemChange{
				Repo: model.Repo{Host: "github.com", Owner: "acme", Name: c.service}, Number: c.number, Title: model.Text(title), State: "open", Base: "main",
				URL: "https://github.com/acme/" + c.service + "/pull/" + strconv.Itoa(c.number),
			}
			if c.in != "" {
				pull.State, pull.Merge, pull.MergedAt = "merged", sha(c.service+strconv.Itoa(c.number)), ago(27*time.Hour)
				t := readiness.Travel{Merge: pull.Merge}
				for _, mark := range c.in {
					t.In = append(t.In, map[rune]readiness.Presence{'y': readiness.Present, 'n': readiness.Absent, '?': readiness.Unsure}[mark])
					if mark == '?' {
						t.Why = "v0.9.1 in production has not been compared with main yet"
					}
				}
				travels[c.service] = append(travels[c.service], t)
			}
			item.Pulls = append(item.Pulls, pull)
		}
		b.Items = append(b.Items, item)
		b.History = append(b.History, model.ItemMoment{At: day(opened).Add(10 * time.Hour), Item: item.ID, Sprint: "s14", Points: item.Points})
		if done {
			b.History = append(b.History, model.ItemMoment{At: day(16 + len(b.Items)%8).Add(15 * time.Hour), Item: item.ID, Sprint: "s14", Points: item.Points, Done: true})
		}
		return &b.Items[len(b.Items)-1]
	}
	add(398, "ledger", "Close the books at midnight UTC", "Done", 5, "octocat", true, 13, change{"ledger", 401, "yn"})
	blocker := add(419, "api", "Payments are booked twice when a card is retried", "In progress", 5, "mona", false, 20, change{"api", 421, ""})
	blocker.Blocker, blocker.Labels = true, []model.Text{"blocker", "payments"}
	add(412, "api", "Log in with a passkey", "Done", 8, "mona", true, 13, change{"api", 415, "yn"})
	add(409, "api", "Retry payments that time out", "Done", 3, "octocat", true, 13, change{"api", 410, "yy"}, change{"gateway", 77, "yyn"})
	add(413, "api", "Say why a card was refused", "In progress", 2, "hubot", false, 13)
	add(405, "search", "Find orders by the customer's number", "Done", 3, "hubot", true, 13, change{"search", 33, "n?"})
	add(414, "billing", "Round to cents", "Done", 1, "octocat", true, 13, change{"billing", 88, "yy"})
	add(420, "billing", "Send receipts in the customer's language", "Todo", 5, "", false, 13)
	add(421, "infra", "Renew the certificates by themselves", "Done", 0, "mona", true, 13, change{"infra", 12, "?"})
	draft := add(0, "", "Ask the bank about instant transfers", "Todo", 0, "", false, 19)
	draft.Kind, draft.Repo, draft.State, draft.URL, draft.Detailed = model.ItemDraft, model.Repo{}, "", "", false
	dropped := add(390, "api", "Pay by fax", "Todo", 8, "", false, 13)
	dropped.NotPlanned, dropped.State = true, "closed"
	archived := add(301, "api", "An idea of last year", "Todo", 8, "", false, 13)
	archived.Archived = true
	for _, gone := range []model.Item{*dropped, *archived} {
		b.History = append(b.History, model.ItemMoment{At: day(18).Add(11 * time.Hour), Item: gone.ID, Points: gone.Points})
	}
	delete(travels, "infra")
	m.board.Sprint, m.board.SprintSource = b, &model.SprintSource{ProjectOwner: "acme", ProjectNumber: 7}
	m.board.SprintRead = model.Read{Signal: model.SignalSprint, At: ago(2 * time.Minute), Request: "POST /graphql"}
	for i := range m.board.Services {
		m.board.Services[i].Travels = travels[m.board.Services[i].Service]
	}
}

// boards is a source whose board is all that matters.
func boards(change func(*pane.Board)) *memory {
	m := acme()
	change(&m.board)
	return m
}
