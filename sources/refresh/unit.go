package refresh

import (
	"time"

	"gonogo/model"
)

// unit is one thing that is read on its own: a signal of a service, narrowed by a subject.
type unit struct {
	service *service
	signal  model.Signal
	subject string

	at       time.Time // when its facts were last known to be true; zero: never
	tried    time.Time
	until    time.Time // after a failure: not before then
	problem  model.Problem
	failures int
	moving   bool // what it told is about to change
	running  bool
	asked    bool      // as soon as possible
	wanted   time.Time // a person looks at it until then
	needed   bool      // the rules ask for it
	decides  bool      // a verdict depends on it
	rough    bool      // an overview told it, which lacks details and validators
	left     bool      // an overview could not tell it: REST does, or says why not
	waits    bool      // it can't be read before something else was
	first    time.Time // not before then: a fleet's start is spread
	jitter   float64   // of its intervals, around 1
	points   int       // of GraphQL that it cost when it was last read
}

// unchanging reports whether what was read stays true for ever: what lies between two commits, for one.
func (u *unit) unchanging() bool {
	switch u.signal {
	case model.SignalComparison, model.SignalCommit, model.SignalDispatch, model.SignalLog, signalHistory:
		return !u.at.IsZero()
	}
	return false
}

// base reports whether every service has it, whatever is known.
func (u *unit) base() bool {
	switch u.signal {
	case model.SignalRuns, model.SignalMarks, model.SignalSprint:
		return true
	case model.SignalRepository, model.SignalBranch, model.SignalReleases, model.SignalDeployments, model.SignalEnvironments:
		return true
	}
	return false
}

// rank orders what is due together: what decides most comes first.
func rank(s model.Signal) int {
	switch s {
	case model.SignalRepository:
		return 0
	case model.SignalDeployments:
		return 1
	case model.SignalReleases:
		return 2
	case model.SignalBranch:
		return 3
	case model.SignalCommitRuns, model.SignalCommitChecks, model.SignalComparison, model.SignalCommit:
		return 4
	case model.SignalPending, model.SignalJobs, model.SignalLog:
		return 5
	case model.SignalRuns:
		return 6
	case model.SignalEnvironments:
		return 7
	case model.SignalMarks:
		return 8
	case model.SignalReports, model.SignalArtifact:
		return 9
	}
	return 10
}

// service is one service and all that is read of it.
type service struct {
	config model.Service
	units  []*unit
	owned  bool // this process reads it in the background

	dirty      time.Time // news since then; zero: none
	touched    bool      // facts were found unchanged, or samples came
	assessed   time.Time
	validUntil time.Time
	decided    time.Time       // when its first synchronisation was over
	history    bool            // it is being filled in
	health     map[string]seen // by environment and check
	running    int
	remembered map[key]model.Read // what the cache says of each reading
	past       past
	tested     map[model.SHA]bool // commits whose tests matter: candidates and the branch's head
}

// key names a unit within its service.
type key struct {
	signal  model.Signal
	subject string
}

func newService(config model.Service) *service {
	s := &service{config: config}
	if config.Untrusted != "" {
		return s
	}
	for _, signal := range []model.Signal{
		model.SignalRepository, model.SignalBranch, model.SignalReleases, model.SignalDeployments, model.SignalEnvironments, model.SignalRuns, model.SignalMarks,
	} {
		s.unit(signal, "")
	}
	if config.DeployRepo() != config.Repo {
		s.unit(model.SignalRuns, deploySubject)
	}
	return s
}

// unit finds or adds one.
func (s *service) unit(signal model.Signal, subject string) *unit {
	for _, u := range s.units {
		if u.signal == signal && u.subject == subject {
			return u
		}
	}
	u := &unit{service: s, signal: signal, subject: subject, jitter: 1}
	u.seed(s.remembered[key{signal, subject}])
	s.units = append(s.units, u)
	return u
}

// news makes the service be assessed soon.
func (s *service) news(now time.Time) {
	if s.dirty.IsZero() {
		s.dirty = now
	}
}

// remember takes what the cache says of the service's readings.
func (s *service) remember(reads []model.Read) {
	s.remembered = make(map[key]model.Read, len(reads))
	for _, r := range reads {
		s.remembered[key{r.Signal, r.Subject}] = r
	}
}

// repo is where the unit is read.
func (u *unit) repo() model.Repo {
	switch {
	case u.subjectOf() == ofCoverage:
		return u.service.config.Repo
	case u.signal == model.SignalDeployments, u.signal == model.SignalEnvironments, u.signal == model.SignalPending,
		u.signal == model.SignalRuns && u.subject == deploySubject, u.signal == signalHistory:
		return u.service.config.DeployRepo()
	}
	return u.service.config.Repo
}

// seed takes what the cache remembers of the unit.
func (u *unit) seed(r model.Read) {
	u.at, u.tried, u.problem = r.At, r.TriedAt, r.Problem
	u.until = r.Until
}
