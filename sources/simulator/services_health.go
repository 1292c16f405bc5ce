package simulator

import (
	"encoding/json"
	"net/http"
)

// health is the body of a health endpoint's answer.
type health struct {
	Status  string `json:"status"` // ok, slow, failing, down
	Version string `json:"version,omitempty"`
	SHA     string `json:"sha,omitempty"`
}

// slowFrom is the latency from which a service calls itself slow.
const slowFrom = 100 * goodLatency

// answerHealth tells how one service is in one environment, after as long as it
// takes its requests to be answered.
func (s *Services) answerHealth(out http.ResponseWriter, in *http.Request) {
	if s.strike(out, in) {
		return
	}
	h, c := s.health(in.PathValue("service"), in.PathValue("environment"))
	if c == nil {
		http.NotFound(out, in)
		return
	}
	if !s.pause(in.Context(), c.latency) {
		return
	}
	out.Header().Set("Content-Type", "application/json")
	if h.Status == "failing" || h.Status == "down" {
		out.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(out).Encode(h) // a client that has gone needs no answer
}

// health is nil for a service or an environment that does not exist.
func (s *Services) health(service, environment string) (health, *condition) {
	all := s.behavioursNow()
	defer s.world.enter()()
	r := s.world.repositoryOf(service)
	if r == nil || r.findEnvironment(environment) == nil {
		return health{}, nil
	}
	c := conditionAt(r, environment, all, s.world.now)
	if c.deployment == nil {
		return health{Status: "down"}, &c
	}
	h := health{Status: "ok", Version: c.deployment.version(), SHA: c.deployment.Commit.SHA}
	switch {
	case c.failing:
		h.Status = "failing"
	case c.latency >= slowFrom:
		h.Status = "slow"
	}
	return h, &c
}
