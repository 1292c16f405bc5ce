package simulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Services are what the world's deployments run: every repository that deploys
// is a service, and each of its environments answers real HTTP on loopback.
//
//	/SERVICE/ENVIRONMENT/healthz   {"status":"ok","version":"v2.14.0","sha":"…"}; 503 while failing
//	/SERVICE/ENVIRONMENT/metrics   Prometheus' text format, of this one
//	/metrics                       of all of them, to be scraped
//	/api/v1/query, /query_range    Prometheus' HTTP API, see [Services.PrometheusURL]
//
// SERVICE is the repository's name without its owner. What answers is the release
// whose deployment first succeeded last, from some seconds after that success on:
// until then the old one still does.
type Services struct {
	world *World

	mu         sync.Mutex
	behaviours []behaviour
	reports    bool                    // the fleet's runs leave some, see FleetOf
	faults     map[string]ServiceFault // by service/environment, lower case
	root       string
	tcpAddress string
	server     *http.Server
	tcp        net.Listener
	closing    chan struct{}
	closed     bool
	running    sync.WaitGroup
}

// NewServices are the services of a world, not yet served.
func NewServices(w *World) *Services {
	return &Services{world: w, faults: map[string]ServiceFault{}, closing: make(chan struct{})}
}

// Serve starts to answer on loopback. Close ends it.
func (s *Services) Serve() error {
	var listen net.ListenConfig
	l, err := listen.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("serve the simulated services on loopback: %w", err)
	}
	tcp, err := listen.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(fmt.Errorf("serve the simulated database on loopback: %w", err), l.Close())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.root, s.tcpAddress, s.tcp = "http://"+l.Addr().String(), tcp.Addr().String(), tcp
	s.server = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second}
	s.running.Add(2)
	go func(server *http.Server) {
		defer s.running.Done()
		_ = server.Serve(l) // returns once Close is called
	}(s.server)
	go func() {
		defer s.running.Done()
		accept(tcp)
	}()
	return nil
}

// accept takes connections and closes them at once, as far as a TCP check looks.
func accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		_ = c.Close()
	}
}

// Close cuts every connection and returns when nothing runs any more.
func (s *Services) Close() error {
	s.mu.Lock()
	if s.closed || s.server == nil {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.closing)
	s.mu.Unlock()
	err := errors.Join(s.server.Close(), s.tcp.Close())
	s.running.Wait()
	return err
}

// URL is the root of all services, without a final slash; empty before Serve.
func (s *Services) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.root
}

// HealthURL is one service's health endpoint in one environment.
func (s *Services) HealthURL(service, environment string) string {
	return healthURL(s.URL(), service, environment)
}

func healthURL(root, service, environment string) string {
	return root + "/" + url.PathEscape(service) + "/" + url.PathEscape(environment) + "/healthz"
}

// TCPAddress is a host and port that accepts connections.
func (s *Services) TCPAddress() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tcpAddress
}

func (s *Services) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{service}/{environment}/healthz", s.answerHealth)
	mux.HandleFunc("GET /{service}/{environment}/metrics", s.answerMetrics)
	mux.HandleFunc("GET /metrics", s.answerMetrics)
	mux.HandleFunc("/api/v1/query", s.answerQuery)
	mux.HandleFunc("/api/v1/query_range", s.answerRange)
	return s.tracked(mux)
}

// tracked makes Close wait for requests that are being answered.
func (s *Services) tracked(h http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			return
		}
		s.running.Add(1)
		s.mu.Unlock()
		defer s.running.Done()
		h.ServeHTTP(out, in)
	})
}

// pause waits in real time; false means that nobody waits for the answer any more.
func (s *Services) pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
	case <-s.closing:
	}
	return false
}

// ServiceFault is trouble between a service and whoever asks it for its health.
type ServiceFault int

const (
	// ServiceAnswers is no trouble at all.
	ServiceAnswers ServiceFault = iota
	// ServiceHangs takes the request and never answers.
	ServiceHangs
	// ServiceCuts closes the connection without a word.
	ServiceCuts
	// ServiceWrongJSON answers 200 with what is no JSON.
	ServiceWrongJSON
	// ServiceRedirects answers 302 to a page that says all is well.
	ServiceRedirects
)

// Fault sets the trouble of one service's health endpoint; ServiceAnswers ends it.
func (s *Services) Fault(service, environment string, f ServiceFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[fold(service+"/"+environment)] = f
}

func (s *Services) fault(service, environment string) ServiceFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults[fold(service+"/"+environment)]
}

// strike plays a fault; false means that there is none and the truth is to be told.
func (s *Services) strike(out http.ResponseWriter, in *http.Request) bool {
	switch s.fault(in.PathValue("service"), in.PathValue("environment")) {
	case ServiceHangs:
		select {
		case <-in.Context().Done():
		case <-s.closing:
		}
		cut(out)
	case ServiceCuts:
		cut(out)
	case ServiceWrongJSON:
		out.Header().Set("Content-Type", "application/json")
		_, _ = out.Write([]byte(`{"status":"ok","version":`))
	case ServiceRedirects:
		http.Redirect(out, in, s.URL()+"/metrics", http.StatusFound)
	default:
		return false
	}
	return true
}

// serviceOf is the name of a repository's service.
func serviceOf(r *Repository) string { return r.name }

// repositoryOf is the repository of a service, nil where there is none.
func (w *World) repositoryOf(service string) *Repository {
	for _, r := range w.order {
		if !r.gone && strings.EqualFold(serviceOf(r), service) {
			return r
		}
	}
	return nil
}
