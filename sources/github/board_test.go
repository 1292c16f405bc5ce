package github_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

var scrum = model.SprintSource{
	ProjectOwner: "acme", ProjectNumber: 1, Iteration: "Sprint", Status: "Status", Points: "Estimate", Done: []string{"Done"}, Blockers: []string{"blocker"},
}

// plan is a board with something of everything, in its second sprint.
type plan struct {
	repo    *simulator.Repository
	board   *simulator.Project
	blocker *simulator.Issue
	open    *simulator.PullRequest
	items   map[string]*simulator.ProjectItem
}

func buildPlan(w *simulator.World) *plan {
	p := &plan{repo: w.Repository("acme/api"), items: map[string]*simulator.ProjectItem{}}
	r := p.repo
	r.Push(simulator.Change{Message: "First"})
	p.board = w.Project("acme", "Platform").Automate("Done").Iterations("Sprint", start.AddDate(0, 0, -20), 14, "Sprint 1", "Sprint 2", "Sprint 3").
		Field("Estimate", "NUMBER").Iterations("Quarter", start.AddDate(0, 0, -60), 90, "Q1").Field("Notes", "TEXT")
	b := p.board
	p.blocker = r.Issue(simulator.IssueOf{Title: "It \x1b[31mburns\u202e", By: "mona", Labels: []string{"Blocker", "bug"}, Assignees: []string{"ada"}})
	p.items["blocker"] = b.Issue(p.blocker).Set("Sprint", "Sprint 2").Set("Status", "In Progress").Set("Estimate", 3)
	shipped := r.Issue(simulator.IssueOf{Title: "Shipped", By: "ada"})
	p.items["shipped"] = b.Issue(shipped).Set("Sprint", "Sprint 2").Set("Estimate", 0.5)
	w.Pass(time.Hour)
	r.Pull(simulator.Proposal{Title: "Ship it", By: "ada", Closes: []*simulator.Issue{shipped}}).Merge("mona")
	p.open = r.Pull(simulator.Proposal{Title: "Put it out", By: "hubot", Branch: "water", Closes: []*simulator.Issue{p.blocker}})
	elsewhere := w.Repository("acme/web").Public()
	elsewhere.Push(simulator.Change{Message: "First"})
	elsewhere.Push(simulator.Change{Message: "Second", Branch: "next"})
	elsewhere.Pull(simulator.Proposal{Title: "Tell of the fire", By: "grace", Base: "next", Closes: []*simulator.Issue{p.blocker}}).Merge("mona")
	p.items["pull"] = b.Pull(r.Pull(simulator.Proposal{Title: "No issue", Labels: []string{"chore"}})).Set("Sprint", "Sprint 2").Set("Status", "Todo")
	p.items["draft"] = b.Draft("Think about it", "mona", "ada").Set("Sprint", "Sprint 2")
	dropped := r.Issue(simulator.IssueOf{Title: "Dropped"})
	p.items["dropped"] = b.Issue(dropped).Set("Sprint", "Sprint 2")
	dropped.NotPlanned("mona")
	p.items["archived"] = b.Issue(r.Issue(simulator.IssueOf{Title: "Archived"})).Set("Sprint", "Sprint 2")
	p.items["archived"].Archive()
	p.items["old"] = b.Issue(r.Issue(simulator.IssueOf{Title: "Old"})).Set("Sprint", "Sprint 1")
	p.items["backlog"] = b.Issue(r.Issue(simulator.IssueOf{Title: "Backlog", Labels: []string{"bug"}}))
	p.items["hidden"] = b.Issue(w.Repository("secret/plans").Issue(simulator.IssueOf{Title: "Hidden"})).Set("Sprint", "Sprint 2").Set("Status", "Todo")
	return p
}

// told writes an item so that it reads as a sentence.
func told(i model.Item) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s#%d %q in %q: %s %s", i.Kind, i.Repo.FullName(), i.Number, i.Title, i.Sprint, i.State, i.Status)
	for _, w := range []struct {
		is   bool
		word string
	}{{i.Done, "done"}, {i.Blocker, "blocker"}, {i.Archived, "archived"}, {i.NotPlanned, "not planned"}, {i.Detailed, "detailed"}} {
		if w.is {
			b.WriteString(", " + w.word)
		}
	}
	if i.Points != nil {
		fmt.Fprintf(&b, ", %g points", *i.Points)
	}
	if len(i.Assignees)+len(i.Labels) > 0 {
		fmt.Fprintf(&b, ", %v %v", i.Assignees, i.Labels)
	}
	for _, p := range i.Pulls {
		fmt.Fprintf(&b, "; %s#%d %s into %s", p.Repo.FullName(), p.Number, p.State, p.Base)
		if p.Merge != "" && !p.MergedAt.IsZero() {
			b.WriteString(" as a commit")
		}
	}
	return b.String()
}

func tell(b model.SprintBoard) (lines []string) {
	ids := map[string]string{"": "none"}
	for _, s := range b.Sprints {
		ids[s.ID] = string(s.Title)
	}
	for _, i := range b.Items {
		i.Sprint = ids[i.Sprint]
		lines = append(lines, told(i))
	}
	return lines
}

// readBoard reads the plan's board.
func (s *stage) readBoard(w github.BoardWanted, known github.Validators) github.BoardReading {
	s.t.Helper()
	return must[github.BoardReading](s.t)(s.client.Board(s.t.Context(), w, known))
}

var planned = []string{
	`issue acme/api#1 "It ␛[31mburns⟨U+202E⟩" in "Sprint 2": open In Progress, blocker, detailed, 3 points, [ada] [Blocker bug]; acme/web#1 merged into next as a commit; acme/api#4 open into main`,
	`issue acme/api#2 "Shipped" in "Sprint 2": closed Done, done, detailed, 0.5 points; acme/api#3 merged into main as a commit`,
	`pull request acme/api#5 "No issue" in "Sprint 2": open Todo, detailed, [] [chore]; acme/api#5 open into main`,
	`draft /#0 "Think about it" in "Sprint 2":  , detailed, [ada] []`,
	`issue acme/api#6 "Dropped" in "Sprint 2": closed Done, done, not planned, detailed`,
	`issue acme/api#7 "Archived" in "Sprint 2": open , archived`,
	`issue acme/api#8 "Old" in "Sprint 1": open , detailed`,
	`issue acme/api#9 "Backlog" in "none": open `,
	`redacted /#0 "" in "Sprint 2":  Todo`,
}

func (s *stage) checkBoard(b model.SprintBoard, want []string) {
	s.t.Helper()
	if b.Source != "acme/1" || b.Title != "Platform" || !strings.HasSuffix(b.URL, "/orgs/acme/projects/1") || b.Cut || b.Redacted != 1 || len(b.Sprints) != 3 {
		s.t.Errorf("the board: %+v", b)
	}
	for i, sprint := range b.Sprints {
		day := start.AddDate(0, 0, -20+14*i).Truncate(24 * time.Hour)
		if string(sprint.Title) != fmt.Sprint("Sprint ", i+1) || !sprint.Start.Equal(day) || !sprint.End.Equal(day.AddDate(0, 0, 14)) || sprint.Done != (i == 0) {
			s.t.Errorf("sprint %d: %+v", i, sprint)
		}
	}
	if d := cmp.Diff(want, tell(b)); d != "" {
		s.t.Errorf("(-want +read)\n%s", d)
	}
	for _, i := range b.Items {
		if i.AddedAt.IsZero() || i.UpdatedAt.IsZero() || i.Kind != model.ItemRedacted && i.CreatedAt.IsZero() || (i.State == "closed") == i.ClosedAt.IsZero() {
			s.t.Errorf("times of %q: %+v", i.Title, i)
		}
	}
}

func reader() simulator.Access {
	return simulator.Access{
		User: "mona", Repositories: []string{"acme/api"},
		Permissions: map[string]string{"organization_projects": "read", "issues": "read", "pull_requests": "read", "contents": "read"},
	}
}

func TestABoardIsReadWithAllThatIsOnIt(t *testing.T) {
	for _, edition := range []simulator.Edition{simulator.GitHubCom, simulator.EnterpriseServer319} {
		var p *plan
		s := open(t, simulator.Options{Edition: edition}, func(w *simulator.World) {
			p = buildPlan(w)
			w.Token(secret, reader())
		})
		first := s.readBoard(github.BoardWanted{Source: scrum}, nil)
		s.checkBoard(first.Value, planned)
		if first.Points != 2 || len(first.Validators) != 0 || first.Unchanged || first.Request != "POST /graphql (project acme/1)" {
			t.Errorf("%d points, %v, %s", first.Points, first.Validators, first.Request)
		}
		s.ForgetRequests()
		again := s.readBoard(github.BoardWanted{Source: scrum, Have: first.Value.Items}, nil)
		if d := cmp.Diff(first.Value, again.Value); d != "" || again.Points != 2 {
			t.Errorf("read again, for %d points (-first +again)\n%s", again.Points, d)
		}
		// Nothing of the issue changes when its pull request is closed, so whatever is under way is looked at again.
		p.open.Close()
		third := s.readBoard(github.BoardWanted{Source: scrum, Have: again.Value.Items}, nil)
		if told := tell(third.Value)[0]; !strings.Contains(told, "acme/api#4 closed") {
			t.Error(told)
		}
		fourth := s.readBoard(github.BoardWanted{Source: scrum, Have: third.Value.Items}, nil)
		if d := cmp.Diff(third.Value, fourth.Value); d != "" || fourth.Points != 1 {
			t.Errorf("with nothing under way it took %d points (-third +fourth)\n%s", fourth.Points, d)
		}
		p.blocker.Label("fine")
		p.items["backlog"].Set("Sprint", "Sprint 2")
		fifth := s.readBoard(github.BoardWanted{Source: scrum, Have: fourth.Value.Items}, nil)
		lines := tell(fifth.Value)
		if strings.Contains(lines[0], "blocker") || !strings.Contains(lines[0], "[fine]") || !strings.Contains(lines[7], `in "Sprint 2": open , detailed, [] [bug]`) || fifth.Points != 2 {
			t.Errorf("after changes, for %d points:\n%s\n%s", fifth.Points, lines[0], lines[7])
		}
	}
}

// Over REST the same is told, but for what is archived; asked again it costs nothing until something changes.
func TestABoardIsReadOverRESTWhereGraphQLIsRefused(t *testing.T) {
	var p *plan
	s := open(t, simulator.Options{NoGraphQL: true}, func(w *simulator.World) {
		p = buildPlan(w)
		w.Token(secret, reader())
	})
	want := slices.Delete(slices.Clone(planned), 5, 6)
	want[6] = `issue acme/api#9 "Backlog" in "none": open , detailed, [] [bug]`
	want[7] = `redacted /#0 "" in "Sprint 2":  Todo, detailed`
	first := s.readBoard(github.BoardWanted{Source: scrum}, nil)
	s.checkBoard(first.Value, want)
	if !first.NoGraphQL || first.Request != "GET /orgs/acme/projectsV2/1" {
		t.Errorf("%+v", first.Request)
	}
	s.charged()
	known := github.BoardWanted{Source: scrum, NoGraphQL: true}
	again := s.readBoard(known, first.Validators)
	if sent, counted := s.charged(); !again.Unchanged || again.NoGraphQL || sent != 3 || counted != 0 || len(again.Validators) != len(first.Validators) {
		t.Errorf("asked again it is unchanged: %t, with %d of %d requests charged", again.Unchanged, counted, sent)
	}
	other := known
	other.Source.Blockers = []string{"bug"}
	if got := s.readBoard(other, first.Validators); got.Unchanged || !got.Value.Items[6].Blocker {
		t.Error("another question was answered from before")
	}
	p.items["pull"].Set("Estimate", 8)
	s.charged()
	changed := s.readBoard(known, first.Validators)
	if sent, _ := s.charged(); changed.Unchanged || changed.Value.Items[2].Points == nil || sent > 7 {
		t.Errorf("a change took %d requests: %+v", sent, changed.Value.Items[2])
	}
}

func TestAPersonsBoardIsFound(t *testing.T) {
	for _, refused := range []bool{false, true} {
		s := open(t, simulator.Options{NoGraphQL: refused}, func(w *simulator.World) {
			w.User("mona")
			r := w.Repository("mona/api")
			b := w.Project("mona", "Mine").Iterations("Sprint", start, 14, "Only")
			b.Issue(r.Issue(simulator.IssueOf{Title: "One"})).Set("Sprint", "Only")
		})
		source := scrum
		source.ProjectOwner = "Mona"
		first := s.readBoard(github.BoardWanted{Source: source}, nil)
		if b := first.Value; len(b.Items) != 1 || !strings.HasSuffix(strings.ToLower(b.URL), "/users/mona/projects/1") || b.Items[0].Points != nil {
			t.Errorf("%+v", b)
		}
		if refused {
			s.charged()
			again := s.readBoard(github.BoardWanted{Source: source, NoGraphQL: true}, first.Validators)
			if sent, counted := s.charged(); !again.Unchanged || sent != 3 || counted != 0 {
				t.Errorf("asked again it took %d requests, %d charged", sent, counted)
			}
		}
	}
}

// Boards of 1,200 items take a page for each hundred, and those of more than 3,000 are cut.
func TestLargeBoardsAreReadPageByPage(t *testing.T) {
	for _, c := range []struct{ items, points, read int }{{1200, 14, 1200}, {3050, 32, 3000}} {
		for _, refused := range []bool{false, true} {
			s := open(t, simulator.Options{NoGraphQL: refused}, func(w *simulator.World) {
				r := w.Repository("acme/api")
				b := w.Project("acme", "Large").Iterations("Sprint", start.AddDate(0, 0, -7), 14, "Now")
				for n := range c.items {
					item := b.Issue(r.Issue(simulator.IssueOf{Title: fmt.Sprint("Item ", n)}))
					if n%10 == 0 && n < 1500 {
						item.Set("Sprint", "Now")
					}
				}
			})
			got := s.readBoard(github.BoardWanted{Source: scrum}, nil)
			if b := got.Value; len(b.Items) != c.read || b.Cut != (c.read < c.items) || got.Cut != b.Cut || b.Items[c.read-1].Number != c.read {
				t.Errorf("%d of %d items, cut: %t", len(b.Items), c.items, b.Cut)
			}
			sent, counted := s.charged()
			switch {
			case refused && sent != c.read/100+3: // beside the pages GraphQL, the board and its fields
				t.Errorf("%d items took %d REST requests", c.items, sent)
			case !refused && (got.Points != c.points || counted != c.points):
				t.Errorf("%d items took %d queries and %d points, not %d", c.items, sent, got.Points, c.points)
			}
		}
	}
}

func TestABoardThatCantBeReadSaysWhatIsTheMatter(t *testing.T) {
	classic := func(scopes ...string) simulator.Access { return simulator.Access{User: "mona", Scopes: scopes} }
	named := func(change func(*model.SprintSource)) model.SprintSource {
		s := scrum
		change(&s)
		return s
	}
	for _, c := range []struct {
		name   string
		o      simulator.Options
		access simulator.Access
		source model.SprintSource
		kind   model.Problem
		says   string
	}{
		{"a classic token without the scope", simulator.Options{}, classic("repo"), scrum, model.ProblemForbidden,
			`read the project acme/1: the token may not read projects: GitHub says "Your token has not been granted the required scopes`},
		{"what to do about it", simulator.Options{}, classic("repo"), scrum, model.ProblemForbidden, "gh auth refresh --scopes read:project"},
		{"a fine-grained token without the permission", simulator.Options{}, simulator.Access{User: "mona", Permissions: map[string]string{"issues": "read"}}, scrum, model.ProblemForbidden,
			"the organisation's permission Projects: read"},
		{"a classic token without the scope, over REST", simulator.Options{NoGraphQL: true}, classic("repo"), scrum, model.ProblemForbidden, "give it the scope read:project"},
		{"no such project", simulator.Options{}, classic("repo", "read:project"), named(func(s *model.SprintSource) { s.ProjectNumber = 9 }), model.ProblemMissing, "there is no project acme/9"},
		{"no such project, over REST", simulator.Options{NoGraphQL: true}, classic("repo", "project"), named(func(s *model.SprintSource) { s.ProjectNumber = 9 }), model.ProblemMissing, "there is no project acme/9"},
		{"no such owner", simulator.Options{}, classic("repo", "project"), named(func(s *model.SprintSource) { s.ProjectOwner = "nobody" }), model.ProblemMissing, "there is no project nobody/1"},
		{"an owner that walks", simulator.Options{}, classic("repo", "project"), named(func(s *model.SprintSource) { s.ProjectOwner = "../user" }), model.ProblemMissing, "write project: OWNER/NUMBER"},
		{"no board over REST on an Enterprise Server", simulator.Options{NoGraphQL: true, Edition: simulator.EnterpriseServer319}, classic("repo", "project"), scrum, model.ProblemForbidden,
			"GraphQL is refused here, and Enterprise Server 3.19.0 has no projects over REST"},
		{"no field of that name", simulator.Options{}, classic("repo", "project"), named(func(s *model.SprintSource) { s.Iteration = "Cycle" }), model.ProblemMissing,
			`the project has no field "Cycle"; its iteration fields are Sprint, Quarter; write sprint: {iteration: NAME} into the configuration`},
		{"a field of another type", simulator.Options{}, classic("repo", "project"), named(func(s *model.SprintSource) { s.Iteration = "estimate" }), model.ProblemMissing,
			`its field "Estimate" is of the type number, not iteration; its iteration fields are Sprint, Quarter`},
		{"points of another type", simulator.Options{}, classic("repo", "project"), named(func(s *model.SprintSource) { s.Points = "Quarter" }), model.ProblemMissing,
			`its field "Quarter" is of the type iteration, not number; its number fields are Estimate; write sprint: {points: NAME}`},
		{"points that aren't there", simulator.Options{}, classic("repo", "project"), named(func(s *model.SprintSource) { s.Points = "Effort" }), model.ProblemMissing, `no field "Effort"`},
		{"columns of another type", simulator.Options{NoGraphQL: true}, classic("repo", "project"), named(func(s *model.SprintSource) { s.Status = "Labels" }), model.ProblemMissing,
			`its field "Labels" is of the type labels, not single select; its single select fields are Status`},
		{"columns that aren't there", simulator.Options{}, classic("repo", "project"), named(func(s *model.SprintSource) { s.Status = "Stage" }), model.ProblemMissing, `no field "Stage"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, c.o, func(w *simulator.World) {
				buildPlan(w)
				w.Token(secret, c.access)
			})
			_, err := s.client.Board(t.Context(), github.BoardWanted{Source: c.source}, nil)
			if p := problem(t, err, c.kind); !strings.Contains(p.Error(), c.says) || strings.Contains(p.Error(), secret) {
				t.Errorf("it says %q, not %q", p.Error(), c.says)
			}
		})
	}
}

// What GitHub has not invented yet, or a proxy has spoilt, is read as far as it makes sense, or refused with its place.
func TestStrangeBoardsAreReadDefensively(t *testing.T) {
	head := `"title":"T\u001b[2J","url":"javascript:alert(1)","fields":{"nodes":[null,{},{"name":"Sprint","dataType":"ITERATION","configuration":{"iterations":[
		{"id":"i","title":"S\u202e","startDate":"2026-03-02","duration":14},{"id":"","title":"x","startDate":"2026-03-02","duration":14},{"id":"j","title":"x","startDate":"tomorrow","duration":14},
		{"id":"k","title":"x","startDate":"2026-03-02","duration":-3}],"completedIterations":[]}},{"name":"Status","dataType":"SINGLE_SELECT"},{"name":"Estimate","dataType":"TEXT"}]}`
	answer := func(items string) string {
		return `{"data":{"repositoryOwner":{"projectV2":{` + head + `,"items":{"totalCount":1,"pageInfo":{"hasNextPage":false},"nodes":[` + items + `]}}}}}`
	}
	for _, c := range []struct {
		name, body string
		kind       model.Problem
		says       string // of the problem, or of the only item
	}{
		{"an item of a kind not yet invented", answer(`{"id":"a","type":"EPIC","iteration":{"iterationId":"i"},"content":{"__typename":"Epic","id":"E"}}`), "", `redacted /#0 "" in "S⟨U+202E⟩":  `},
		{"an item without content", answer(`{"id":"a","type":"REDACTED","content":null}`), "", `redacted /#0 "" in "none":  `},
		{"an item that could not be answered", answer(`null`), "", ""},
		{"a value of another type", answer(`{"id":"a","iteration":{},"status":{},"points":{"text":" 2,5 "},"content":{"__typename":"DraftIssue","title":"D"}}`), "", `draft /#0 "D" in "none":  , 2.5 points`},
		{"points that are no number", answer(`{"id":"a","points":{"name":"XL"},"content":{"__typename":"DraftIssue","title":"D"}}`), "", `draft /#0 "D" in "none":  `},
		{"points without a bound", answer(`{"id":"a","points":{"text":"Inf"},"content":{"__typename":"DraftIssue","title":"D"}}`), "", `draft /#0 "D" in "none":  `},
		{"a repository that walks", answer(`{"id":"a","content":{"__typename":"Issue","number":1,"title":"I","issueState":"OPEN","repository":{"nameWithOwner":"../../user"}}}`), "", `issue /#1 "I" in "none": open `},
		{"an iteration that isn't the board's", answer(`{"id":"a","iteration":{"iterationId":"gone"},"content":{"__typename":"DraftIssue","title":"D"}}`), "", `draft /#0 "D" in "":  `},
		{"an item without an identifier", answer(`{"type":"ISSUE"}`), model.ProblemMalformed, "item 1 of page 1 has no id"},
		{"no board and no error", `{"data":{"repositoryOwner":{"projectV2":null}}}`, model.ProblemMissing, "there is no project acme/1"},
		{"no owner and an error", `{"data":{"repositoryOwner":null},"errors":[{"type":"SOMETHING","path":["repositoryOwner"],"message":"went wrong"}]}`, model.ProblemServer, `"went wrong"`},
		{"a list for a board", `{"data":{"repositoryOwner":{"projectV2":[1]}}}`, model.ProblemMalformed, "makes no sense"},
		{"half an answer", `{"data":{"repositoryOwner":`, model.ProblemMalformed, "makes no sense"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, simulator.Options{}, func(w *simulator.World) { w.Repository("acme/api") })
			s.Fault(simulator.Fault{Path: "/graphql", Status: 200, Body: c.body})
			got, err := s.client.Board(t.Context(), github.BoardWanted{Source: scrum}, nil)
			if c.kind != "" {
				if p := problem(t, err, c.kind); !strings.Contains(p.Error(), c.says) {
					t.Errorf("it says %q, not %q", p.Error(), c.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			b := got.Value
			if b.Title != "T␛[2J" || b.URL != "" || len(b.Sprints) != 1 {
				t.Errorf("%+v", b)
			}
			if lines := strings.Join(tell(b), "; "); lines != c.says || b.Redacted != 1 && strings.HasPrefix(c.says, "redacted") {
				t.Errorf("it is read as %q, not %q, with %d redacted", lines, c.says, b.Redacted)
			}
		})
	}
}

// A limit that is hit while a board is read says until when it lasts, and nothing half is told.
func TestABoardStopsAtTheLimit(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) {
		r := w.Repository("acme/api")
		b := w.Project("acme", "Large").Iterations("Sprint", start.AddDate(0, 0, -7), 14, "Now")
		for n := range 250 {
			b.Issue(r.Issue(simulator.IssueOf{Title: fmt.Sprint("Item ", n)}))
		}
		w.Token(secret, simulator.Access{User: "mona", Scopes: []string{"repo", "read:project"}})
	})
	s.Spend(secret, "graphql", 4998)
	_, err := s.client.Board(t.Context(), github.BoardWanted{Source: scrum}, nil)
	if p := problem(t, err, model.ProblemLimit); p.Until.IsZero() {
		t.Error(p)
	}
}
