package fleet

import (
	"context"
	"errors"
	"time"

	"gonogo/model"
)

// liftFor is how long a person's own read-only stays lifted.
const liftFor = 15 * time.Minute

// ReadOnly is why nothing may be done now; empty: it may. What isn't trusted is somebody else's: it must not make a person's
// token act, and that is not for them to lift.
func (f *Fleet) ReadOnly() string {
	if f.o.ReadOnly != "" && !f.Lifted().After(f.Now()) {
		return f.o.ReadOnly
	}
	if trust := f.set.Load().trust; trust != "" {
		return "nothing is done for what isn't trusted: " + trust
	}
	return ""
}

// Lifted is until when a person has lifted their own read-only; zero: they haven't.
func (f *Fleet) Lifted() time.Time {
	if until := f.lifted.Load(); until != nil {
		return *until
	}
	return time.Time{}
}

// LiftReadOnly lets a person act for a while in a session that they asked to be read-only. It is journalled before; what the
// team's configuration makes read-only stays so.
func (f *Fleet) LiftReadOnly(ctx context.Context, reason model.Text) (time.Time, error) {
	if f.o.ReadOnly == "" {
		return time.Time{}, errors.New("lift read-only: this session isn't read-only by your own wish")
	}
	until := f.Now().Round(0).Add(liftFor)
	if err := f.engine.Elevate(ctx, until, f.viewer(ctx), reason); err != nil {
		return time.Time{}, err
	}
	f.lifted.Store(&until)
	f.announce(model.Changed{Signal: model.SignalOperation})
	return until, nil
}

// viewer is whose token it is, as far as the cache knows.
func (f *Fleet) viewer(ctx context.Context) model.Text {
	for _, s := range f.Config().Services {
		if d, err := f.Detail(ctx, s.Name); err == nil && d.Facts.Viewer != "" {
			return model.Clean(d.Facts.Viewer)
		}
	}
	return "the person at the screen"
}
