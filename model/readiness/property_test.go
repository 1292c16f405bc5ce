package readiness_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
)

// damage removes, ages or corrupts one fact that the verdict of production rests on in the world "everything". What is
// left out of the list rests on an argument: the branch's head matters only where there are no releases; an empty list
// that was read completely is a fact, not a gap.
type damage struct {
	name string
	do   func(f *readiness.Facts, now time.Time, pick func(n int) int)
}

var (
	shipped = sha("b14")
	runs    = sha("a13")
)

func damages() []damage {
	var all []damage
	reads := []model.Read{
		{Signal: model.SignalRepository}, {Signal: model.SignalReleases}, {Signal: model.SignalDeployments},
		{Signal: model.SignalEnvironments}, {Signal: model.SignalRuns}, {Signal: model.SignalMarks},
		{Signal: model.SignalCommitRuns, Subject: string(shipped)},
		{Signal: model.SignalCommitChecks, Subject: string(shipped)},
		{Signal: model.SignalReports, Subject: string(shipped)},
		{Signal: model.SignalReports, Subject: string(runs)},
		{Signal: model.SignalComparison, Subject: readiness.ComparisonSubject(runs, shipped)},
	}
	for _, r := range reads {
		onRead := func(name string, change func(*model.Read, time.Time, func(int) int)) {
			all = append(all, damage{fmt.Sprintf("%s %s", r.Signal, name), func(f *readiness.Facts, now time.Time, pick func(int) int) {
				for i := range f.Reads {
					if f.Reads[i].Signal == r.Signal && f.Reads[i].Subject == r.Subject {
						change(&f.Reads[i], now, pick)
					}
				}
			}})
		}
		onRead("never read", func(r *model.Read, _ time.Time, _ func(int) int) {
			*r = model.Read{Signal: r.Signal, Subject: r.Subject}
		})
		onRead("failing since ever", func(r *model.Read, now time.Time, pick func(int) int) {
			problems := []model.Problem{model.ProblemNetwork, model.ProblemServer, model.ProblemForbidden, model.ProblemMissing, model.ProblemMalformed, model.ProblemLimit, model.ProblemToken, model.ProblemUntrusted}
			*r = model.Read{Signal: r.Signal, Subject: r.Subject, TriedAt: now, Problem: problems[pick(len(problems))]}
		})
		onRead("from the future", func(r *model.Read, now time.Time, pick func(int) int) {
			r.At = now.Add(time.Minute + time.Second*time.Duration(1+pick(90000)))
		})
		if limit := r.Signal.MaxAge(); limit > 0 {
			onRead("stale", func(r *model.Read, now time.Time, pick func(int) int) {
				r.At = now.Add(-limit - time.Second*time.Duration(1+pick(900000)))
			})
		}
	}
	all = append(all, runDamages()...)
	all = append(all, deploymentDamages()...)
	all = append(all, sampleDamages()...)
	all = append(all, cutDamages()...)
	all = append(all, movingDamages()...)
	all = append(all, testsDamages()...)
	all = append(all, coverageDamages()...)
	all = append(all, unjudgedDamages()...)
	all = append(all, sprintDamages()...)
	all = append(all, markDamages()...)
	return append(all, []damage{
		{"a check is missing", func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Checks = nil }},
		{"a check has no conclusion", func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Checks[0].Conclusion = "" }},
		{"the newest release has no commit", func(f *readiness.Facts, _ time.Time, pick func(int) int) {
			f.Releases[0].SHA = garbage(pick)
		}},
		{"the comparison is missing", func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Comparisons = nil }},
		{"the comparison contradicts itself", func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Comparisons[0].Status = "behind" }},
		{"the comparison's status is not known", func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Comparisons[0].Status = "sideways" }},
		{"the changed paths are cut", func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Comparisons[0].PathsCut = true }},
		{"the changes are empty", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			f.Comparisons[0].Paths, f.Comparisons[0].Commits = nil, nil
		}},
		{"the zone of the freeze is not known", func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Freezes[0].Zone = "Mars/Olympus" }},
	}...)
}

// markDamages are refs that nobody has put there, or that say something else.
func markDamages() []damage {
	add := func(name string, marks ...operation.Mark) damage {
		return damage{name, func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Marks = append(f.Marks, marks...) }}
	}
	seen := func(kind operation.MarkKind, below string) operation.Mark {
		return operation.Mark{Kind: kind, Owner: "octocat", Ref: operation.RefFallback + below}
	}
	return []damage{
		add("production is locked", seen(operation.MarkLock, "lock/api/production")),
		add("production is held", seen(operation.MarkHold, "hold/api/production")),
		add("something is in the lock's way", operation.Flawed("refs/gonogo/lock/api", "", "it says something else than its name")),
		add("something is below the lock", operation.Flawed("refs/gonogo/lock/api/production/1", "", "it says something else than its name")),
		add("a lock says nothing", operation.Flawed("refs/gonogo/lock/api/production", "", "the mark holds no JSON")),
		add("a hold says nothing", operation.Flawed("refs/gonogo/hold/api/production", "", "the mark holds no JSON")),
		add("a veto says nothing", operation.Flawed("refs/gonogo/veto/api/"+string(shipped), "", "the mark holds no JSON")),
		{"the tick is missing", func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Marks = nil }},
		{"the tick is another release's", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			f.Marks[0].Ref = strings.Replace(f.Marks[0].Ref, string(shipped), string(runs), 1)
		}},
		{"the tick says nothing", func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Marks[0].Flaw = "the mark holds no JSON" }},
		{"not all refs are listed", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			for i := range f.Reads {
				f.Reads[i].Cut = f.Reads[i].Cut || f.Reads[i].Signal == model.SignalMarks
			}
		}},
	}
}

// garbage is something that is no commit.
func garbage(pick func(int) int) model.SHA {
	all := []model.SHA{"", "b14", model.SHA(string(shipped[:39]) + "g"), "HEAD", shipped + "0", "B140000000000000000000000000000000000000"}
	return all[pick(len(all))]
}

func runDamages() []damage {
	var all []damage
	for i, workflow := range []string{"ci.yml", "e2e.yml"} {
		on := func(name string, change func(*model.Run, func(int) int)) {
			all = append(all, damage{workflow + " " + name, func(f *readiness.Facts, _ time.Time, pick func(int) int) {
				if i < len(f.Runs) {
					change(&f.Runs[i], pick)
				}
			}})
		}
		on("of a fork", func(r *model.Run, _ func(int) int) { r.HeadRepo = "mallory/api" })
		on("of an unknown repository", func(r *model.Run, _ func(int) int) { r.HeadRepo = "" })
		on("by a pull request", func(r *model.Run, _ func(int) int) { r.Event = "pull_request" })
		on("on another commit", func(r *model.Run, pick func(int) int) { r.SHA = garbage(pick) })
		on("of another workflow", func(r *model.Run, _ func(int) int) { r.Workflow = ".github/workflows/nightly.yml" })
		on("without success", func(r *model.Run, pick func(int) int) {
			ends := []model.Conclusion{"", model.Failure, model.Cancelled, model.TimedOut, model.ActionRequired, model.Stale, model.StartupFailure, "superseded"}
			r.Conclusion = ends[pick(len(ends))]
		})
		on("not completed", func(r *model.Run, pick func(int) int) {
			states := []model.RunStatus{"", model.StatusQueued, model.StatusInProgress, model.StatusWaiting, "thinking"}
			r.Status = states[pick(len(states))]
		})
	}
	return append(all, damage{"runs are missing", func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Runs = nil }})
}

func deploymentDamages() []damage {
	var all []damage
	for i, env := range []string{"staging", "production"} {
		on := func(name string, change func(*model.Deployment, time.Time, func(int) int)) {
			all = append(all, damage{"deployment to " + env + " " + name, func(f *readiness.Facts, now time.Time, pick func(int) int) {
				change(&f.Deployments[i], now, pick)
			}})
		}
		on("without commit", func(d *model.Deployment, _ time.Time, pick func(int) int) { d.SHA = garbage(pick) })
		on("without statuses", func(d *model.Deployment, _ time.Time, _ func(int) int) {
			d.Statuses, d.StatusesRead = nil, false
		})
		on("that succeeds in the future", func(d *model.Deployment, now time.Time, pick func(int) int) {
			d.Statuses[len(d.Statuses)-1].At = now.Add(time.Hour * time.Duration(1+pick(100)))
		})
	}
	return all
}

// cutDamages cut a list short of what the verdict rests on.
func cutDamages() []damage {
	cut := func(f *readiness.Facts, signal model.Signal) {
		for i := range f.Reads {
			if f.Reads[i].Signal == signal {
				f.Reads[i].Cut = true
			}
		}
	}
	return []damage{
		{"releases cut before any", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			f.Releases = nil
			cut(f, model.SignalReleases)
		}},
		{"deployments cut before what runs in production", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			f.Deployments = slices.DeleteFunc(f.Deployments, func(d model.Deployment) bool { return d.Environment == "production" })
			cut(f, model.SignalDeployments)
		}},
		{"deployments cut before what runs in staging", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			f.Deployments = slices.DeleteFunc(f.Deployments, func(d model.Deployment) bool { return d.Environment == "staging" })
			cut(f, model.SignalDeployments)
		}},
		{"runs cut before any, and no ci: or checks:", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			f.Service.CI, f.Service.Checks, f.Runs = nil, nil, nil
			cut(f, model.SignalRuns)
		}},
		{"runs on the commit cut, and no ci:", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			f.Service.CI = nil
			cut(f, model.SignalCommitRuns)
		}},
		{"no release matches the tags", func(f *readiness.Facts, _ time.Time, _ func(int) int) { f.Service.Tags = "web/v*" }},
	}
}

// movingDamages let something move in production, or leave unknown whether it does.
func movingDamages() []damage {
	deploy := func(now time.Time, attempt int) model.Run {
		return model.Run{
			ID: 7000, Number: 7000, Attempt: attempt, Workflow: ".github/workflows/deploy.yml", Event: "workflow_dispatch", SHA: runs, Branch: "v2.13.2",
			HeadRepo: "acme/api", Status: model.StatusInProgress, CreatedAt: now.Add(-9 * 24 * time.Hour), StartedAt: now.Add(-time.Minute), UpdatedAt: now,
		}
	}
	part := func(now time.Time, id int64, states ...model.DeploymentState) model.Deployment {
		d := model.Deployment{ID: id, Environment: "production", SHA: runs, Ref: "v2.13.2", CreatedAt: now.Add(-time.Minute), UpdatedAt: now, StatusesRead: true, RunID: 7000}
		for _, s := range states {
			d.Statuses = append(d.Statuses, model.DeploymentStatus{State: s, At: d.CreatedAt.Add(time.Duration(len(d.Statuses)) * time.Second)})
		}
		return d
	}
	unfinished := []model.DeploymentState{model.DeploymentQueued, model.DeploymentPending, model.DeploymentWaiting, model.DeploymentInProgress, "thinking"}
	return []damage{
		{"an old deployment moved and was not read", func(f *readiness.Facts, now time.Time, pick func(int) int) {
			old := model.Deployment{ID: 1, Environment: "production", SHA: sha("a01"), CreatedAt: now.Add(-time.Hour * time.Duration(24*9+pick(1000)))}
			if pick(2) == 0 {
				old.UpdatedAt = now.Add(-time.Minute * time.Duration(pick(8*24*60-10)))
			}
			f.Deployments = append(f.Deployments, old)
		}},
		{"a later deployment was not read", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			late := f.Deployments[1]
			late.ID, late.Statuses, late.StatusesRead, late.CreatedAt = 1, nil, false, late.CreatedAt.Add(time.Second)
			late.UpdatedAt = late.CreatedAt
			f.Deployments = append(f.Deployments, late)
		}},
		{"the run of what runs is run again", func(f *readiness.Facts, now time.Time, pick func(int) int) {
			f.Deployments[1].RunID = 7000
			f.Runs = append(f.Runs, deploy(now, 2+pick(3)))
		}},
		{"a re-run deploys what runs once more", func(f *readiness.Facts, now time.Time, pick func(int) int) {
			f.Deployments[1].RunID = 7000
			f.Runs = append(f.Runs, deploy(now, 2))
			f.Deployments = append(f.Deployments, part(now, 2000, unfinished[pick(len(unfinished))]))
		}},
		{"a matrix is half done", func(f *readiness.Facts, now time.Time, pick func(int) int) {
			f.Runs = append(f.Runs, deploy(now, 1))
			f.Deployments = append(f.Deployments, part(now, 2000, model.DeploymentInProgress, model.DeploymentSuccess), part(now, 2001, unfinished[pick(len(unfinished))]))
		}},
		{"a matrix is half read", func(f *readiness.Facts, now time.Time, _ func(int) int) {
			rest := part(now, 2001)
			rest.StatusesRead = false
			f.Deployments = append(f.Deployments, part(now, 2000, model.DeploymentInProgress, model.DeploymentSuccess), rest)
		}},
		{"another app failed under the check's name", func(f *readiness.Facts, now time.Time, _ func(int) int) {
			other := f.Checks[0]
			other.App, other.Conclusion, other.StartedAt = "another", model.Failure, now.Add(-24*time.Hour)
			f.Checks = append(f.Checks, other)
		}},
	}
}

// testsDamages take what is known of the tests away, or let one of them fail.
func testsDamages() []damage {
	var all []damage
	on := func(name string, change func(f *readiness.Facts, t *model.Tests, pick func(int) int)) {
		all = append(all, damage{"tests " + name, func(f *readiness.Facts, _ time.Time, pick func(int) int) {
			for i := range f.Tests {
				change(f, &f.Tests[i], pick)
			}
		}})
	}
	on("missing", func(f *readiness.Facts, _ *model.Tests, _ func(int) int) { f.Tests = nil })
	on("of another commit", func(_ *readiness.Facts, t *model.Tests, pick func(int) int) { t.SHA = garbage(pick) })
	on("of a run on another commit", func(f *readiness.Facts, t *model.Tests, _ func(int) int) {
		f.Runs = append(f.Runs, model.Run{ID: 99, Workflow: ".github/workflows/nightly.yml", Event: "schedule", SHA: runs, HeadRepo: "acme/api", Status: model.StatusCompleted, Conclusion: model.Success})
		t.Sources[0].Run = 99
	})
	on("of a fork's run", func(f *readiness.Facts, t *model.Tests, _ func(int) int) {
		f.Runs = append(f.Runs, model.Run{ID: 99, Workflow: ".github/workflows/ci.yml", Event: "push", SHA: shipped, HeadRepo: "mallory/api", Status: model.StatusCompleted, Conclusion: model.Success})
		t.Sources[0].Run = 99
	})
	on("from nowhere", func(_ *readiness.Facts, t *model.Tests, _ func(int) int) { t.Sources = nil })
	on("failed", func(_ *readiness.Facts, t *model.Tests, pick func(int) int) {
		if pick(2) == 0 {
			t.Counts.Errored += 1 + pick(1000)
		} else {
			t.Counts.Failed += 1 + pick(1000)
		}
	})
	on("none of which ran", func(_ *readiness.Facts, t *model.Tests, pick func(int) int) {
		t.Counts = model.TestCounts{Skipped: pick(1000)}
	})
	on("that can't be", func(_ *readiness.Facts, t *model.Tests, pick func(int) int) {
		for _, n := range []*int{&t.Counts.Passed, &t.Counts.Failed, &t.Counts.Errored, &t.Counts.Skipped}[pick(4):] {
			*n = -1 - pick(1000)
		}
	})
	on("that name a failure and count none", func(_ *readiness.Facts, t *model.Tests, _ func(int) int) {
		t.Broken = []model.TestCase{{Name: "TestPay", Outcome: model.TestFailed}}
	})
	on("cut", func(_ *readiness.Facts, t *model.Tests, _ func(int) int) { t.Cut = true })
	on("not read in full", func(f *readiness.Facts, _ *model.Tests, _ func(int) int) {
		f.ReportFlaws = append(f.ReportFlaws, model.ReportProblem{SHA: shipped, Kind: "tests", Why: "it ends in the middle", Lost: true})
	})
	all = append(all, damage{"a run that ended after the reports were read", func(f *readiness.Facts, now time.Time, pick func(int) int) {
		for i := range f.Reads {
			if f.Reads[i].Signal == model.SignalReports {
				f.Reads[i].At = f.Runs[0].UpdatedAt.Add(-time.Second * time.Duration(1+pick(100000)))
			}
		}
	}})
	return all
}

// unjudgedDamages configure what no gate judges yet.
func unjudgedDamages() []damage {
	production := func(f *readiness.Facts) *model.Environment { return f.Service.Environment("production") }
	all := []damage{
		{"the gate tests required, and no reports configured", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			f.Service.Tests = nil
			production(f).Gates = map[model.Gate]model.Level{model.GateTests: model.Required}
		}},
		{"the gate coverage required, and none configured", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			f.Service.Coverage, f.Coverage = nil, nil
			production(f).Gates = map[model.Gate]model.Level{model.GateCoverage: model.Required}
		}},
		{"the gate checklist required, and no checklist configured", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			production(f).Checklist, production(f).Gates = nil, map[model.Gate]model.Level{model.GateChecklist: model.Required}
		}},
		{"another item on the checklist", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			production(f).Checklist = append(production(f).Checklist, "support was told")
		}},
		{"an artifact configured", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			f.Service.Artifact = &model.ArtifactRule{Actions: "image"}
		}},
	}
	return all
}

// coverageDamages take what is known of the coverage away, or let it fall below what is wanted.
func coverageDamages() []damage {
	var all []damage
	on := func(name string, change func(f *readiness.Facts, c *model.Coverage, pick func(int) int)) {
		all = append(all, damage{"coverage " + name, func(f *readiness.Facts, _ time.Time, pick func(int) int) {
			for i := range f.Coverage {
				if f.Coverage[i].SHA == shipped {
					change(f, &f.Coverage[i], pick)
					return
				}
			}
		}})
	}
	on("missing", func(f *readiness.Facts, _ *model.Coverage, _ func(int) int) { f.Coverage = nil })
	on("of another commit", func(_ *readiness.Facts, c *model.Coverage, pick func(int) int) { c.SHA = garbage(pick) })
	on("of a fork's run", func(f *readiness.Facts, c *model.Coverage, _ func(int) int) {
		f.Runs = append(f.Runs, model.Run{ID: 99, Workflow: ".github/workflows/ci.yml", Event: "push", SHA: shipped, HeadRepo: "mallory/api", Status: model.StatusCompleted, Conclusion: model.Success})
		c.Sources[0].Run = 99
	})
	on("from nowhere", func(_ *readiness.Facts, c *model.Coverage, _ func(int) int) { c.Sources = nil })
	on("stated only", func(_ *readiness.Facts, c *model.Coverage, _ func(int) int) { c.Origin = model.CoverageStatus })
	on("below what is wanted", func(_ *readiness.Facts, c *model.Coverage, pick func(int) int) { c.Lines.Hit = pick(800) })
	on("fallen too far", func(f *readiness.Facts, c *model.Coverage, pick func(int) int) {
		for i := range f.Coverage {
			f.Coverage[i].Lines.Hit = 1000
		}
		c.Lines.Hit = 800 + pick(190)
	})
	on("that can't be", func(_ *readiness.Facts, c *model.Coverage, pick func(int) int) {
		c.Lines = []model.Covered{{}, {Hit: 5}, {Hit: 1001, Total: 1000}, {Hit: -1, Total: -1}, {Hit: -1, Total: 100}}[pick(5)]
	})
	on("cut", func(_ *readiness.Facts, c *model.Coverage, _ func(int) int) { c.Cut = true })
	for _, of := range []model.SHA{shipped, runs} {
		all = append(all, damage{"coverage of " + string(of[:3]) + " not read in full", func(f *readiness.Facts, _ time.Time, _ func(int) int) {
			f.ReportFlaws = append(f.ReportFlaws, model.ReportProblem{SHA: of, Kind: "coverage", Why: "it ends in the middle", Lost: true})
		}})
	}
	return all
}

// sprintDamages require the sprint in production and take away, age or spoil what is known of it.
func sprintDamages() []damage {
	var all []damage
	on := func(name string, do func(f *readiness.Facts, r *model.Read, now time.Time, pick func(int) int)) {
		all = append(all, damage{"the sprint is required and " + name, func(f *readiness.Facts, now time.Time, pick func(int) int) {
			f.Service.Environment("production").Gates = map[model.Gate]model.Level{model.GateSprint: model.Required}
			for i := range f.Reads {
				if f.Reads[i].Signal == model.SignalSprint {
					do(f, &f.Reads[i], now, pick)
				}
			}
		}})
	}
	blocker := func(repo model.Repo) model.Item {
		return model.Item{ID: "blocker", Sprint: "Sprint 14", Repo: repo, Number: 419, State: "open", Blocker: true, Detailed: true}
	}
	on("no board is configured", func(f *readiness.Facts, _ *model.Read, _ time.Time, _ func(int) int) { f.Sprint = nil })
	on("never read", func(_ *readiness.Facts, r *model.Read, _ time.Time, _ func(int) int) { r.At = time.Time{} })
	on("stale", func(_ *readiness.Facts, r *model.Read, now time.Time, pick func(int) int) {
		r.At = now.Add(-2*time.Hour - time.Second*time.Duration(1+pick(900000)))
	})
	on("from the future", func(_ *readiness.Facts, r *model.Read, now time.Time, pick func(int) int) {
		r.At = now.Add(time.Minute + time.Second*time.Duration(1+pick(90000)))
	})
	on("its board is missing", func(f *readiness.Facts, _ *model.Read, _ time.Time, _ func(int) int) { f.Board = nil })
	on("its board has no sprints", func(f *readiness.Facts, _ *model.Read, _ time.Time, _ func(int) int) { f.Board.Sprints = nil })
	on("its sprint is over", func(f *readiness.Facts, _ *model.Read, now time.Time, _ func(int) int) { f.Board.Sprints[0].End = now })
	on("its items are cut", func(f *readiness.Facts, _ *model.Read, _ time.Time, _ func(int) int) { f.Board.Cut = true })
	on("has a blocker", func(f *readiness.Facts, _ *model.Read, _ time.Time, _ func(int) int) {
		f.Board.Items = append(f.Board.Items, blocker(f.Service.Repo))
	})
	on("has a draft that blocks", func(f *readiness.Facts, _ *model.Read, _ time.Time, _ func(int) int) {
		f.Board.Items = append(f.Board.Items, blocker(model.Repo{}))
	})
	on("an item's labels were not read", func(f *readiness.Facts, _ *model.Read, _ time.Time, _ func(int) int) {
		item := blocker(f.Service.Repo)
		item.Blocker, item.Detailed = false, false
		f.Board.Items = append(f.Board.Items, item)
	})
	return all
}

func sampleDamages() []damage {
	var all []damage
	for _, env := range []string{"staging", "production"} {
		on := func(name string, change func(*model.Sample, time.Time, func(int) int)) {
			all = append(all, damage{"samples of " + env + " " + name, func(f *readiness.Facts, now time.Time, pick func(int) int) {
				n := pick(1 << 20)
				for i := range f.Samples {
					if f.Samples[i].Environment == env {
						change(&f.Samples[i], now, func(int) int { return n })
					}
				}
			}})
		}
		on("missing", func(s *model.Sample, _ time.Time, _ func(int) int) { s.Environment = "elsewhere" })
		on("of another check", func(s *model.Sample, _ time.Time, _ func(int) int) { s.Check = "tcp" })
		on("stale", func(s *model.Sample, now time.Time, pick func(int) int) {
			s.At = s.At.Add(-91*time.Second - time.Second*time.Duration(pick(0)))
		})
		on("from the future", func(s *model.Sample, now time.Time, pick func(int) int) {
			s.At = now.Add(2*time.Minute + time.Second*time.Duration(pick(0)))
		})
		on("of no known state", func(s *model.Sample, _ time.Time, pick func(int) int) {
			s.State = model.HealthState([]int{0, -1, 6, 99}[pick(0)%4])
		})
		on("of another version", func(s *model.Sample, _ time.Time, _ func(int) int) { s.Version = "1.0.0" })
	}
	return all
}

func everything(t testing.TB) *situation {
	s, _ := load(t, "../../testdata/situations/everything.yml")
	return s
}

// TestDamagedFactsAreNeverGo: missing, stale or malformed is never GO.
func TestDamagedFactsAreNeverGo(t *testing.T) {
	s := everything(t)
	whole := readiness.Assess(s.facts(), s.Now)
	if e := whole.Environment("production"); e.Verdict != model.Go || e.NotApplicable > 0 || e.Warnings > 0 {
		t.Fatalf("the world before any damage must be GO with every gate judged, is %s with %d n/a: %s", e.Verdict, e.NotApplicable, e.Headline)
	}
	all := damages()
	refuse := func(t interface{ Errorf(string, ...any) }, names []string, f readiness.Facts) {
		a := readiness.Assess(f, s.Now)
		if a.Verdict == model.Go || a.Verdict == model.UpToDate {
			t.Errorf("%v: the service is %s: %s", names, a.Verdict, a.Headline)
		}
		for _, e := range a.Environments {
			if here := e.Current; here.Known && !here.None && len(here.Release.SHA) != 40 {
				t.Errorf("%v: %s is said to run %q, which is no commit", names, e.Name, here.Release.SHA)
			}
		}
		if e := a.Environment("production"); e != nil && (e.Verdict == model.Go || e.Verdict == model.UpToDate) {
			t.Errorf("%v: production is %s: %s", names, e.Verdict, e.Headline)
		}
	}
	for _, d := range all { // each alone, a few times
		for range 5 {
			f := s.facts()
			d.do(&f, s.Now, rand.IntN)
			refuse(t, []string{d.name}, f)
		}
	}
	rapid.Check(t, func(t *rapid.T) { // and in any company
		f := s.facts()
		var names []string
		for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(all)-1), 1, 6, rapid.ID[int]).Draw(t, "damages") {
			func() {
				defer func() { // one damage may have taken what another would change
					if r := recover(); r != nil {
						if _, ours := r.(runtime.Error); !ours {
							panic(r)
						}
					}
				}()
				all[i].do(&f, s.Now, func(n int) int { return rapid.IntRange(0, max(0, n-1)).Draw(t, "pick") })
				names = append(names, all[i].name)
			}()
		}
		if len(names) > 0 {
			refuse(t, names, f)
		}
	})
}

func corpus(t testing.TB) []*situation {
	files, err := filepath.Glob("../../testdata/situations/*.yml")
	if err != nil {
		t.Fatal(err)
	}
	var all []*situation
	for _, file := range files {
		s, _ := load(t, file)
		all = append(all, s)
	}
	return all
}

// TestOrderOfFactsDecidesNothing: lists come in any order, and the answer is the same, twice.
func TestOrderOfFactsDecidesNothing(t *testing.T) {
	for _, s := range corpus(t) {
		f := s.facts()
		want := tell(readiness.Assess(f, s.Now))
		needs := readiness.Needs(f, s.Now)
		for seed := range uint64(4) {
			r := rand.New(rand.NewPCG(seed, 7))
			g := s.facts()
			shuffle(r, g.Releases)
			shuffle(r, g.Deployments)
			shuffle(r, g.Runs)
			shuffle(r, g.Checks)
			shuffle(r, g.Comparisons)
			shuffle(r, g.Protections)
			shuffle(r, g.Marks)
			shuffle(r, g.Samples)
			if g.Board != nil {
				shuffle(r, g.Board.Items)
				shuffle(r, g.Board.Sprints)
			}
			shuffle(r, g.Tests)
			shuffle(r, g.Coverage)
			shuffle(r, g.ReportFlaws)
			shuffle(r, g.Reads)
			if got := tell(readiness.Assess(g, s.Now)); got != want {
				t.Fatalf("in another order the rules say\n%s\nnot\n%s", got, want)
			}
			if got := readiness.Needs(g, s.Now); !reflect.DeepEqual(got, needs) {
				t.Fatalf("in another order other things are needed: %v, not %v", got, needs)
			}
		}
		if !reflect.DeepEqual(f, s.facts()) {
			t.Fatalf("assessing changed the facts of\n%s", want)
		}
	}
}

func shuffle[T any](r *rand.Rand, list []T) {
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// TestAFailureNeverHelps: a failed run of a required workflow on the candidate improves no verdict.
func TestAFailureNeverHelps(t *testing.T) {
	for _, s := range corpus(t) {
		f := s.facts()
		before := readiness.Assess(f, s.Now)
		for _, e := range before.Environments {
			if !e.Candidate.Exists() || len(f.Service.CI) == 0 {
				continue
			}
			g := s.facts()
			g.Runs = append(g.Runs, model.Run{
				ID: 9999, Workflow: ".github/workflows/" + f.Service.CI[0], Event: "push", SHA: e.Candidate.Release.SHA, HeadRepo: "acme/api",
				Status: model.StatusCompleted, Conclusion: model.Failure, CreatedAt: s.Now.Add(-time.Second), StartedAt: s.Now.Add(-time.Second), Attempt: 1,
			})
			after := readiness.Assess(g, s.Now)
			if got := after.Environment(e.Name); e.Verdict.Worse(got.Verdict) {
				t.Errorf("%s went from %s to %s by a failed run: %s", e.Name, e.Verdict, got.Verdict, got.Headline)
			}
		}
	}
}

// TestAFailedTestNeverHelps: one more failed test on the candidate improves no verdict, whatever else is known.
func TestAFailedTestNeverHelps(t *testing.T) {
	for _, s := range corpus(t) {
		f := s.facts()
		before := readiness.Assess(f, s.Now)
		for _, e := range before.Environments {
			for i := range f.Tests {
				if f.Tests[i].SHA != e.Candidate.Release.SHA {
					continue
				}
				g := s.facts()
				g.Tests[i].Counts.Failed++
				after := readiness.Assess(g, s.Now)
				if got := after.Environment(e.Name); e.Verdict.Worse(got.Verdict) {
					t.Errorf("%s went from %s to %s by a failed test: %s", e.Name, e.Verdict, got.Verdict, got.Headline)
				}
			}
		}
	}
}

// TestRoundingNeverPasses: the verdict is that of exact counts, and the figure that is printed never contradicts it.
func TestRoundingNeverPasses(t *testing.T) {
	s, _ := load(t, "../../testdata/situations/coverage-below-minimum.yml")
	rapid.Check(t, func(t *rapid.T) {
		f := s.facts()
		total := rapid.IntRange(1, 3_000_000).Draw(t, "lines")
		tenths := rapid.IntRange(0, 1000).Draw(t, "minimum, tenths of a percent")
		need := (tenths*total + 999) / 1000
		hit := min(max(need+rapid.IntRange(-2, 2).Draw(t, "off"), 0), total)
		minimum := float64(tenths) / 10
		f.Service.Coverage = &model.CoverageRule{Minimum: &minimum}
		for i := range f.Coverage {
			f.Coverage[i].Lines = model.Covered{Hit: hit, Total: total}
		}
		a := readiness.Assess(f, s.Now)
		found := a.Environment("production").Finding(model.GateCoverage)
		if enough := 1000*hit >= tenths*total; enough != (found.Result == model.Pass) || !enough && found.Result != model.Fail {
			t.Fatalf("%d of %d lines against %v %% is %s: %s", hit, total, minimum, found.Result, found.Why)
		}
		var printed float64
		if n, err := fmt.Sscanf(string(found.Why), "%f %% of lines", &printed); n != 1 {
			t.Fatalf("%s: %v", found.Why, err)
		}
		if (printed >= minimum) != (found.Result == model.Pass) {
			t.Fatalf("%d of %d lines are printed as %v beside %v: %s", hit, total, printed, minimum, found.Why)
		}
		if found.Result == model.Fail {
			if want := fmt.Sprintf(": %d line", need-hit); !strings.Contains(string(found.Why), want) {
				t.Fatalf("%d of %d lines, %d needed: %s", hit, total, need, found.Why)
			}
		}
	})
}

// TestMoreCoverageNeverHurts: one more covered line makes no verdict worse, one fewer none better.
func TestMoreCoverageNeverHurts(t *testing.T) {
	for _, s := range corpus(t) {
		f := s.facts()
		before := readiness.Assess(f, s.Now)
		for i := range f.Coverage {
			for _, e := range before.Environments {
				if f.Coverage[i].SHA != e.Candidate.Release.SHA || f.Coverage[i].Lines.Total == 0 {
					continue
				}
				for _, by := range []int{1, -1, 100, -100} {
					g := s.facts()
					g.Coverage[i].Lines.Hit = min(max(g.Coverage[i].Lines.Hit+by, 0), g.Coverage[i].Lines.Total)
					after := readiness.Assess(g, s.Now)
					got := after.Environment(e.Name)
					if by > 0 && got.Verdict.Worse(e.Verdict) || by < 0 && e.Verdict.Worse(got.Verdict) {
						t.Errorf("%s went from %s to %s by %d lines: %s", e.Name, e.Verdict, got.Verdict, by, got.Headline)
					}
				}
			}
		}
	}
}

// outcome is an assessment without its sentences, whose ages move on.
func outcome(a readiness.Assessment) string {
	out := fmt.Sprint(a.Verdict, a.Worst)
	for _, e := range a.Environments {
		out += fmt.Sprint("\n", e.Name, e.Verdict, e.Current.Title(), e.Candidate.Release.Title(), e.Health.State, e.Lane.State)
		for _, f := range e.Findings {
			out += fmt.Sprint(" ", f.Gate, f.Result)
		}
		for _, t := range e.Targets {
			out += fmt.Sprint(" ", t.Release.Title(), t.Eligible)
		}
	}
	return out
}

// TestValidUntil: until then time alone changes no result; afterwards a summary claims nothing.
func TestValidUntil(t *testing.T) {
	all := corpus(t)
	rapid.Check(t, func(t *rapid.T) {
		s := all[rapid.IntRange(0, len(all)-1).Draw(t, "situation")]
		f := s.facts()
		now := s.Now.Add(time.Duration(rapid.Int64Range(0, int64(3*time.Hour)).Draw(t, "later")))
		a := readiness.Assess(f, now)
		if !a.ValidUntil.After(now) {
			t.Fatalf("an assessment of %s is valid until %s", now, a.ValidUntil)
		}
		within := time.Duration(rapid.Int64Range(0, int64(a.ValidUntil.Sub(now))-1).Draw(t, "within"))
		for _, d := range []time.Duration{within, a.ValidUntil.Sub(now) - 1} {
			if got := outcome(readiness.Assess(f, now.Add(d))); got != outcome(a) {
				t.Fatalf("%s after an assessment that is valid for %s:\n%s\nwas\n%s", d, a.ValidUntil.Sub(now), got, outcome(a))
			}
		}
		summary := a.Summary()
		if kept := summary.Demote(now.Add(within)); !reflect.DeepEqual(kept, summary) {
			t.Fatalf("a valid summary was demoted to %v", kept)
		}
		late := summary.Demote(a.ValidUntil.Add(time.Duration(rapid.Int64Range(0, int64(100*time.Hour)).Draw(t, "late"))))
		claims := []model.Verdict{model.UpToDate, model.Go, model.Waiting}
		if slices.Contains(claims, late.Verdict) {
			t.Fatalf("an expired summary says %s", late.Verdict)
		}
		for i, e := range late.Environments {
			if slices.Contains(claims, e.Verdict) || e.Health == model.Healthy || e.Moving {
				t.Fatalf("an expired summary says %s, %s of %s", e.Verdict, e.Health, e.Name)
			}
			if summary.Environments[i].Verdict == model.NoGo && e.Verdict != model.NoGo {
				t.Fatalf("a NO-GO of %s was forgotten", e.Name)
			}
		}
	})
}

// TestUpToDateTakesFacts: UP TO DATE is only said where releases and the deployments of both environments were read, are
// fresh and could be mapped.
func TestUpToDateTakesFacts(t *testing.T) {
	s, _ := load(t, "../../testdata/situations/up-to-date.yml")
	if a := readiness.Assess(s.facts(), s.Now); a.Verdict != model.UpToDate {
		t.Fatalf("the world before any damage is %s: %s", a.Verdict, a.Headline)
	}
	check := func(name string, change func(f *readiness.Facts)) {
		f := s.facts()
		change(&f)
		a := readiness.Assess(f, s.Now)
		e := a.Environment("production")
		if a.Verdict == model.UpToDate || a.Verdict == model.Go || e != nil && (e.Verdict == model.UpToDate || e.Verdict == model.Go) {
			t.Errorf("%s: %s: %s", name, a.Verdict, a.Headline)
		}
	}
	for _, signal := range []model.Signal{model.SignalRepository, model.SignalReleases, model.SignalDeployments} {
		for name, at := range map[string]time.Time{
			"never read": {}, "stale": s.Now.Add(-7 * time.Hour), "from the future": s.Now.Add(time.Hour),
		} {
			check(string(signal)+" "+name, func(f *readiness.Facts) {
				for i := range f.Reads {
					if f.Reads[i].Signal == signal {
						f.Reads[i].At = at
					}
				}
			})
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, 1).Draw(t, "deployment")
		n := rapid.IntRange(0, 5).Draw(t, "garbage")
		check("a deployment without commit", func(f *readiness.Facts) { f.Deployments[i].SHA = garbage(func(int) int { return n }) })
		check("a deployment without statuses", func(f *readiness.Facts) {
			f.Deployments[i].Statuses, f.Deployments[i].StatusesRead = nil, false
		})
		f := s.facts() // production runs what staging runs, whatever the newest release is: only staging can't tell
		f.Releases[0].SHA = garbage(func(int) int { return n })
		if a := readiness.Assess(f, s.Now); a.Verdict != model.Undecided || a.Worst != "staging" {
			t.Errorf("a newest release without commit: %s: %s", a.Verdict, a.Headline)
		}
	})
}

// TestWhatIsStatedIsReadFreshOrNothing: a coverage that only a status states is GO by a fresh status of this commit alone.
func TestWhatIsStatedIsReadFreshOrNothing(t *testing.T) {
	s, _ := load(t, "../../testdata/situations/coverage-codecov.yml")
	if a := readiness.Assess(s.facts(), s.Now); a.Verdict != model.Go {
		t.Fatalf("the world before any damage is %s: %s", a.Verdict, a.Headline)
	}
	check := func(name string, change func(f *readiness.Facts)) {
		f := s.facts()
		change(&f)
		if a := readiness.Assess(f, s.Now); a.Verdict == model.Go || a.Verdict == model.UpToDate {
			t.Errorf("%s: %s: %s", name, a.Verdict, a.Headline)
		}
	}
	read := func(f *readiness.Facts, signal model.Signal, change func(*model.Read)) {
		for i := range f.Reads {
			if f.Reads[i].Signal == signal {
				change(&f.Reads[i])
			}
		}
	}
	for name, change := range map[string]func(*model.Read){
		"never read":      func(r *model.Read) { *r = model.Read{Signal: r.Signal, Subject: r.Subject} },
		"from the future": func(r *model.Read) { r.At = s.Now.Add(time.Hour) },
		"forbidden": func(r *model.Read) {
			*r = model.Read{Signal: r.Signal, Subject: r.Subject, TriedAt: s.Now, Problem: model.ProblemForbidden}
		},
	} {
		check("statuses "+name, func(f *readiness.Facts) { read(f, model.SignalCommitChecks, change) })
		check("reports "+name, func(f *readiness.Facts) { read(f, model.SignalReports, change) })
	}
	check("stale statuses", func(f *readiness.Facts) {
		read(f, model.SignalCommitChecks, func(r *model.Read) { r.At = s.Now.Add(-16 * time.Minute) })
	})
	check("no status", func(f *readiness.Facts) { f.Checks = nil })
	of := func(name string, change func(c *model.CommitCheck)) {
		check(name, func(f *readiness.Facts) {
			for i := range f.Checks {
				if f.Checks[i].SHA == shipped && f.Checks[i].Name == "codecov/project" {
					change(&f.Checks[i])
				}
			}
		})
	}
	of("a status of another commit", func(c *model.CommitCheck) { c.SHA = runs })
	of("a status of a part", func(c *model.CommitCheck) { c.Name = "codecov/project/web" })
	of("a figure of changed lines only", func(c *model.CommitCheck) { c.Name = "codecov/patch" })
	of("too low a figure", func(c *model.CommitCheck) { c.Summary = "79.99% (target 70.00%)" })
	of("an unfinished status", func(c *model.CommitCheck) { c.Status, c.Conclusion = model.StatusInProgress, "" })
	of("an unfinished status without a figure", func(c *model.CommitCheck) { c.Summary, c.Status, c.Conclusion = "", model.StatusInProgress, "" })
	of("no figure and no success", func(c *model.CommitCheck) { c.Summary, c.Conclusion = "No report found", "superseded" })
}
