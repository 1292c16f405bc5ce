package simulator

import (
	"strings"
	"time"
)

// Deployment is one deployment with its statuses.
type Deployment struct {
	ID          int64
	Commit      *Commit
	Ref         string
	Task        string
	Environment string
	CreatedAt   time.Time
	Transient   bool
	Production  bool

	repo        *Repository
	creator     *Account
	app         *App // GitHub Actions for a job's own
	run         *Run // nil for one made through the API
	payload     any  // string or object
	description string
	updatedAt   time.Time
	statuses    []*DeploymentStatus // oldest first
}

// DeploymentStatus is one state that a deployment took.
type DeploymentStatus struct {
	ID             int64
	State          string // waiting is known to GraphQL alone
	CreatedAt      time.Time
	Description    string
	LogURL         string
	EnvironmentURL string
	creator        *Account
}

// DeploymentOf says what deployment to make through the API.
type DeploymentOf struct {
	Environment string
	Ref         string // branch, tag or hash; the default branch unless set
	By          string
	Task        string // deploy unless set
	Payload     any
	Description string
	Transient   bool
	Production  bool // true anyway for an environment named production
	// States are taken at once, in this order.
	States []string
}

// StatusOf says what a deployment status holds.
type StatusOf struct {
	State          string
	By             string
	Description    string
	LogURL         string
	EnvironmentURL string
	KeepsOthers    bool // auto_inactive: false
}

// Deployment makes a deployment through the API. Environment reviewers are not
// asked (github/branch-deploy#388).
func (r *Repository) Deployment(o DeploymentOf) *Deployment {
	defer r.world.enter()()
	if o.Environment == "" {
		o.Environment = "production"
	}
	c := r.must(o.Ref)
	if o.Ref == "" {
		o.Ref = r.defaultBranch
	}
	d := r.deploy(o.Environment, o.Ref, c, r.world.account(o.By, false))
	if o.Task != "" {
		d.Task = o.Task
	}
	if o.Payload != nil {
		d.payload = o.Payload
	}
	d.description, d.Transient = o.Description, o.Transient
	d.Production = d.Production || o.Production
	for _, s := range o.States {
		d.set(StatusOf{State: s, By: o.By})
	}
	r.fire(trigger{event: "deployment", commit: c, ref: strings.TrimPrefix(o.Ref, "refs/heads/"), actor: d.creator})
	return d
}

// Deploy makes a deployment that succeeds at once.
func (r *Repository) Deploy(environment, ref string) *Deployment {
	return r.Deployment(DeploymentOf{Environment: environment, Ref: ref, States: []string{Success}})
}

func (r *Repository) deploy(environment, ref string, c *Commit, by *Account) *Deployment {
	w := r.world
	e := r.environment(environment)
	d := &Deployment{
		ID: w.next("deployment"), Commit: c, Ref: ref, Task: "deploy", Environment: e.Name, CreatedAt: w.now,
		// production_environment is true by itself for this one name alone (REST docs,
		// "Create a deployment").
		Production: environment == "production",
		repo:       r, creator: by, payload: map[string]any{}, updatedAt: w.now,
	}
	r.deployments = append(r.deployments, d)
	return d
}

// Status adds a status to the deployment.
func (d *Deployment) Status(o StatusOf) *DeploymentStatus {
	defer d.repo.world.enter()()
	return d.set(o)
}

// Carried is the payload of the deployment.
func (d *Deployment) Carried() any {
	defer d.repo.world.enter()()
	return d.payload
}

// State is the newest status's state; pending where there is none (GraphQL schema, DeploymentState).
func (d *Deployment) State() string {
	defer d.repo.world.enter()()
	return d.state()
}

func (d *Deployment) state() string {
	if len(d.statuses) == 0 {
		return Pending
	}
	return d.statuses[len(d.statuses)-1].State
}

// set adds a status, and makes others inactive: a success adds an inactive
// status to every prior non-transient, non-production deployment of the same
// environment that is in state success (REST docs, "Create a deployment
// status", auto_inactive; "Inactive deployments").
func (d *Deployment) set(o StatusOf) *DeploymentStatus {
	s := d.add(o)
	if o.State == Success && !o.KeepsOthers {
		for _, other := range d.repo.deployments {
			if other.ID < d.ID && other.Environment == d.Environment && !other.Transient && !other.Production && other.state() == Success {
				other.add(StatusOf{State: Inactive, By: s.creator.Login})
			}
		}
	}
	if o.State != Inactive {
		d.repo.fire(trigger{event: "deployment_status", commit: d.Commit, ref: d.Ref, actor: s.creator})
	}
	return s
}

func (d *Deployment) add(o StatusOf) *DeploymentStatus {
	w := d.repo.world
	s := &DeploymentStatus{
		ID: w.next("deployment status"), State: o.State, CreatedAt: w.now, Description: o.Description,
		LogURL: o.LogURL, EnvironmentURL: o.EnvironmentURL, creator: w.account(o.By, false),
	}
	d.statuses = append(d.statuses, s)
	d.updatedAt = w.now
	return s
}

// firstSuccess is when the deployment first succeeded; zero if it never did.
func (d *Deployment) firstSuccess() time.Time {
	for _, s := range d.statuses {
		if s.State == Success {
			return s.CreatedAt
		}
	}
	return time.Time{}
}

// running is the deployment whose first success is newest: what an environment
// runs. Services of the demo ask for it.
func (r *Repository) running(environment string) *Deployment {
	var found *Deployment
	for _, d := range r.deployments {
		if fold(d.Environment) == fold(environment) && !d.firstSuccess().IsZero() &&
			(found == nil || !d.firstSuccess().Before(found.firstSuccess())) {
			found = d
		}
	}
	return found
}
