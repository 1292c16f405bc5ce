package simulator

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// DemoConfig is the gonogo.yml that looks at the demo: names on github.com, which
// the demo's GitHub plays, and checks of the services, which must be served.
func DemoConfig(s *Services) string {
	var b strings.Builder
	b.WriteString("name: Acme\nkeep: 60d\nsprint: {project: acme/7}\nservices:\n")
	now := s.world.Now()
	for _, r := range s.world.Repositories() {
		if extra, ok := demoKeys()[r.name]; ok {
			s.writeService(&b, r, extra)
		}
	}
	// The freeze lies around the present, whenever that is.
	fmt.Fprintf(&b, "freezes:\n  - {from: %s, to: %s, services: [billing], environments: [production], reason: month-end closing}\n",
		now.AddDate(0, 0, -1).Format(time.DateOnly), now.AddDate(0, 0, 3).Format(time.DateOnly))
	return b.String()
}

// keys are what one service of a configuration has beside what they all have.
type keys struct {
	service    string            // further lines of the service
	production string            // further lines of its last environment
	prometheus bool              // an error-ratio check in production
	platforms  map[string]string // by environment: "platform: vm, site: on-prem"
	degraded   map[string]string // by environment: the seconds from which it is slow, if not patientSeconds
}

// patientSeconds is a limit that a busy machine doesn't reach: what is slow there is the machine, not the service.
const patientSeconds = "5"

func demoKeys() map[string]keys {
	vm := map[string]string{"production": "    platform: vm\n        site: on-prem\n"}
	return map[string]keys{
		"api":           {service: "    blackbox: [e2e.yml]\n    coverage: {artifact: \"coverage-*\", minimum: 80, max_drop: 2}\n    tests: {artifact: \"junit-*\"}\n", prometheus: true},
		"web":           {service: "    coverage: {artifact: coverage, minimum: 85, max_drop: 1}\n    tests: {artifact: junit}\n"},
		"payments":      {platforms: vm},
		"search":        {service: "    coverage: {artifact: jacoco, max_drop: 5}\n    tests: {artifact: \"surefire-*\"}\n"},
		"notifications": {service: "    tests: {artifact: test-results}\n", prometheus: true},
		"ledger":        {service: "    checks: [buildkite/ledger]\n    coverage: {minimum: 80}\n", production: "        soak: 45m\n", platforms: vm},
		"identity":      {degraded: map[string]string{"staging": "0.5"}},
		"billing":       {service: "    migrations: [\"db/migrations/**\"]\n    irreversible: [\"db/migrations/*drop*\"]\n    coverage: {artifact: \"coverage-*\", minimum: 75}\n    tests: {artifact: \"junit-*\"}\n"},
	}
}

// writeService writes one service of a configuration.
func (s *Services) writeService(b *strings.Builder, r *Repository, k keys) {
	fmt.Fprintf(b, "  - name: %s\n    repo: %s\n    ci: [ci.yml]\n%s", r.name, r.FullName(), k.service)
	b.WriteString("    deploy:\n      workflow: deploy.yml\n      inputs: {environment: \"{{.Environment}}\", version: \"{{.Version}}\"}\n    environments:\n")
	environments := s.world.environmentsOf(r)
	for i, e := range environments {
		last := i == len(environments)-1
		fmt.Fprintf(b, "      - name: %s\n", e)
		if text := k.platforms[e]; text != "" {
			b.WriteString("    " + text)
		} else {
			b.WriteString("        platform: container\n        site: cloud\n")
		}
		if last {
			b.WriteString(k.production)
		}
		if last && k.prometheus {
			b.WriteString("        settle: 6m # longer than the 5 min that the error ratio looks back on\n")
		}
		b.WriteString("        health:\n")
		fmt.Fprintf(b, "          - name: healthz\n            http: %s\n            expect: {status: 200, json: {version: \"{{.Version}}\"}}\n            degraded: %s\n            timeout: 15s\n            every: 2m\n",
			s.HealthURL(r.name, e), cmp.Or(k.degraded[e], patientSeconds))
		if last && k.prometheus {
			fmt.Fprintf(b, "          - name: error ratio\n            prometheus: %s\n            query: '%s'\n            degraded: 0.01\n            unhealthy: 0.05\n            timeout: 15s\n            every: 2m\n", s.PrometheusURL(), ErrorRatioQuery(r.name, e))
		}
	}
}

// ErrorRatioQuery asks Prometheus for the share of a service's requests that ended with a 5xx code.
func ErrorRatioQuery(service, environment string) string {
	of := fmt.Sprintf(`service="%s",environment="%s"`, service, environment)
	return fmt.Sprintf(`sum(rate(http_requests_total{%s,code=~"5.."}[5m])) / sum(rate(http_requests_total{%s}[5m]))`, of, of)
}

// environmentsOf lists a repository's environments in the order of their making.
func (w *World) environmentsOf(r *Repository) []string {
	defer w.enter()()
	var names []string
	for _, e := range r.environments {
		names = append(names, e.Name)
	}
	return names
}
