package probe

import (
	"context"

	"gonogo/model"
)

// tcp makes a connection and ends it.
func (a asking) tcp(ctx context.Context, s model.Sample) model.Sample {
	target, err := a.expand(a.check.Target, nil)
	if err != nil {
		return unknown(s, "%v", err)
	}
	began := a.options.Stopwatch()
	connection, err := a.dialer.DialContext(ctx, "tcp", target)
	if err != nil {
		return a.unreachable(s, target, because(err, a.timeout))
	}
	s.Latency = a.options.Stopwatch().Sub(began)
	_ = connection.Close()
	a.options.Answered.Note(target, a.options.Clock.Now())
	s.State = model.Healthy
	return s
}
