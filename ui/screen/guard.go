package screen

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Panic is a panic that was caught, with the stack it happened on.
type Panic struct {
	Value any
	Stack []byte
}

// Error tells what was panicked with.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Unwrap returns the error that was panicked with, if it was one.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// Guard catches the panics of goroutines outside the model, so that the terminal is
// restored before the program reports them. Make it with NewGuard, give it to Run,
// and start goroutines with Go. The first panic counts.
type Guard struct {
	once   sync.Once
	caught chan struct{}
	panic  *Panic
}

// NewGuard makes a guard that has caught nothing yet.
func NewGuard() *Guard { return &Guard{caught: make(chan struct{})} }

// Go runs f in a goroutine and catches its panic.
func (g *Guard) Go(f func()) {
	go func() {
		defer g.Catch()
		f()
	}()
}

// Catch is to be deferred, first thing, by a goroutine that somebody else started.
func (g *Guard) Catch() {
	if value := recover(); value != nil {
		g.report(value)
	}
}

// Caught is closed after the first panic.
func (g *Guard) Caught() <-chan struct{} { return g.caught }

// Err returns the panic that was caught, as a *Panic, or nil.
func (g *Guard) Err() error {
	select {
	case <-g.caught:
		return g.panic
	default:
		return nil
	}
}

// report keeps the first panic. It must be called while the stack still stands.
func (g *Guard) report(value any) {
	stack := debug.Stack()
	g.once.Do(func() {
		g.panic = &Panic{Value: value, Stack: stack}
		close(g.caught)
	})
}
