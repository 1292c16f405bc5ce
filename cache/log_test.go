package cache

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/joblog"
)

// keepLog puts a log into the cache as a download does.
func keepLog(t testing.TB, c *Cache, s model.Service, subject, text string) Log {
	t.Helper()
	packer := NewLogPacker()
	var id int64
	write(t, c, func(tx *Tx) (err error) { id, err = tx.BeginLog(s, subject, -1); return err })
	var came int64
	b := joblog.NewBuilder(1<<40, func(n int, text []byte) error {
		piece, err := packer.Pack(n, text)
		if err != nil {
			return err
		}
		came += int64(len(text))
		return c.Write(context.Background(), func(tx *Tx) error { return tx.PutLogPieces(id, came, []LogPiece{piece}) })
	})
	_, err := b.Write([]byte(text))
	must(t, err)
	x, err := b.Close()
	must(t, err)
	write(t, c, func(tx *Tx) error {
		if err := tx.PutRead(s, model.Read{Signal: model.SignalLog, Subject: subject, At: noon, TriedAt: noon}); err != nil {
			return err
		}
		return tx.EndLog(s, subject, id, &x)
	})
	l, err := c.Log(t.Context(), s, subject)
	must(t, err)
	if !l.Complete || !reflect.DeepEqual(l.Index, x) {
		t.Fatalf("kept was %+v, read is %+v", x, l)
	}
	return l
}

// someLog is a log of so many lines.
func someLog(lines int) string {
	var b strings.Builder
	b.WriteString("\ufeff")
	at := noon
	dice := rand.New(rand.NewPCG(1, 2))
	for i := range lines {
		at = at.Add(time.Duration(dice.IntN(40)) * time.Millisecond)
		mark := ""
		switch i % 1000 {
		case 7:
			mark = "##[group]Run part " + fmt.Sprint(i)
		case 30:
			mark = "##[endgroup]"
		case 500:
			mark = "##[error]"
		}
		fmt.Fprintf(&b, "%s %s[%d/%d] compiling module m%d from the registry\n", at.Format("2006-01-02T15:04:05.0000000Z"), mark, i, lines, dice.IntN(100_000))
	}
	return b.String()
}

func TestALogIsReadByItsPieces(t *testing.T) {
	c, s := fresh(t), api("api")
	text := someLog(9000)
	l := keepLog(t, c, s, "7/1", text)
	var b strings.Builder
	b.WriteString("\ufeff")
	for i, first := range l.Index.Pieces {
		p, err := c.LogPiece(t.Context(), l.ID, i, first)
		must(t, err)
		for n := range p.Lines() {
			line := p.Line(first + n)
			b.WriteString(line.At.Format("2006-01-02T15:04:05.0000000Z ") + map[joblog.Kind]string{joblog.Group: "##[group]", joblog.EndGroup: "##[endgroup]", joblog.Error: "##[error]"}[line.Kind] + string(line.Text()) + "\n")
		}
	}
	if b.String() != text {
		t.Error("the pieces are not the log")
	}
	if len(l.Index.Pieces) < 4 || len(l.Index.Groups) != 9 || len(l.Index.Errors) != 9 {
		t.Errorf("%d pieces, %d groups, %d errors", len(l.Index.Pieces), len(l.Index.Groups), len(l.Index.Errors))
	}
	if _, err := c.LogPiece(t.Context(), l.ID, 99, 0); !errors.Is(err, ErrNoPiece) {
		t.Errorf("a piece that isn't there: %v", err)
	}
	if other, err := c.Log(t.Context(), api("web"), "7/1"); err != nil || !other.Zero() {
		t.Errorf("another service has it too: %+v, %v", other, err)
	}
}

func TestALogThatStillComesIsSeenComing(t *testing.T) {
	c, s := fresh(t), api("api")
	var id int64
	write(t, c, func(tx *Tx) (err error) { id, err = tx.BeginLog(s, "7/1", 1000); return err })
	piece, err := NewLogPacker().Pack(0, []byte("one\n"))
	must(t, err)
	write(t, c, func(tx *Tx) error { return tx.PutLogPieces(id, 400, []LogPiece{piece}) })
	if l, err := c.Log(t.Context(), s, "7/1"); err != nil || l.Complete || l.Came != 400 || l.Whole != 1000 {
		t.Errorf("%+v, %v", l, err)
	}
	whole := keepLog(t, c, s, "7/1", "one\n") // of another process, which was quicker
	if l, err := c.Log(t.Context(), s, "7/1"); err != nil || l.ID != whole.ID {
		t.Errorf("%+v, %v: want the complete one", l, err)
	}
	write(t, c, func(tx *Tx) error { return tx.DropLog(id) })
	if again := keepLog(t, c, s, "7/1", "two\n"); again.ID == whole.ID {
		t.Error("another one has the same number")
	}
	if _, err := c.LogPiece(t.Context(), whole.ID, 0, 0); !errors.Is(err, ErrNoPiece) {
		t.Errorf("the former one is still there: %v", err)
	}
}

// noise can't be compressed.
func noise(n int) string {
	dice := rand.NewChaCha8([32]byte{1})
	b := make([]byte, n)
	_, _ = dice.Read(b)
	for i := range b {
		if b[i] == '\n' || b[i] == '\r' || i%4000 == 3999 {
			b[i] = '\n'
		}
	}
	return string(b)
}

func TestLogsGiveWayToTheNewestWithinTheBound(t *testing.T) {
	now := noon
	path := filepath.Join(t.TempDir(), "fleet.db")
	c, err := Open(t.Context(), Options{Path: path, Now: func() time.Time { return now }})
	must(t, err)
	defer c.Close()
	s, text := api("api"), noise(23<<20)
	first := keepLog(t, c, s, "1/1", text)
	for i := 2; i <= 4; i++ {
		now = now.Add(time.Hour)
		keepLog(t, c, s, fmt.Sprintf("%d/1", i), text)
	}
	now = now.Add(time.Hour)
	write(t, c, func(tx *Tx) error { return tx.OpenLog(first.ID) })
	now = now.Add(time.Hour)
	keepLog(t, c, s, "5/1", text)
	for i, kept := range []bool{true, false, true, true, true} {
		subject := fmt.Sprintf("%d/1", i+1)
		l, err := c.Log(t.Context(), s, subject)
		must(t, err)
		read, err := c.Read(t.Context(), s, model.SignalLog, subject)
		must(t, err)
		if l.Complete != kept || read.OK() != kept {
			t.Errorf("log %s: kept %v, read %v; want %v", subject, l.Complete, read.OK(), kept)
		}
	}
	must(t, c.Thin(t.Context()))
	if n := size(t, path); n > keepLogs+keepLogs/8 {
		t.Errorf("the file has %d MiB", n>>20)
	}
}

func TestLogsInMemoryTakeLess(t *testing.T) {
	c, err := OpenMemory(t.Context(), Options{Now: fixed}, "a test")
	must(t, err)
	defer c.Close()
	text := noise(5 << 20)
	for i := range 4 {
		keepLog(t, c, api("api"), fmt.Sprintf("%d/1", i), text)
	}
	stored := int64(0)
	must(t, c.read(t.Context(), func(n *conn) error {
		_, err := n.one(allStored, func(r *row) { stored = r.int() })
		return err
	}))
	if stored > keepLogsInMemory || stored == 0 {
		t.Errorf("%d bytes of logs in memory", stored)
	}
}

func TestADownloadThatNeverEndedIsThinned(t *testing.T) {
	now := noon
	c, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "fleet.db"), Now: func() time.Time { return now }})
	must(t, err)
	defer c.Close()
	write(t, c, func(tx *Tx) error { _, err := tx.BeginLog(api("api"), "1/1", -1); return err })
	now = noon.Add(2 * time.Hour)
	must(t, c.Thin(t.Context()))
	if l, err := c.Log(t.Context(), api("api"), "1/1"); err != nil || !l.Zero() {
		t.Errorf("%+v, %v", l, err)
	}
}

// BenchmarkLog keeps a log of 200 MB and reads one piece of it; it tells what it takes, and how long it kept writers waiting.
func BenchmarkLog(b *testing.B) {
	text := someLog(2_400_000)
	c, s := fresh(b), api("api")
	for i := range b.N {
		packer, longest, stored := NewLogPacker(), time.Duration(0), int64(0)
		timed := func(f func(*Tx) error) {
			began := time.Now()
			write(b, c, f)
			longest = max(longest, time.Since(began))
		}
		var id int64
		subject := fmt.Sprintf("%d/1", i)
		timed(func(tx *Tx) (err error) { id, err = tx.BeginLog(s, subject, -1); return err })
		var batch []LogPiece
		build := joblog.NewBuilder(1<<40, func(n int, text []byte) error {
			piece, err := packer.Pack(n, text)
			batch, stored = append(batch, piece), stored+piece.Size()
			if len(batch) == 16 {
				timed(func(tx *Tx) error { return tx.PutLogPieces(id, 0, batch) })
				batch = batch[:0]
			}
			return err
		})
		_, _ = build.Write([]byte(text))
		x, err := build.Close()
		must(b, err)
		timed(func(tx *Tx) error { return tx.PutLogPieces(id, 0, batch) })
		timed(func(tx *Tx) error { return tx.EndLog(s, subject, id, &x) })
		began := time.Now()
		l, err := c.Log(b.Context(), s, subject)
		must(b, err)
		b.ReportMetric(float64(time.Since(began).Microseconds()), "µs/open")
		began = time.Now()
		_, err = c.LogPiece(b.Context(), l.ID, len(x.Pieces)-1, x.Pieces[len(x.Pieces)-1])
		must(b, err)
		b.ReportMetric(float64(time.Since(began).Microseconds()), "µs/piece")
		b.ReportMetric(float64(longest.Microseconds()), "µs/longest-write")
		b.ReportMetric(float64(stored)/(1<<20), "MiB-stored")
		b.ReportMetric(float64(len(encodeIndex(&x)))/1024, "KiB-index")
	}
	b.SetBytes(int64(len(text)))
}
