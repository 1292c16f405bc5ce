package operation

import (
	"slices"

	"gonogo/model"
)

// Ask is a kind of writing that an operation can't do without.
type Ask struct {
	Repo  model.Repo
	Write model.Write
	For   string // what it is for, where that isn't plain
}

// Asks are what an operation of a kind has to write; env is nil where it is about none. Without a lock nothing is done on a
// production tier, unless the person's own configuration says that it is optional.
func Asks(k Kind, s *model.Service, env *model.Environment, lockOptional bool) []Ask {
	contents, deploys := Ask{Repo: s.Repo, Write: model.WriteContents}, s.DeployRepo()
	switch {
	case k == Approve || k == Reject:
		return []Ask{{Repo: deploys, Write: model.WriteDeployments}}
	case k.OnRun():
		return []Ask{{Repo: s.Repo, Write: model.WriteActions}}
	case k.OnRef() || k == Publish:
		return []Ask{contents}
	}
	send := Ask{Repo: deploys, Write: model.WriteActions}
	switch {
	case k == Redeploy, k == Abort: // it is about a run, whatever deploys
	case k == RollBack && env != nil && env.RollbackBy != nil:
	case s.Deploy.Deployment:
		send.Write = model.WriteDeployments
	case s.Deploy.Release:
		send.Write = model.WriteContents
	}
	all := []Ask{send}
	if env != nil && env.Tier == model.Production && !lockOptional {
		contents.For = "no lock can be taken, and production is not touched without one"
		all = append(all, contents)
	}
	return all
}

// Forbidden says why a token may not do what is asked, as far as that is known; empty: it may, or nobody has tried.
func Forbidden(asks []Ask, known []model.Permission) string {
	for _, a := range asks {
		i := slices.IndexFunc(known, func(p model.Permission) bool {
			return p.Repo.Same(a.Repo) && (p.Write == a.Write || p.Write == "")
		})
		switch {
		case i < 0:
		case a.For != "":
			return string(known[i].Why) + ": " + a.For
		default:
			return string(known[i].Why)
		}
	}
	return ""
}
