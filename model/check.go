package model

import "time"

// CheckKind is what a check asks.
type CheckKind string

// The kinds of checks.
const (
	CheckHTTP       CheckKind = "http"
	CheckTCP        CheckKind = "tcp"
	CheckExec       CheckKind = "exec"
	CheckPrometheus CheckKind = "prometheus"
)

// Defaults of a check.
const (
	DefaultEvery    = 30 * time.Second
	DefaultTimeout  = 5 * time.Second
	DefaultFailures = 3
)

// Check is one question to an environment about its health.
type Check struct {
	ID       string // stable within the environment, from kind, target and position
	Name     string // how it is shown: the target unless named
	Kind     CheckKind
	Target   string   // URL, host:port, or Prometheus' URL
	Command  []string // exec: program and arguments, no shell
	Query    string   // prometheus
	Status   int      // http: expected status; 0: any 2xx
	JSON     []Expect // http: expected fields
	Degraded *float64 // http: seconds; prometheus: value; reached or exceeded counts
	// Unhealthy is the value of a query from which it is unhealthy.
	Unhealthy *float64
	Every     time.Duration
	Timeout   time.Duration
	MaxAge    time.Duration // older samples are stale
	Failures  int           // unhealthy samples in a row that fail a verification
	Required  bool          // false: informative
	Untrusted bool          // never run: it comes from a configuration that isn't trusted
}

// Expect is a JSON field and the value it must have. Version says that the value contains {{.Version}} or {{.SHA}}:
// another version there is progressing, never unhealthy.
type Expect struct {
	Path    string // dotted
	Value   string // may be a template
	Version bool
}

// HealthState is the state of a check or an environment.
type HealthState int

// Health states, best first; the worst required check decides.
const (
	Healthy HealthState = iota + 1
	Progressing
	Degraded
	HealthUnknown
	Unhealthy
)

// String is the state's word.
func (h HealthState) String() string {
	switch h {
	case Healthy:
		return "healthy"
	case Progressing:
		return "progressing"
	case Degraded:
		return "degraded"
	case Unhealthy:
		return "unhealthy"
	}
	return "unknown"
}

// Sample is one answer of a check.
type Sample struct {
	Service, Environment, Check string
	At                          time.Time
	State                       HealthState
	Latency                     time.Duration // zero where nothing was measured
	Value                       *float64      // a query's value
	Version                     Text          // what the version field said
	Reason                      Text          // why it isn't healthy
	// Unreachable says that the transport failed; it counts as unhealthy only if another target answered this process in
	// the same interval, else State is HealthUnknown already.
	Unreachable bool
	// Span is how long the sample stands for when thinned samples were merged: [At, At+Span]. Zero for a single one.
	Span time.Duration
}

// Health is the state of one environment or of one check in it.
type Health struct {
	State  HealthState
	Why    Text
	At     time.Time     // of the newest sample that decided; zero: never sampled
	Since  time.Time     // since when this state has been observed without a break
	Checks []CheckHealth // worst first; empty for a single check
	// Configured is false where the environment has no checks: health is n/a then, not unknown.
	Configured bool
}

// CheckHealth is a check and its newest sample.
type CheckHealth struct {
	Check  Check
	State  HealthState
	Why    Text
	Sample Sample // zero: never sampled
}
