package screen_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/creack/pty"
	"go.uber.org/goleak"

	"gonogo/ui/screen"
)

// TestNoGoroutineIsLeft runs the screen inside the test, ends it in each way, and
// looks for what is left.
func TestNoGoroutineIsLeft(t *testing.T) {
	before := goleak.IgnoreCurrent()
	cause := errors.New("enough")
	for _, test := range []struct {
		name string
		end  func(master *os.File, cancel context.CancelCauseFunc)
		want error
	}{
		{"quit", func(master *os.File, _ context.CancelCauseFunc) { _, _ = master.WriteString("q") }, nil},
		{"interrupt", func(master *os.File, _ context.CancelCauseFunc) { _, _ = master.WriteString("\x03") }, screen.ErrInterrupted},
		{"cancelled", func(_ *os.File, cancel context.CancelCauseFunc) { cancel(cause) }, cause},
		{"lost", func(master *os.File, _ context.CancelCauseFunc) { _ = master.Close() }, screen.ErrLost},
		{"panic", func(master *os.File, _ context.CancelCauseFunc) { _, _ = master.WriteString("U") }, new(screen.Panic)},
	} {
		t.Run(test.name, func(t *testing.T) {
			master, slave, err := pty.Open()
			if err != nil {
				t.Fatal(err)
			}
			defer slave.Close()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			begun := make(chan struct{})
			ended := make(chan error, 1)
			go func() {
				ended <- screen.Run(ctx, &list{}, screen.Options{
					In: slave, Out: slave, Env: []string{"TERM=xterm"},
					Started: func(ctx context.Context, send func(tea.Msg)) {
						send(news(1))
						close(begun)
						<-ctx.Done()
					},
				})
			}()
			drained := make(chan struct{})
			go func() { // somebody has to take what is drawn
				defer close(drained)
				buffer := make([]byte, 4096)
				for {
					if _, err := master.Read(buffer); err != nil {
						return
					}
				}
			}()
			<-begun
			test.end(master, cancel)
			select {
			case err := <-ended:
				var p *screen.Panic
				if wantPanic := errors.As(test.want, &p); wantPanic != errors.As(err, &p) || !wantPanic && !errors.Is(err, test.want) {
					t.Errorf("ended with %v, want %v", err, test.want)
				}
			case <-time.After(soon):
				t.Fatal("still running")
			}
			_ = slave.Close()
			_ = master.Close()
			<-drained
		})
	}
	goleak.VerifyNone(t, before)
}
