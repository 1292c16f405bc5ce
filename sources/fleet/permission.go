package fleet

import (
	"context"
	"slices"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/operation"
	"gonogo/sources/github"
	"gonogo/sources/refresh"
)

// learnFor bounds how long a permission may take to be kept. What can't be kept is learnt again at the next write.
const learnFor = 2 * time.Second

// learnt keeps what an answer to a write has told of the token's permission, and tells it.
func (f *Fleet) learnt(client *github.Client, w github.Wrote) {
	ctx, cancel := context.WithTimeout(context.Background(), learnFor)
	defer cancel()
	if news, err := refresh.Learn(ctx, f.cache, client, w, f.Now()); err == nil && news {
		f.announce(model.Changed{})
	}
}

// permissions are what the tokens in use may not write, as far as GitHub has said so. A host that was not asked yet has no
// token in use.
func (f *Fleet) permissions(ctx context.Context) (all []model.Permission, err error) {
	clients := f.clients.made()
	if len(clients) == 0 {
		return nil, nil
	}
	salt, err := f.cache.Salt(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range clients {
		list, err := f.cache.Permissions(ctx, c.Host(), c.Fingerprint(salt), f.Now())
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
		for _, s := range f.Config().Services { // what the token itself says, whatever was read with another one
			for _, repo := range []model.Repo{s.Repo, s.DeployRepo()} {
				if why := c.Forbids(repo, model.Repository{}, false); why != "" && strings.EqualFold(repo.Host, c.Host()) {
					all = append(all, model.Permission{Repo: repo, Why: model.Clean(why)})
				}
			}
		}
	}
	return all, nil
}

// lockOptional reports whether the person's own configuration lets them act on production without a lock.
func (f *Fleet) lockOptional() bool { return f.o.User != nil && f.o.User.LockOptional }

// offers are the kinds of operation that have a key.
func offers() []operation.Kind {
	return []operation.Kind{operation.Promote, operation.RollBack, operation.Hold, operation.Publish, operation.Approve, operation.Rerun, operation.Cancel}
}

// denied are the kinds of operation that a token may not do, of each service and environment.
func (f *Fleet) denied(fleet *model.Fleet, known []model.Permission) (all []board.Denied) {
	if len(known) == 0 {
		return nil
	}
	for i := range fleet.Services {
		s := &fleet.Services[i]
		environments := []*model.Environment{nil}
		for j := range s.Environments {
			environments = append(environments, &s.Environments[j])
		}
		for _, env := range environments {
			for _, kind := range offers() {
				about := env != nil
				if about == kind.OnRun() {
					continue
				}
				d := board.Denied{Service: s.Name, Kind: kind, Why: operation.Forbidden(operation.Asks(kind, s, env, f.lockOptional()), known)}
				if env != nil {
					d.Environment = env.Name
				}
				if d.Why != "" {
					all = append(all, d)
				}
			}
		}
	}
	return slices.Clip(all)
}
