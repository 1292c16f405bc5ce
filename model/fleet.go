package model

import (
	"cmp"
	"strings"
	"time"
)

// Fleet is the services of one configuration, as it was written: defaults are already merged in.
type Fleet struct {
	Name     string
	URL      string // of the default GitHub host, e.g. https://github.com
	Sprint   *SprintSource
	Services []Service
	Freezes  []Freeze
	Keep     time.Duration // how long history stays in the cache
}

// Service returns the service with that name, or nil.
func (f *Fleet) Service(name string) *Service {
	for i := range f.Services {
		if f.Services[i].Name == name {
			return &f.Services[i]
		}
	}
	return nil
}

// Repo names a repository on a host.
type Repo struct {
	Host        string // github.com, or an Enterprise Server's, with a port if it has one
	Owner, Name string
}

// String is HOST/OWNER/NAME, without the host on github.com, as gh writes it.
func (r Repo) String() string {
	if r.Host == "" || r.Host == "github.com" {
		return r.Owner + "/" + r.Name
	}
	return r.Host + "/" + r.Owner + "/" + r.Name
}

// Same reports whether both name one repository: GitHub's names know no case. A zero one is no repository's equal.
func (r Repo) Same(other Repo) bool {
	host := func(r Repo) string { return cmp.Or(strings.ToLower(r.Host), "github.com") }
	return r.Name != "" && strings.EqualFold(r.Owner, other.Owner) && strings.EqualFold(r.Name, other.Name) && host(r) == host(other)
}

// FullName is OWNER/NAME.
func (r Repo) FullName() string { return r.Owner + "/" + r.Name }

// Service is what is released on its own: a repository, or a part of one with a tag pattern and a path.
type Service struct {
	Name         string
	Repo         Repo
	Branch       string   // empty: the repository's default branch
	Tags         string   // glob of the tags that are this service's releases; empty: all
	Path         string   // folder of the service in its repository; empty: all of it
	CI           []string // workflow files; empty: every workflow with a push run on the commit, except the deploy workflow
	Checks       []string // statuses or check runs of CI outside Actions
	CIIgnore     []string // globs of paths; a commit that changes only those inherits its parent's CI
	Blackbox     []string // end-to-end workflows
	Coverage     *CoverageRule
	Tests        *TestsRule
	Artifact     *ArtifactRule
	Migrations   []string
	Irreversible []string
	Deploy       Deploy
	Environments []Environment
	// Untrusted says why nothing is asked for this service: an untrusted configuration names a host that isn't known.
	// Its signals have ProblemUntrusted then. Empty: ask.
	Untrusted Text
}

// Environment returns the environment with that name, or nil.
func (s *Service) Environment(name string) *Environment {
	for i := range s.Environments {
		if s.Environments[i].Name == name {
			return &s.Environments[i]
		}
	}
	return nil
}

// Upstream returns the environment before the named one, or nil for the first.
func (s *Service) Upstream(name string) *Environment {
	for i := range s.Environments {
		if s.Environments[i].Name == name && i > 0 {
			return &s.Environments[i-1]
		}
	}
	return nil
}

// DeployRepo is where deployments and their runs are read: the service's repository unless deploy.repo names another.
func (s *Service) DeployRepo() Repo {
	if s.Deploy.Repo != (Repo{}) {
		return s.Deploy.Repo
	}
	return s.Repo
}

// SprintSource says where sprints come from.
type SprintSource struct {
	ProjectOwner  string
	ProjectNumber int
	Milestones    bool
	Iteration     string
	Status        string
	Points        string
	Done          []string
	Blockers      []string
	// Untrusted says why it isn't asked, as a service's does.
	Untrusted Text
}

// CoverageRule configures the coverage gate; numbers are percent and percentage points.
type CoverageRule struct {
	Artifact string // glob; empty: every artifact with coverage in its name
	Minimum  *float64
	MaxDrop  *float64
}

// Reports reports whether an artifact of that name holds coverage, by the rule.
func (r *CoverageRule) Reports(artifact string) bool {
	if r == nil {
		return false
	}
	if r.Artifact == "" {
		return Glob("*coverage*", strings.ToLower(artifact))
	}
	return Glob(r.Artifact, artifact)
}

// TestsRule configures the tests gate.
type TestsRule struct {
	Artifact string // glob; empty: every artifact with junit or test in its name
}

// Reports reports whether an artifact of that name holds tests, by the rule.
func (r *TestsRule) Reports(artifact string) bool {
	if r == nil {
		return false
	}
	if r.Artifact == "" {
		return GlobAny([]string{"*junit*", "*test*"}, strings.ToLower(artifact))
	}
	return Glob(r.Artifact, artifact)
}

// ArtifactRule says what a rollback target still needs to be deployable.
type ArtifactRule struct {
	ReleaseAsset string // glob
	Actions      string // artifact's name
}

// Mapping says how a deployment whose commit is the branch's head is mapped to the release it carried.
type Mapping string

// The ways to map a deployment to its release.
const (
	MapBySHA     Mapping = "" // the deployment's own SHA is the release's
	MapByPayload Mapping = "payload"
	MapByRunName Mapping = "run-name"
	MapByHealth  Mapping = "health"
)

// Deploy says how a service is deployed. At most one of Workflow, Deployment and Release is set.
type Deploy struct {
	Workflow   string
	Deployment bool
	Release    bool
	Repo       Repo // zero: the service's repository
	RefBranch  bool // deploy.ref: branch; false: tag
	Version    Mapping
	Inputs     map[string]string
}

// Tier is production or other.
type Tier string

// The tiers of an environment.
const (
	Production Tier = "production"
	Other      Tier = "other"
)

// Environment is an ordered stop of a service.
type Environment struct {
	Name       string
	GitHub     string // its name on GitHub; equals Name unless configured
	Tier       Tier   // never empty: the default is already applied
	Platform   string // container, vm or empty
	Site       string
	Soak       time.Duration
	Bake       time.Duration
	Settle     time.Duration
	Rollback   RollbackMode
	RollbackBy *RollbackWorkflow
	Checks     []Check
	Gates      map[Gate]Level // only what is configured; Level(gate) applies the defaults
	Checklist  []string
	ReadOnly   bool
}

// RollbackMode says what gonogo does when verification fails.
type RollbackMode string

// The rollback modes.
const (
	RollbackOffer     RollbackMode = "offer"
	RollbackAutomatic RollbackMode = "automatic"
	RollbackWorkflows RollbackMode = "workflow"
)

// RollbackWorkflow is a workflow that rolls back.
type RollbackWorkflow struct {
	Workflow string
	Inputs   map[string]string
}

// Freeze is a window in which an environment takes no promotion: weekly, or from day to day.
type Freeze struct {
	// Weekly window: from FromDay FromMinute to ToDay ToMinute, minutes since local midnight in Zone. It may wrap the week.
	Weekly               bool
	FromDay, ToDay       time.Weekday
	FromMinute, ToMinute int
	// Dated window: whole days in Zone, both included, as YYYY-MM-DD.
	From, To     string
	Zone         string   // IANA name; empty is UTC
	Environments []string // names; empty: all
	Services     []string // names; empty: all
	Reason       string
	Text         string // the window as written, for sentences
}
