package readiness_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
)

// asked writes what is needed, one a line: a star for what decides a verdict, a plus for what is fresh already.
func asked(f readiness.Facts, now time.Time) []string {
	short := strings.NewReplacer(strings.Repeat("0", 37), "", strings.Repeat("0", 36), "")
	var all []string
	for _, n := range readiness.Needs(f, now) {
		line := string(n.Signal) + " " + short.Replace(n.Subject)
		if n.Decides {
			line = "*" + line
		}
		if n.Fresh {
			line += "+"
		}
		all = append(all, line)
	}
	return all
}

func TestWhatIsNeeded(t *testing.T) {
	for _, c := range []struct {
		name, situation string
		unread          bool // before anything beyond the lists was read
		want            []string
	}{
		{"a candidate takes its runs and what would ship", "green", true, []string{"*commit-runs b14", "dispatch deploy.yml@a13", "comparison a13...b14"}},
		{"nothing newer takes nothing but how one would go back", "up-to-date", true, []string{"dispatch deploy.yml@a13"}},
		{"every gate configured", "everything", true, []string{"*reports b14", "*checks b14", "*commit-runs b14", "*comparison a13...b14", "dispatch deploy.yml@a13"}},
		{"what is fresh stays listed, to be kept so", "everything", false, []string{"*reports b14+", "*checks b14+", "*commit-runs b14+", "*reports a13+", "*comparison a13...b14+", "dispatch deploy.yml@a13"}},
		{"what runs is measured aside where the drop has no limit", "coverage-below-minimum", false, []string{"*reports b14+", "*commit-runs b14+", "reports a13+", "dispatch deploy.yml@a13", "comparison a13...b14+"}},
		{"and decides where it has one", "coverage-dropped", false, []string{"*reports b14+", "*commit-runs b14+", "*reports a13+", "dispatch deploy.yml@a13", "comparison a13...b14+"}},
		{"a commit that may inherit CI takes its own paths", "ci-ignore-inherits", true, []string{"*commit-runs b14", "dispatch deploy.yml@a13", "comparison a13...b14"}},
		{"builds without versions are compared to tell which is newer", "builds-not-compared", true, []string{"*comparison c11...d15"}},
		{"a waiting run takes its reviewers and its jobs", "lane-held-13-days", true, []string{"*commit-runs b14", "*pending 39", "dispatch deploy.yml@a13", "comparison a13...b14", "jobs 39"}},
		{"reports that a run came after are read again", "tests-read-too-early", false, []string{"*commit-runs b14+", "*reports b14", "dispatch deploy.yml@a13", "comparison a13...b14+"}},
		{"a red run takes its jobs", "ci-failed", false, []string{"*commit-runs b14+", "dispatch deploy.yml@a13", "comparison a13...b14+", "jobs 500"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, _ := load(t, "../../testdata/situations/"+c.situation+".yml")
			f := s.facts()
			if c.unread {
				f.Reads = slices.DeleteFunc(f.Reads, func(r model.Read) bool { return r.Subject != "" })
				f.Comparisons, f.Commits, f.Checks = nil, nil, nil
			}
			if got := asked(f, s.Now); !slices.Equal(got, c.want) {
				t.Errorf("needed are %q, not %q", got, c.want)
			}
		})
	}
}

// TestNeedsStayFew holds every situation to the bound of calls that a verdict may take beyond the lists.
func TestNeedsStayFew(t *testing.T) {
	for _, s := range corpus(t) {
		n := 0
		for _, need := range readiness.Needs(s.facts(), s.Now) {
			if need.Decides {
				n++
			}
		}
		if bound := 5 * len(s.Environments) / 2; n > bound {
			t.Errorf("%d calls decide where %d may: %v", n, bound, asked(s.facts(), s.Now))
		}
	}
}

func TestExpectedDuration(t *testing.T) {
	start := time.Date(2026, 3, 10, 14, 0, 0, 0, time.UTC)
	took := func(minutes ...int) (runs []model.Run) {
		for i, m := range minutes {
			runs = append(runs, model.Run{
				ID: int64(i), Workflow: ".github/workflows/deploy.yml", Status: model.StatusCompleted, Conclusion: model.Success,
				CreatedAt: start, StartedAt: start, UpdatedAt: start.Add(time.Duration(m) * time.Minute),
			})
		}
		return runs
	}
	failed := took(90)
	failed[0].Conclusion = model.Failure
	for _, c := range []struct {
		name        string
		runs        []model.Run
		known       bool
		median, p90 time.Duration
	}{
		{"two successes are no history", took(4, 5), false, 0, 0},
		{"three are", took(6, 4, 5), true, 5 * time.Minute, 6 * time.Minute},
		{"an even number takes the middle of two", took(4, 8, 6, 5), true, 5*time.Minute + 30*time.Second, 8 * time.Minute},
		{"a failure says nothing", append(took(4, 4, 4), failed...), true, 4 * time.Minute, 4 * time.Minute},
		{"of ten, one takes longer than the 90th percentile", took(1, 2, 3, 4, 5, 6, 7, 8, 9, 40), true, 5*time.Minute + 30*time.Second, 9 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := readiness.ExpectedDuration(c.runs, "deploy.yml")
			if e.Known != c.known || e.Median != c.median || e.P90 != c.p90 {
				t.Errorf("expected is %+v", e)
			}
		})
	}
}

func TestDemotedSummary(t *testing.T) {
	s := everything(t)
	a := readiness.Assess(s.facts(), s.Now)
	summary := a.Summary()
	late := summary.Demote(s.Now.Add(3 * time.Hour))
	production := late.Environments[1]
	if late.Verdict != model.Undecided || late.Headline != "last read 3 h ago; it was GO then" {
		t.Errorf("three hours later it says %s: %s", late.Verdict, late.Headline)
	}
	if production.Version != "v2.13.2" || production.Health != model.HealthUnknown || production.HealthWhy != "was healthy when last asked, 3 h ago" {
		t.Errorf("production says %s, %s: %s", production.Version, production.Health, production.HealthWhy)
	}
	if summary.Environments[1].Health != model.Healthy {
		t.Error("demoting changed the summary itself")
	}
	if early := summary.Demote(s.Now.Add(-time.Hour)); early.Verdict != model.Undecided {
		t.Errorf("with a clock that was set back it says %s", early.Verdict)
	}
}

func TestHealthOf(t *testing.T) {
	s := everything(t)
	f := s.facts()
	env := f.Service.Environments[1]
	here := readiness.Assess(f, s.Now).Environments[1].Current
	for _, c := range []struct {
		name     string
		change   func(samples []model.Sample)
		later    time.Duration
		underway bool
		want     model.HealthState
		why      model.Text
	}{
		{name: "healthy", want: model.Healthy, why: "healthy"},
		{name: "a deployment is under way", underway: true, want: model.Progressing, why: "a deployment is under way"},
		{name: "stale", later: 2 * time.Minute, want: model.HealthUnknown, why: "https://production.acme.dev: last observed 2 min ago"},
		{
			name: "unhealthy stays so while a deployment is under way", underway: true, want: model.Unhealthy, why: "https://production.acme.dev: status 500",
			change: func(all []model.Sample) {
				all[len(all)-1].State, all[len(all)-1].Reason = model.Unhealthy, "status 500"
			},
		},
		{
			name: "another version answers", want: model.Progressing, why: "https://production.acme.dev: version 2.12.0 answers, v2.13.2 should",
			change: func(all []model.Sample) { all[len(all)-1].Version = "2.12.0" },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			samples := slices.Clone(f.Samples)
			if c.change != nil {
				c.change(samples)
			}
			h := readiness.HealthOf(f.Service, env, samples, here, c.underway, s.Now.Add(c.later))
			if h.State != c.want || h.Why != c.why {
				t.Errorf("health is %s: %s", h.State, h.Why)
			}
		})
	}
}
