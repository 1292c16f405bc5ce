package refresh

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

// whole is the board as the screen has it.
func (s *stage) whole() (*model.SprintBoard, model.Read) {
	s.t.Helper()
	of, ok := s.fleet.BoardOf()
	if !ok {
		s.t.Fatal("the fleet has no board")
	}
	b, read, err := s.cache.Board(s.t.Context(), of)
	if err != nil {
		s.t.Fatal(err)
	}
	return b, read
}

// boards counts what was asked about boards and milestones, with what it cost.
func (s *stage) boards() (asked tally) {
	for _, r := range s.world.Requests() {
		switch {
		case r.Resource == "graphql":
			asked.graphql++
			asked.points += r.Charged
		case strings.Contains(r.Path, "/projectsV2/"), strings.Contains(r.Path, "/milestones"), strings.HasSuffix(r.Path, "/issues"):
			asked.rest++
			asked.charged += r.Charged
		}
	}
	return asked
}

// The board comes behind the verdicts and leaves the first synchronisation's goal as it is.
func TestTheBoardIsReadOnceForTheFleetBehindTheVerdicts(t *testing.T) {
	t.Parallel()
	for _, items := range []int{40, 1200} {
		s := onStage(t, simulator.FleetOf{Services: 20, Items: items})
		s.begin(s.options())
		for range 100 {
			s.pass(100 * time.Millisecond)
			if len(s.Progress()) == 0 {
				break
			}
		}
		verdicts := s.tally()
		const overviews = 2 // the board's queries may have begun
		if calls := verdicts.rest + overviews; calls > 10*20+10 || verdicts.failed > 0 {
			t.Errorf("with %d items the verdicts took %s", items, verdicts)
		}
		s.pass(10 * time.Second)
		b, read := s.whole()
		if b == nil || !read.OK() || read.Problem != "" || len(b.Items) != items/5 || len(b.Sprints) != 4 || b.Cut {
			t.Fatalf("the board of %d items: %+v, %+v", items, read, b)
		}
		for _, service := range s.fleet.Services {
			if f := s.facts(service.Name); f.Board == nil || len(f.Board.Items) != items/5 || f.Read(model.SignalSprint, "").Problem != "" {
				t.Errorf("%s knows nothing of the board", service.Name)
			}
		}
		t.Logf("%d items: verdicts took %s, all of it %s", items, verdicts, s.boards())
	}
}

// An hour of a board on which nothing happens costs at most 60 points, however large it is.
func TestAnUnchangedBoardCostsLittle(t *testing.T) {
	t.Parallel()
	for _, items := range []int{40, 1200} {
		s := onStage(t, simulator.FleetOf{Services: 1, Items: items})
		s.begin(s.options())
		s.pass(5 * time.Minute)
		s.world.ForgetRequests()
		s.pass(time.Hour)
		got := s.boards()
		if got.points > 60 || got.points == 0 {
			t.Errorf("an unchanged hour of %d items took %s", items, got)
		}
		if _, read := s.whole(); s.clock.Now().Sub(read.At) > 20*time.Minute {
			t.Errorf("the board of %d items is %s old", items, s.clock.Now().Sub(read.At))
		}
		t.Logf("%d items: an unchanged hour took %s", items, got)
	}
}

func TestMilestonesAreReadBehindTheVerdictsAndCostNothingWhileTheyRest(t *testing.T) {
	t.Parallel()
	const services = 6
	s := onStage(t, simulator.FleetOf{Services: services, Items: 20 * services, Milestones: true})
	s.begin(s.options())
	s.pass(20 * time.Second)
	b, read := s.whole()
	if b == nil || read.Problem != "" || len(b.Sprints) != 4*services || len(b.Items) != 4*services {
		t.Fatalf("the milestones: %+v %+v", read, b)
	}
	t.Logf("milestones of 6 repositories took %s", s.boards())
	s.world.ForgetRequests()
	s.pass(time.Hour)
	if got := s.boards(); got.charged+got.points > 0 || got.rest < 100 {
		t.Errorf("an unchanged hour of milestones took %s", got)
	}
	s.world.ForgetRequests()
	r := s.world.Repositories()[3]
	r.Issue(simulator.IssueOf{Title: "New", Milestone: "Sprint 3", Labels: []string{"Blocker"}})
	s.pass(5 * time.Minute)
	if got := s.boards(); got.charged > 2 || got.points > 2 {
		t.Errorf("a new issue in one of 6 repositories took %s", got)
	}
	if b, _ = s.whole(); len(b.Items) != 4*services+1 || !slices.ContainsFunc(b.Items, func(i model.Item) bool { return i.Title == "New" && i.Blocker && i.Repo.FullName() == r.FullName() }) {
		t.Errorf("%d items, the new one isn't among them", len(b.Items))
	}
}

// What moves on the board is soon seen, and remembered once, whoever reads it.
func TestTwoProcessesRememberEachMomentOnce(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1, Items: 40})
	first := s.begin(s.options())
	o := s.options()
	o.Cache = s.open()
	second := s.begin(o)
	s.pass(20*time.Second, first, second)
	b, _ := s.whole()
	if len(b.Items) != 8 || len(b.History) != 8 {
		t.Fatalf("%d items, %d moments", len(b.Items), len(b.History))
	}
	project := s.world.Boards()[0]
	project.Items()[2].Set("Estimate", 21)
	first.Refresh()
	second.Refresh()
	s.pass(30*time.Second, first, second)
	project.Items()[2].Set("Sprint", "Sprint 4")
	s.pass(15*time.Minute, first, second)
	b, _ = s.whole()
	var moments []string
	for _, m := range b.History[8:] {
		moments = append(moments, fmt.Sprint(*m.Points, m.Sprint == b.Sprints[2].ID, m.Done))
	}
	if len(b.Items) != 7 || strings.Join(moments, ";") != "21 true true;21 false true" {
		t.Errorf("%d items; moments: %v", len(b.Items), moments)
	}
	if got := s.boards(); got.graphql > 24 {
		t.Errorf("two processes asked for the board %d times", got.graphql)
	}
}

// A board whose reading fails keeps what it told, and says why.
func TestABoardThatCantBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1, Items: 20})
	s.begin(s.options())
	s.pass(20 * time.Second)
	before, was := s.whole()
	if len(before.Items) != 4 {
		t.Fatalf("%+v", before)
	}
	s.world.Token("secret", simulator.Access{User: "mona", Scopes: []string{"repo"}})
	s.pass(10 * time.Minute)
	after, read := s.whole()
	if read.Problem != model.ProblemForbidden || !strings.Contains(string(read.Why), "read:project") || !read.At.Equal(was.At) && read.At.Before(was.At) || len(after.Items) != 4 {
		t.Errorf("it says %+v, with %d items", read, len(after.Items))
	}
	if f := s.facts("service-001"); f.Read(model.SignalSprint, "").Problem != model.ProblemForbidden || f.Read(model.SignalRuns, "").Problem != "" {
		t.Errorf("the service's readings: %+v", f.Reads)
	}
	s.world.Token("secret", simulator.Access{User: "mona", Scopes: []string{"repo", "project"}})
	s.Refresh()
	s.pass(time.Second)
	if _, read := s.whole(); read.Problem != "" {
		t.Errorf("with the scope it says %+v", read)
	}
}

// Where GraphQL is refused the board is read over REST, and costs nothing while it rests.
func TestABoardIsReadOverRESTWithoutGraphQL(t *testing.T) {
	t.Parallel()
	s := &stage{t: t, clock: driven()}
	s.world, s.services = simulator.Fleet(simulator.Options{Seed: 7, Now: s.clock.Now, NoGraphQL: true}, simulator.FleetOf{Services: 2, Items: 250})
	s.serve()
	s.begin(s.options())
	s.pass(30 * time.Second)
	b, read := s.whole()
	if read.Problem != "" || len(b.Items) != 49 || !strings.HasPrefix(read.Request, "GET ") {
		t.Fatalf("%+v with %d items", read, len(b.Items))
	}
	s.world.ForgetRequests()
	s.pass(time.Hour)
	got := s.boards()
	if got.charged+got.points+got.graphql > 0 || got.rest < 50 {
		t.Errorf("an unchanged hour took %s", got)
	}
	s.world.Boards()[0].Items()[0].Set("Estimate", 3)
	s.pass(6 * time.Minute)
	if got := s.boards(); got.charged == 0 || got.graphql > 0 {
		t.Errorf("a change took %s", got)
	}
}

// A required gate waits for the board rather than saying that it is unknown.
func TestARequiredGateWaitsForTheBoard(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2, Items: 40})
	s.fleet.Services[1].Environments[1].Gates = map[model.Gate]model.Level{model.GateSprint: model.Required}
	s.begin(s.options())
	for range 100 {
		s.pass(100 * time.Millisecond)
		if len(s.Progress()) == 0 {
			break
		}
	}
	if b, _ := s.whole(); b == nil {
		t.Error("there was a verdict before the board was read")
	}
}

// A board of another start is shown at once, without the network.
func TestABoardIsThereWithoutANetwork(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1, Items: 40})
	first := s.begin(s.options())
	s.pass(20 * time.Second)
	first.Close()
	s.server.Close()
	s.clock.Advance(3 * time.Hour)
	s.cache.Close()
	s.cache = s.open()
	o := s.options()
	s.Refresher = nil
	s.begin(o)
	s.pass(20 * time.Second)
	b, read := s.whole()
	if b == nil || len(b.Items) != 8 || read.Fresh(s.clock.Now()) || read.Problem != model.ProblemNetwork {
		t.Errorf("%+v, %+v", read, b)
	}
}

// What was read for other fields, columns or labels isn't believed.
func TestAnotherQuestionIsAskedAtOnce(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1, Items: 40})
	first := s.begin(s.options())
	s.pass(20 * time.Second)
	first.Close()
	if b, _ := s.whole(); b.Items[0].Blocker {
		t.Fatalf("%+v", b.Items[0])
	}
	s.fleet.Sprint.Blockers = []string{"story"}
	s.Refresher = nil
	s.begin(s.options())
	s.pass(time.Second)
	if b, read := s.whole(); !b.Items[0].Blocker || !strings.HasSuffix(read.Request, "blockers story)") {
		t.Errorf("%+v, %+v", read, b.Items[0])
	}
}

// Milestones of several hosts are one board; what hasn't changed on one of them is kept.
func TestMilestonesOfTwoHostsAreOneBoard(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2, Items: 40, Milestones: true})
	elsewhere := &stage{t: t, clock: s.clock}
	elsewhere.world, elsewhere.services = simulator.Fleet(simulator.Options{Seed: 8, Now: s.clock.Now, Edition: simulator.EnterpriseServer319}, simulator.FleetOf{Services: 1, Items: 20, Milestones: true})
	elsewhere.serve()
	other := elsewhere.clientOf("github.example.com")
	s.fleet.Services[1].Repo.Host = "github.example.com" // where it is called the first
	s.fleet.Services[1].Repo.Name = "service-001"
	o := s.options()
	o.Clients = func(host string) (*github.Client, error) {
		if host == "github.example.com" {
			return other, nil
		}
		return s.client, nil
	}
	s.begin(o)
	s.pass(20 * time.Second)
	b, read := s.whole()
	count := func(host string) (n int) {
		for _, i := range b.Items {
			if i.Repo.Host == host {
				n++
			}
		}
		return n
	}
	if read.Problem != "" || count("github.com") != 4 || count("github.example.com") != 4 || len(b.Sprints) != 8 {
		t.Fatalf("%+v: %d and %d items", read, count("github.com"), count("github.example.com"))
	}
	elsewhere.world.Repositories()[0].Issue(simulator.IssueOf{Title: "New", Milestone: "Sprint 3"})
	s.world.ForgetRequests()
	s.pass(5 * time.Minute)
	if b, _ = s.whole(); count("github.com") != 4 || count("github.example.com") != 5 {
		t.Errorf("%d and %d items", count("github.com"), count("github.example.com"))
	}
	if got := s.boards(); got.charged > 0 {
		t.Errorf("the host without a change was asked for %s", got)
	}
}

// A host that an untrusted configuration may not name is not asked.
func TestAnUntrustedBoardIsNotAsked(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1, Items: 10})
	s.fleet.Sprint.Untrusted = "not asked"
	s.begin(s.options())
	s.pass(time.Minute)
	if b, read := s.whole(); b != nil || read.Problem != model.ProblemUntrusted || read.Why != "not asked" {
		t.Errorf("%+v %+v", read, b)
	}
	if f := s.facts("service-001"); f.Read(model.SignalSprint, "").Problem != model.ProblemUntrusted {
		t.Errorf("%+v", f.Reads)
	}
}
