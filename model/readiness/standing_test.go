package readiness_test

import (
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
)

func TestWhatStandsInAnEnvironment(t *testing.T) {
	at := time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC)
	f := readiness.Facts{Service: model.Service{Name: "Api"}, Releases: []model.Release{{Tag: "v1", SHA: "a1", Draft: true}, {Tag: "v1", SHA: "a1"}}}
	for i, ref := range []string{
		"refs/gonogo/hold/api/production", "refs/tags/gonogo/lock/api/production", "refs/gonogo/hold/api/staging", "refs/gonogo/lock/other/production",
		"refs/gonogo/veto/api/a1", "refs/gonogo/veto/api/b2", "refs/gonogo/veto/other/c3", "refs/gonogo/tick/api/production/a1/x", "refs/gonogo/hold/api",
	} {
		f.Marks = append(f.Marks, operation.Mark{Ref: ref, Since: at.Add(time.Duration(i) * time.Minute)})
	}
	s := readiness.StandingIn(&f, "Production")
	if len(s.Holds) != 2 || s.Holds[0].Ref != "refs/gonogo/hold/api/production" || s.Holds[1].Ref != "refs/gonogo/hold/api" { // which is in the other's way
		t.Errorf("held by %+v", s.Holds)
	}
	if len(s.Locks) != 1 || s.Locks[0].Ref != "refs/tags/gonogo/lock/api/production" {
		t.Errorf("locked by %+v", s.Locks)
	}
	if len(s.Vetoes) != 2 || s.Vetoes[0].Release.Title() != model.SHA("b2").Short() || s.Vetoes[1].Release.Tag != "v1" {
		t.Errorf("vetoed are %+v", s.Vetoes)
	}
}
