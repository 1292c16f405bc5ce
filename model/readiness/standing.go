package readiness

import (
	"cmp"
	"slices"
	"strings"

	"gonogo/model"
	"gonogo/model/operation"
)

// Standing is what people have set that stands against moving in an environment, as it was read. It judges nothing: the
// gates lock and hold do, and say whether it may be relied on.
type Standing struct {
	Holds, Locks []*operation.Mark // of the environment; more than one only where one is in the other's way
	Vetoes       []Vetoed          // of the service's releases, the newest veto first
}

// Vetoed is a release that was marked bad, and by whom.
type Vetoed struct {
	Release model.Release // a commit alone where no release of it is known
	By      *operation.Mark
}

// StandingIn is what stands in an environment, by its name on GitHub.
func StandingIn(f *Facts, onGitHub string) (s Standing) {
	named := func(m operation.Mark) string {
		m.Service = f.Service.Name
		name, err := m.Name()
		if err != nil {
			return ""
		}
		return name
	}
	hold := named(operation.Mark{Kind: operation.MarkHold, Environment: onGitHub})
	lock := named(operation.Mark{Kind: operation.MarkLock, Environment: onGitHub})
	vetoes := string(operation.MarkVeto) + "/" + operation.EscapeRef(f.Service.Name) + "/"
	for i := range f.Marks {
		m := &f.Marks[i]
		below, _ := operation.Below(m.Ref)
		switch sha, veto := strings.CutPrefix(below, vetoes); {
		case hold != "" && m.Stands(hold):
			s.Holds = append(s.Holds, m)
		case lock != "" && m.Stands(lock):
			s.Locks = append(s.Locks, m)
		case veto:
			s.Vetoes = append(s.Vetoes, Vetoed{f.releaseAt(model.SHA(sha)), m})
		}
	}
	slices.SortStableFunc(s.Vetoes, func(a, b Vetoed) int {
		return cmp.Or(b.By.Since.Compare(a.By.Since), cmp.Compare(a.By.Ref, b.By.Ref))
	})
	return s
}

// releaseAt is the release of a commit, or the commit alone.
func (f *Facts) releaseAt(sha model.SHA) model.Release {
	for i := range f.Releases {
		if r := &f.Releases[i]; r.SHA == sha && !r.Draft {
			return *r
		}
	}
	return model.Release{SHA: sha}
}
