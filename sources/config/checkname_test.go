package config

import "testing"

// A check without a name is called by what it asks, in short; two that would be called alike are told apart.
func TestChecksWithoutANameAreCalledByWhatTheyAsk(t *testing.T) {
	for _, c := range []struct{ check, want string }{
		{"{http: 'https://staging.acme.dev/healthz'}", "staging.acme.dev/healthz"},
		{"{http: 'https://acme.dev/'}", "acme.dev"},
		{"{http: 'http://127.0.0.1:8080/a/b/{{.Version}}?deep=a/b'}", "127.0.0.1:8080/…/{{.Version}}"},
		{"{http: 'https://acme.dev/healthz', name: front}", "front"},
		{"{tcp: 'db.acme.dev:5432'}", "db.acme.dev:5432"},
		{"{prometheus: 'http://a', query: up, degraded: 1}", "up"},
		{"{prometheus: 'http://a', query: 'sum(rate(http_requests_total{code=~\"5..\"}[5m]))', degraded: 1}", `sum(rate(http_requests_total{code=~"5..…`},
		{"{http: 'https://acme.dev/a/x'}, {http: 'https://acme.dev/b/x'}", "https://acme.dev/a/x"},
	} {
		fleet, err := Load("gonogo.yml", []byte(withCheck(c.check)))
		if err != nil {
			t.Errorf("%s: %v", c.check, err)
			continue
		}
		if got := fleet.Services[0].Environments[0].Checks[0].Name; got != c.want {
			t.Errorf("%s is called %q, want %q", c.check, got, c.want)
		}
	}
}
