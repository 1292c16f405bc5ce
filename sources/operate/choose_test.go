package operate_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// publish brings releases that nobody has deployed, and waits until the fleet knows them. The newest is published first, so
// that no other is ever a candidate.
func (s *stage) publish(tags ...string) {
	s.t.Helper()
	r := s.sim.World().Repository("acme/" + service)
	commits := map[string]string{}
	for _, tag := range tags {
		commits[tag] = r.Push(simulator.Change{Message: "Change for " + tag, Files: map[string]string{"change-" + tag + ".go": "package main\n"}}).SHA
	}
	for _, tag := range slices.Backward(tags) {
		r.Release(simulator.ReleaseOf{Tag: tag, At: commits[tag]})
	}
	s.ReadNow(service)
	for deadline := time.Now().Add(60 * time.Second); ; {
		if d := s.prepareOf("", production, true); len(d.Releases) > 0 && slices.ContainsFunc(d.Releases, func(c readiness.Choice) bool { return c.Named(tags[0]) }) {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%q were never read", tags)
		}
	}
}

func (s *stage) prepareOf(release, environment string, sketch bool) *operate.Draft {
	s.t.Helper()
	do := s.Prepare
	if sketch {
		do = s.Sketch
	}
	d, err := do(s.t.Context(), operate.Request{Kind: operation.Promote, Service: service, Environment: environment, Release: release})
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// Another release than the candidate is promoted: it is judged on its own, by what preflight reads of it, and it and nothing
// else is sent.
func TestAnotherReleaseIsPromoted(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	s.publish("v1.1.2", "v1.2.0")
	known := s.prepareOf("v1.1.2", production, true)
	if f := known.Environment.Finding(model.GateCI); f.Result != model.Unknown || known.Verdict == model.Go || known.Plan.Release.Tag != "v1.1.2" {
		t.Errorf("from the cache %s is %s, ci %s: %s", known.Plan.Release.Title(), known.Verdict, f.Result, f.Why)
	}
	d := s.prepareOf("v1.1.2", production, false)
	if d.Plan.Release.Tag != "v1.1.2" || len(d.Refusals) > 0 || d.Plan.Inputs["version"] != "v1.1.2" || d.Plan.Ref != "v1.1.2" {
		t.Fatalf("%s; refused %q, with %v on %s", d.Plan.Release.Title(), d.Refusals, d.Plan.Inputs, d.Plan.Ref)
	}
	if f := d.Environment.Finding(model.GateCI); f.Result == model.Unknown || !strings.Contains(string(f.Why), d.Plan.Release.SHA.Short()) {
		t.Errorf("ci %s: %s", f.Result, f.Why)
	}
	if f := d.Environment.Finding(model.GateOrder); f.Result != model.Fail || !d.Environment.Ship.Known || d.Environment.Ship.Head != d.Plan.Release.SHA || d.Verdict != model.NoGo {
		t.Errorf("%s; order %s: %s; ships %+v", d.Verdict, f.Result, f.Why, d.Environment.Ship)
	}
	var c operate.Confirmation
	c.Name = production
	if _, err := s.Confirm(t.Context(), d, c); !errors.Is(err, operate.ErrRefused) {
		t.Errorf("gates that fail were not bypassed, and it went: %v", err)
	}
	c.Reason = "a customer waits"
	for _, f := range d.Against {
		c.Bypass = append(c.Bypass, f.Gate)
	}
	o, err := s.Confirm(t.Context(), d, c)
	if err != nil {
		t.Fatal(err)
	}
	o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && o.Unlocked })
	if o.State != operation.Succeeded || o.Plan.Release.Tag != "v1.1.2" || !strings.Contains(string(o.Run.Title), "v1.1.2") || s.sim.Dispatches("acme/"+service) != 1 {
		t.Errorf("%s: %s; run %q", o.State, o.Why, o.Run.Title)
	}
}

// What can't be promoted says why: it runs there, it is older, or nobody knows it. That it was vetoed is the gate hold's.
func TestNotEveryReleaseCanBeChosen(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	s.publish("v1.2.0")
	mark := operation.Mark{Kind: operation.MarkVeto, Owner: "ada", Service: service, SHA: string(s.prepareOf("v1.2.0", production, true).Plan.Release.SHA), Since: s.Now(), Reason: "broke the login"}
	for release, want := range map[string]string{
		"v1.0.3": "is older than v1.1.0, which runs here: that is a rollback (b): gonogo rollback service-001 production --to v1.0.3",
		"v1.1.0": "is what runs here",
		"v7":     "isn't among the releases of service-001 that were read",
	} {
		if d := s.prepareOf(release, production, false); len(d.Refusals) != 1 || !strings.Contains(string(d.Refusals[0]), want) || !d.Plan.Release.Zero() || d.Read {
			t.Errorf("%s: %q, read %v", release, d.Refusals, d.Read)
		}
	}
	candidate := s.prepare(production)
	if named := s.prepareOf(string(candidate.Plan.Release.SHA), production, false); named.Plan.Release != candidate.Plan.Release || named.Verdict != candidate.Verdict {
		t.Errorf("the candidate by its commit is %s, %s", named.Plan.Release.Title(), named.Verdict)
	}
	name, err := mark.Name()
	if err != nil {
		t.Fatal(err)
	}
	text, err := mark.Message()
	if err != nil {
		t.Fatal(err)
	}
	s.sim.World().Repository("acme/"+service).TaggedRef(operation.RefRoot+name, text, "ada")
	if d := s.prepareOf("v1.2.0", production, false); !strings.Contains(sayAgainst(d), "hold: v1.2.0 is vetoed by ada") { // whether the cache knows it yet, or not
		t.Errorf("what was vetoed: %q, %q", d.Refusals, sayAgainst(d))
	}
}

// What can't be read of a release is unknown, with the reason, and never GO.
func TestWhatCannotBeReadOfAReleaseIsUnknown(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	s.publish("v1.1.2", "v1.2.0")
	s.sim.World().Fault(simulator.Fault{Method: "GET", Path: "^/repos/[^/]+/[^/]+/actions/runs$", Status: 502, Instead: true})
	d := s.prepareOf("v1.1.2", production, false)
	if f := d.Environment.Finding(model.GateCI); f.Result != model.Unknown || !strings.Contains(string(f.Why), "could not be read") || !d.Environment.Ship.Known || d.Verdict == model.Go {
		t.Errorf("%s; ci %s: %s; ships %+v", d.Verdict, f.Result, f.Why, d.Environment.Ship)
	}
}
