package github

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// Wanted is one repository of an overview.
type Wanted struct {
	Repo         model.Repo
	Branches     []string // beside the default branch, which is always read
	Environments []string // as GitHub names them; the first 20 are read
}

func (w Wanted) environments() []string {
	return w.Environments[:min(len(w.Environments), maxEnvironments)]
}

// Overview is what one GraphQL query tells of a repository. What could not be read is in Problems, and what is read is
// true all the same.
type Overview struct {
	Repo     model.Repo
	At       time.Time // when the query was sent, by this process' clock
	Request  string
	Problems map[model.Signal]*Problem // by signal; under SignalRepository: nothing could be read

	// Repository lacks what GraphQL can't tell: CanWrite is true for administrators only.
	Repository model.Repository
	// Branches are by the wanted name, the default branch under ""; a missing one is not there. Heads lack their parents.
	Branches map[string]model.Branch

	releases    []model.Release // of all services of the repository
	releasesCut bool
	tags        []model.Release
	tagsCut     bool

	// Deployments are the newest ten of each wanted environment, newest first. GraphQL doesn't tell Transient and
	// Production, nor a status' number, which stays 0.
	Deployments    []model.Deployment
	DeploymentsCut bool
	// Protections are of the wanted environments. Reviewers and timers are complete; of a branch policy GraphQL only
	// tells that there is one (PolicyUnread), of apps that guard an environment nothing, and AdminsBypass is assumed.
	Protections []model.Protection
}

// ReleasesOf picks a service's releases by its tag pattern, as Releases does; ok is false where the overview didn't
// reach far enough to find any, so that Releases must be asked.
func (o Overview) ReleasesOf(pattern string) (releases []model.Release, cut, ok bool) {
	published := false
	for _, r := range o.releases {
		if matches(pattern, r.Tag) {
			releases = append(releases, r)
			published = published || !r.Draft
		}
	}
	switch {
	case published:
		return releases, o.releasesCut, true
	case o.releasesCut:
		return nil, true, false
	}
	for _, t := range o.tags {
		if matches(pattern, t.Tag) && len(releases) < bareTags {
			releases = append(releases, t)
		}
	}
	newestFirst(releases)
	return releases, o.tagsCut, len(releases) > 0 || !o.tagsCut
}

// Overview reads the newest facts of several repositories with a query for each ten of them. A repository that fails is
// told in its own Problems. Where the token or the host has no GraphQL the error is a Problem of kind Forbidden, and
// every reader of this package does the same over REST. What was read before an error is returned with it.
func (c *Client) Overview(ctx context.Context, wanted []Wanted) (map[model.Repo]Overview, error) {
	out := make(map[model.Repo]Overview, len(wanted))
	var valid []Wanted
	for _, w := range merged(wanted) {
		a := act{doing: "read " + name(w.Repo.String()), repo: w.Repo}
		if err := checkRepo(w.Repo); err != nil {
			p := a.problem(model.ProblemMissing, err.Error(), "check repo: in the configuration", err)
			out[w.Repo] = Overview{Repo: w.Repo, At: c.clock.Now(), Problems: map[model.Signal]*Problem{model.SignalRepository: p}}
			continue
		}
		valid = append(valid, w)
	}
	for len(valid) > 0 {
		n := min(len(valid), overviewBatch)
		if err := c.overview(ctx, valid[:n], out); err != nil {
			return out, err
		}
		valid = valid[n:]
	}
	return out, nil
}

// merged joins what several services want of one repository.
func merged(wanted []Wanted) []Wanted {
	var out []Wanted
	for _, w := range wanted {
		i := slices.IndexFunc(out, func(have Wanted) bool { return have.Repo == w.Repo })
		if i < 0 {
			i = len(out)
			out = append(out, Wanted{Repo: w.Repo})
		}
		for _, b := range w.Branches {
			if b != "" && !slices.Contains(out[i].Branches, b) {
				out[i].Branches = append(out[i].Branches, b)
			}
		}
		for _, e := range w.Environments {
			if !named(out[i].Environments, e) {
				out[i].Environments = append(out[i].Environments, e)
			}
		}
	}
	return out
}

func (c *Client) overview(ctx context.Context, wanted []Wanted, into map[model.Repo]Overview) error {
	a := act{doing: "read the overview of " + name(wanted[0].Repo.String())}
	if more := len(wanted) - 1; more > 0 {
		a.doing += fmt.Sprintf(" and %d more", more)
	}
	text, variables := overviewQuery(wanted)
	sent := c.clock.Now()
	answer, err := c.query(ctx, a, text, variables)
	if err != nil {
		return err
	}
	for i, w := range wanted {
		alias := fmt.Sprintf("r%d", i)
		o := Overview{Repo: w.Repo, At: sent, Request: "POST /graphql (overview)", Problems: map[model.Signal]*Problem{}}
		o.note(w, alias, answer.Errors)
		o.decode(w, answer.Data[alias])
		into[w.Repo] = o
	}
	return nil
}

func actOn(w Wanted, doing string) act {
	return act{doing: doing + " of " + name(w.Repo.String()), repo: w.Repo}
}

// words of the signals that an overview reads.
func wordOf(s model.Signal) string {
	if s == model.SignalBranch {
		return "the branch"
	}
	if s == model.SignalRepository {
		return "the facts"
	}
	return string(s)
}

// note sorts the errors of one repository by the part that they hit.
func (o *Overview) note(w Wanted, alias string, errs []errorGraphQL) {
	for _, e := range errs {
		if e.at(0) != alias {
			continue
		}
		s := signalOf(e.at(1))
		if o.Problems[s] == nil {
			o.Problems[s] = actOn(w, "read "+wordOf(s)).partial(e)
		}
	}
}

// signalOf tells which signal a field of the query belongs to.
func signalOf(field string) model.Signal {
	switch {
	case field == "releases", field == "refs":
		return model.SignalReleases
	case field == "environments":
		return model.SignalEnvironments
	case strings.HasPrefix(field, "d") && numeric(field[1:]):
		return model.SignalDeployments
	case field == "defaultBranchRef", strings.HasPrefix(field, "b") && numeric(field[1:]):
		return model.SignalBranch
	}
	return model.SignalRepository
}

func numeric(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// fail notes what makes no sense in one part; the others stand.
func (o *Overview) fail(w Wanted, s model.Signal, err error) {
	if o.Problems[s] == nil {
		o.Problems[s] = actOn(w, "read "+wordOf(s)).malformed(o.Request, place(err), err)
	}
}

// part decodes one field of a repository.
func part[T any](fields map[string]json.RawMessage, name string) (T, error) {
	var v T
	raw, ok := fields[name]
	if !ok {
		return v, fmt.Errorf("%s is missing", name)
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, fmt.Errorf("%s: %s", name, place(err))
	}
	return v, nil
}
