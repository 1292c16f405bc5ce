package fleet

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"gonogo/cache/journal"
	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/operate"
)

// engineFor makes the engine that acts for a fleet. It opens nothing.
func (f *Fleet) engineFor() *operate.Engine {
	return operate.New(context.Background(), operate.Options{
		Folder: filepath.Join(f.o.Folders.State, "operations"), NetworkFS: f.cache.NetworkFS(), Fleet: f.Config, Clients: f.clients.forHost,
		Facts: func(ctx context.Context, service string) (readiness.Facts, error) {
			d, err := f.Detail(ctx, service)
			return d.Facts, err
		},
		Samples: f.SampleHistory, Refresh: func(service string) { f.Refresh(service) }, Want: f.want, Clock: f.o.Clock, NewID: uuid.NewString, Process: processName(),
		Go: func(do func()) { f.start(do) }, Log: f.o.Log, ReadOnly: f.ReadOnly, Permissions: f.permissions, LockOptional: f.lockOptional(), Hook: f.o.Hook,
		Changed: func(o operate.Operation) {
			f.announce(model.Changed{Service: o.Plan.Service, Signal: model.SignalOperation})
		},
	})
}

// want has one thing of a service read, where this process reads at all.
func (f *Fleet) want(service string, signal model.Signal, subject string) {
	if refresher := f.reading(); refresher != nil {
		refresher.Want(service, signal, subject)
	}
}

// processName names this process; another one never has the same.
func processName() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (package documentation)
	return fmt.Sprintf("%d-%s", os.Getpid(), hex.EncodeToString(b[:]))
}

// recoverEvery is how often operations are looked for that another process has left, and watchEvery how often while one
// is under way there.
const (
	recoverEvery = 30 * time.Second
	watchEvery   = 2 * time.Second
)

// watchOperations goes on with what was left unfinished, now and whenever another process of this person ends.
func (f *Fleet) watchOperations(ctx context.Context) {
	for {
		if err := f.engine.Recover(ctx); err != nil && f.o.Log != nil {
			f.o.Log.WarnContext(ctx, "look for unfinished operations", "error", err.Error())
		}
		wait := recoverEvery
		if f.engine.Watches() {
			wait = watchEvery
		}
		timer := time.NewTimer(wait) // the wall's time: another process knows no other
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// Prepare works out what a request would do; see operate.Engine.
func (f *Fleet) Prepare(ctx context.Context, r operate.Request) (*operate.Draft, error) {
	if s := f.Config().Service(r.Service); s != nil { // whose permissions are known once it is known whose token it is
		for _, repo := range []model.Repo{s.Repo, s.DeployRepo()} {
			_, _ = f.clients.forHost(repo.Host) // the engine says why there is none
		}
	}
	return f.engine.Prepare(ctx, r)
}

// Sketch works out what a request would do from the cache alone; see operate.Engine.
func (f *Fleet) Sketch(ctx context.Context, r operate.Request) (*operate.Draft, error) {
	return f.engine.Sketch(ctx, r)
}

// Confirm begins what a person has confirmed; see operate.Engine.
func (f *Fleet) Confirm(ctx context.Context, d *operate.Draft, c operate.Confirmation) (operate.Operation, error) {
	return f.engine.Confirm(ctx, d, c)
}

// Decide is a person's word on an ambiguous operation; see operate.Engine.
func (f *Fleet) Decide(ctx context.Context, id string, run int64, actor, reason model.Text) error {
	return f.engine.Decide(ctx, id, run, actor, reason)
}

// Review approves or rejects what an operation waits for; see operate.Engine.
func (f *Fleet) Review(ctx context.Context, id string, approve bool, comment model.Text) error {
	return f.engine.Review(ctx, id, approve, comment)
}

// Operation is what is known of an operation that this process has seen.
func (f *Fleet) Operation(id string) (operate.Operation, bool) { return f.engine.Operation(id) }

// Moving are the operations that have not ended.
func (f *Fleet) Moving() []operate.Operation { return f.engine.Moving() }

// Operations are the newest of all hosts, newest first.
func (f *Fleet) Operations(ctx context.Context, most int) ([]operation.Progress, error) {
	return f.engine.History(ctx, most)
}

// Records are the whole journal of an operation.
func (f *Fleet) Records(ctx context.Context, id string) ([]operation.Record, error) {
	return f.engine.Records(ctx, id)
}

// Anchors are what the shared refs of the fleet's repositories tell of journals; see operate.Engine.
func (f *Fleet) Anchors(ctx context.Context) ([]journal.Anchor, error) { return f.engine.Anchors(ctx) }

// VerifyJournals looks whether the journals are what was written.
func (f *Fleet) VerifyJournals(ctx context.Context, anchors []journal.Anchor) (int64, error) {
	return f.engine.VerifyAll(ctx, anchors)
}
