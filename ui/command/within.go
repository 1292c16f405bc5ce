package command

import (
	"context"
	"errors"

	"gonogo/sources/fleet"
)

// withFleet opens the fleet that the flags name, does something with it, and closes it.
func withFleet(ctx context.Context, env *Env, shared *flags, do func(*fleet.Fleet) error) (err error) {
	p, err := settings(env, shared)
	if err != nil {
		return err
	}
	f, err := openFleet(ctx, env, shared, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return do(f)
}
