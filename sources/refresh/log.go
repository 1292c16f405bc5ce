package refresh

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/joblog"
	"gonogo/sources/github"
)

const (
	// readOfLog is how much of one log is read; the end of a longer one is missing, and said to be.
	readOfLog = 2 << 30
	// piecesTogether is how many pieces are written in one transaction: 2 MiB of text, which take some milliseconds.
	piecesTogether = 16
	// tellEvery is how often, of the machine's time, it is told how far a log has come.
	tellEvery = 500 * time.Millisecond
	// lateLog is for how long after a job's end its log may still be on its way to GitHub's storage.
	lateLog   = 2 * time.Minute
	lateAgain = 5 * time.Second
)

// fetchLog downloads the log of a job into the cache, piece by piece. What is there already is never downloaded again: the
// log of a job that has ended doesn't change.
func (r *Refresher) fetchLog(ctx context.Context, c *github.Client, j job) (fetched, error) {
	run, id, err := logSubject(j.subject)
	if err != nil {
		return fetched{}, err
	}
	known, err := r.o.Cache.Log(ctx, j.service, j.subject)
	if err != nil {
		return fetched{}, err
	}
	if known.Complete {
		err := r.o.Cache.Write(ctx, func(tx *cache.Tx) error { return tx.OpenLog(known.ID) })
		return fetched{unchanged: true, at: r.now()}, err
	}
	c, repo, err := r.repoOfRun(ctx, c, j, run)
	if err != nil {
		return fetched{}, err
	}
	d, err := c.JobLog(ctx, repo, id)
	if err != nil {
		return fetched{}, r.perhapsLate(ctx, j.service, run, id, err)
	}
	log, index, err := r.download(ctx, j, d)
	if err != nil {
		return fetched{}, err
	}
	return fetched{at: d.At, request: d.Request, cut: index.Cut, put: func(tx *cache.Tx) error {
		return tx.EndLog(j.service, j.subject, log, &index)
	}}, nil
}

// logSubject takes RUN/JOB apart.
func logSubject(subject string) (run, job int64, err error) {
	a, b, _ := strings.Cut(subject, "/")
	if run, err = strconv.ParseInt(a, 10, 64); err == nil {
		job, err = strconv.ParseInt(b, 10, 64)
	}
	if err != nil {
		err = fmt.Errorf("read the log %q: its subject is no RUN/JOB: %w", subject, err)
	}
	return run, job, err
}

// perhapsLate has a log asked for again soon that isn't there right after its job's end.
func (r *Refresher) perhapsLate(ctx context.Context, s model.Service, run, id int64, err error) error {
	var p *github.Problem
	if !errors.As(err, &p) || p.Kind != model.ProblemMissing {
		return err
	}
	jobs, failed := r.o.Cache.Jobs(ctx, s, run)
	if failed != nil {
		return err
	}
	for _, job := range jobs {
		if job.ID == id && job.Conclusion != model.Skipped && r.now().Sub(job.CompletedAt) < lateLog {
			late := *p
			late.Until, late.Next = r.now().Add(lateAgain), "it may not have got there yet; it is asked for again"
			return &late
		}
	}
	return err
}

// download reads a log to its end, or to what is kept of it.
func (r *Refresher) download(ctx context.Context, j job, d *github.Download) (log int64, x joblog.Index, err error) {
	defer func() { _ = d.Close() }()
	err = r.o.Cache.Write(ctx, func(tx *cache.Tx) (err error) {
		log, err = tx.BeginLog(j.service, j.subject, d.Size)
		return err
	})
	if err != nil {
		return 0, x, err
	}
	defer func() {
		if err != nil {
			_ = r.o.Cache.Write(r.last, func(tx *cache.Tx) error { return tx.DropLog(log) }) // else thinning does
		}
	}()
	k := keeper{r: r, ctx: ctx, job: j, log: log, packer: cache.NewLogPacker(), told: time.Now(), most: r.mostOfLog()}
	k.build = joblog.NewBuilder(readOfLog, k.keep)
	if err = k.copy(d); err != nil {
		return log, x, err
	}
	if x, err = k.build.Close(); err != nil {
		return log, x, err
	}
	if err = k.flush(); err != nil {
		return log, x, err
	}
	if x.Cut {
		x.Bytes = max(x.Bytes, d.Size)
	}
	x.Lose(k.head, k.lost)
	return log, x, nil
}

// mostOfLog is how much of one log is kept, compressed.
func (r *Refresher) mostOfLog() int64 {
	if r.o.LogBound > 0 {
		return r.o.LogBound
	}
	return r.o.Cache.MaxLog()
}

// keeper writes the pieces of a log.
type keeper struct {
	r      *Refresher
	ctx    context.Context //nolint:containedctx // of one download
	job    job
	log    int64
	packer *cache.LogPacker
	build  *joblog.Builder
	batch  []cache.LogPiece
	sizes  []int64 // of each piece
	stored int64
	most   int64 // that may be stored
	head   int   // pieces of the beginning that stay; 0: all so far
	lost   int   // pieces from head on, up to this one, are dropped
	told   time.Time
}

// copy reads the log to its end, or until no more of it is kept.
func (k *keeper) copy(from io.Reader) error {
	buf := make([]byte, 64<<10)
	for !k.build.Full() {
		n, err := from.Read(buf)
		if _, err := k.build.Write(buf[:n]); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// keep takes a piece.
func (k *keeper) keep(number int, text []byte) error {
	piece, err := k.packer.Pack(number, text)
	if err != nil {
		return err
	}
	k.batch, k.sizes, k.stored = append(k.batch, piece), append(k.sizes, piece.Size()), k.stored+piece.Size()
	if len(k.batch) < piecesTogether {
		return nil
	}
	return k.flush()
}

// makeRoom says up to which piece the middle of a log too long for the cache is to be dropped, and what that frees. A quarter
// of the room is for the beginning, the rest for the end: there stands why a job failed.
func (k *keeper) makeRoom() (past int, freed int64) {
	if k.head == 0 {
		if k.stored < k.most/4 {
			return 0, 0
		}
		k.head, k.lost = len(k.sizes), len(k.sizes)
	}
	past = k.lost
	for written := len(k.sizes) - len(k.batch); k.stored-freed > k.most && past < written; past++ {
		freed += k.sizes[past]
	}
	return past, freed
}

// flush writes what has gathered, and tells how far it has come.
func (k *keeper) flush() error {
	if len(k.batch) == 0 {
		return nil
	}
	past, freed := k.makeRoom()
	err := k.r.o.Cache.Write(k.ctx, func(tx *cache.Tx) error {
		if past > k.lost {
			if err := tx.DropLogPieces(k.log, k.lost, past, freed); err != nil {
				return err
			}
		}
		return tx.PutLogPieces(k.log, k.build.Bytes(), k.batch)
	})
	if err != nil {
		return err
	}
	k.lost, k.stored = past, k.stored-freed
	k.batch = k.batch[:0]
	if now := time.Now(); now.Sub(k.told) > tellEvery {
		k.told = now
		k.r.o.Changed(model.Changed{Service: k.job.service.Name, Signal: model.SignalLog})
	}
	return nil
}
