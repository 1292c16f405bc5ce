package cockpit

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/joblog"
	"gonogo/ui/pane"
)

// shelved is a fleet whose failed job has a long log in a real cache.
type shelved struct {
	*memory
	cache *cache.Cache
	job   model.Job
}

const shelvedSubject = "101/2"

func (s shelved) Log(ctx context.Context, _ string, _, _ int64) (pane.Log, error) {
	l, err := s.cache.Log(ctx, shelvedService, shelvedSubject)
	return pane.Log{Job: s.job, ID: l.ID, Index: &l.Index}, err
}

func (s shelved) LogPiece(ctx context.Context, log int64, number, first int) (*joblog.Piece, error) {
	return s.cache.LogPiece(ctx, log, number, first)
}

var shelvedService = model.Service{Name: "api", Repo: model.Repo{Host: "github.com", Owner: "acme", Name: "api"}}

// shelve puts a log of about so many bytes into a cache: a failing step of many lines, in
// groups, with what is searched for at its end.
func shelve(t testing.TB, bytes int64) shelved {
	t.Helper()
	c, err := cache.Open(t.Context(), cache.Options{Path: filepath.Join(t.TempDir(), "fleet.db"), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	m := acme()
	s := shelved{m, c, m.jobs[101].Jobs[1]}
	write := func(f func(*cache.Tx) error) {
		if err := c.Write(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	var id int64
	write(func(tx *cache.Tx) (err error) {
		id, err = tx.BeginLog(shelvedService, shelvedSubject, bytes)
		return err
	})
	packer := cache.NewLogPacker()
	var batch []cache.LogPiece
	b := joblog.NewBuilder(1<<40, func(n int, text []byte) error {
		p, err := packer.Pack(n, text)
		if batch = append(batch, p); len(batch) == 16 {
			write(func(tx *cache.Tx) error { return tx.PutLogPieces(id, 0, batch) })
			batch = batch[:0]
		}
		return err
	})
	at, line := ago(21*time.Minute), 0
	add := func(text string) {
		at = at.Add(100 * time.Microsecond)
		if _, err := fmt.Fprintf(b, "%s %s\n", at.Format("2006-01-02T15:04:05.0000000Z"), text); err != nil {
			t.Fatal(err)
		}
		line++
	}
	for b.Bytes() < bytes {
		switch line % 1000 {
		case 100:
			add("##[group]Part " + fmt.Sprint(line/1000))
		case 900:
			add("##[endgroup]")
		default:
			add(fmt.Sprintf("[%d] compiling module m%x from the registry", line, line*7919))
		}
	}
	add("--- FAIL: TestTheNeedle (0.10s)")
	add("##[error]Process completed with exit code 1.")
	x, err := b.Close()
	if err != nil {
		t.Fatal(err)
	}
	write(func(tx *cache.Tx) error { return tx.PutLogPieces(id, b.Bytes(), batch) })
	write(func(tx *cache.Tx) error { return tx.EndLog(shelvedService, shelvedSubject, id, &x) })
	return s
}

// reader reads the long log.
func (s shelved) reader(t testing.TB) *driver {
	board := s.board
	d := &driver{now: noon}
	d.t, _ = t.(*testing.T)
	d.c = New(Options{Source: s, Theme: look(t, dark), Board: &board, Now: func() time.Time { return d.now },
		After: func(time.Duration, tea.Msg) tea.Cmd { return nil }})
	d.send(tea.WindowSizeMsg{Width: 160, Height: 48})
	d.c.View()
	return d
}

func (d *driver) openLong() {
	d.send(pane.OpenMsg{Target: pane.Target{Kind: pane.LogKind, Service: "api", ID: 101}})
	d.c.View()
}

// heap is what is in use after everything that isn't has been let go.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestALongLogTakesLittleMemory(t *testing.T) {
	s := shelve(t, 24<<20)
	d := s.reader(t)
	before := heap()
	d.openLong()
	d.see("--- FAIL: TestTheNeedle")
	for range 20 {
		d.send(key("pgup"))
		d.c.View()
	}
	d.send(key("f"))
	d.send(key("f")) // everything is open
	for _, k := range []string{"g", "G", "g"} {
		d.send(key(k))
		d.c.View()
	}
	d.send(key("/"))
	d.typed("compiling").send(key("enter"))
	d.see("/compiling 1 of 10", "+ ").exact()
	for range 100 {
		d.send(key("pgdown"))
		d.c.View()
	}
	if grown := heap() - before; grown > 14<<20 {
		t.Errorf("a log of 24 MiB takes %d kB", grown>>10)
	} else {
		t.Logf("%d kB", grown>>10)
	}
	runtime.KeepAlive(d)
}

// Where each row that is seen lies in another piece, all of them are drawn.
func TestRowsThatLieFarApartAreAllDrawn(t *testing.T) {
	var b strings.Builder
	for i := range 80 {
		fmt.Fprintf(&b, "between %d\n##[group]Part %d\n%s##[endgroup]\n", i, i, strings.Repeat(strings.Repeat("x", 4000)+"\n", 2*joblog.PieceSize/4000))
	}
	m := acme()
	j := model.Job{ID: 2, Name: "test (1.26)", Status: model.StatusCompleted, Conclusion: model.Success}
	m.keepLog(j, b.String())
	d := start(t, m, 200, 100, look(t, dark))
	d.send(pane.OpenMsg{Target: pane.Target{Kind: pane.LogKind, Service: "api", ID: 101, Job: 2}})
	for _, k := range []string{"pgdown", "pgup", "G", "g"} {
		d.press(k).see("between 40", "Part 40")
		seen := strings.Count(d.screen(), "between ")
		if rows := strings.Count(d.screen(), "▸ Part "); seen < 45 || seen+rows < 94 {
			t.Fatalf("after %s %d lines and %d titles are drawn:\n%s", k, seen, rows, d.screen())
		}
	}
}

// BenchmarkLongLog is a log of 200 MB: to open it, to move in it, to jump to its ends, and to
// search all of it for what stands at its end.
func BenchmarkLongLog(b *testing.B) {
	s := shelve(b, 200_000_000)
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			d := s.reader(b)
			d.openLong()
			if !strings.Contains(d.screen(), "TestTheNeedle") {
				b.Fatal(d.screen())
			}
		}
		stone(b)
	})
	read := func(name string, keys ...string) {
		b.Run(name, func(b *testing.B) {
			d := s.reader(b)
			d.openLong()
			d.send(key("f"))
			d.send(key("f"))
			i := 0
			for b.Loop() {
				d.send(key(keys[i%len(keys)]))
				d.c.View()
				i++
			}
			stone(b)
		})
	}
	read("move", "k")
	read("page", "pgup")
	read("ends", "g", "G")
	read("fold", "enter")
	b.Run("search", func(b *testing.B) {
		for b.Loop() {
			d := s.reader(b)
			d.openLong()
			d.send(key("f"))
			d.send(key("g"))
			d.send(key("/"))
			d.typed("theneedle").send(key("enter"))
			if !strings.Contains(d.screen(), "/theneedle 1 of 1") {
				b.Fatal(d.screen())
			}
		}
		stone(b)
	})
}

// A log whose middle isn't kept says so where it would be, and is searched around it.
func TestALogWithoutItsMiddle(t *testing.T) {
	var b strings.Builder
	for i := range 4000 {
		fmt.Fprintf(&b, "line %d %s\n", i, strings.Repeat("x", 200))
	}
	b.WriteString("##[error]the needle\n")
	m := acme()
	j := model.Job{ID: 2, Name: "test (1.26)", Status: model.StatusCompleted, Conclusion: model.Failure}
	m.keepLog(j, b.String())
	l := m.logs[2]
	l.Index.Lose(2, 5)
	for i := 2; i < 5; i++ {
		delete(m.texts[l.ID], i)
	}
	d := start(t, m, 120, 36, look(t, dark))
	d.send(pane.OpenMsg{Target: pane.Target{Kind: pane.LogKind, Service: "api", ID: 101, Job: 2}})
	d.press("g", "/").typed("LINE").press("backspace", "backspace", "backspace", "backspace").typed("needle").press("enter")
	d.see("/needle 1 of 1", "error: the needle", " kB a part is missing").press("g", "n").see("/needle 1 of 1").press("esc")
	d.send(key("/"))
	d.typed(fmt.Sprintf("line %d ", l.Index.Gone.From-1)).press("enter").press("j").see("▴ the log is too long: ", " lines are not kept").press("enter", "e").see("error: the needle").exact()
}
