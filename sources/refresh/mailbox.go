package refresh

import "sync"

// mailbox holds what others want of the planning goroutine until it has time: nobody ever waits for it.
type mailbox struct {
	mu     sync.Mutex
	waits  []func()
	filled chan struct{} // holds one where there may be something
}

func newMailbox() *mailbox { return &mailbox{filled: make(chan struct{}, 1)} }

func (m *mailbox) put(f func()) {
	m.mu.Lock()
	m.waits = append(m.waits, f)
	m.mu.Unlock()
	select {
	case m.filled <- struct{}{}:
	default:
	}
}

// empty takes everything out, the oldest first.
func (m *mailbox) empty() []func() {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.waits
	m.waits = nil
	return all
}
