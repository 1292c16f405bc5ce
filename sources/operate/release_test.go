package operate_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// byRelease configures production to be deployed by making the release public, and to be rolled back by a workflow.
func byRelease(o *fleet.Options) {
	o.Source.Data = deployLine.ReplaceAll(o.Source.Data, []byte("    deploy: {release: true}"))
	o.Source.Data = bytes.ReplaceAll(o.Source.Data, []byte("- name: production\n"), []byte("- name: production\n        rollback: {workflow: deploy.yml, inputs: {environment: \"{{.Environment}}\", version: \"{{.Version}}\"}}\n"))
}

// publisher is what deploys to production when a release becomes public.
func publisher(change ...func(*simulator.WorkflowPlan)) simulator.WorkflowPlan {
	w := simulator.WorkflowPlan{
		Path: "publish.yml", Name: "Publish", On: []string{"release:released"}, Concurrency: "publish",
		Jobs: []simulator.JobPlan{{Name: "deploy", Environment: production, Duration: 8 * time.Second}},
	}
	for _, c := range change {
		c(&w)
	}
	return w
}

// publishing is a stage whose production is deployed by making releases public.
func publishing(t *testing.T, o fleet.SimulateOptions, workflows ...simulator.WorkflowPlan) *stage {
	t.Helper()
	s := open(t, o, byRelease)
	r := s.sim.World().Repository("acme/" + service)
	for _, w := range workflows {
		r.Workflow(w)
		r.Forget(w.Path)
	}
	return s
}

// release is the simulated release of a tag.
func (s *stage) release(tag string) *simulator.Release {
	s.t.Helper()
	for _, l := range s.sim.World().Repository("acme/" + service).Releases() {
		if l.TagName == tag {
			return l
		}
	}
	s.t.Fatalf("there is no release %s", tag)
	return nil
}

// started counts the runs that releases have started.
func (s *stage) started() (n int) {
	for _, r := range s.sim.World().Repository("acme/" + service).Runs() {
		if r.Event == "release" {
			n++
		}
	}
	return n
}

func TestAReleaseIsPromotedByBecomingPublic(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		enterprise bool
		fault      simulator.Fault
		plan       func(*simulator.WorkflowPlan)
		want       operation.State
		why        string
		public     bool
	}{
		{"github.com", false, simulator.Fault{}, nil, operation.Succeeded, "", true},
		{"Enterprise Server", true, simulator.Fault{}, nil, operation.Succeeded, "", true},
		{"its run fails", false, simulator.Fault{}, func(w *simulator.WorkflowPlan) { w.Jobs[0].Conclusion = simulator.Failure }, operation.Failed, "failure", true},
		{"it listens to every activity", false, simulator.Fault{}, func(w *simulator.WorkflowPlan) { w.On = []string{"release"} }, operation.Succeeded, "", true},
		{"the answer is lost, and it was done", false, simulator.Fault{Status: 502}, nil, operation.Succeeded, "", true},
		{"the answer is lost, and it wasn't", false, simulator.Fault{Status: 502, Instead: true}, nil, operation.Ambiguous, "is still a prerelease: nothing shows that it was done", false},
		{"the answer shows something else", false, simulator.Fault{Status: 200, Instead: true, Body: `{"id":1,"prerelease":true}`}, nil, operation.Ambiguous, "is still a prerelease", false},
		{"nothing starts", false, simulator.Fault{}, func(w *simulator.WorkflowPlan) { // what the tag's file says is not what GitHub does
			w.Source, w.On = "on: {release: {types: [released]}}\njobs: {a: {environment: production}}\n", []string{"push"}
		}, operation.Ambiguous, "is public now, and no run of publish.yml was started by it", true},
		{"refused", false, simulator.Fault{Status: 422, Instead: true}, nil, operation.Errored, "GitHub refuses it (422)", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			plan := publisher()
			if c.plan != nil {
				c.plan(&plan)
			}
			s := publishing(t, fleet.SimulateOptions{Enterprise: c.enterprise}, plan)
			d := s.prepare(production)
			if len(d.Refusals) > 0 || len(d.Against) > 0 || d.Plan.Way != operation.ByRelease || d.Plan.Workflow != "publish.yml" || d.Plan.ReleaseID == 0 {
				t.Fatalf("refused %q, against %+v, by %s, %s, release %d", d.Refusals, d.Against, d.Plan.Way, d.Plan.Workflow, d.Plan.ReleaseID)
			}
			if c.fault.Status != 0 {
				c.fault.Method, c.fault.Path, c.fault.Times = "PATCH", "/repos/*/*/releases/*", 1
				s.sim.World().Fault(c.fault)
			}
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
			if err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "decided", func(o operate.Operation) bool {
				return o.State.Ended() && o.Unlocked || o.State == operation.Ambiguous
			})
			if o.State != c.want || !strings.Contains(string(o.Why), c.why) {
				t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
			}
			tag := d.Plan.Release.Tag
			if s.release(tag).IsPrerelease() == c.public || s.sim.Publications("acme/"+service) > 1 || s.sim.Dispatches("acme/"+service) != 0 {
				t.Errorf("prerelease %v, made public %d times, %d dispatches", s.release(tag).IsPrerelease(), s.sim.Publications("acme/"+service), s.sim.Dispatches("acme/"+service))
			}
			if held := len(s.sim.Refs("acme/" + service)); held != 0 && o.State != operation.Ambiguous || held != 1 && o.State == operation.Ambiguous {
				t.Errorf("%s leaves %v", o.State, s.sim.Refs("acme/"+service))
			}
			if o.State != operation.Succeeded {
				return
			}
			if o.Run.Event != "release" || o.Run.Branch != tag || o.Deployment.SHA != d.Plan.Release.SHA {
				t.Errorf("it followed %+v, which made %+v", o.Run, o.Deployment)
			}
			s.ReadNow(service)
			if again, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production}); err != nil || again.State != operation.Succeeded || s.sim.Publications("acme/"+service) > 1 {
				t.Errorf("the same once more: %s, %v", again.State, err)
			}
		})
	}
}

// What was read is read again right before the send: what somebody else has made public is not made so again.
func TestSomebodyElseMadeItPublic(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(s *stage, tag string)
		want string
	}{
		{"public", func(s *stage, tag string) { s.release(tag).Publish("ada") }, service + " production moved from"},
		{"public, and nothing started", func(s *stage, tag string) {
			s.sim.World().Repository("acme/" + service).Workflow(publisher()).Disable()
			s.release(tag).Publish("ada")
		}, "is public already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := publishing(t, fleet.SimulateOptions{}, publisher())
			d := s.prepare(production)
			c.do(s, d.Plan.Release.Tag)
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
			if err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && o.Unlocked })
			if o.State != operation.Aborted || !strings.Contains(string(o.Why), c.want) || s.sim.Publications("acme/"+service) != 0 || len(s.sim.Refs("acme/"+service)) != 0 {
				t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
			}
		})
	}
}

// A person says what a publication started, where nothing proves it; or that it never happened.
func TestAPersonDecidesWhatAPublicationStarted(t *testing.T) {
	t.Parallel()
	s := publishing(t, fleet.SimulateOptions{}, publisher())
	d := s.prepare(production)
	s.sim.World().Fault(simulator.Fault{Method: "PATCH", Path: "/repos/*/*/releases/*", Times: 1, Cut: simulator.CutBefore})
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	s.until(o.Plan.ID, "ambiguous", func(o operate.Operation) bool { return o.State == operation.Ambiguous })
	s.release(d.Plan.Release.Tag).Publish("ada") // another person's click
	o = s.until(o.Plan.ID, "found", func(o operate.Operation) bool { return len(o.Found.Weak) == 1 })
	if o.State != operation.Ambiguous || len(o.Found.Strong) != 0 {
		t.Fatalf("%s, %+v", o.State, o.Found)
	}
	if err := s.Decide(t.Context(), o.Plan.ID, o.Found.Weak[0].Run, "mona", "ada did it for me"); err != nil {
		t.Fatal(err)
	}
	o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && o.Unlocked })
	if o.State != operation.Succeeded || s.sim.Publications("acme/"+service) != 0 || s.started() != 1 {
		t.Errorf("%s: %s; %d runs", o.State, o.Why, s.started())
	}
}

// Everything that one publication would start must be what is confirmed.
func TestWhatAPublicationWouldStart(t *testing.T) {
	t.Parallel()
	on := func(types, jobs string) string {
		return "on: {release: {types: [" + types + "]}}\njobs:\n" + jobs
	}
	s := publishing(t, fleet.SimulateOptions{})
	r := s.sim.World().Repository("acme/" + service)
	const there, staging = "  a: {environment: production}\n", "  b: {environment: staging}\n"
	file := func(name, source string) simulator.WorkflowPlan {
		return simulator.WorkflowPlan{Path: name, On: []string{"schedule"}, Source: source}
	}
	for _, c := range []struct {
		name          string
		files         []simulator.WorkflowPlan
		want, unasked string
	}{
		{"nothing listens", nil, "no workflow at TAG starts when a prerelease becomes public: none listens to release with the type released", ""},
		{"published is not fired", []simulator.WorkflowPlan{file("publish.yml", on("published", there))}, "none listens to release with the type released; publish.yml to published alone", ""},
		{"it deploys elsewhere too", []simulator.WorkflowPlan{file("publish.yml", on("released", there+staging))}, "publish.yml at TAG starts when it becomes public and deploys to staging too: that is more than a promotion to production", ""},
		{"another one deploys elsewhere", []simulator.WorkflowPlan{file("publish.yml", on("released", there)), file("stage.yml", on("released", staging))}, "stage.yml at TAG starts when it becomes public and deploys to staging too", ""},
		{"it deploys nowhere", []simulator.WorkflowPlan{file("publish.yml", on("released", "  a: {runs-on: x}\n"))}, "no job of it deploys to production", ""},
		{"two deploy there", []simulator.WorkflowPlan{file("publish.yml", on("released", there)), file("again.yml", on("released, edited", there))}, "again.yml and publish.yml at TAG both start", ""},
		{"two may deploy there", []simulator.WorkflowPlan{file("a.yml", "on: release\njobs: {a: {environment: '${{ vars.E }}'}}"), file("b.yml", on("released", "  a: {uses: acme/x/.github/workflows/y.yml@v1}\n"))}, "which of a.yml and b.yml at TAG deploys to production can't be told", ""},
		{"it may", []simulator.WorkflowPlan{file("publish.yml", on("released", "  a: {environment: {name: '${{ vars.E }}'}}\n"))}, "", "whether publish.yml at TAG deploys to production, and nowhere else, can't be told from its file"},
		{"another one may", []simulator.WorkflowPlan{file("publish.yml", on("released", there)), file("x.yml", on("released", "  a: {uses: ./.github/workflows/gone.yml}\n"))}, "", "x.yml at TAG starts too, and where it deploys can't be told"},
		{"by a workflow that it calls", []simulator.WorkflowPlan{file("publish.yml", on("released", "  a: {uses: ./.github/workflows/inner.yml}\n")), file("inner.yml", "on: workflow_call\njobs:\n"+there)}, "", ""},
		{"elsewhere, by a workflow that it calls", []simulator.WorkflowPlan{file("publish.yml", on("released", there+"  c: {uses: ./.github/workflows/inner.yml}\n")), file("inner.yml", "on: workflow_call\njobs:\n"+staging)}, "deploys to staging too", ""},
		{"elsewhere on a condition", []simulator.WorkflowPlan{file("publish.yml", on("released", there+"  b: {environment: staging, if: github.event.release.prerelease}\n"))}, "", ""},
		{"an announcement beside", []simulator.WorkflowPlan{file("publish.yml", on("released", there)), file("tell.yml", on("released", "  a: {runs-on: x}\n"))}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, f := range c.files {
				r.Workflow(f)
				r.Forget(f.Path)
				defer func() {
					f.Source = "on: schedule"
					r.Workflow(f)
					r.Forget(f.Path)
				}()
			}
			d := s.prepare(production)
			tag := d.Plan.Release.Tag
			if said := strings.ReplaceAll(sayAll(d), tag, "TAG"); c.want == "" && said != "" || !strings.Contains(said, c.want) {
				t.Errorf("refused: %q", said)
			}
			unasked := ""
			for _, u := range d.Unasked {
				unasked += strings.ReplaceAll(string(u), tag, "TAG")
			}
			if c.unasked == "" && unasked != "" || !strings.Contains(unasked, c.unasked) {
				t.Errorf("takes a reason: %q", unasked)
			}
			if c.want == "" && d.Plan.Workflow != "publish.yml" {
				t.Errorf("by %q", d.Plan.Workflow)
			}
		})
	}
	r.Workflow(publisher()).Disable()
	r.Forget("publish.yml")
	if said := sayAll(s.prepare(production)); !strings.HasSuffix(said, "becomes public: publish.yml is disabled on GitHub") {
		t.Errorf("disabled: %q", said)
	}
}

// What became public is taken back by the workflow that the environment names; without one by nothing.
func TestBackFromWhatBecamePublic(t *testing.T) {
	t.Parallel()
	back := func(s *stage) *operate.Draft {
		d, err := s.Prepare(t.Context(), operate.Request{Kind: operation.RollBack, Service: service, Environment: production})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := back(publishing(t, fleet.SimulateOptions{})); len(d.Refusals) != 0 || d.Plan.Way != operation.ByWorkflow || d.Plan.Workflow != "deploy.yml" || d.Plan.Ref != d.Plan.Release.Tag || d.Plan.Inputs["environment"] != production {
		t.Errorf("refused %q, %+v", d.Refusals, d.Plan)
	}
	without := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) {
		o.Source.Data = deployLine.ReplaceAll(o.Source.Data, []byte("    deploy: {release: true}"))
	})
	stuck := back(without)
	if said := sayAll(stuck); !strings.Contains(said, "there is nothing to go back to") || len(stuck.Targets) < 2 {
		t.Errorf("refused %q, targets %+v", said, stuck.Targets)
	}
	for _, target := range stuck.Targets[1:] {
		if target.Eligible || !strings.HasPrefix(string(target.Why), "was deployed by becoming public, which happens once: going back needs rollback: {workflow: …}") {
			t.Errorf("%s: %q", target.Release.Title(), target.Why)
		}
	}
	d := without.prepare(production)
	if len(d.Against) != 1 || d.Against[0].Gate != "rollback" {
		t.Errorf("a promotion is held up by %+v", d.Against)
	}
}

// A publication is asked for and sent after no more round trips than a dispatch; see TestRoundTrips.
func TestRoundTripsOfAPublication(t *testing.T) {
	t.Parallel()
	s := publishing(t, fleet.SimulateOptions{}, publisher())
	known, err := s.Detail(t.Context(), service)
	if err != nil {
		t.Fatal(err)
	}
	configured := s.Config()
	if err := s.Close(); err != nil { // so that nobody but the engine asks
		t.Fatal(err)
	}
	network := &far{away: away}
	e := engineOn(t, s, network, configured, known.Facts)
	d, err := e.Prepare(t.Context(), operate.Request{Kind: operation.Promote, Service: service, Environment: production})
	if err != nil || len(d.Refusals) > 0 || len(d.Against) > 0 {
		t.Fatalf("%v; refused %q, against %+v", err, d.Refusals, d.Against)
	}
	if trips := network.sequence(""); len(trips) == 0 || len(trips) > 3 {
		t.Errorf("preflight takes %d round trips in sequence: %q", len(trips), trips)
	}
	network.forget()
	o, err := e.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	s.waitSent(o.Plan.ID, e)
	if trips := network.sequence(fmt.Sprintf("/releases/%d", d.Plan.ReleaseID)); len(trips) == 0 || len(trips) > 4 {
		t.Errorf("the send comes after %d round trips in sequence: %q", len(trips), trips)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
