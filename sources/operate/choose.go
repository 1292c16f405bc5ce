package operate

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// ask finds the release that a person names among what could be promoted, and judges it in the candidate's place. With
// read, what matters for it and isn't known is read first: the cache keeps what candidates need, and nothing of others.
func (e *Engine) ask(ctx context.Context, r Request, d *Draft, f *readiness.Facts, read bool) error {
	now := e.o.Clock.Now()
	d.Releases = readiness.Choices(*f, r.Environment, now)
	if r.Release == "" {
		return nil
	}
	i := slices.IndexFunc(d.Releases, func(c readiness.Choice) bool { return c.Named(r.Release) })
	if i < 0 {
		d.refuse("%s isn't among the releases of %s that were read", r.Release, r.Service)
		return nil
	}
	choice := &d.Releases[i]
	switch {
	case choice.Older:
		d.refuse("%s %s (b): gonogo rollback %s %s --to %s", choice.Release.Title(), choice.Why, r.Service, r.Environment, calledBy(choice.Release))
	case !choice.Can:
		d.refuse("%s can't be promoted: it %s", choice.Release.Title(), choice.Why)
	}
	if choice.Candidate {
		return nil
	}
	if read && choice.Can {
		if err := e.readFor(ctx, r.Environment, choice.Release, f); err != nil {
			return err
		}
	}
	d.Environment, _ = readiness.Choose(*f, r.Environment, choice.Release, e.o.Clock.Now())
	d.Verdict = d.Environment.Verdict
	if choice.Can && d.Environment.Candidate.Exists() {
		d.Notes = append(d.Notes, d.Environment.Candidate.Why)
	}
	return nil
}

// calledBy is what a person types to mean a release.
func calledBy(r model.Release) string {
	if r.Tag == "" {
		return string(r.SHA)
	}
	return r.Tag
}

// choose takes the release that would go: the candidate, or what was asked for in its place.
func (d *Draft) choose(f *readiness.Facts) {
	if d.Plan.RollsBackTo = d.Environment.WayBack; d.Environment.Finding(model.GateRollback) == nil { // nobody asked the gate
		d.Plan.RollsBackTo = d.Environment.Current.Release
	}
	switch candidate := d.Environment.Candidate; {
	case len(d.Refusals) > 0: // it is said why what was asked for can't go
	case candidate.Exists():
		d.Plan.Release = candidate.Release
	default:
		d.refuse("nothing to promote: %s", candidate.Why)
	}
	if s := &f.Service; d.Plan.Release.SHA == "" && len(d.Refusals) == 0 {
		d.refuse("the commit of %s isn't known for %s", d.Plan.Release.Title(), s.Name)
	}
}

// roundsFor bounds how often it is asked what else to read for a release: what one reading leads to is read once more.
const roundsFor = 2

// readFor reads what the gates ask for a release and what isn't fresh. It stays with this draft: the cache is another's to
// write. What can't be read says so in the gate that wants it.
func (e *Engine) readFor(ctx context.Context, environment string, release model.Release, f *readiness.Facts) error {
	needs := func() []readiness.Need {
		_, needs := readiness.Choose(*f, environment, release, e.o.Clock.Now())
		for i := range needs { // nobody keeps them young
			needs[i].Fresh = needs[i].Fresh && needs[i].Signal != model.SignalCommitRuns && needs[i].Signal != model.SignalCommitChecks
		}
		return needs
	}
	if err := e.readNeeds(ctx, f, roundsFor, needs); err != nil {
		return err
	}
	return e.readReports(ctx, f, needs())
}

// readNeeds reads what is asked for and isn't fresh, as often as that leads to more.
func (e *Engine) readNeeds(ctx context.Context, f *readiness.Facts, rounds int, ask func() []readiness.Need) error {
	c, err := e.o.Clients(f.Service.Repo.Host)
	if err != nil {
		return err
	}
	f.Dispatches, f.Needed = slices.Clone(f.Dispatches), slices.Clone(f.Needed)
	f.Reads, f.Runs, f.Checks, f.Comparisons = slices.Clone(f.Reads), slices.Clone(f.Runs), slices.Clone(f.Checks), slices.Clone(f.Comparisons)
	if f.Commits = maps.Clone(f.Commits); f.Commits == nil {
		f.Commits = map[model.SHA]readiness.CommitPaths{}
	}
	tried := map[[2]string]bool{}
	for range rounds {
		needs := ask()
		var all sync.WaitGroup
		var merge sync.Mutex
		began := false
		for _, n := range needs {
			key := [2]string{string(n.Signal), n.Subject}
			if tried[key] || n.Fresh && (n.Signal != model.SignalComparison || compared(f, n.Subject)) {
				continue
			}
			read := readOne(ctx, c, &f.Service, n)
			if read == nil {
				continue
			}
			tried[key], began = true, true
			all.Go(func() {
				take, booked, err := read()
				merge.Lock()
				defer merge.Unlock()
				if err != nil { // whatever came of it says nothing
					booked = model.Read{Problem: github.KindOf(err), Why: model.Clean(err.Error())}
				} else {
					take(f)
				}
				booked.Signal, booked.Subject, booked.TriedAt = n.Signal, n.Subject, e.o.Clock.Now()
				book(f, booked)
			})
		}
		all.Wait()
		if !began || ctx.Err() != nil {
			break
		}
	}
	return ctx.Err()
}

// compared reports whether the facts of a comparison are among those that were handed out.
func compared(f *readiness.Facts, subject string) bool {
	base, head, _ := strings.Cut(subject, "...")
	_, there := f.Comparison(model.SHA(base), model.SHA(head))
	return there
}

// book keeps how a reading went; what was read before stays known where it failed now.
func book(f *readiness.Facts, r model.Read) {
	i := slices.IndexFunc(f.Reads, func(o model.Read) bool { return o.Signal == r.Signal && o.Subject == r.Subject })
	if i < 0 {
		f.Reads = append(f.Reads, r)
		return
	}
	if r.Problem != model.NoProblem {
		r.At, r.Cut, r.Request = f.Reads[i].At, f.Reads[i].Cut, f.Reads[i].Request
	}
	f.Reads[i] = r
}

// comparedPages bounds a comparison to 1,000 commits, as refreshing does.
const comparedPages = 4

// readOne is how to read one thing that a release's gates ask for; nil where it takes more than a page or two, as reports do:
// see readReports.
func readOne(ctx context.Context, c *github.Client, s *model.Service, n readiness.Need) func() (func(*readiness.Facts), model.Read, error) {
	of := model.SHA(n.Subject)
	switch n.Signal {
	case model.SignalComparison:
		base, head, _ := strings.Cut(n.Subject, "...")
		return func() (func(*readiness.Facts), model.Read, error) {
			got, err := c.Comparison(ctx, s.Repo, model.SHA(base), model.SHA(head), comparedPages, nil)
			return func(f *readiness.Facts) { f.Comparisons = append([]model.Comparison{got.Value}, f.Comparisons...) }, readOf(got), err
		}
	case model.SignalCommitRuns:
		return func() (func(*readiness.Facts), model.Read, error) {
			got, err := c.CommitRuns(ctx, s.Repo, of, nil)
			return func(f *readiness.Facts) { f.Runs = append(f.Runs, got.Value...) }, readOf(got), err
		}
	case model.SignalCommitChecks:
		return func() (func(*readiness.Facts), model.Read, error) {
			got, err := c.CommitChecks(ctx, s.Repo, of, s.Checks, nil)
			return func(f *readiness.Facts) {
				f.Checks = slices.DeleteFunc(f.Checks, func(old model.CommitCheck) bool { return old.SHA == of })
				f.Checks = append(f.Checks, got.Value...)
			}, readOf(got), err
		}
	case model.SignalDispatch, model.SignalArtifact:
		return readAhead(ctx, c, s, n)
	case model.SignalCommit:
		return func() (func(*readiness.Facts), model.Read, error) {
			got, err := c.Commit(ctx, s.Repo, of, nil)
			return func(f *readiness.Facts) { f.Commits[of] = readiness.CommitPaths(got.Value) }, readOf(got), err
		}
	}
	return nil
}

func readOf[T any](got github.Reading[T]) model.Read {
	return model.Read{At: got.At, Cut: got.Cut, Request: got.Request}
}

// promotes works out a promotion's draft.
func (e *Engine) promotes(ctx context.Context, r Request, d *Draft, f *readiness.Facts, read bool) error {
	if err := e.ask(ctx, r, d, f, read); err != nil {
		return fmt.Errorf("%s: %w", r.doing(), err)
	}
	d.choose(f)
	d.judge(d.Service.Environment(r.Environment))
	return nil
}
