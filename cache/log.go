package cache

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gonogo/model"
	"gonogo/model/joblog"
)

// Logs lie in the file like everything else, so that they share its mode, its owner and its end. Files beside it would save
// nothing: of a log of 200 MB (26 MiB compressed), written by 2 MiB at a time, no write kept others waiting for longer than
// 22 ms on two busy cores, and a piece is read in 1.2 ms.
const (
	// keepLogs bounds what all logs together take in the file: those that nobody has opened for longest go.
	keepLogs = 96 << 20
	// keepLogsInMemory is the same where the cache is no file.
	keepLogsInMemory = 12 << 20
	// keepUnfinished is how long a log stays whose download never ended.
	keepUnfinished = time.Hour
)

// MaxLog is the most that one log may take, compressed; of a longer one the middle is not kept.
func (c *Cache) MaxLog() int64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.store != nil && c.store.path == "" {
		return keepLogsInMemory * 2 / 3
	}
	return keepLogs * 2 / 3
}

// Log is what is known of a job's log.
type Log struct {
	ID       int64
	Complete bool
	Index    joblog.Index // once it is complete
	Came     int64        // bytes so far
	Whole    int64        // bytes it will have; -1: not known
}

// Zero reports that nothing is known of it.
func (l Log) Zero() bool { return l.ID == 0 }

// LogPacker compresses pieces of a log. Make it with NewLogPacker; it is used by one goroutine.
type LogPacker struct {
	w   *flate.Writer
	buf bytes.Buffer
}

// NewLogPacker makes one.
func NewLogPacker() *LogPacker {
	w, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant of the same package
	}
	return &LogPacker{w: w}
}

// LogPiece is a compressed piece of a log.
type LogPiece struct {
	Number int
	body   []byte
}

// Size is what the piece takes.
func (p LogPiece) Size() int64 { return int64(len(p.body)) }

// Pack compresses a piece.
func (p *LogPacker) Pack(number int, text []byte) (LogPiece, error) {
	p.buf.Reset()
	p.w.Reset(&p.buf)
	_, err := p.w.Write(text)
	if err = errors.Join(err, p.w.Close()); err != nil {
		return LogPiece{}, fmt.Errorf("compress piece %d of a log: %w", number, err)
	}
	return LogPiece{Number: number, body: bytes.Clone(p.buf.Bytes())}, nil
}

func unpack(body []byte) (string, error) {
	r := flate.NewReader(bytes.NewReader(body))
	var b bytes.Buffer
	b.Grow(joblog.PieceSize + joblog.PieceSize/8)
	if _, err := io.Copy(&b, io.LimitReader(r, 2*joblog.PieceSize)); err != nil {
		return "", err
	}
	return b.String(), nil
}

const beginLog = `
INSERT INTO log (service, subject, complete, came, whole, stored, opened_at, body)
VALUES (?, ?, 0, 0, ?, 0, ?, x'')
RETURNING id`

// BeginLog makes room for a log that is being downloaded; whole is how long it will be, -1 if that isn't known.
func (t *Tx) BeginLog(s model.Service, subject string, whole int64) (id int64, err error) {
	service, err := t.service(&s)
	if err != nil {
		return 0, err
	}
	_, err = t.conn.one(beginLog, func(r *row) { id = r.int() }, service, subject, whole, t.now)
	return id, err
}

const (
	putPiece = `INSERT INTO log_piece (log, number, body) VALUES (?, ?, ?)`
	growLog  = `UPDATE log SET came = ?, stored = stored + ? WHERE id = ?`
)

// PutLogPieces keeps pieces of a log of which so many bytes have come. Other logs go where there would be too much.
func (t *Tx) PutLogPieces(log, came int64, pieces []LogPiece) error {
	stored := int64(0)
	for _, p := range pieces {
		if _, err := t.conn.exec(putPiece, log, p.Number, p.body); err != nil {
			return err
		}
		stored += p.Size()
	}
	if _, err := t.conn.exec(growLog, came, stored, log); err != nil {
		return err
	}
	return t.dropLogs(log)
}

const (
	dropPieces = `DELETE FROM log_piece WHERE log = ? AND number >= ? AND number < ?`
	shrinkLog  = `UPDATE log SET stored = max(0, stored - ?) WHERE id = ?`
)

// DropLogPieces forgets the pieces of a log from first on, up to past, which took so many bytes.
func (t *Tx) DropLogPieces(log int64, first, past int, bytes int64) error {
	if _, err := t.conn.exec(dropPieces, log, first, past); err != nil {
		return err
	}
	_, err := t.conn.exec(shrinkLog, bytes, log)
	return err
}

const (
	endLog  = `UPDATE log SET complete = 1, came = ?2, whole = ?2, opened_at = ?3, body = ?4 WHERE id = ?1`
	oldLogs = `DELETE FROM log WHERE service = ? AND subject = ? AND complete = 1 AND id <> ?`
)

// EndLog says that a log is complete. It takes the place of any other of the same job.
func (t *Tx) EndLog(s model.Service, subject string, log int64, x *joblog.Index) error {
	service, err := t.service(&s)
	if err != nil {
		return err
	}
	if _, err := t.conn.exec(endLog, log, x.Bytes, t.now, encodeIndex(x)); err != nil {
		return err
	}
	_, err = t.conn.exec(oldLogs, service, subject, log)
	return err
}

// DropLog forgets a log whose download failed.
func (t *Tx) DropLog(log int64) error {
	_, err := t.conn.exec(`DELETE FROM log WHERE id = ?`, log)
	return err
}

const openLog = `UPDATE log SET opened_at = ? WHERE id = ? AND opened_at < ?`

// OpenLog says that a person has opened a log.
func (t *Tx) OpenLog(log int64) error {
	_, err := t.conn.exec(openLog, t.now, log, t.now.Add(-time.Minute))
	return err
}

const (
	allStored = `SELECT coalesce(sum(stored), 0) FROM log`
	leastLog  = `SELECT id, service, subject, stored FROM log WHERE id <> ? AND complete = 1 ORDER BY opened_at LIMIT 1`
	dropLog   = `DELETE FROM log WHERE id = ?`
)

// dropLogs makes the others give way until all are within the bound. What was known of their reading goes with them, so
// that they are read again when they are wanted.
func (t *Tx) dropLogs(spared int64) error {
	bound := int64(keepLogs)
	if t.memory {
		bound = keepLogsInMemory
	}
	all := int64(0)
	if _, err := t.conn.one(allStored, func(r *row) { all = r.int() }); err != nil {
		return err
	}
	for all > bound {
		var log, service, stored int64
		var subject string
		found, err := t.conn.one(leastLog, func(r *row) { log, service, subject, stored = r.int(), r.int(), r.text(), r.int() }, spared)
		if err != nil || !found {
			return err
		}
		if _, err := t.conn.exec(dropLog, log); err != nil {
			return err
		}
		if _, err := t.conn.exec(dropRead, service, model.SignalLog, subject); err != nil {
			return err
		}
		all -= stored
	}
	return nil
}

const getLog = `
SELECT id, complete, came, whole, body
FROM   log
WHERE  service = ? AND subject = ?
ORDER  BY complete DESC, id DESC
LIMIT  1`

// Log returns what is known of a job's log: the newest, a complete one before any that is still coming.
func (c *Cache) Log(ctx context.Context, s model.Service, subject string) (Log, error) {
	var l Log
	err := c.of(ctx, s, func(n *conn, service int64) error {
		l = Log{}
		var body []byte
		_, err := n.one(getLog, func(r *row) {
			l = Log{ID: r.int(), Complete: r.bool(), Came: r.int(), Whole: r.int()}
			body = r.blob()
		}, service, subject)
		if err != nil || !l.Complete {
			return err
		}
		if l.Index, err = decodeIndex(body); err != nil {
			l = Log{} // of another version: it is read again
		}
		return nil
	})
	return l, err
}

// ErrNoPiece reports that a log has given way to others since it was looked up. It is read again when it is wanted again.
var ErrNoPiece = errors.New("the log is no longer in the cache")

// LogPiece returns a piece of a log, which begins with the line first.
func (c *Cache) LogPiece(ctx context.Context, log int64, number, first int) (*joblog.Piece, error) {
	var body []byte
	err := c.read(ctx, func(n *conn) error {
		found, err := n.one(`SELECT body FROM log_piece WHERE log = ? AND number = ?`, func(r *row) { body = bytes.Clone(r.blob()) }, log, number)
		if err == nil && !found {
			err = ErrNoPiece
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	text, err := unpack(body)
	if err != nil {
		return nil, fmt.Errorf("unpack piece %d of a log: %w", number, err)
	}
	return joblog.NewPiece(first, text), nil
}

func encodeIndex(x *joblog.Index) []byte {
	e := encode()
	for _, n := range []int64{int64(x.Lines), x.Bytes, int64(x.ErrorCount), int64(x.LikelyCount), int64(x.WarningCount)} {
		e.int(n)
	}
	e.bool(x.Cut)
	for _, n := range []int{x.Gone.From, x.Gone.To, x.Gone.First, x.Gone.Past} {
		e.int(int64(n))
	}
	for _, list := range [][]int{x.Pieces, x.Errors, x.Closes, x.Likely} {
		putRising(e, list)
	}
	e.int(int64(len(x.Groups)))
	for _, g := range x.Groups {
		e.int(int64(g.From))
		e.int(int64(g.To - g.From))
		put(e, g.Title)
		e.bool(g.Marked)
		e.bool(g.Gone)
	}
	e.int(int64(len(x.Starts)))
	for _, s := range x.Starts {
		e.int(int64(s.Line))
		put(e, s.Title)
	}
	e.int(int64(len(x.Times)))
	line, second := 0, int64(0)
	for _, t := range x.Times {
		e.int(int64(t.Line - line))
		e.int(t.Second - second)
		line, second = t.Line, t.Second
	}
	return e.buf
}

func decodeIndex(blob []byte) (joblog.Index, error) {
	d := decode(blob)
	x := joblog.Index{Lines: int(d.int()), Bytes: d.int(), ErrorCount: int(d.int()), LikelyCount: int(d.int()), WarningCount: int(d.int()), Cut: d.bool()}
	x.Gone = joblog.Gap{From: int(d.int()), To: int(d.int()), First: int(d.int()), Past: int(d.int())}
	for _, list := range []*[]int{&x.Pieces, &x.Errors, &x.Closes, &x.Likely} {
		*list = takeRising(d)
	}
	if n := d.count(); n > 0 {
		x.Groups = make([]joblog.Fold, n)
		for i := range x.Groups {
			from := int(d.int())
			x.Groups[i] = joblog.Fold{From: from, To: from + int(d.int()), Title: d.string(), Marked: d.bool(), Gone: d.bool()}
		}
	}
	if n := d.count(); n > 0 {
		x.Starts = make([]joblog.Start, n)
		for i := range x.Starts {
			x.Starts[i] = joblog.Start{Line: int(d.int()), Title: d.string()}
		}
	}
	if n := d.count(); n > 0 {
		x.Times = make([]joblog.Time, n)
		line, second := 0, int64(0)
		for i := range x.Times {
			line, second = line+int(d.int()), second+d.int()
			x.Times[i] = joblog.Time{Line: line, Second: second}
		}
	}
	if d.err == nil && !x.Valid() {
		d.err = errLayout
	}
	return x, d.err
}

// putRising writes a list by what each number is more than the one before it.
func putRising(e *encoder, list []int) {
	e.int(int64(len(list)))
	last := 0
	for _, n := range list {
		e.int(int64(n - last))
		last = n
	}
}

func takeRising(d *decoder) []int {
	n := d.count()
	if n == 0 {
		return nil
	}
	list := make([]int, n)
	last := 0
	for i := range list {
		last += int(d.int())
		list[i] = last
	}
	return list
}
