package cockpit

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/readiness"
)

// large is a fleet of n services.
func large(n int) *memory {
	m := acme()
	services, runs := m.board.Services, m.board.Runs
	m.board.Services, m.board.Runs = nil, nil
	for i := range n {
		s := services[i%len(services)]
		s.Service = fmt.Sprintf("%s-%03d", s.Service, i)
		s.Environments = append([]readiness.EnvSummary(nil), s.Environments...)
		m.board.Services = append(m.board.Services, s)
		d := m.details[services[i%len(services)].Service]
		d.Service = s.Service
		m.details[s.Service] = d
	}
	for i := range 200 {
		r := runs[i%len(runs)]
		r.Run.ID = int64(1000 + i)
		r.Run.Status = model.StatusCompleted
		m.board.Runs = append(m.board.Runs, r)
	}
	return m
}

func benchmark(b *testing.B, services int) *Cockpit {
	b.Helper()
	src := large(services)
	c := New(Options{
		Source: src, Theme: look(b, dark), Board: &src.board, Now: func() time.Time { return noon },
		After: func(time.Duration, tea.Msg) tea.Cmd { return nil },
	})
	c.Update(tea.WindowSizeMsg{Width: 160, Height: 48})
	c.View()
	b.ReportAllocs()
	b.ResetTimer()
	return c
}

// BenchmarkKey is a moved selection and the screen that follows.
func BenchmarkKey(b *testing.B) {
	for _, place := range []string{"0", "1", "2", "3", "4"} {
		b.Run(place, func(b *testing.B) {
			c := benchmark(b, 20)
			c.Update(key(place))
			keys := []tea.Msg{key("j"), key("k")}
			for i := range b.N {
				c.Update(keys[i%2])
				c.View()
			}
			stone(b)
		})
	}
}

// BenchmarkBoard is new data for the whole fleet.
func BenchmarkBoard(b *testing.B) {
	for _, n := range []int{20, 200} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c := benchmark(b, n)
			for range b.N {
				c.take(c.feed.board)
				c.View()
			}
			stone(b)
		})
	}
}

// BenchmarkFirst is everything from nothing to the first frame.
func BenchmarkFirst(b *testing.B) {
	src := large(20)
	theme := look(b, dark)
	b.ReportAllocs()
	for range b.N {
		c := New(Options{Source: src, Theme: theme, Board: &src.board, Now: func() time.Time { return noon }})
		c.Update(tea.WindowSizeMsg{Width: 160, Height: 48})
		c.View()
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

// A moved selection changes two rows of the list and no more, for what changes is sent.
func TestAMovedSelectionChangesTwoRows(t *testing.T) {
	for place, lines := range map[string]int{"0": 2, "1": 2, "2": 2, "3": 4, "4": 4} {
		d := start(t, large(60), 160, 48, look(t, dark))
		d.press(place, "j")
		before := strings.Split(d.c.View(), "\n")
		d.send(key("j"))
		changed := 0
		for y, line := range strings.Split(d.c.View(), "\n") {
			if line != before[y] {
				changed++
			}
		}
		if changed != lines {
			t.Errorf("pane %s: %d lines changed, want %d", place, changed, lines)
		}
	}
}
