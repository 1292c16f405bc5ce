package github

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"gonogo/model"
)

const (
	// wantedSuccesses is how many different commits that succeeded in an environment a reading looks for: what runs
	// there, and what it could go back to.
	wantedSuccesses = 2
	// maxStatusReads bounds the calls for statuses of new deployments, for each environment and reading.
	maxStatusReads = 8
	// abandonedAfter: GitHub fails a job that nobody approved after 30 days (GitHub docs, "Reviewing deployments"); a
	// deployment that is older and still unfinished was forgotten by whatever made it.
	abandonedAfter = 35 * 24 * time.Hour
	statusReaders  = 4
	cutKey         = "#cut"
)

// DeploymentsWanted says which deployments matter and what is known already.
type DeploymentsWanted struct {
	// Environments are those, as GitHub names them, in which it must be found out what runs. Of others the deployments
	// are listed, but not their statuses. Empty: all are wanted.
	Environments []string
	// Have is what earlier readings gave: statuses of a finished deployment that hasn't changed aren't read again, and
	// where GitHub says that nothing changed, these are the list. Without them known is ignored.
	Have []model.Deployment
}

// Deployments reads the newest 100 deployments of a repository, and more of a wanted environment where none of those
// ever succeeded there, newest first. Statuses are read of those that are unfinished or changed and, newest first, of as
// many others as it takes to know what runs in each wanted environment and what ran before; of the rest StatusesRead
// is false, for DeploymentStatuses to fill in. Value holds Have too, but for those that were deleted on GitHub.
func (c *Client) Deployments(ctx context.Context, repo model.Repo, w DeploymentsWanted, known Validators) (Reading[[]model.Deployment], error) {
	a, path, err := c.on(repo, "read deployments", "Deployments: read")
	if err != nil {
		return Reading[[]model.Deployment]{}, err
	}
	question := wantedNote(w.Environments...)
	known = sameQuestion(known, question)
	if len(w.Have) == 0 {
		known = nil
	}
	d := &deployments{
		client: c, act: a, path: path, repo: repo, wanted: w.Environments, known: known,
		found: make(map[int64]model.Deployment, len(w.Have)+maxPage), stale: map[int64]bool{}, validators: Validators{wantedKey: question},
	}
	for _, have := range w.Have {
		d.found[have.ID] = have
	}
	return d.read(ctx)
}

// deployments is one reading of them.
type deployments struct {
	client     *Client
	act        act
	path       string
	repo       model.Repo
	wanted     []string
	known      Validators
	found      map[int64]model.Deployment
	stale      map[int64]bool // what is known of its statuses is old
	validators Validators
	changed    bool
	cut        bool
}

func (d *deployments) read(ctx context.Context) (Reading[[]model.Deployment], error) {
	l, err := d.newest(ctx)
	if err == nil {
		err = d.statuses(ctx)
	}
	if err == nil && d.cut {
		err = d.deeper(ctx)
	}
	l.unchanged, l.validators, l.cut = !d.changed, d.validators, d.cut
	if err != nil || !d.changed {
		return reading[[]model.Deployment](l, nil), err
	}
	list := slices.Collect(maps.Values(d.found))
	newestDeploymentsFirst(list)
	return reading(l, list), nil
}

// newest reads the list of all environments, and those of single ones that were needed before.
func (d *deployments) newest(ctx context.Context) (listing, error) {
	l, list, err := d.client.deploymentList(ctx, d.act, d.path, perPage(), d.known)
	if err != nil {
		return l, err
	}
	maps.Copy(d.validators, l.validators)
	d.cut = l.cut || l.unchanged && d.known[cutKey] != ""
	d.drop(l, list, "")
	d.take(l, list)
	for _, env := range d.wanted {
		if _, before := d.known[d.environmentKey(env)]; before {
			if err := d.environment(ctx, env); err != nil {
				return l, err
			}
		}
	}
	if d.cut {
		d.validators[cutKey] = "yes"
	}
	return l, nil
}

func (d *deployments) environmentKey(env string) string {
	q := perPage()
	q.Set("environment", env)
	return key(d.path+"/deployments", q)
}

func (d *deployments) environment(ctx context.Context, env string) error {
	q := perPage()
	q.Set("environment", env)
	l, list, err := d.client.deploymentList(ctx, d.act, d.path, q, d.known)
	if err != nil {
		return err
	}
	maps.Copy(d.validators, l.validators)
	d.drop(l, list, env)
	d.take(l, list)
	return nil
}

// drop forgets what a list no longer holds although it reaches back that far: it was deleted on GitHub.
func (d *deployments) drop(l listing, list []model.Deployment, env string) {
	if l.unchanged {
		return
	}
	listed := make(map[int64]bool, len(list))
	var oldest time.Time
	for _, one := range list {
		listed[one.ID] = true
		if oldest.IsZero() || one.CreatedAt.Before(oldest) {
			oldest = one.CreatedAt
		}
	}
	for id, have := range d.found {
		if !listed[id] && (!l.cut || have.CreatedAt.After(oldest)) && (env == "" || strings.EqualFold(env, have.Environment)) {
			delete(d.found, id)
		}
	}
}

// take merges a list with what is known. A deployment's updated_at moves with its statuses.
func (d *deployments) take(l listing, list []model.Deployment) {
	if l.unchanged {
		return
	}
	d.changed = true
	for _, one := range list {
		have, ok := d.found[one.ID]
		if ok {
			one.Statuses, one.StatusesRead, one.RunID, one.URL = have.Statuses, have.StatusesRead, have.RunID, have.URL
			one.RunName, one.RunDone = have.RunName, have.RunDone
			if !one.UpdatedAt.Equal(have.UpdatedAt) {
				d.stale[one.ID] = true
			}
		}
		d.found[one.ID] = one
	}
}

// deeper looks further back for what runs in an environment that the newest deployments say nothing of.
func (d *deployments) deeper(ctx context.Context) error {
	lists := d.byEnvironment()
	for _, env := range d.wanted {
		_, before := d.validators[d.environmentKey(env)]
		if before || slices.ContainsFunc(lists[strings.ToLower(env)], succeeded) {
			continue
		}
		if err := d.environment(ctx, env); err != nil {
			return err
		}
	}
	return d.statuses(ctx)
}

func succeeded(d model.Deployment) bool { return !d.FirstSuccess().IsZero() }

// byEnvironment lists the wanted environments' deployments, newest first, by the environment's name in lower case.
func (d *deployments) byEnvironment() map[string][]model.Deployment {
	lists := map[string][]model.Deployment{}
	for _, one := range d.found {
		if len(d.wanted) == 0 || named(d.wanted, one.Environment) {
			env := strings.ToLower(one.Environment)
			lists[env] = append(lists[env], one)
		}
	}
	for _, list := range lists {
		newestDeploymentsFirst(list)
	}
	return lists
}

// statuses reads what is needed, several at once. New deployments are read in steps, for a success makes those behind it
// unnecessary.
func (d *deployments) statuses(ctx context.Context) error {
	reads := map[string]int{}
	done := map[int64]bool{}
	for {
		var next []model.Deployment
		for env, list := range d.byEnvironment() {
			need := d.needed(list, done, maxStatusReads-reads[env])
			reads[env] += len(need.extra)
			next = append(next, need.all()...)
		}
		if len(next) == 0 {
			return nil
		}
		for _, one := range next {
			done[one.ID] = true
		}
		if err := d.readStatuses(ctx, next); err != nil {
			return err
		}
	}
}

// need is what is read next of one environment.
type need struct {
	moving []model.Deployment // unfinished or changed
	extra  []model.Deployment // not read yet
}

func (n need) all() []model.Deployment { return append(n.moving, n.extra...) }

// needed picks from an environment's deployments, newest first.
func (d *deployments) needed(list []model.Deployment, done map[int64]bool, most int) need {
	var n need
	now := d.client.clock.Now()
	shas := map[model.SHA]bool{}
	var newest time.Time // the newest first success so far
	for _, one := range list {
		if success := one.FirstSuccess(); !success.IsZero() {
			shas[one.SHA] = true
			if success.After(newest) {
				newest = success
			}
		}
		unfinished := !one.State().Finished() && now.Sub(one.CreatedAt) < abandonedAfter
		switch {
		case done[one.ID]:
		case one.StatusesRead && (unfinished || d.stale[one.ID]):
			n.moving = append(n.moving, one)
		case one.StatusesRead:
		case len(n.extra) == 0 && most > 0 && (len(shas) < wantedSuccesses || one.UpdatedAt.After(newest)):
			n.extra = append(n.extra, one) // an older one may have succeeded later than a newer one
		}
	}
	return n
}

func (d *deployments) readStatuses(ctx context.Context, list []model.Deployment) error {
	got := make([]Reading[model.Deployment], len(list))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(statusReaders)
	for i, one := range list {
		group.Go(func() error {
			known := d.known
			if !one.StatusesRead {
				known = nil
			}
			var err error
			got[i], err = d.client.DeploymentStatuses(ctx, d.repo, one, known)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, r := range got {
		one := list[i]
		if !r.Unchanged {
			d.changed = true
			one = r.Value
			d.found[one.ID] = one
		}
		delete(d.stale, one.ID)
		if !one.State().Finished() {
			maps.Copy(d.validators, r.Validators)
		}
	}
	return nil
}
