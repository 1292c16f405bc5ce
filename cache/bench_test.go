package cache

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"gonogo/model"
)

// stone is work that stands still: what the benchmarks cost is also told as a ratio to it, for machines differ.
func stone() {
	block := make([]byte, 64<<10)
	for range 16 {
		sum := sha256.Sum256(block)
		copy(block, sum[:])
	}
}

// against reports the time of one iteration as a multiple of the stone's, measured in the same run.
func against(b *testing.B, f func()) {
	b.Helper()
	for b.Loop() {
		f()
	}
	each := b.Elapsed() / time.Duration(b.N)
	began := time.Now()
	const n = 10
	for range n {
		stone()
	}
	b.ReportMetric(float64(each)/float64(time.Since(began)/n), "×stone")
}

func BenchmarkReopen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "fleet.db")
	first := open(b, path)
	typical(b, first, api("api"))
	first.Close()
	against(b, func() {
		c, err := Open(b.Context(), Options{Path: path, Now: fixed})
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkReopenAndFirstFrame(b *testing.B) {
	path := filepath.Join(b.TempDir(), "fleet.db")
	first := open(b, path)
	typical(b, first, api("api"))
	write(b, first, func(tx *Tx) error {
		for i := range 20 {
			if err := tx.PutAssessment("config", someSummary(fmt.Sprintf("service-%03d", i))); err != nil {
				return err
			}
		}
		return nil
	})
	first.Close()
	against(b, func() {
		c, err := Open(b.Context(), Options{Path: path, Now: fixed})
		if err != nil {
			b.Fatal(err)
		}
		if list, err := c.Assessments(b.Context(), "config"); err != nil || len(list) != 20 {
			b.Fatal(len(list), err)
		}
		if f, err := c.Facts(b.Context(), api("api"), nil); err != nil || len(f.Runs) != 150 {
			b.Fatal(len(f.Runs), err)
		}
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkAssessmentsOf200Services(b *testing.B) {
	c := fresh(b)
	write(b, c, func(tx *Tx) error {
		for i := range 200 {
			if err := tx.PutAssessment("config", someSummary(fmt.Sprintf("service-%03d", i))); err != nil {
				return err
			}
		}
		return nil
	})
	against(b, func() {
		if list, err := c.Assessments(b.Context(), "config"); err != nil || len(list) != 200 {
			b.Fatal(len(list), err)
		}
	})
}

func BenchmarkFacts(b *testing.B) {
	for _, rows := range []int{0, 100_000} {
		b.Run(fmt.Sprintf("beside %d other rows", rows), func(b *testing.B) {
			c := fresh(b)
			crowd(b, c, rows)
			s := api("api")
			typical(b, c, s)
			against(b, func() {
				f, err := c.Facts(b.Context(), s, nil)
				if err != nil || len(f.Deployments) != 60 || len(f.Samples) < 400 {
					b.Fatal(len(f.Deployments), len(f.Samples), err)
				}
			})
		})
	}
}

// What the reports of ten commits of 500 files add to a service's facts, with 40 changed files in what would ship.
func BenchmarkFactsWithReports(b *testing.B) {
	for _, rule := range []*model.CoverageRule{nil, {}} {
		b.Run(fmt.Sprintf("asked for %t", rule != nil), func(b *testing.B) {
			c := fresh(b)
			s := api("api")
			s.Coverage = rule
			typical(b, c, s)
			write(b, c, func(tx *Tx) error {
				for i := range 10 {
					coverage := someCoverage(sha(60-i), 500)
					must(b, tx.PutRead(s, model.Read{Signal: model.SignalReports, Subject: string(coverage.SHA), At: noon}))
					must(b, tx.PutCoverage(s, coverage, "main", noon))
					must(b, tx.PutCoverageFiles(s, coverage.SHA, coverage.Files))
					must(b, tx.PutTests(s, someTests(coverage.SHA, 20)))
				}
				comparison := someComparison(sha(58), sha(60), 40)
				for i := range comparison.Paths {
					comparison.Paths[i] = fmt.Sprintf("pkg/file%03d.go", 2*i)
				}
				return tx.PutComparison(s, comparison)
			})
			against(b, func() {
				f, err := c.Facts(b.Context(), s, nil)
				if err != nil || rule != nil && len(f.Coverage) != 10 {
					b.Fatal(len(f.Coverage), err)
				}
			})
		})
	}
}

// crowd fills the cache with rows of the same service and of others.
func crowd(b testing.TB, c *Cache, rows int) {
	for i := range rows / 1000 {
		s := api("api")
		if i%2 == 1 {
			s = api(fmt.Sprintf("service-%03d", i))
		}
		write(b, c, func(tx *Tx) error {
			list := someRuns(1000, 1_000_000+1000*i)
			for j := range list {
				list[j].CreatedAt = list[j].CreatedAt.AddDate(0, -1, 0)
			}
			return tx.PutRuns(s, list)
		})
	}
}

func BenchmarkVersion(b *testing.B) {
	c := fresh(b)
	against(b, func() {
		if _, err := c.Version(b.Context()); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkTouch20Reads(b *testing.B) {
	c := fresh(b)
	s := api("api")
	typical(b, c, s)
	at := noon
	against(b, func() {
		at = at.Add(time.Second)
		write(b, c, func(tx *Tx) error {
			for range 20 {
				if err := tx.TouchRead(s, "runs", "", at); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
