package operate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
)

// ticked finds the item that is ticked or unticked, and the release that it is ticked for: the environment's candidate,
// where none is named.
func (d *Draft) ticked(f *readiness.Facts, env *model.Environment, r Request, now time.Time) error {
	item, err := itemOf(env, r.Item)
	if err != nil {
		return err
	}
	p := &d.Plan
	p.Mark.Item = item
	if r.Release != "" {
		d.of(f, r.Release)
		return nil
	}
	assessment := readiness.Assess(*f, now)
	assessed := assessment.Environment(env.Name)
	switch {
	case assessed == nil:
		d.refuse("which release could go to %s isn't known: %s", env.Name, assessment.Headline)
	case !assessed.Candidate.Exists():
		d.refuse("there is no candidate for %s whose checklist it could be: %s", env.Name, assessed.Candidate.Why)
	default:
		p.Release, p.Mark.SHA = assessed.Candidate.Release, string(assessed.Candidate.Release.SHA)
	}
	return nil
}

// itemOf is the item of a checklist that a person names by its text or by its number. A text wins over a number.
func itemOf(env *model.Environment, named string) (string, error) {
	if len(env.Checklist) == 0 {
		return "", fmt.Errorf("%s has no checklist in the configuration", env.Name)
	}
	if slices.Contains(env.Checklist, named) {
		return named, nil
	}
	if n, err := strconv.Atoi(named); err == nil && n >= 1 && n <= len(env.Checklist) {
		return env.Checklist[n-1], nil
	}
	items := make([]string, len(env.Checklist))
	for i, item := range env.Checklist {
		items[i] = fmt.Sprintf("%d %s", i+1, item)
	}
	return "", fmt.Errorf("the checklist of %s has no item %q; it has: %s", env.Name, named, strings.Join(items, "; "))
}
