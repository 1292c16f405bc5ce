package readiness

import (
	"time"

	"gonogo/model"
)

// doubt is why something can't be told: a sentence, and the one thing that would settle it. The zero doubt is none.
type doubt struct {
	why    model.Text
	settle model.Text
}

func (d doubt) none() bool { return d.why == "" }

// reading tells whether the facts of a signal may support a GO: they were read, and are fresh. What it finds is booked
// as relied on.
func (f *Facts) reading(m moment, s model.Signal, subject string) (model.Read, doubt) {
	r := f.Read(s, subject)
	fresh := m.fresh(r)
	if !fresh || moves(s) {
		m.relied(r.At)
	}
	m.ask(s, subject, fresh)
	if fresh {
		return r, doubt{}
	}
	what := called(s, subject)
	switch {
	case r.Problem == model.ProblemForbidden:
		return r, doubt{say("%s can't be read: the token lacks %s", what, f.permission(s)), say("give the token the permission %s", f.permission(s))}
	case r.Problem == model.ProblemToken:
		return r, doubt{say("%s can't be read: no valid token for %s", what, f.host()), say("gh auth login --hostname %s", f.host())}
	case r.Problem == model.ProblemUntrusted:
		return r, doubt{say("%s are not read until the configuration is trusted", what), "gonogo trust"}
	case r.OK() && r.At.After(m.now):
		return r, doubt{say("%s were read at a time that lies in the future", what), "set this machine's clock"}
	case r.OK() && r.Problem != model.NoProblem:
		return r, doubt{say("%s were last read %s: %s", what, ago(r.At, m.now), because(r)), settleBy(r, what)}
	case r.OK():
		return r, doubt{say("%s were last read %s", what, ago(r.At, m.now)), "reading " + model.Text(what) + " again"}
	case r.Problem != model.NoProblem:
		return r, doubt{say("%s could not be read: %s", what, because(r)), settleBy(r, what)}
	}
	return r, doubt{say("%s have not been read yet", what), "reading " + model.Text(what)}
}

// moves reports whether a signal's facts may change within the hour, so that their age is the verdict's. What rests
// (protection rules, what lies between two commits) is read seldom by design, and its age says nothing while it is fresh.
func moves(s model.Signal) bool {
	limit := s.MaxAge()
	return limit > 0 && limit <= time.Hour
}

// asOf says how old the facts are, where the last attempt to read what moves failed for want of an answer: what is still
// fresh enough for a verdict may have changed since. It is empty while GitHub answers.
func (f *Facts) asOf(m moment) model.Text {
	var oldest model.Read
	for i := range f.Reads {
		r := &f.Reads[i]
		if r.Subject != "" || !moves(r.Signal) || r.Signal == model.SignalHealth || !r.OK() || !r.TriedAt.After(r.At) || silence(r.Problem) == "" {
			continue
		}
		if oldest.At.IsZero() || r.At.Before(oldest.At) {
			oldest = *r
		}
	}
	if oldest.At.IsZero() || m.future(oldest.At) {
		return ""
	}
	age := m.now.Sub(oldest.At)
	m.reached(oldest.At.Add(age.Truncate(time.Minute) + time.Minute)) // then it is another minute
	when := "a moment ago"
	if age >= time.Minute {
		when = ago(oldest.At, m.now)
	}
	return say("as of %s; %s%s", when, f.host(), silence(oldest.Problem))
}

// silence goes on after the name of a host that can't be asked now; empty for a problem of another kind.
func silence(p model.Problem) string {
	switch p {
	case model.ProblemNetwork, model.ProblemTimeout:
		return " does not answer"
	case model.ProblemServer:
		return " answers with errors"
	case model.ProblemLimit:
		return "'s rate limit is used up"
	}
	return ""
}

func settleBy(r model.Read, what string) model.Text {
	switch r.Problem {
	case model.ProblemLimit:
		return "waiting for GitHub's limit to be lifted"
	case model.ProblemNetwork, model.ProblemTimeout:
		return "a connection to GitHub"
	case model.ProblemServer:
		return "GitHub answering again"
	}
	return model.Text("reading " + what + " again")
}

// because is a reading's own reason, or its problem in words.
func because(r model.Read) string {
	if r.Why != "" {
		return string(r.Why)
	}
	switch r.Problem {
	case model.ProblemNetwork:
		return "no answer from GitHub"
	case model.ProblemTimeout:
		return "no answer from GitHub in time"
	case model.ProblemServer:
		return "GitHub answered with an error"
	case model.ProblemLimit:
		return "GitHub's rate limit is used up"
	case model.ProblemMissing:
		return "GitHub knows nothing there (404)"
	case model.ProblemMalformed:
		return "GitHub's answer can't be understood"
	}
	return string(r.Problem)
}

// called is what a sentence calls a signal's facts, in the plural.
func called(s model.Signal, subject string) string {
	short := model.SHA(subject).Short()
	switch s {
	case model.SignalRepository:
		return "the repository's facts"
	case model.SignalBranch:
		return "the branch's commits"
	case model.SignalReleases:
		return "releases"
	case model.SignalDeployments:
		return "deployments"
	case model.SignalEnvironments:
		return "protection rules"
	case model.SignalRuns:
		return "runs"
	case model.SignalCommitRuns:
		return "runs on " + short
	case model.SignalCommitChecks:
		return "checks on " + short
	case model.SignalCommit:
		return "paths of " + short
	case model.SignalComparison:
		return "changes between " + comparisonName(subject)
	case model.SignalPending:
		return "pending reviews of run " + subject
	case model.SignalJobs:
		return "jobs of run " + subject
	case model.SignalMarks:
		return "locks, holds and vetoes"
	case model.SignalHealth:
		return "samples of " + subject
	case model.SignalSprint:
		return "the sprint board's items"
	case model.SignalReports:
		return "reports of " + short
	case model.SignalDispatch:
		file, sha := DispatchOf(subject)
		return "inputs of " + file + " at " + sha.Short()
	case model.SignalArtifact:
		return "artifacts of " + releaseOf(subject).Title()
	}
	return string(s)
}

// permission is the permission of a fine-grained token that a signal takes (GitHub REST docs, "Permissions required for
// fine-grained personal access tokens").
func (f *Facts) permission(s model.Signal) string {
	switch s {
	case model.SignalSprint:
		if f.Sprint != nil && f.Sprint.Milestones {
			return "Issues: read"
		}
		return "Projects: read"
	case model.SignalDeployments:
		return "Deployments: read"
	case model.SignalEnvironments, model.SignalRuns, model.SignalCommitRuns, model.SignalJobs, model.SignalPending, model.SignalReports:
		return "Actions: read"
	case model.SignalArtifact:
		if f.Service.Artifact != nil && f.Service.Artifact.Actions != "" {
			return "Actions: read"
		}
	case model.SignalCommitChecks:
		return "Checks: read and Commit statuses: read"
	case model.SignalRepository:
		return "Metadata: read"
	}
	return "Contents: read"
}

func (f *Facts) host() string {
	if f.Service.Repo.Host == "" {
		return "github.com"
	}
	return f.Service.Repo.Host
}

// evidence is what a finding was derived from, with the age and the request of its reading.
func evidence(what model.Text, url string, r model.Read) model.Evidence {
	return model.Evidence{What: what, URL: url, At: r.At, Request: r.Request}
}
