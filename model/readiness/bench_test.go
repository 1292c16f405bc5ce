package readiness_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
)

// BenchmarkAssess is a busy service as the cache hands it out: a day of samples, a month of deployments.
func BenchmarkAssess(b *testing.B) {
	s := everything(b)
	f := s.facts()
	for i := range 60 {
		d := f.Deployments[i%2]
		d.ID, d.SHA = int64(i), sha(fmt.Sprintf("%07x", i))
		d.CreatedAt = s.Now.Add(-time.Duration(10+i) * 24 * time.Hour)
		d.Statuses = []model.DeploymentStatus{{State: model.DeploymentSuccess, At: d.CreatedAt.Add(time.Minute)}}
		f.Deployments = append(f.Deployments, d)
		r := f.Runs[0]
		r.ID, r.SHA = int64(10000+i), d.SHA
		f.Runs = append(f.Runs, r)
	}
	for at := s.Now.Add(-2 * time.Hour); at.After(s.Now.Add(-24 * time.Hour)); at = at.Add(-30 * time.Second) {
		for _, env := range []string{"staging", "production"} {
			f.Samples = append(f.Samples, model.Sample{Environment: env, Check: "http", At: at, State: model.Healthy})
		}
	}
	slices.SortStableFunc(f.Samples, func(a, b model.Sample) int { return b.At.Compare(a.At) })
	for b.Loop() {
		readiness.Assess(f, s.Now)
	}
	stone(b)
}

// stone tells what a benchmark cost as a multiple of work that stands still, for machines differ. Call it last.
func stone(b *testing.B) {
	b.Helper()
	each := float64(b.Elapsed()) / float64(b.N)
	b.StopTimer()
	const n = 10
	block := make([]byte, 64<<10)
	began := time.Now()
	for range n * 16 {
		sum := sha256.Sum256(block)
		copy(block, sum[:])
	}
	b.ReportMetric(each/(float64(time.Since(began))/n), "×stone")
}
