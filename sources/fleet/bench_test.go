package fleet

import (
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"gonogo/sources/config"
	"gonogo/sources/token"
)

// recorded is a fleet of alike services that has been read once from a simulated GitHub.
func recorded(b *testing.B, services, items int) *Fleet {
	b.Helper()
	sim, err := Simulate(SimulateOptions{Services: services, Items: items})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = sim.Close() })
	root, err := url.Parse(sim.Root)
	if err != nil {
		b.Fatal(err)
	}
	folder := b.TempDir()
	f, err := Open(b.Context(), Options{
		Source:  config.Source{Path: filepath.Join(folder, config.FileName), Data: []byte(sim.Config), Origin: config.Flag},
		Folders: config.Folders{Config: folder, State: folder, Cache: folder}, User: config.DefaultUser(),
		Clock: sim.Clock, Rand: rand.New(rand.NewPCG(1, 1)), Demo: true, Factor: 1,
		Tokens: func(_ context.Context, host string) (token.Token, error) {
			return token.New(host, sim.Token, "the simulation"), nil
		},
		KnownHosts: func() []string { return nil }, Roots: map[string]*url.URL{sim.Host: root},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	f.Start(ctx)
	if err := f.WaitRead(ctx); err != nil {
		b.Fatal(err)
	}
	return f
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

// BenchmarkBoard is what the first frame waits for.
func BenchmarkBoard(b *testing.B) {
	f := recorded(b, 20, 0)
	b.ReportAllocs()
	for b.Loop() {
		if board, err := f.Board(b.Context()); err != nil || len(board.Services) != 20 {
			b.Fatal(len(board.Services), err)
		}
	}
	stone(b)
}

// BenchmarkBoardOfItems is the same with a sprint board of so many items, a fifth of which are in the sprint that is on.
func BenchmarkBoardOfItems(b *testing.B) {
	for _, items := range []int{200, 1200} {
		b.Run(strconv.Itoa(items), func(b *testing.B) {
			f := recorded(b, 20, items)
			b.ReportAllocs()
			for b.Loop() {
				if board, err := f.Board(b.Context()); err != nil || board.Sprint == nil || len(board.Sprint.Items) != items/5 {
					b.Fatal(board.SprintRead, err)
				}
			}
			stone(b)
		})
	}
}

// BenchmarkDetail is what a changed selection waits for: facts and verdict of one service.
func BenchmarkDetail(b *testing.B) {
	f := recorded(b, 20, 0)
	b.ReportAllocs()
	for b.Loop() {
		if d, err := f.Detail(b.Context(), "service-001"); err != nil || len(d.Facts.Runs) == 0 {
			b.Fatal(len(d.Facts.Runs), err)
		}
	}
	stone(b)
}

// BenchmarkFacts is Detail without its verdict.
func BenchmarkFacts(b *testing.B) {
	f := recorded(b, 20, 0)
	s := f.Config().Service("service-001")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.cache.Facts(b.Context(), *s, nil); err != nil {
			b.Fatal(err)
		}
	}
	stone(b)
}
