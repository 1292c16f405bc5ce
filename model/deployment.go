package model

import "time"

// DeploymentState is GitHub's state of a deployment, in lower case; values not yet invented pass through.
type DeploymentState string

// GitHub's deployment states (REST and GraphQL descriptions).
const (
	DeploymentQueued     DeploymentState = "queued"
	DeploymentPending    DeploymentState = "pending"
	DeploymentWaiting    DeploymentState = "waiting"
	DeploymentInProgress DeploymentState = "in_progress"
	DeploymentSuccess    DeploymentState = "success"
	DeploymentFailure    DeploymentState = "failure"
	DeploymentError      DeploymentState = "error"
	DeploymentInactive   DeploymentState = "inactive"
	DeploymentAbandoned  DeploymentState = "abandoned"
	DeploymentDestroyed  DeploymentState = "destroyed"
)

// Finished reports whether the state ends a deployment.
func (s DeploymentState) Finished() bool {
	switch s {
	case DeploymentSuccess, DeploymentFailure, DeploymentError, DeploymentInactive, DeploymentAbandoned, DeploymentDestroyed:
		return true
	}
	return false
}

// Deployment is one release in one environment.
type Deployment struct {
	ID          int64
	Environment string // as GitHub names it
	SHA         SHA
	Ref         string
	Task        string
	Transient   bool
	Production  bool // GitHub's production_environment
	Creator     Text
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Description Text
	Payload     string             // raw JSON or text, bounded
	Statuses    []DeploymentStatus // oldest first
	// StatusesRead says that Statuses were read completely; without it FirstSuccess proves nothing when it is zero.
	StatusesRead bool
	RunID        int64  // the run that made it, where a status' log URL names it; 0 unknown
	RunName      Text   // display title of that run, where known
	RunDone      bool   // that run has completed
	URL          string // GitHub page
}

// DeploymentStatus is one step of a deployment.
type DeploymentStatus struct {
	ID             int64
	State          DeploymentState
	At             time.Time
	Creator        Text
	Description    Text
	LogURL         string
	EnvironmentURL string
}

// State is that of the newest status; queued where there is none, and empty where they have not been read.
func (d Deployment) State() DeploymentState {
	switch {
	case len(d.Statuses) == 0 && !d.StatusesRead:
		return ""
	case len(d.Statuses) == 0:
		return DeploymentQueued
	}
	return d.Statuses[len(d.Statuses)-1].State
}

// FirstSuccess is when the deployment first succeeded; zero if it never did. Later statuses (auto_inactive, failures)
// don't change it (GitHub REST docs, "Inactive deployments").
func (d Deployment) FirstSuccess() time.Time {
	for _, s := range d.Statuses {
		if s.State == DeploymentSuccess {
			return s.At
		}
	}
	return time.Time{}
}

// Protection is what GitHub asks before a job may deploy to an environment.
type Protection struct {
	Environment       string // as GitHub names it
	Exists            bool   // false: configured, but GitHub has no such environment
	Reviewers         []Reviewer
	PreventSelfReview bool
	WaitTimer         time.Duration
	AdminsBypass      bool
	Policy            BranchPolicy
	Patterns          []PolicyPattern
	PatternsRead      bool // the patterns of a custom policy were read
	Custom            []Text
	URL               string
}

// Reviewer is a user or a team who may approve.
type Reviewer struct {
	Type string // User, Team or what GitHub invents
	Name Text   // login or slug
}

// BranchPolicy says which refs may deploy.
type BranchPolicy string

// Branch policies of an environment.
const (
	PolicyNone      BranchPolicy = ""
	PolicyProtected BranchPolicy = "protected branches"
	PolicyCustom    BranchPolicy = "selected branches and tags"
	PolicyUnread    BranchPolicy = "some branches or tags" // GraphQL tells only that there is one
)

// PolicyPattern is a name pattern of a custom policy.
type PolicyPattern struct {
	Name string
	Type string // branch or tag
}

// PendingDeployment is a run that waits for reviewers, as the token's owner sees it.
type PendingDeployment struct {
	RunID       int64
	Environment string
	Reviewers   []Reviewer
	CanApprove  bool
	WaitTimer   time.Duration
	WaitSince   time.Time
}
