package simulator

import "time"

// Request is a request that arrived.
type Request struct {
	Serial        int64
	Host          string // as asked for: the API's or the storage's
	Method        string
	Path          string // below the API's root, escaped as sent
	Query         string
	Status        int       // 0 for a connection cut before any answer
	Charged       int       // requests or points booked
	Resource      string    // core, graphql; empty on the storage host
	Authorization bool      // an Authorization header was present
	Token         string    // its token
	At            time.Time // of the world
}

// keptRequests bounds the log.
const keptRequests = 20_000

// Requests lists what has arrived, oldest first; of very many, the newest.
func (w *World) Requests() []Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Request(nil), w.requests...)
}

// ForgetRequests empties the log, to count from here on.
func (w *World) ForgetRequests() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests = nil
}

// Leaks lists the requests that brought a token to the storage host.
func (w *World) Leaks() []Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Request(nil), w.leaks...)
}

// record adds to the log.
func (w *World) record(r Request) {
	if len(w.requests) >= keptRequests {
		w.requests = append(w.requests[:0], w.requests[keptRequests/2:]...)
	}
	w.requests = append(w.requests, r)
}
