package board

import "gonogo/model/operation"

// Denied is a kind of operation that the token may not do, and why. One on a run is about no environment.
type Denied struct {
	Service, Environment string
	Kind                 operation.Kind
	Why                  string
}

// WhyDenied says why a token may not do a kind of operation; empty: it may, or nobody has tried.
func WhyDenied(all []Denied, kind operation.Kind, service, environment string) string {
	for _, d := range all {
		if d.Kind == kind && d.Service == service && (d.Environment == environment || kind.OnRun()) {
			return d.Why
		}
	}
	return ""
}
