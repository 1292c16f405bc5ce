package discover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"gonogo/model"
	"gonogo/sources/github"
)

const (
	// patience bounds a discovery as a whole, each every one of its reads.
	patience = time.Minute
	each     = 15 * time.Second
	// atOnce is how many requests are under way at a time.
	atOnce = 4
	// maxSingleRuns and maxFiles bound what is asked for one by one.
	maxSingleRuns = 2
	maxFiles      = 3
)

// Discover reads what GitHub tells of a repository, in about a dozen requests, and makes a fleet of it. What can't be
// read is noted, and the rest is found all the same; the error is for a repository that can't be read at all.
func Discover(ctx context.Context, client *github.Client, s Subject, now time.Time) (Found, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := &reader{client: client, now: now, each: each, facts: Facts{Subject: s, Files: map[string]string{}}}
	if err := r.read(ctx); err != nil {
		return Found{}, err
	}
	return Decide(r.facts), nil
}

// reader reads the facts; several requests at once.
type reader struct {
	client *github.Client
	now    time.Time
	each   time.Duration

	mu    sync.Mutex
	facts Facts
}

func (r *reader) read(ctx context.Context) error {
	repository, err := r.client.Repository(ctx, r.facts.Subject.Repo, nil)
	if err != nil {
		return err
	}
	r.facts.Repository = repository.Value
	r.rename()
	for _, step := range [][]func(context.Context) error{
		{r.environments, r.runs, r.workflows, r.artifacts, r.milestones},
		{r.overview},
		{r.checks, r.singleRuns},
		{r.files},
	} {
		if err := r.together(ctx, step...); err != nil {
			return err
		}
	}
	return nil
}

// rename takes the repository's name of today.
func (r *reader) rename() {
	s := &r.facts.Subject
	owner, name, ok := cut(r.facts.Repository.FullName)
	if ok && (owner != s.Repo.Owner || name != s.Repo.Name) {
		s.Repo.Owner, s.Repo.Name = owner, name
	}
}

// together runs a few reads at once. Only what calls all of it off is an error.
func (r *reader) together(ctx context.Context, reads ...func(context.Context) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, read := range reads {
		group.Go(func() error {
			own, cancel := context.WithTimeout(ctx, r.each)
			defer cancel()
			return r.note(ctx, read(own))
		})
	}
	return group.Wait()
}

// note keeps why something could not be read. What stops every request is returned.
func (r *reader) note(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return err
	}
	text := err.Error()
	if errors.Is(err, context.DeadlineExceeded) {
		text = strings.TrimSuffix(text, ": "+context.DeadlineExceeded.Error()) + fmt.Sprintf(": GitHub did not answer within %s", r.each)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.facts.Unread, text) {
		r.facts.Unread = append(r.facts.Unread, text)
		slices.Sort(r.facts.Unread)
	}
	if k := github.KindOf(err); k == model.ProblemLimit || k == model.ProblemToken || k == model.ProblemNetwork {
		return err
	}
	return nil
}

// keep changes the facts.
func (r *reader) keep(change func(*Facts)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.facts)
}

func (r *reader) repo() model.Repo { return r.facts.Subject.Repo }

func (r *reader) environments(ctx context.Context) error {
	got, err := r.client.Environments(ctx, r.repo(), nil, nil)
	if github.KindOf(err) == model.ProblemMissing { // a plan without environments
		err = nil
	}
	if err != nil {
		return err
	}
	r.keep(func(f *Facts) { f.Environments, f.EnvironmentsRead = got.Value, true })
	return nil
}

func (r *reader) runs(ctx context.Context) error {
	got, err := r.client.Runs(ctx, r.repo(), nil)
	if err != nil {
		return err
	}
	r.keep(func(f *Facts) { f.Runs, f.RunsRead = got.Value, true })
	return nil
}

func (r *reader) workflows(ctx context.Context) error {
	got, err := r.client.Workflows(ctx, r.repo(), nil)
	if err != nil {
		return err
	}
	r.keep(func(f *Facts) { f.Workflows, f.WorkflowsRead = got.Value, true })
	return nil
}

func (r *reader) artifacts(ctx context.Context) error {
	got, err := r.client.Artifacts(ctx, r.repo(), nil)
	if err != nil {
		return err
	}
	r.keep(func(f *Facts) { f.Artifacts, f.ArtifactsRead = got.Value, true })
	return nil
}

func (r *reader) milestones(ctx context.Context) error {
	got, err := r.client.Milestones(ctx, github.MilestonesWanted{Repos: []model.Repo{r.repo()}, NoGraphQL: true}, nil)
	if err != nil {
		return err
	}
	r.keep(func(f *Facts) {
		f.MilestonesRead = true
		for _, m := range got.Value.Sprints {
			if !m.Done {
				f.Milestones = append(f.Milestones, Milestone{Due: !m.End.IsZero(), DueIn: int(m.End.Sub(r.now) / (24 * time.Hour))})
			}
		}
	})
	return nil
}

// overview reads releases, deployments and the branch's head at once; over REST where that is refused.
func (r *reader) overview(ctx context.Context) error {
	if !r.facts.EnvironmentsRead { // then deployments tell which there are, and GraphQL wants their names
		return r.single(ctx, nil)
	}
	stops, _ := r.facts.environments()
	wanted := github.Wanted{Repo: r.repo()}
	for _, s := range stops {
		wanted.Environments = append(wanted.Environments, s.name)
	}
	answers, err := r.client.Overview(ctx, []github.Wanted{wanted})
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		return r.single(ctx, wanted.Environments)
	}
	o := answers[r.repo()]
	missing := map[model.Signal]func(context.Context) error{
		model.SignalBranch:      r.head,
		model.SignalReleases:    r.releases,
		model.SignalDeployments: func(ctx context.Context) error { return r.deployments(ctx, wanted.Environments) },
	}
	if o.Problems[model.SignalRepository] != nil {
		return r.single(ctx, wanted.Environments)
	}
	releases, _, found := o.ReleasesOf("")
	r.keep(func(f *Facts) {
		f.Head, f.Deployments = o.Branches[""], o.Deployments
		f.Releases, f.ReleasesRead = releases, found
	})
	var errs []error
	for signal, read := range missing {
		if o.Problems[signal] != nil {
			errs = append(errs, read(ctx))
		}
	}
	return errors.Join(errs...)
}

// single reads the same over REST.
func (r *reader) single(ctx context.Context, environments []string) error {
	return r.together(ctx, r.head, r.releases, func(ctx context.Context) error { return r.deployments(ctx, environments) })
}

func (r *reader) head(ctx context.Context) error {
	if r.facts.Repository.Empty {
		return nil
	}
	got, err := r.client.Branch(ctx, r.repo(), r.facts.Repository.DefaultBranch, nil)
	if err != nil {
		return err
	}
	r.keep(func(f *Facts) { f.Head = got.Value })
	return nil
}

func (r *reader) releases(ctx context.Context) error {
	got, err := r.client.Releases(ctx, r.repo(), "", nil)
	if err != nil {
		return err
	}
	r.keep(func(f *Facts) { f.Releases, f.ReleasesRead = got.Value, true })
	return nil
}

func (r *reader) deployments(ctx context.Context, environments []string) error {
	got, err := r.client.Deployments(ctx, r.repo(), github.DeploymentsWanted{Environments: environments}, nil)
	if err != nil {
		return err
	}
	r.keep(func(f *Facts) { f.Deployments = got.Value })
	return nil
}

// checks reads what reported on the branch's head.
func (r *reader) checks(ctx context.Context) error {
	head := r.facts.Head.Head.SHA
	if head == "" {
		return nil
	}
	got, err := r.client.CommitChecks(ctx, r.repo(), head, nil, nil)
	r.keep(func(f *Facts) { f.Checks, f.ChecksRead = got.Value, err == nil || len(got.Value) > 0 })
	if github.KindOf(err) == model.ProblemForbidden { // no fine-grained token may read check runs: nothing to say each time
		return nil
	}
	return err
}

// singleRuns reads runs that made deployments and are no longer among the newest: of the last environments first.
func (r *reader) singleRuns(ctx context.Context) error {
	asked := map[int64]bool{}
	seen := map[string]bool{}
	var errs []error
	for _, d := range r.facts.Deployments {
		if _, known := r.facts.run(d.RunID); known || d.RunID == 0 || asked[d.RunID] || seen[d.Environment] || len(asked) == maxSingleRuns {
			continue
		}
		asked[d.RunID], seen[d.Environment] = true, true
		got, err := r.client.Run(ctx, r.repo(), d.RunID, nil)
		if err != nil {
			if github.KindOf(err) != model.ProblemMissing { // runs are deleted after a while
				errs = append(errs, err)
			}
			continue
		}
		r.keep(func(f *Facts) { f.Runs = append(f.Runs, got.Value) })
	}
	return errors.Join(errs...)
}

// files reads the files of the workflows that deploy, or are named so.
func (r *reader) files(ctx context.Context) error {
	stops, _ := r.facts.environments()
	names := make([]string, len(stops))
	for i, s := range stops {
		names[i] = s.name
	}
	var paths []string
	for _, d := range r.facts.deployers(names) {
		paths = append(paths, d.path)
	}
	if len(paths) == 0 {
		paths = r.facts.suspects()
	}
	var reads []func(context.Context) error
	for _, path := range paths[:min(len(paths), maxFiles)] {
		reads = append(reads, func(ctx context.Context) error {
			got, err := r.client.File(ctx, r.repo(), path, "", nil)
			if err != nil {
				return err
			}
			r.keep(func(f *Facts) { f.Files[path] = got.Value })
			return nil
		})
	}
	return r.together(ctx, reads...)
}

// cut takes OWNER/NAME apart.
func cut(fullName string) (owner, name string, ok bool) { return strings.Cut(fullName, "/") }
