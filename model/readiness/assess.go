package readiness

import (
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// Assess answers for every environment of a service: go or no-go, and why.
func Assess(f Facts, now time.Time) Assessment {
	a, _ := assess(&f, now)
	return a
}

func assess(f *Facts, now time.Time) (Assessment, *world) {
	m := momentAt(now)
	f.sorted = map[[2]string][]*model.Sample{}
	a := Assessment{Service: f.Service.Name, Repo: f.Service.Repo, At: now}
	var w *world
	switch verdict, why, settle := f.unreadable(); {
	case why != "":
		a.Verdict, a.Headline, a.Settle = verdict, why, settle
		a.Problem = f.Read(model.SignalRepository, "").Problem
		m.relied(f.Read(model.SignalRepository, "").At)
	case len(f.Service.Environments) == 0:
		a.Verdict, a.Headline, a.Settle = model.Undecided, "no environments are configured", "environments: in the configuration"
	default:
		w = newWorld(f, m)
		for i := range f.Service.Environments {
			a.Environments = append(a.Environments, w.within(m.scope(w.env(i).Name)).environment(i))
		}
		a.sum()
		a.Travels = w.travels()
		a.Problem = f.problem()
	}
	a.Notices = f.notices()
	for i := range a.Environments {
		m.relied(a.Environments[i].ReadAt)
	}
	a.ReadAt, a.ValidUntil = *m.read, *m.until
	return a, w
}

// unreadable is why a service as a whole can't be read. What may pass by itself is unknown, not an error.
func (f *Facts) unreadable() (model.Verdict, model.Text, model.Text) {
	r := f.Read(model.SignalRepository, "")
	repo := f.Service.Repo.String()
	switch r.Problem {
	case model.ProblemToken:
		return model.Erroneous, say("there is no valid token for %s", f.host()), say("gh auth login --hostname %s", f.host())
	case model.ProblemMissing:
		return model.Erroneous, say("%s doesn't exist, or the token may not see it", repo), "the right repo: in the configuration, or a token that may read it"
	case model.ProblemForbidden:
		return model.Erroneous, say("the token may not read %s", repo), say("give the token access to %s", repo)
	case model.ProblemUntrusted:
		return model.Erroneous, say("%s is not read until the configuration is trusted", repo), "gonogo trust"
	}
	switch {
	case !r.OK():
		return 0, "", "" // its lists say why
	case f.Repository.Archived:
		return model.Erroneous, say("%s is archived: no workflow runs there", repo), say("unarchive %s, or take it out of the configuration", repo)
	case f.Repository.Empty:
		return model.Erroneous, say("%s is empty: there is nothing to release", repo), say("a first commit in %s", repo)
	}
	return 0, "", ""
}

// problem is the worst problem of the lists that a verdict takes.
func (f *Facts) problem() model.Problem {
	for _, s := range []model.Signal{model.SignalRepository, model.SignalDeployments, model.SignalReleases, model.SignalRuns, model.SignalEnvironments, model.SignalBranch, model.SignalMarks} {
		if p := f.Read(s, "").Problem; p != model.NoProblem {
			return p
		}
	}
	return model.NoProblem
}

func (f *Facts) notices() []model.Text {
	var all []model.Text
	if now := f.Repository.FullName; now != "" && !strings.EqualFold(now, f.Service.Repo.FullName()) {
		all = append(all, say("%s was renamed to %s: write repo: %s", f.Service.Repo.FullName(), now, now))
	}
	return all
}

// environment answers for one environment.
func (w *world) environment(i int) Environment { return w.assessed(i, w.candidate(i)) }

// assessed answers for one environment and a release that could go there.
func (w *world) assessed(i int, candidate Candidate) Environment {
	env := w.env(i)
	e := Environment{Name: env.Name, GitHub: env.GitHub, Tier: env.Tier, Current: w.here[i], Candidate: candidate}
	aside := w.within(w.m.details())
	e.Lane = w.lane(i)
	e.Health = w.f.health(w.m, env, w.here[i], e.Lane.State == LaneRunning && !e.Lane.Anywhere)
	e.Targets = aside.targets(i)
	e.Expected = w.expected(i)
	if t, ok := w.testsOf(w.tested(e.Candidate.Release.SHA)); ok && e.Candidate.Exists() {
		e.Tests = &t
	}
	e.Findings = w.findings(i, &e)
	if _, d := w.readMarks(); d.none() && e.Candidate.Exists() {
		e.Checklist = w.checklist(i, e.Candidate.Release)
	}
	e.Ship = w.shipment(i, e.Candidate)
	e.Behind = aside.behind(i)
	e.AsOf = w.f.asOf(w.m)
	e.conclude()
	e.ReadAt = *w.m.read
	return e
}

// unjudged is what a gate says of a candidate that isn't known; the environment's headline says why it isn't.
const unjudged = "which release could go here isn't known"

// findings asks every gate that isn't off, in the order in which they are shown.
func (w *world) findings(i int, e *Environment) []model.Finding {
	r := e.Candidate.Release
	forRelease := func(gate func(int, model.Release) judged) func() judged {
		return func() judged {
			switch {
			case e.Candidate.Exists():
				return gate(i, r)
			case e.Candidate.Known:
				return judged{result: model.NotApplicable, why: "nothing to promote"}
			}
			return unknown(unjudged, e.Candidate.Settle, nil)
		}
	}
	gates := map[model.Gate]func() judged{
		model.GateCI:       forRelease(w.gateCI),
		model.GateTests:    forRelease(w.gateTests),
		model.GateBlackbox: forRelease(w.gateBlackbox),
		model.GateCoverage: func() (j judged) {
			e.Coverage, j = w.coverage(i, e.Candidate)
			return j
		},
		model.GateOrder:  forRelease(w.gateOrder),
		model.GateSoak:   forRelease(w.gateSoak),
		model.GateHealth: func() judged { return w.gateHealth(i, e.Health) },
		model.GateSprint: forRelease(w.gateSprint),
		model.GateFreeze: func() judged { return w.gateFreeze(i) },
		model.GateLane:   func() judged { return w.gateLane(i, e.Lane) },
		model.GateLock:   func() judged { return w.gateLock(i) },
		model.GateHold:   func() judged { return w.gateHold(i, e.Candidate) },
		model.GateRollback: forRelease(func(i int, _ model.Release) (j judged) {
			e.WayBack, j = w.gateRollback(i, e.Targets, e.Health)
			return j
		}),
		model.GateMigration: forRelease(w.gateMigration),
		model.GateApproval:  forRelease(w.gateApproval),
		model.GateChecklist: forRelease(w.gateChecklist),
	}
	var all []model.Finding
	for _, g := range model.Gates() {
		level := w.level(i, g)
		if level == model.Off {
			continue
		}
		j := gates[g]()
		all = append(all, model.Finding{Gate: g, Level: level, Result: j.result, Why: j.why, Evidence: j.seen, Settle: j.settle, Until: j.until})
	}
	return all
}

// conclude adds up the verdict: NO-GO if a required gate fails, else UNKNOWN if one is unknown, else WAIT if one waits,
// else GO.
func (e *Environment) conclude() {
	switch {
	case !e.Candidate.Known:
		e.Verdict, e.Headline = model.Undecided, e.Candidate.Why
		return
	case !e.Candidate.Exists():
		e.Verdict, e.Headline = model.UpToDate, e.Candidate.Why
		switch {
		case e.Health.State == model.Unhealthy:
			e.Headline += say("; it is unhealthy: %s", string(e.Health.Why))
		case unseen(&e.Health):
			e.Headline += "; health unknown"
		}
		e.Headline += aside(e.AsOf)
		return
	}
	worst, decisive, others := model.Pass, model.Text(""), 0
	var warning model.Text
	for _, f := range e.Findings {
		switch {
		case f.Result == model.NotApplicable:
			e.NotApplicable++
			continue
		case f.Result == model.Warn || f.Level != model.Required && f.Result == model.Fail:
			if e.Warnings++; warning == "" {
				warning = f.Why
			}
		}
		if f.Level != model.Required || f.Result <= model.Warn {
			continue
		}
		switch {
		case f.Result > worst:
			worst, decisive, others = f.Result, f.Why, 0
		case f.Result == worst:
			others++
		}
	}
	title := model.Text(e.Candidate.Release.Title())
	switch worst {
	case model.Fail:
		e.Verdict = model.NoGo
	case model.Unknown:
		e.Verdict = model.Undecided
	case model.Wait:
		e.Verdict = model.Waiting
	default:
		e.Verdict = model.Go
		decisive = title + " can go"
		switch {
		case e.Warnings == 1:
			decisive += "; a warning: " + warning
		case e.Warnings > 1:
			decisive += say("; %d warnings, the first: %s", e.Warnings, string(warning))
		}
		decisive += aside(e.AsOf)
	}
	if others > 0 {
		decisive += say("; and %s", count(others, "more gate"))
	}
	e.Headline = decisive
}

// sum makes the service's verdict: the worst of its environments', the first of equals; where nothing is to be promoted,
// an unhealthy one is named.
func (a *Assessment) sum() {
	worst := &a.Environments[0]
	for i := range a.Environments[1:] {
		e := &a.Environments[i+1]
		sicker := e.Health.State == model.Unhealthy && worst.Health.State != model.Unhealthy
		if e.Verdict.Worse(worst.Verdict) || worst.Verdict == model.UpToDate && (e.Verdict == model.Go || e.Verdict == model.UpToDate && sicker) {
			worst = e
		}
	}
	a.Verdict, a.Worst = worst.Verdict, worst.Name
	a.Headline = worst.Headline
	if !strings.HasPrefix(string(worst.Headline), worst.Name+" ") {
		a.Headline = model.Text(worst.Name) + ": " + worst.Headline
	}
	if worst.Verdict == model.UpToDate && worst.Health.State != model.Unhealthy && a.sameEverywhere() {
		a.Headline = say("%s runs everywhere, nothing newer", a.Environments[0].Current.Title())
		var blind []string
		for i := range a.Environments {
			if unseen(&a.Environments[i].Health) {
				blind = append(blind, a.Environments[i].Name)
			}
		}
		if len(blind) > 0 {
			a.Headline += say("; health of %s unknown", list(blind, 2))
		}
		a.Headline += aside(worst.AsOf)
	}
}

// aside is what a headline adds in brackets.
func aside(t model.Text) model.Text {
	if t == "" {
		return ""
	}
	return " (" + t + ")"
}

// unseen reports whether an environment's health is required, and not known.
func unseen(h *model.Health) bool {
	return h.State == model.HealthUnknown && slices.ContainsFunc(h.Checks, func(c model.CheckHealth) bool { return c.Check.Required })
}

func (a *Assessment) sameEverywhere() bool {
	for i := range a.Environments {
		if c := &a.Environments[i].Current; c.None || c.Release.SHA != a.Environments[0].Current.Release.SHA {
			return false
		}
	}
	return len(a.Environments) > 1
}

// With is the environment with a finding in the place of the one of the same gate, and its verdict added up anew: what was
// read since counts. A gate that is off stays off.
func (e Environment) With(now model.Finding) Environment {
	e.Findings = Replaced(e.Findings, now)
	e.Warnings, e.NotApplicable = 0, 0
	e.conclude()
	return e
}

// Replaced are findings with another one in the place of that of the same gate.
func Replaced(findings []model.Finding, now model.Finding) []model.Finding {
	findings = slices.Clone(findings)
	if i := slices.IndexFunc(findings, func(f model.Finding) bool { return f.Gate == now.Gate }); i >= 0 {
		findings[i] = now
	}
	return findings
}
