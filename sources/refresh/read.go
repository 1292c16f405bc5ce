package refresh

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// job is what a worker is told: a copy, for units belong to the planning goroutine.
type job struct {
	service model.Service
	signal  model.Signal
	subject string
	repo    model.Repo
	salt    []byte
	failed  int
	maxAge  time.Duration // what another process read within it is good enough
	// before and tried are when this process last read it, and tried to; asked: a person wants to know.
	before, tried time.Time
	asked         bool
	noGraphQL     bool // it was refused by the host lately
	// runsComing: the runs of the commit whose reports are read are about to be read.
	runsComing bool
	tests      bool // tests are read too: not only its coverage is compared with
}

func (r *Refresher) job(u *unit) job {
	runs := u.service.known(model.SignalCommitRuns, u.subject)
	return job{
		runsComing: runs != nil && runs.needed && runs.problem == "",
		tests:      u.service.tested[model.SHA(u.subject)] || u.wanted.After(r.now()),
		service:    u.service.config, signal: u.signal, subject: u.subject, repo: u.repo(), salt: r.salt, failed: u.failures,
		maxAge: u.interval(r.now(), u.service.config.Name == r.selected, 1) / 2,
		before: u.at, tried: u.tried, asked: u.asked, noGraphQL: r.host(u.repo().Host).graphql.isRefused(r.now()),
	}
}

// outcome is what a reading brought.
type outcome struct {
	began time.Time
	at    time.Time // when its facts were true
	// unchanged: the cache holds it already; news: the cache holds something new; skipped: another process had read it.
	unchanged, news, skipped bool
	moving, movingKnown      bool
	points                   int
	noGraphQL                bool
	waits                    bool // for something else to be read first
	calledOff                bool
	replaced                 int64 // how often the cache had been replaced when the reading began
	cut                      bool
	problem                  *model.Read
	client                   *github.Client
}

// fetched is what a reader found, ready to be written.
type fetched struct {
	unchanged  bool
	validators github.Validators
	cut        bool
	request    string
	at         time.Time
	moving     bool
	points     int // of GraphQL
	noGraphQL  bool
	put        func(*cache.Tx) error
}

// errNotYet reports that something else must be read first.
var errNotYet = errors.New("something else must be read first")

// perform reads one unit and commits what it found.
func (r *Refresher) perform(ctx context.Context, j job) outcome {
	o := outcome{began: r.now(), replaced: r.o.Cache.Replaced()}
	if read, err := r.o.Cache.Read(ctx, j.service, j.signal, j.subject); err == nil {
		switch {
		case j.signal == model.SignalSprint && !r.answers(read):
		case read.Problem == "" && read.At.After(j.before) && o.began.Sub(read.At) < j.maxAge:
			o.skipped, o.at, o.news = true, read.At, true
			return o
		case !j.asked && elsewhere(read.Problem) && read.TriedAt.After(j.tried) && read.Until.After(o.began):
			o.skipped, o.problem = true, &read
			return o
		}
	}
	client, err := r.o.Clients(j.repo.Host)
	if err != nil {
		return r.failed(ctx, j, o, model.ProblemToken, err)
	}
	o.client = client
	token := ""
	var known github.Validators
	if len(j.salt) > 0 {
		token = client.Fingerprint(j.salt)
		if known, err = r.o.Cache.Validators(ctx, j.service, j.signal, j.subject, token); err != nil {
			return r.failed(ctx, j, o, "", err)
		}
	}
	found, err := r.fetch(ctx, client, j, known)
	o.points, o.noGraphQL = found.points, found.noGraphQL
	switch {
	case errors.Is(err, errNotYet):
		o.waits = true
		return o
	case err != nil:
		return r.failed(ctx, j, o, github.KindOf(err), err)
	}
	o.at = found.at.Round(0)
	if found.unchanged {
		o.unchanged = true
		return o
	}
	o.moving, o.movingKnown, o.cut = found.moving, true, found.cut
	read := model.Read{Signal: j.signal, Subject: j.subject, At: o.at, TriedAt: o.at, Cut: found.cut, Request: found.request}
	err = r.o.Cache.Write(ctx, func(tx *cache.Tx) error {
		if err := found.put(tx); err != nil {
			return err
		}
		if token != "" {
			if err := tx.PutValidators(j.service, j.signal, j.subject, token, found.validators); err != nil {
				return err
			}
		}
		tx.Changed(j.service.Name, j.signal)
		return tx.PutRead(j.service, read)
	})
	if err != nil {
		return r.failed(ctx, j, o, "", err)
	}
	o.news = true
	r.o.Changed(model.Changed{Service: j.service.Name, Signal: j.signal})
	return o
}

// elsewhere reports whether what another process met lies with GitHub or the network, not with that process' token.
func elsewhere(p model.Problem) bool {
	return p == model.ProblemNetwork || p == model.ProblemServer || p == model.ProblemMalformed
}

// failed keeps that something could not be read. What was read of it before stays.
func (r *Refresher) failed(ctx context.Context, j job, o outcome, kind model.Problem, err error) outcome {
	if ctx.Err() != nil {
		o.calledOff = true
		return o
	}
	var p *github.Problem
	read := model.Read{Signal: j.signal, Subject: j.subject, TriedAt: o.began, Problem: kind, Why: model.Clean(err.Error())}
	if errors.As(err, &p) {
		read.Until = p.Until.Round(0)
	}
	if kind == "" {
		read.Problem = model.ProblemServer // the cache itself: it is tried again
	}
	if !read.Until.After(o.began) {
		read.Until = o.began.Add(backoff(kind, j.failed+1))
	}
	o.problem = &read
	if err := r.o.Cache.Write(ctx, func(tx *cache.Tx) error {
		tx.Changed(j.service.Name, j.signal)
		return tx.FailRead(j.service, read)
	}); err == nil {
		r.o.Changed(model.Changed{Service: j.service.Name, Signal: j.signal})
	}
	return o
}

// refuse says of everything of a service that it isn't read, and why.
func (r *Refresher) refuse(ctx context.Context, s *service) {
	signals := []model.Signal{
		model.SignalRepository, model.SignalBranch, model.SignalReleases, model.SignalDeployments, model.SignalEnvironments, model.SignalRuns, model.SignalMarks,
	}
	if s == r.board {
		signals = []model.Signal{model.SignalSprint}
	}
	now := r.now()
	config := s.config
	r.work(func() func() {
		_ = r.o.Cache.Write(ctx, func(tx *cache.Tx) error {
			for _, signal := range signals {
				if err := tx.FailRead(config, model.Read{Signal: signal, TriedAt: now, Problem: model.ProblemUntrusted, Why: config.Untrusted}); err != nil {
					return err
				}
			}
			tx.Changed(config.Name, signals[0])
			return nil
		})
		return func() {
			s.news(now)
			if s == r.board {
				r.boardNews()
			}
		}
	})
}

// flush writes that readings found nothing changed.
func (r *Refresher) flush(ctx context.Context, list []touch) error {
	seen := map[model.Changed]bool{}
	err := r.o.Cache.Write(ctx, func(tx *cache.Tx) error {
		for _, t := range list {
			if err := tx.TouchRead(t.service.config, t.signal, t.subject, t.at); err != nil {
				return err
			}
			tx.Changed(t.service.config.Name, t.signal)
			seen[model.Changed{Service: t.service.config.Name, Signal: t.signal}] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	for c := range maps.Keys(seen) {
		r.o.Changed(c)
	}
	return nil
}

// fetch asks GitHub for one unit.
func (r *Refresher) fetch(ctx context.Context, c *github.Client, j job, known github.Validators) (fetched, error) {
	s := j.service
	switch j.signal {
	case model.SignalRepository:
		got, err := c.Repository(ctx, j.repo, known)
		return take(got, err, false, func(tx *cache.Tx) error { return putRepository(tx, c, j.salt, s, j.repo, got.Value, got.At) })
	case model.SignalBranch:
		return r.fetchBranch(ctx, c, j, known)
	case model.SignalReleases:
		got, err := c.Releases(ctx, j.repo, s.Tags, known)
		return take(got, err, false, func(tx *cache.Tx) error { return tx.PutReleases(s, got.Value) })
	case model.SignalDeployments:
		return r.fetchDeployments(ctx, c, j, known)
	case model.SignalEnvironments:
		got, err := c.Environments(ctx, j.repo, environments(&s), known)
		return take(got, err, false, func(tx *cache.Tx) error { return tx.PutProtections(s, got.Value) })
	case model.SignalRuns:
		asked := r.now()
		got, err := c.Runs(ctx, j.repo, known)
		return r.takeRuns(j, "", asked, got, err)
	case model.SignalMarks:
		return r.fetchMarks(ctx, c, j, known)
	case model.SignalSprint:
		return r.fetchBoard(ctx, c, j, known)
	}
	return r.fetchSubject(ctx, c, j, known)
}

// fetchSubject asks for what is narrowed to one commit, comparison or run.
func (r *Refresher) fetchSubject(ctx context.Context, c *github.Client, j job, known github.Validators) (fetched, error) {
	s, of := j.service, model.SHA(j.subject)
	switch j.signal {
	case model.SignalCommitRuns:
		asked := r.now()
		got, err := c.CommitRuns(ctx, j.repo, of, known)
		return r.takeRuns(j, of, asked, got, err)
	case model.SignalCommitChecks:
		got, err := c.CommitChecks(ctx, j.repo, of, s.Checks, known)
		stated := r.stated(ctx, s, of, got.Value)
		return take(got, err, anyCheckMoves(got.Value, r.now()), func(tx *cache.Tx) error {
			if err := stated(tx); err != nil {
				return err
			}
			return tx.PutCommitChecks(s, of, got.Value)
		})
	case model.SignalCommit:
		got, err := c.Commit(ctx, j.repo, of, known)
		return take(got, err, false, func(tx *cache.Tx) error { return tx.PutCommit(s, readiness.CommitPaths(got.Value)) })
	case model.SignalComparison:
		base, head, _ := strings.Cut(j.subject, "...")
		got, err := c.Comparison(ctx, j.repo, model.SHA(base), model.SHA(head), comparedPages, known)
		return take(got, err, false, func(tx *cache.Tx) error { return tx.PutComparison(s, got.Value) })
	case model.SignalReports:
		return r.fetchReports(ctx, c, j, known)
	case model.SignalDispatch:
		return r.fetchDispatch(ctx, c, j)
	case model.SignalArtifact:
		return r.fetchArtifact(ctx, c, j, known)
	case signalHistory:
		return r.fetchHistory(ctx, c, j)
	case model.SignalLog:
		return r.fetchLog(ctx, c, j)
	}
	run, err := strconv.ParseInt(j.subject, 10, 64)
	if err != nil {
		return fetched{}, err
	}
	if j.signal == model.SignalPending {
		got, err := c.Pending(ctx, j.repo, run, known)
		return take(got, err, true, func(tx *cache.Tx) error { return tx.PutPending(s, run, got.Value) })
	}
	return r.fetchJobs(ctx, c, j, run, known)
}

// comparedPages bounds a comparison to 1,000 commits: nobody reads more, and "at least" says the rest.
const comparedPages = 4

func (r *Refresher) fetchBranch(ctx context.Context, c *github.Client, j job, known github.Validators) (fetched, error) {
	branch := j.service.Branch
	if branch == "" {
		repository, err := r.o.Cache.Repository(ctx, j.service)
		if err != nil {
			return fetched{}, err
		}
		if branch = repository.DefaultBranch; branch == "" {
			return fetched{}, errNotYet
		}
	}
	got, err := c.Branch(ctx, j.repo, branch, known)
	return take(got, err, false, func(tx *cache.Tx) error { return tx.PutBranch(j.service, got.Value) })
}

func (r *Refresher) fetchDeployments(ctx context.Context, c *github.Client, j job, known github.Validators) (fetched, error) {
	have, err := r.o.Cache.Deployments(ctx, j.service)
	if err != nil {
		return fetched{}, err
	}
	wanted := github.DeploymentsWanted{Environments: environments(&j.service), Have: have}
	got, err := c.Deployments(ctx, j.repo, wanted, known)
	return take(got, err, anyDeploymentMoves(got.Value, r.now()), func(tx *cache.Tx) error {
		if err := tx.DropDeployments(j.service, without(have, got.Value)); err != nil {
			return err
		}
		return tx.PutDeployments(j.service, got.Value, false)
	})
}

// without are those of a list that another one doesn't hold.
func without(have, now []model.Deployment) (gone []int64) {
	left := make(map[int64]bool, len(now))
	for i := range now {
		left[now[i].ID] = true
	}
	for i := range have {
		if !left[have[i].ID] {
			gone = append(gone, have[i].ID)
		}
	}
	return gone
}

// listsLag is how far GitHub's lists may lag behind what was just made, and how far its clock may be from ours within
// what another process read meanwhile.
const listsLag = 2 * time.Minute

// takeRuns keeps a list of runs, of one commit or of all, and forgets those that it should hold and doesn't.
func (r *Refresher) takeRuns(j job, of model.SHA, asked time.Time, got github.Reading[[]model.Run], err error) (fetched, error) {
	return take(got, err, anyRunMoves(got.Value, r.now()), func(tx *cache.Tx) error {
		list := cache.RunList{Repo: j.repo, SHA: of, Runs: got.Value, Cut: got.Cut, Before: asked.Add(-listsLag)}
		if err := tx.DropRuns(j.service, list); err != nil {
			return err
		}
		return tx.PutRuns(j.service, got.Value)
	})
}

// repoOfRun is the repository that a run belongs to, and the client to ask it with.
func (r *Refresher) repoOfRun(ctx context.Context, c *github.Client, j job, id int64) (*github.Client, model.Repo, error) {
	deploy := j.service.DeployRepo()
	if deploy == j.repo {
		return c, j.repo, nil
	}
	run, err := r.o.Cache.Run(ctx, j.service, id)
	if err != nil || !strings.Contains(strings.ToLower(run.URL), "/"+strings.ToLower(deploy.FullName())+"/actions/") {
		return c, j.repo, err
	}
	if deploy.Host != j.repo.Host {
		c, err = r.o.Clients(deploy.Host)
	}
	return c, deploy, err
}

// fetchJobs asks the repository that the run belongs to.
func (r *Refresher) fetchJobs(ctx context.Context, c *github.Client, j job, id int64, known github.Validators) (fetched, error) {
	c, repo, err := r.repoOfRun(ctx, c, j, id)
	if err != nil {
		return fetched{}, err
	}
	got, err := c.Jobs(ctx, repo, id, github.AllAttempts, known)
	return take(got, err, anyJobMoves(got.Value), func(tx *cache.Tx) error { return tx.PutJobs(j.service, id, got.Value) })
}

func take[T any](got github.Reading[T], err error, moving bool, put func(*cache.Tx) error) (fetched, error) {
	return fetched{
		unchanged: got.Unchanged, validators: got.Validators, cut: got.Cut, request: got.Request, at: got.At, moving: moving, put: put,
	}, err
}

// environments are the service's, as GitHub names them.
func environments(s *model.Service) []string {
	var names []string
	for i := range s.Environments {
		if name := s.Environments[i].GitHub; !contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
