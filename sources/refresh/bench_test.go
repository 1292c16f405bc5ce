package refresh

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"gonogo/model"
)

// A plan is made whenever something lands: it must cost little beside that, also with 200 services.
func BenchmarkDueOf200Services(b *testing.B) {
	r := &Refresher{o: Options{Clock: driven(), Rand: rand.New(rand.NewPCG(1, 2))}, hosts: map[string]*host{}}
	for i := range 200 {
		s := newService(model.Service{Name: fmt.Sprintf("service-%03d", i), Repo: model.Repo{Host: "github.com", Owner: "acme", Name: strconv.Itoa(i)}})
		s.owned, s.decided = true, start.Add(-time.Hour)
		for n := range 8 {
			s.unit(model.SignalCommitRuns, strconv.Itoa(n)).needed = true
			s.unit(model.SignalComparison, strconv.Itoa(n)).needed = true
			s.unit(signalHistory, strconv.Itoa(n)+" runs ci.yml").needed = true
		}
		for _, u := range s.units {
			u.at, u.tried = start.Add(-time.Duration(r.o.Rand.IntN(100))*time.Second), start
			r.shuffle(u)
		}
		r.services = append(r.services, s)
	}
	b.ReportAllocs()
	for b.Loop() {
		r.due(start.Add(time.Second), func(time.Time) {})
	}
}
