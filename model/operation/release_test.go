package operation_test

import (
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

func TestIdentifyRelease(t *testing.T) {
	plan := operation.Plan{
		ID: id, Kind: operation.Promote, Way: operation.ByRelease, Service: "api", Environment: "production", Release: model.Release{Tag: "v2.14.0", SHA: "aa"},
		Workflow: "publish.yml", Unfinished: []int64{7}, ReleaseID: 5, Actor: "mona",
	}
	public, prerelease := operation.ReleaseState{ID: 5}, operation.ReleaseState{ID: 5, Prerelease: true}
	run := func(change ...func(*model.Run)) model.Run {
		r := model.Run{ID: 8, Event: "release", Workflow: ".github/workflows/publish.yml", Branch: "v2.14.0", SHA: "aa", Actor: "mona", CreatedAt: noon.Add(2 * time.Second)}
		for _, c := range change {
			c(&r)
		}
		return r
	}
	runs := func(all ...model.Run) []model.Run { return all }
	by := func(who model.Text) func(*model.Run) { return func(r *model.Run) { r.Actor = who } }
	for _, c := range []struct {
		name         string
		status       int
		runs         []model.Run
		now          operation.ReleaseState
		strong, weak int
		says         string
	}{
		{"answered, and its run is there", 200, runs(run()), public, 1, 0, "it is the only run that v2.14.0 started since it was made public"},
		{"answered, and somebody was as fast", 200, runs(run(by("ada"))), public, 1, 0, ""},
		{"answered, and nothing started yet", 200, nil, public, 0, 0, "v2.14.0 is public now, and no run of publish.yml was started by it"},
		{"answered, and two started", 200, runs(run(), run(func(r *model.Run) { r.ID = 9 })), public, 0, 2, ""},
		{"answered, and taken back", 200, runs(run()), prerelease, 0, 1, "v2.14.0 is still a prerelease"},
		{"the answer is lost, and it is public", 0, runs(run()), public, 1, 0, "v2.14.0 is public now, and this is the only run that it started since, by mona; GitHub's answer was lost"},
		{"the answer is lost, and it is public by another's run", 0, runs(run(by("ada"))), public, 0, 1, ""},
		{"the answer is lost, and nobody knows by whom", 0, runs(run(by(""))), public, 0, 1, ""},
		{"the answer is lost, and it is a prerelease", 0, nil, prerelease, 0, 0, "v2.14.0 is still a prerelease: nothing shows that it was done"},
		{"it is a draft", 0, nil, operation.ReleaseState{ID: 5, Draft: true}, 0, 0, "still a prerelease"},
		{"it is gone", 0, runs(run()), operation.ReleaseState{}, 0, 1, "the release v2.14.0 is gone"},
		{"it was made anew", 200, runs(run()), operation.ReleaseState{ID: 6}, 0, 1, ""},
		{"a run that was there before", 200, runs(run(func(r *model.Run) { r.ID = 7 })), public, 0, 0, "no run of publish.yml"},
		{"a run of long ago", 200, runs(run(func(r *model.Run) { r.CreatedAt = noon.Add(-time.Hour) })), public, 0, 0, "no run of publish.yml"},
		{"another workflow's", 200, runs(run(func(r *model.Run) { r.Workflow = ".github/workflows/tell.yml" })), public, 0, 0, "no run of publish.yml"},
		{"another event's", 200, runs(run(func(r *model.Run) { r.Event = "workflow_dispatch" })), public, 0, 0, "no run of publish.yml"},
		{"another tag's on the same commit", 200, runs(run(func(r *model.Run) { r.Branch = "v2.14.0-rc1" })), public, 0, 0, "no run of publish.yml"},
		{"another commit's", 200, runs(run(func(r *model.Run) { r.SHA = "bb" })), public, 0, 0, "no run of publish.yml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := operation.Progress{Plan: plan, SentAt: noon, Sender: "p1", Answer: c.status, Silent: c.status == 0, State: operation.Dispatching}
			f := operation.IdentifyRelease(p, c.runs, c.now, noon.Add(time.Minute))
			if len(f.Strong) != c.strong || len(f.Weak) != c.weak {
				t.Errorf("strong %+v, weak %+v", f.Strong, f.Weak)
			}
			said := f.Says
			if c.strong == 1 {
				said = f.Strong[0].Why
			}
			if c.says == "" && f.Says != "" || !strings.Contains(string(said), c.says) {
				t.Errorf("it says %q", said)
			}
			late := operation.Next(p, operation.Here{Process: "p1", Now: noon.Add(time.Hour), Handed: true, Found: &f})
			switch {
			case c.strong == 1 && (late.Action != operation.DoAdopt || late.Run != 8):
				t.Errorf("%+v", late)
			case c.strong == 0 && (late.State != operation.Ambiguous || !strings.Contains(string(late.Why), "it was sent") || !strings.Contains(string(late.Why), string(f.Says))):
				t.Errorf("%+v", late)
			}
		})
	}
}

func TestDriftOfARelease(t *testing.T) {
	plan := operation.Plan{
		ID: id, Kind: operation.Promote, Way: operation.ByRelease, Service: "api", Environment: "production", Newest: 40, Unfinished: []int64{7},
		Release: model.Release{Tag: "v2.14.0", SHA: "aa"}, ReleaseID: 5,
	}
	for _, c := range []struct {
		name   string
		now    operation.ReleaseState
		unread model.Text
		want   string
	}{
		{"as it was", operation.ReleaseState{ID: 5, Prerelease: true}, "", ""},
		{"public", operation.ReleaseState{ID: 5}, "", "the release v2.14.0 is public already: only making a prerelease public starts what deploys it"},
		{"a draft again", operation.ReleaseState{ID: 5, Draft: true, Prerelease: true}, "", "the release v2.14.0 is a draft: publish it as a prerelease first"},
		{"made anew", operation.ReleaseState{ID: 6, Prerelease: true}, "", "the release v2.14.0 was deleted and made anew"},
		{"gone", operation.ReleaseState{}, "", "the tag v2.14.0 has no release on GitHub that could be made public"},
		{"not read", operation.ReleaseState{}, "the release v2.14.0 could not be read: 502", "the release v2.14.0 could not be read: 502"},
	} {
		a := operation.Again{At: noon, Newest: model.Deployment{ID: 40}, Unfinished: []model.Run{{ID: 7, Status: model.StatusCompleted}}, TagSHA: "aa", Release: c.now}
		if c.unread != "" {
			a.Unread = []model.Text{c.unread}
		}
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		if d := operation.Drift(plan, a); len(d) != len(want) || len(d) == 1 && string(d[0]) != c.want {
			t.Errorf("%s: %q instead of %q", c.name, d, want)
		}
	}
}
