package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Server answers for a world on loopback: its API on one host, and the files
// that the API redirects to on another.
type Server struct {
	world    *World
	api      *http.Server
	files    *http.Server
	apiRoot  string
	fileRoot string
	closing  chan struct{}
	waiting  atomic.Int64 // API requests without an answer yet

	mu      sync.Mutex
	closed  bool
	serving sync.WaitGroup // both listeners and every request
}

// ErrServed reports that a world is already served: its addresses are in its answers.
var ErrServed = errors.New("the world is already served")

// Serve starts to answer requests, and the world to follow Options.Now. Close ends it.
func (w *World) Serve() (*Server, error) {
	api, err := listen("127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the simulated GitHub on loopback: %w", err)
	}
	files, host, err := listenElsewhere()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("serve the simulated storage on loopback: %w", err), api.Close())
	}
	s := &Server{world: w, closing: make(chan struct{})}
	s.apiRoot = "http://" + api.Addr().String() + "/"
	if w.options.Edition == EnterpriseServer319 {
		s.apiRoot += "api/v3/"
	}
	s.fileRoot = "http://" + host + "/"
	if err := w.open(s.apiRoot, s.fileRoot); err != nil {
		return nil, errors.Join(err, api.Close(), files.Close())
	}
	s.api = s.run(api, s.tracked(s.answerAPI))
	s.files = s.run(files, s.tracked(s.answerFile))
	return s, nil
}

// listen listens without a bound in time: loopback answers at once.
func listen(address string) (net.Listener, error) {
	return new(net.ListenConfig).Listen(context.Background(), "tcp", address)
}

// listenElsewhere listens under another name than the API's, so that a client
// which compares hosts can tell them apart.
func listenElsewhere() (l net.Listener, host string, err error) {
	if l, err = listen("127.0.0.2:0"); err == nil {
		return l, l.Addr().String(), nil
	}
	if l, err = listen("127.0.0.1:0"); err != nil { // 127.0.0.2 is Linux's alone
		return nil, "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return l, "localhost:" + port, err
}

func (w *World) open(base, storage string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.live {
		return ErrServed
	}
	w.base, w.storage, w.live = base, storage, true
	return nil
}

func (s *Server) run(l net.Listener, h http.Handler) *http.Server {
	hs := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	s.serving.Add(1)
	go func() {
		defer s.serving.Done()
		// Serve returns once Close is called; anything else shows as refused connections.
		_ = hs.Serve(l)
	}()
	return hs
}

// URL is the REST root, with a final slash.
func (s *Server) URL() string { return s.apiRoot }

// GraphQLURL is where GraphQL is answered: ../graphql from an Enterprise
// Server's REST root, graphql from github.com's.
func (s *Server) GraphQLURL() string {
	return strings.TrimSuffix(s.apiRoot, "v3/") + "graphql"
}

// StorageURL is the root of the host that logs and artifacts are redirected to.
func (s *Server) StorageURL() string { return s.fileRoot }

// Close cuts every connection and returns when nothing runs any more.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.closing)
	s.mu.Unlock()
	err := errors.Join(s.api.Close(), s.files.Close())
	s.serving.Wait()
	return err
}

// tracked makes Close wait for a request that is being answered.
func (s *Server) tracked(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			cut(out)
			return
		}
		s.serving.Add(1)
		s.mu.Unlock()
		defer s.serving.Done()
		h(out, in)
	})
}

// maxRequestBody bounds what is read of a request.
const maxRequestBody = 4 << 20

// answerAPI answers one request to the API.
func (s *Server) answerAPI(out http.ResponseWriter, in *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(out, in.Body, maxRequestBody))
	if err != nil {
		cut(out)
		return
	}
	a, fault := s.world.answer(in, body, int(s.waiting.Add(1)))
	defer s.waiting.Add(-1)
	hook := s.world.options.OnExchange
	if hook == nil || fault.breaksForm() {
		s.send(out, in, a, fault, nil)
		return
	}
	// Before it is sent: who has got an answer knows that it was told of.
	s.send(out, in, a, fault, func() { hook(in, body, a.status, a.header, a.body) })
}

// send sends an answer as a fault will have it; tell is called when it is about to be.
func (s *Server) send(out http.ResponseWriter, in *http.Request, a answer, f *Fault, tell func()) {
	if f != nil && (!s.pause(in.Context(), f.Delay) || f.Cut == CutBefore) {
		cut(out)
		return
	}
	if tell != nil {
		tell()
	}
	write(out, in, a, f != nil && f.Cut == CutMiddle)
}

// pause keeps an answer back in real time; false means that nobody waits any more.
func (s *Server) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	case <-s.closing:
		return false
	}
}

// write sends an answer, or half of it before the connection breaks.
func write(out http.ResponseWriter, in *http.Request, a answer, half bool) {
	header := out.Header()
	for k, v := range a.header {
		header[k] = v
	}
	if a.status != http.StatusNotModified {
		header.Set("Content-Length", itoa(len(a.body)))
	}
	out.WriteHeader(a.status)
	if in.Method == http.MethodHead {
		return
	}
	if half {
		_, _ = out.Write(a.body[:len(a.body)/2])
		_ = http.NewResponseController(out).Flush()
		cut(out)
		return
	}
	_, _ = out.Write(a.body) // a client that has gone needs no answer
}

// cut breaks the connection: a handler that only returned would answer 200.
func cut(out http.ResponseWriter) {
	if c, _, err := http.NewResponseController(out).Hijack(); err == nil {
		_ = c.Close()
	}
}
