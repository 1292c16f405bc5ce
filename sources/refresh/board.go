package refresh

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/github"
)

// The sprint board is the fleet's: one process reads it, once for all services. Over GraphQL nothing says that nothing
// has changed, so each reading costs points: a board at rest is read as often as restPoints an hour allow, one on which
// something has just moved as often as movingPoints do. A board of 1,200 items is so read every quarter of an hour. Over
// REST, where GitHub answers 304 for nothing, the shortest intervals hold.
const (
	boardAtRest  = 4 * time.Minute
	boardMoving  = 90 * time.Second
	restPoints   = 50
	movingPoints = 150
	// stillAfter is how long after its newest change a board counts as moving.
	stillAfter = 10 * time.Minute
	// boardPatience is how long the board waits for the first verdicts, which it has no part in unless a gate says so.
	boardPatience = 15 * time.Second
)

// newBoard is the board in the place of a service.
func newBoard(of model.Service) *service {
	s := &service{config: of}
	if of.Untrusted == "" {
		s.unit(model.SignalSprint, "")
	}
	return s
}

// all are the services and, in the place of one more, the sprint board.
func (r *Refresher) all() []*service {
	if r.board == nil {
		return r.services
	}
	return append(slices.Clip(r.services), r.board)
}

// boardInterval is how long the board is left alone, by what it costs.
func (u *unit) boardInterval() time.Duration {
	shortest, points := boardAtRest, restPoints
	if u.moving {
		shortest, points = boardMoving, movingPoints
	}
	return max(shortest, time.Duration(u.points)*time.Hour/time.Duration(points))
}

// boardWaits reports whether the first reading of the board still waits for the verdicts.
func (r *Refresher) boardWaits(u *unit, now time.Time, soon func(time.Time)) bool {
	if u.asked || !u.at.IsZero() || !u.tried.IsZero() {
		return false
	}
	until := r.began.Add(boardPatience)
	if !until.After(now) || until.After(now.Add(boardPatience)) {
		return false
	}
	for _, s := range r.services {
		if r.awaitsBoard(s) {
			return false
		}
	}
	for _, s := range r.services {
		if s.decided.IsZero() && s.config.Untrusted == "" {
			soon(until)
			return true
		}
	}
	return false
}

// awaitsBoard reports whether a verdict of the service can't be made without the board, which was not tried yet.
func (r *Refresher) awaitsBoard(s *service) bool {
	if r.board == nil || r.host(r.board.config.Repo.Host).silent > 0 {
		return false
	}
	u := r.board.known(model.SignalSprint, "")
	return u != nil && u.tried.IsZero() && slices.ContainsFunc(s.config.Environments, func(e model.Environment) bool {
		return e.Level(model.GateSprint) == model.Required
	})
}

// boardComes reports whether the board is being read for the first time.
func (r *Refresher) boardComes() bool {
	u := r.board.known(model.SignalSprint, "")
	return u != nil && u.running && u.tried.IsZero() && r.host(u.repo().Host).silent == 0
}

// tell has whoever it concerns assessed anew.
func (r *Refresher) tell(u *unit) {
	if u.service == r.board {
		r.boardNews()
		return
	}
	u.service.news(r.now())
}

// boardNews has all services assessed anew.
func (r *Refresher) boardNews() {
	for _, s := range r.services {
		s.news(r.now())
	}
}

// fetchBoard asks for the board. One that says what the cache holds already is no news.
func (r *Refresher) fetchBoard(ctx context.Context, c *github.Client, j job, known github.Validators) (fetched, error) {
	have, read, err := r.o.Cache.WholeBoard(ctx, j.service)
	if err != nil {
		return fetched{}, err
	}
	got, err := r.readBoard(ctx, c, j, have, known)
	if got.NoGraphQL {
		_ = r.o.Cache.Write(ctx, func(tx *cache.Tx) error { return tx.PutNoGraphQL(j.repo.Host, r.now()) }) // else it is asked in vain
	}
	if err != nil {
		return fetched{points: got.Points, noGraphQL: got.NoGraphQL}, err
	}
	found, err := take(got.Reading, nil, boardMoves(got.Value.Items, r.now()), func(tx *cache.Tx) error {
		return tx.PutBoard(j.service, got.Value, got.At.Round(0))
	})
	found.points, found.noGraphQL = got.Points, got.NoGraphQL
	found.request += question(r.o.Fleet.Sprint)
	if have != nil && read.OK() && read.Request == found.request && len(got.Validators) == 0 && sameBoard(*have, got.Value) {
		found.unchanged = true
	}
	return found, err
}

// question is what the configuration makes of a board, as it is kept with what was read. What was read for another one
// is read anew at the start.
func question(s *model.SprintSource) string {
	labels := "blockers " + strings.Join(s.Blockers, ", ")
	if s.Milestones {
		return " (" + labels + ")"
	}
	return fmt.Sprintf(" (fields %s, %s, %s; done %s; %s)", s.Iteration, s.Status, s.Points, strings.Join(s.Done, ", "), labels)
}

// answers reports whether a board was read for this configuration.
func (r *Refresher) answers(read model.Read) bool {
	return strings.HasSuffix(read.Request, question(r.o.Fleet.Sprint))
}

// forgetOther has the board read at once that was read for another configuration.
func (r *Refresher) forgetOther() {
	u := r.board.known(model.SignalSprint, "")
	if u == nil || u.at.IsZero() {
		return
	}
	if !r.answers(r.board.remembered[key{model.SignalSprint, ""}]) {
		u.at, u.tried, u.first = time.Time{}, time.Time{}, time.Time{}
	}
}

func (r *Refresher) readBoard(ctx context.Context, c *github.Client, j job, have *model.SprintBoard, known github.Validators) (github.BoardReading, error) {
	source := *r.o.Fleet.Sprint
	if source.Milestones {
		return r.readMilestones(ctx, j, have, known)
	}
	w := github.BoardWanted{Source: source, NoGraphQL: j.noGraphQL}
	if have != nil {
		w.Have = have.Items
	}
	return c.Board(ctx, w, known)
}

// readMilestones reads those of all repositories, which may lie on several hosts. They are one board: where one host
// can't be read none of it is news.
func (r *Refresher) readMilestones(ctx context.Context, j job, have *model.SprintBoard, known github.Validators) (github.BoardReading, error) {
	whole := github.BoardReading{}
	whole.Unchanged, whole.Validators, whole.At = true, github.Validators{}, r.now()
	type part struct {
		host string
		got  github.BoardReading
	}
	var parts []part
	for _, host := range r.milestoneHosts() {
		client, err := r.o.Clients(host.name)
		if err != nil {
			return whole, err
		}
		w := github.MilestonesWanted{Source: *r.o.Fleet.Sprint, Repos: host.repos, Have: have, NoGraphQL: j.noGraphQL}
		got, err := client.Milestones(ctx, w, validatorsOf(host.name, known))
		whole.Points += got.Points
		if err != nil {
			return whole, err
		}
		if whole.Request == "" {
			whole.At, whole.Request = got.At, got.Request
		}
		for key, etag := range got.Validators {
			whole.Validators[host.name+" "+key] = etag
		}
		whole.Unchanged = whole.Unchanged && got.Unchanged
		whole.NoGraphQL = whole.NoGraphQL || got.NoGraphQL && host.name == j.repo.Host
		parts = append(parts, part{host.name, got})
	}
	if whole.Unchanged && len(parts) > 0 {
		return whole, nil
	}
	whole.Unchanged = false
	whole.Value = model.SprintBoard{Source: "milestones", Title: "Milestones"}
	for _, p := range parts {
		b := p.got.Value
		if p.got.Unchanged {
			b = onHost(have, p.host)
		}
		whole.Value.Sprints = append(whole.Value.Sprints, b.Sprints...)
		whole.Value.Items = append(whole.Value.Items, b.Items...)
		whole.Value.Cut = whole.Value.Cut || b.Cut
	}
	slices.SortStableFunc(whole.Value.Sprints, func(a, b model.Sprint) int { return a.End.Compare(b.End) })
	whole.Cut = whole.Value.Cut
	return whole, nil
}

// milestoneHost is a host with the repositories whose milestones are read there.
type milestoneHost struct {
	name  string
	repos []model.Repo
}

func (r *Refresher) milestoneHosts() (hosts []milestoneHost) {
	for i := range r.o.Fleet.Services {
		s := &r.o.Fleet.Services[i]
		if s.Untrusted != "" {
			continue
		}
		at := slices.IndexFunc(hosts, func(h milestoneHost) bool { return h.name == s.Repo.Host })
		if at < 0 {
			at, hosts = len(hosts), append(hosts, milestoneHost{name: s.Repo.Host})
		}
		if h := &hosts[at]; !slices.ContainsFunc(h.repos, s.Repo.Same) {
			h.repos = append(h.repos, s.Repo)
		}
	}
	return hosts
}

// validatorsOf are those of one host: several may have repositories of one name.
func validatorsOf(host string, known github.Validators) github.Validators {
	of := github.Validators{}
	for key, etag := range known {
		if rest, ok := strings.CutPrefix(key, host+" "); ok {
			of[rest] = etag
		}
	}
	return of
}

// onHost is what a board holds of one host.
func onHost(b *model.SprintBoard, host string) (of model.SprintBoard) {
	if b == nil {
		return of
	}
	for _, s := range b.Sprints {
		if s.Repo.Host == host {
			of.Sprints = append(of.Sprints, s)
		}
	}
	for _, i := range b.Items {
		if i.Repo.Host == host {
			of.Items = append(of.Items, i)
		}
	}
	of.Cut = b.Cut
	return of
}

// sameBoard compares what is kept of two boards. The order of items is GitHub's, and tells nothing.
func sameBoard(a, b model.SprintBoard) bool {
	a.Seen, a.History, b.Seen, b.History = time.Time{}, nil, time.Time{}, nil
	byID := func(x, y model.Item) int {
		if x.ID < y.ID {
			return -1
		}
		return 1
	}
	a.Items, b.Items = slices.SortedFunc(slices.Values(a.Items), byID), slices.SortedFunc(slices.Values(b.Items), byID)
	return reflect.DeepEqual(a, b)
}

// boardMoves reports whether something on a board has changed lately.
func boardMoves(items []model.Item, now time.Time) bool {
	return slices.ContainsFunc(items, func(i model.Item) bool { return now.Sub(i.UpdatedAt) < stillAfter })
}
