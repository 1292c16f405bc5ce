package readiness

import (
	"time"

	"gonogo/model"
)

// Summary is the compact form of an assessment: enough for the first frame, quick to store and to decode.
type Summary struct {
	Service      string
	Repo         model.Repo // where it is developed, as it is configured
	Verdict      model.Verdict
	Worst        string // environment that decides
	Headline     model.Text
	Problem      model.Problem
	At           time.Time
	ValidUntil   time.Time
	ReadAt       time.Time
	Environments []EnvSummary
	Travels      []Travel // the sprint's changes that were merged into the service's repository
}

// EnvSummary is one cell of the matrix.
type EnvSummary struct {
	Name     string
	GitHub   string // its name on GitHub
	Tier     model.Tier
	Verdict  model.Verdict
	Headline model.Text

	Known   bool       // what runs is known
	None    bool       // known that nothing ever succeeded here
	Version model.Text // what runs: its tag or short commit; empty where nothing does or it isn't known
	SHA     model.SHA
	Since   time.Time
	Partly  model.Text // "possibly partly v2.14.0": that version

	Candidate    model.Text
	CandidateSHA model.SHA

	Health           model.HealthState
	HealthConfigured bool
	HealthWhy        model.Text
	HealthAt         time.Time
	HealthSince      time.Time

	BehindKnown   bool
	BehindAtLeast bool
	Behind        int

	Coverage CoverageSummary

	NotApplicable int
	Warnings      int
	Moving        bool // a deployment is queued or under way
	ReadAt        time.Time
}

// Summary is the compact form of the assessment.
func (a *Assessment) Summary() Summary {
	s := Summary{
		Service: a.Service, Repo: a.Repo, Travels: a.Travels, Verdict: a.Verdict, Worst: a.Worst, Headline: a.Headline, Problem: a.Problem,
		At: a.At, ValidUntil: a.ValidUntil, ReadAt: a.ReadAt,
	}
	if len(a.Environments) > 0 {
		s.Environments = make([]EnvSummary, len(a.Environments))
	}
	for i := range a.Environments {
		s.Environments[i] = a.Environments[i].summary()
	}
	return s
}

func (e *Environment) summary() EnvSummary {
	s := EnvSummary{
		Name: e.Name, GitHub: e.GitHub, Tier: e.Tier, Verdict: e.Verdict, Headline: e.Headline,
		Known: e.Current.Known, None: e.Current.None, Since: e.Current.Since,
		Health: e.Health.State, HealthConfigured: e.Health.Configured, HealthWhy: e.Health.Why,
		HealthAt: e.Health.At, HealthSince: e.Health.Since,
		BehindKnown: e.Behind.Known, BehindAtLeast: e.Behind.AtLeast, Behind: e.Behind.Commits,
		Coverage:      e.coverageSummary(),
		NotApplicable: e.NotApplicable, Warnings: e.Warnings, Moving: e.Lane.Moving(), ReadAt: e.ReadAt,
	}
	if e.Current.Known && !e.Current.None {
		s.Version, s.SHA = model.Text(e.Current.Release.Title()), e.Current.Release.SHA
		s.Partly = model.Text(e.Current.Partly.Title())
	}
	if e.Candidate.Exists() {
		s.Candidate, s.CandidateSHA = model.Text(e.Candidate.Release.Title()), e.Candidate.Release.SHA
	}
	return s
}

// Expired reports whether time alone may have changed what the summary says, or the clock was set back behind it.
func (s Summary) Expired(now time.Time) bool {
	return !now.Before(s.ValidUntil) || s.At.After(now.Add(clockSlack))
}

// Demote is the summary as it may still be shown at now. Once it has expired nothing in it is GO, UP TO DATE or WAIT
// any more: those become UNKNOWN, with the age of the facts. NO-GO and error stay, with their age.
func (s Summary) Demote(now time.Time) Summary {
	if !s.Expired(now) {
		return s
	}
	envs := make([]EnvSummary, len(s.Environments))
	for i, e := range s.Environments {
		envs[i] = e.demote(now)
	}
	if s.Environments != nil {
		s.Environments = envs
	}
	s.Verdict, s.Headline = demoted(s.Verdict, s.Headline, s.ReadAt, now)
	return s
}

func (e EnvSummary) demote(now time.Time) EnvSummary {
	e.Verdict, e.Headline = demoted(e.Verdict, e.Headline, e.ReadAt, now)
	e.Moving = false
	e.Coverage = e.Coverage.demote()
	if e.HealthConfigured && e.Health != model.Unhealthy && e.Health != model.HealthUnknown && e.Health != 0 {
		e.HealthWhy = model.Text("was " + e.Health.String() + " when last asked, " + ago(e.HealthAt, now))
		e.Health = model.HealthUnknown
	}
	return e
}

func demoted(v model.Verdict, headline model.Text, readAt, now time.Time) (model.Verdict, model.Text) {
	last := model.Text("never read")
	if !readAt.IsZero() {
		last = model.Text("last read " + ago(readAt, now))
	}
	switch v {
	case model.NoGo, model.Erroneous:
		return v, headline + " (" + last + ")"
	case model.UpToDate, model.Go, model.Waiting:
		return model.Undecided, last + "; it was " + model.Text(v.String()) + " then"
	}
	return model.Undecided, last
}
