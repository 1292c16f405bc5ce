package refresh

import (
	"context"
	"slices"
	"strings"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/github"
)

// GraphQL tells of ten repositories at once what otherwise takes some eight calls each. It is asked for services of
// which nothing is known yet; afterwards conditional REST calls are cheaper, for they cost nothing where nothing changed.
const (
	overviewOf     = 10
	graphqlRefusal = 24 * time.Hour // a refusal is remembered for so long
	graphqlRest    = time.Minute    // after a failure; longer after each more
)

// graphql is how it goes with GraphQL on a host.
type graphql struct {
	refused  time.Time // by the token or the host
	failures int       // in a row, for another reason: REST tells what is the matter
	rests    time.Time // until then it isn't tried again
}

func (g *graphql) usable(now time.Time) bool {
	return !g.rests.After(now) && !g.isRefused(now)
}

func (g *graphql) isRefused(now time.Time) bool {
	return !g.refused.IsZero() && now.Sub(g.refused) <= graphqlRefusal
}

// note learns from an answer.
func (g *graphql) note(err error, now time.Time) {
	switch {
	case err == nil:
		g.failures, g.rests = 0, time.Time{}
	case github.KindOf(err) == model.ProblemForbidden:
		g.refused = now
	default:
		g.failures++
		g.rests = now.Add(min(graphqlRest<<min(g.failures-1, 10), time.Hour))
	}
}

// overviewed are the signals that an overview reads.
func overviewed(s model.Signal) bool {
	switch s {
	case model.SignalRepository, model.SignalBranch, model.SignalReleases, model.SignalDeployments, model.SignalEnvironments:
		return true
	}
	return false
}

// planOverview asks for the overview of services of which nothing was ever read. What it asks for is running then, and
// isn't asked for by itself.
func (r *Refresher) planOverview(ctx context.Context, now time.Time, due []*unit) {
	by := map[*host][]*service{}
	for _, u := range due {
		s := u.service
		if u.signal != model.SignalRepository || u.running || !u.never() || u.left || s.config.DeployRepo().Host != s.config.Repo.Host {
			continue
		}
		if h := r.host(s.config.Repo.Host); h.graphql.usable(now) && !h.held(now) {
			by[h] = append(by[h], s)
		}
	}
	for _, u := range r.again {
		s := u.service
		if h := r.host(s.config.Repo.Host); !u.running && s.config.DeployRepo().Host == h.name && !slices.Contains(by[h], s) {
			by[h] = append(by[h], s)
		}
	}
	for h, services := range by {
		for batch := range slices.Chunk(services, overviewOf) {
			if h.running < perHost {
				r.overview(ctx, h, batch)
			}
		}
	}
}

func (u *unit) never() bool { return u.at.IsZero() && u.tried.IsZero() }

func (r *Refresher) overview(ctx context.Context, h *host, batch []*service) {
	var units []*unit
	configs := make([]model.Service, len(batch))
	for i, s := range batch {
		configs[i] = s.config
		for _, u := range s.units {
			if overviewed(u.signal) && (u.never() || u.rough) && !u.running {
				u.running = true
				s.running++
				units = append(units, u)
			}
		}
	}
	h.running++
	name, salt := h.name, r.salt
	r.work(func() func() {
		o := r.readOverview(ctx, name, configs, salt)
		return func() { r.overviewLanded(h, units, o) }
	})
}

// overviewRead is what an overview brought.
type overviewRead struct {
	read    map[model.Changed]time.Time // when each signal of each service was read
	client  *github.Client
	refusal error // of GraphQL
}

// readOverview reads and commits. What it can't is left to REST, which keeps the reason.
func (r *Refresher) readOverview(ctx context.Context, host string, services []model.Service, salt []byte) overviewRead {
	o := overviewRead{read: map[model.Changed]time.Time{}}
	client, err := r.o.Clients(host)
	if err != nil {
		return o
	}
	o.client = client
	var wanted []github.Wanted
	for i := range services {
		s := &services[i]
		wanted = append(wanted, github.Wanted{Repo: s.Repo, Branches: []string{s.Branch}})
		wanted = append(wanted, github.Wanted{Repo: s.DeployRepo(), Environments: environments(s)})
	}
	have := make([][]model.Deployment, len(services))
	for i, s := range services { // before it is asked for: what another process adds meanwhile isn't missing from the answer
		if have[i], err = r.o.Cache.Deployments(ctx, s); err != nil {
			return o
		}
	}
	found, err := client.Overview(ctx, wanted)
	if ctx.Err() == nil {
		o.refusal = err
	}
	if github.KindOf(err) == model.ProblemForbidden {
		_ = r.o.Cache.Write(ctx, func(tx *cache.Tx) error { return tx.PutNoGraphQL(host, r.now()) })
	}
	for i, s := range services {
		signals, err := r.keepOverview(ctx, client, salt, s, found[s.Repo], found[s.DeployRepo()], have[i])
		if err != nil {
			return o
		}
		for signal, at := range signals {
			o.read[model.Changed{Service: s.Name, Signal: signal}] = at
			r.o.Changed(model.Changed{Service: s.Name, Signal: signal})
		}
	}
	return o
}

// keepOverview commits what an overview told of one service. What it didn't tell, or not well enough, is left to REST.
func (r *Refresher) keepOverview(ctx context.Context, c *github.Client, salt []byte, s model.Service, own, deploy github.Overview, have []model.Deployment) (map[model.Signal]time.Time, error) {
	read := map[model.Signal]time.Time{}
	err := r.o.Cache.Write(ctx, func(tx *cache.Tx) error {
		clear(read)
		keep := func(o github.Overview, signal model.Signal, cut bool, put func() error) error {
			if !tells(o, signal) {
				return nil
			}
			if err := put(); err != nil {
				return err
			}
			at := o.At.Round(0)
			read[signal] = at
			tx.Changed(s.Name, signal)
			return tx.PutRead(s, model.Read{Signal: signal, At: at, TriedAt: at, Cut: cut, Request: o.Request})
		}
		if c.KnowsRole(own.Repository) { // else the repository itself is read: what a role lets one do GraphQL doesn't tell
			if err := keep(own, model.SignalRepository, false, func() error {
				return putRepository(tx, c, salt, s, s.Repo, own.Repository, own.At)
			}); err != nil {
				return err
			}
		}
		if deploys := s.DeployRepo(); deploys != s.Repo && tells(deploy, model.SignalRepository) && c.KnowsRole(deploy.Repository) {
			if err := putRole(tx, c, salt, deploys, deploy.Repository, deploy.At); err != nil {
				return err
			}
		}
		if branch, ok := own.Branches[s.Branch]; ok {
			if err := keep(own, model.SignalBranch, false, func() error { return tx.PutBranch(s, branch) }); err != nil {
				return err
			}
		}
		if releases, cut, ok := own.ReleasesOf(s.Tags); ok {
			if err := keep(own, model.SignalReleases, cut, func() error { return tx.PutReleases(s, releases) }); err != nil {
				return err
			}
		}
		if err := keep(deploy, model.SignalDeployments, deploy.DeploymentsCut, func() error {
			if err := tx.DropDeployments(s, vanished(have, deploy)); err != nil {
				return err
			}
			return tx.PutDeployments(s, mine(s, deploy.Deployments), false)
		}); err != nil {
			return err
		}
		// Which refs a branch policy admits only REST tells.
		if slices.ContainsFunc(deploy.Protections, func(p model.Protection) bool { return p.Policy == model.PolicyUnread }) {
			return nil
		}
		return keep(deploy, model.SignalEnvironments, false, func() error { return tx.PutProtections(s, protectionsOf(s, deploy.Protections)) })
	})
	return read, err
}

// tells reports whether an overview holds a signal whole.
func tells(o github.Overview, signal model.Signal) bool {
	return !o.At.IsZero() && o.Problems[model.SignalRepository] == nil && o.Problems[signal] == nil
}

// mine leaves out the deployments in environments of other services of the same repository.
func mine(s model.Service, list []model.Deployment) []model.Deployment {
	return slices.DeleteFunc(slices.Clone(list), func(d model.Deployment) bool { return !has(s, d.Environment) })
}

// vanished are the deployments that an overview should hold, as far back as it reaches in their environment, and doesn't:
// they were deleted on GitHub.
func vanished(have []model.Deployment, o github.Overview) (gone []int64) {
	oldest := map[string]time.Time{} // by environment
	for i := range o.Deployments {
		d := &o.Deployments[i]
		env := strings.ToLower(d.Environment)
		if at, ok := oldest[env]; !ok || d.CreatedAt.Before(at) {
			oldest[env] = d.CreatedAt
		}
	}
	missing := without(have, o.Deployments)
	for i := range have {
		d := &have[i]
		back, told := oldest[strings.ToLower(d.Environment)] // an overview asks for so many environments only
		if told && (!o.DeploymentsCut || d.CreatedAt.After(back)) && slices.Contains(missing, d.ID) {
			gone = append(gone, d.ID)
		}
	}
	return gone
}

func protectionsOf(s model.Service, list []model.Protection) []model.Protection {
	return slices.DeleteFunc(slices.Clone(list), func(p model.Protection) bool { return !has(s, p.Environment) })
}

func has(s model.Service, environment string) bool {
	return slices.ContainsFunc(s.Environments, func(e model.Environment) bool { return strings.EqualFold(e.GitHub, environment) })
}

func (r *Refresher) overviewLanded(h *host, units []*unit, o overviewRead) {
	now := r.now()
	h.running--
	if o.client != nil {
		h.client = o.client
		h.graphql.note(o.refusal, now)
	}
	h.weigh(now)
	for _, u := range units {
		u.running = false
		u.service.running--
		at, ok := o.read[model.Changed{Service: u.service.config.Name, Signal: u.signal}]
		if !ok {
			u.left, u.rough = true, false
			continue
		}
		u.at, u.tried = at, at
		r.shuffle(u)
		u.service.news(now)
		u.rough = true
		r.release(u)
	}
}
