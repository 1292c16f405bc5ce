package config

import (
	goflag "flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"gonogo/model"
)

var update = goflag.Bool("update", false, "write golden files; look at them before they are committed")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func example(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/example.yml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func load(t testing.TB, text string) *model.Fleet {
	t.Helper()
	fleet, err := Load("gonogo.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return fleet
}

func pointer(v float64) *float64 { return &v }

// The whole example, key by key: what is written is kept, what isn't has its default.
func TestTheExampleIsReadAsAWhole(t *testing.T) {
	fleet, err := Load("gonogo.yml", example(t))
	if err != nil {
		t.Fatal(err)
	}
	every, timeout, maxAge := 30*time.Second, 5*time.Second, 90*time.Second
	usual := model.Check{Every: every, Timeout: timeout, MaxAge: maxAge, Failures: 3, Required: true}
	check := func(change func(*model.Check)) model.Check {
		c := usual
		change(&c)
		return c
	}
	query := `sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))`
	want := &model.Fleet{
		Name: "Acme payments",
		URL:  "https://github.com",
		Sprint: &model.SprintSource{
			ProjectOwner: "acme", ProjectNumber: 7, Iteration: "Sprint", Status: "Status", Points: "Estimate",
			Done: []string{"Done"}, Blockers: []string{"blocker"},
		},
		Services: []model.Service{{
			Name: "api", Repo: model.Repo{Host: "github.com", Owner: "acme", Name: "api"}, Branch: "main", Tags: "api/v*",
			Path: "services/api", CI: []string{"ci.yml"}, Checks: []string{"buildkite/api"}, CIIgnore: []string{"docs/**"},
			Blackbox:     []string{"e2e.yml"},
			Coverage:     &model.CoverageRule{Artifact: "coverage*", Minimum: pointer(85), MaxDrop: pointer(1)},
			Tests:        &model.TestsRule{Artifact: "junit*"},
			Artifact:     &model.ArtifactRule{ReleaseAsset: "api-*.tar.gz"},
			Migrations:   []string{"db/migrations/**"},
			Irreversible: []string{"db/migrations/*drop*"},
			Deploy: model.Deploy{
				Workflow: "deploy.yml", Inputs: map[string]string{"environment": "{{.Environment}}", "version": "{{.Version}}"},
			},
			Environments: []model.Environment{
				{
					Name: "staging", GitHub: "staging", Tier: model.Other, Platform: "container", Site: "cloud",
					Bake: 5 * every, Rollback: model.RollbackOffer,
					Checks: []model.Check{check(func(c *model.Check) {
						c.Kind, c.Target, c.Name = model.CheckHTTP, "https://staging.acme.dev/healthz", "staging.acme.dev/healthz"
					})},
				},
				{
					Name: "production", GitHub: "Production EU", Tier: model.Production, Platform: "vm", Site: "on-prem",
					Soak: 30 * time.Minute, Bake: 10 * time.Minute, Settle: 30 * time.Second, Rollback: model.RollbackAutomatic,
					Checks: []model.Check{
						check(func(c *model.Check) {
							c.Kind, c.Target, c.Name = model.CheckHTTP, "https://acme.dev/healthz", "acme.dev/healthz"
							c.Status, c.JSON = 200, []model.Expect{{Path: "version", Value: "{{.Version}}", Version: true}}
						}),
						check(func(c *model.Check) {
							c.Kind, c.Target, c.Name, c.Query = model.CheckPrometheus, "http://localhost:9090", "sum(rate(http_requests_total{code=~\"5..…", query
							c.Degraded, c.Unhealthy = pointer(0.01), pointer(0.05)
						}),
						check(func(c *model.Check) {
							c.Kind, c.Target, c.Name = model.CheckTCP, "db.acme.dev:5432", "db.acme.dev:5432"
						}),
						check(func(c *model.Check) {
							c.Kind, c.Name = model.CheckExec, "systemctl is-active acme-api"
							c.Command = []string{"systemctl", "is-active", "acme-api"}
						}),
					},
					Gates:     map[model.Gate]model.Level{model.GateSprint: model.Required, model.GateCoverage: model.Advisory},
					Checklist: []string{"release notes read"},
				},
			},
		}},
		Freezes: []model.Freeze{
			{
				Weekly: true, FromDay: time.Friday, FromMinute: 16 * 60, ToDay: time.Monday, ToMinute: 8 * 60,
				Zone: "Europe/Vienna", Environments: []string{"production"}, Reason: "no weekend releases",
				Text: "every week Fri 16:00 - Mon 08:00",
			},
			{
				From: "2026-12-20", To: "2027-01-03", Environments: []string{"production"}, Reason: "year-end freeze",
				Text: "2026-12-20 to 2027-01-03",
			},
		},
		Keep: 90 * 24 * time.Hour,
	}
	ids := map[string]bool{}
	for _, e := range fleet.Services[0].Environments {
		for i := range e.Checks {
			if id := e.Checks[i].ID; id == "" || ids[e.Name+id] {
				t.Errorf("check %s of %s has the ID %q, which is empty or another's", e.Checks[i].Name, e.Name, id)
			}
			ids[e.Name+e.Checks[i].ID] = true
			e.Checks[i].ID = ""
		}
	}
	if diff := cmp.Diff(want, fleet); diff != "" {
		t.Errorf("the fleet (-want +got):\n%s", diff)
	}
}

func TestRepositories(t *testing.T) {
	for _, c := range []struct{ repo, want, wrong string }{
		{repo: "acme/api", want: "acme/api"},
		{repo: "ghe.acme.dev/acme/api", want: "ghe.acme.dev/acme/api"},
		{repo: "GHE.Acme.dev:8443/acme/api", want: "ghe.acme.dev:8443/acme/api"},
		{repo: "github.com/acme/.github", want: "acme/.github"},
		{repo: "octo_acme/api", want: "octo_acme/api"},
		{repo: "acme", wrong: "is not [HOST/]OWNER/REPO"},
		{repo: "a/b/c/d", wrong: "is not [HOST/]OWNER/REPO"},
		{repo: "../../user", wrong: `".." is not the name of`},
		{repo: "../user", wrong: `".." is not the name of an owner`},
		{repo: "acme/..", wrong: `".." is not the name of a repository`},
		{repo: "acme/a%2f..", wrong: "is not the name of a repository"},
		{repo: "acme/api?x=1", wrong: "is not the name of a repository"},
		{repo: "acme /api", wrong: "is not the name of an owner"},
		{repo: "evil.dev@ghe.acme.dev/acme/api", wrong: "is not the name of a host"},
		{repo: "api.github.com/acme/api", wrong: "write github.com"},
		{repo: "https://github.com/acme/api", wrong: "write acme/api"},
		{repo: "git@ghe.acme.dev:acme/api.git", wrong: "write ghe.acme.dev/acme/api"},
		{repo: "acme/api.git", wrong: "write acme/api"},
	} {
		fleet, err := Load("gonogo.yml", []byte("services: [{name: x, repo: '"+c.repo+"', environments: [{name: p}]}]"))
		switch {
		case c.wrong != "":
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: got %v, want %q", c.repo, err, c.wrong)
			}
		case err != nil:
			t.Errorf("%s: %v", c.repo, err)
		case fleet.Services[0].Repo.String() != c.want:
			t.Errorf("%s is read as %s", c.repo, fleet.Services[0].Repo)
		}
	}
}

func TestDefaultsAreMergedMapByMap(t *testing.T) {
	fleet := load(t, `
defaults:
  ci: [ci.yml, lint.yml]
  coverage: {minimum: 80, max_drop: 1}
  tests: {artifact: junit}
  deploy: {workflow: deploy.yml, inputs: {environment: "{{.Environment}}", region: eu}}
  environments: [{name: staging}, {name: production}]
services:
  - repo: acme/api
    ci: [build.yml]
    coverage: {minimum: 85}
    tests: ~
    deploy: {inputs: {region: us}}
  - repo: acme/web
    environments: [{name: live}]
`)
	api, web := fleet.Services[0], fleet.Services[1]
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"a list replaces", api.CI, []string{"build.yml"}},
		{"a map merges", api.Coverage, &model.CoverageRule{Minimum: pointer(85), MaxDrop: pointer(1)}},
		{"null takes away", api.Tests, (*model.TestsRule)(nil)},
		{"maps in maps merge", api.Deploy.Inputs, map[string]string{"environment": "{{.Environment}}", "region": "us"}},
		{"the default stays", web.Deploy.Inputs, map[string]string{"environment": "{{.Environment}}", "region": "eu"}},
		{"environments are a list", len(api.Environments)*10 + len(web.Environments), 21},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
}

func TestTiers(t *testing.T) {
	fleet := load(t, in("  environments: [{name: preprod}, {name: Production EU}, {name: b, tier: other}, {name: c, github: prod-eu}, {name: d}, {name: last}]"))
	want := map[string]model.Tier{
		"preprod": model.Production, "Production EU": model.Production, "b": model.Other, "c": model.Production, "d": model.Other,
		"last": model.Production,
	}
	for _, e := range fleet.Services[0].Environments {
		if e.Tier != want[e.Name] {
			t.Errorf("%s is %s, want %s", e.Name, e.Tier, want[e.Name])
		}
	}
}

func TestServicesOfOneRepositoryMustBeToldApart(t *testing.T) {
	two := func(first, second string) string {
		return "services:\n- {name: a, repo: acme/mono, environments: [{name: production}]" + first + "}\n" +
			"- {name: b, repo: Acme/Mono, environments: [{name: PRODUCTION}]" + second + "}\n"
	}
	for _, c := range []struct {
		name, first, second string
		wrong               bool
	}{
		{"by nothing", "", "", true},
		{"by the tags of one", ", tags: 'a/v*'", "", true},
		{"by tags", ", tags: 'a/v*'", ", tags: 'b/v*'", false},
		{"by paths", ", path: a", ", path: b", false},
		{"by one path", ", path: a", ", path: a/", true},
		{"by workflows", ", deploy: {workflow: a.yml}", ", deploy: {workflow: b.yml}", false},
		{"by where they deploy", "", ", deploy: {repo: acme/ops, ref: branch, version: payload}", false},
	} {
		_, err := Load("gonogo.yml", []byte(two(c.first, c.second)))
		if c.wrong != (err != nil && strings.Contains(err.Error(), "nothing tells their deployments apart")) {
			t.Errorf("told apart %s: %v", c.name, err)
		}
	}
}

func TestACheckKeepsItsIDWhereverItStands(t *testing.T) {
	first := load(t, withCheck("{http: 'http://a'}, {http: 'http://b'}")).Services[0].Environments[0].Checks
	second := load(t, withCheck("{tcp: 'c:1'}, {http: 'http://b', name: renamed, every: 1m}, {http: 'http://a'}, {http: 'http://a'}")).Services[0].Environments[0].Checks
	if first[0].ID != second[2].ID || first[1].ID != second[1].ID || second[2].ID == second[3].ID {
		t.Errorf("IDs %v and %v", first, second)
	}
}

func TestAQueryAndAScriptMayHaveLines(t *testing.T) {
	fleet := load(t, `services:
- repo: acme/api
  environments:
  - name: production
    health:
    - prometheus: http://localhost:9090
      query: |
        sum(rate(errors[5m]))
          / sum(rate(requests[5m]))
      degraded: 1
    - exec: [sh, -c, "a\n\tb"]
`)
	checks := fleet.Services[0].Environments[0].Checks
	if checks[0].Query != "sum(rate(errors[5m]))\n  / sum(rate(requests[5m]))" || checks[0].Name != "sum(rate(errors[5m])) / sum(rate(reques…" || checks[1].Command[2] != "a\n\tb" {
		t.Errorf("%+v", checks)
	}
}

func TestDurations(t *testing.T) {
	for written, want := range map[string]time.Duration{
		"90d": 90 * 24 * time.Hour, "30m": 30 * time.Minute, "1h30m": 90 * time.Minute, "500ms": 500 * time.Millisecond,
		"2w1d": 15 * 24 * time.Hour, "0": 0, "0s": 0, "90m": 90 * time.Minute,
	} {
		if got, err := parseDuration(written); err != nil || got != want {
			t.Errorf("%s: %s, %v", written, got, err)
		}
	}
	for _, written := range []string{"", " ", "m", "5", "-1s", "1.5h", "30m1h", "1s1s", "5 m", "1M", "1µs", "9223372036854775807s", "1e3s"} {
		if got, err := parseDuration(written); err == nil {
			t.Errorf("%q is read as %s", written, got)
		}
	}
}

// Whatever a service may set, defaults may set for it: the example with each key of its service moved there is the same
// fleet.
func TestEveryKeyMayStandInDefaults(t *testing.T) {
	want := load(t, string(example(t)))
	var doc yaml.Node
	if err := yaml.Unmarshal(example(t), &doc); err != nil {
		t.Fatal(err)
	}
	service := lookup(doc.Content[0], "services").Content[0]
	keys := len(service.Content) / 2
	for i := range keys {
		key := service.Content[2*i].Value
		if key == "name" {
			continue
		}
		t.Run(key, func(t *testing.T) {
			moved := *service
			moved.Content = slices.Delete(slices.Clone(service.Content), 2*i, 2*i+2)
			defaults := merge(lookup(doc.Content[0], "defaults"), &yaml.Node{Kind: yaml.MappingNode, Content: service.Content[2*i : 2*i+2]})
			root := replace(doc.Content[0], "defaults", defaults)
			root = replace(root, "services", &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{&moved}})
			text, err := yaml.Marshal(root)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, load(t, string(text))); diff != "" {
				t.Errorf("the fleet (-want +got):\n%s\nof\n%s", diff, text)
			}
		})
	}
	if keys < 15 {
		t.Errorf("the example's service has %d keys only", keys)
	}
}

func TestTheOtherFormsAreReadToo(t *testing.T) {
	data, err := os.ReadFile("testdata/other.yml")
	if err != nil {
		t.Fatal(err)
	}
	fleet := load(t, string(data))
	for i := range fleet.Services {
		for j := range fleet.Services[i].Environments {
			for k := range fleet.Services[i].Environments[j].Checks {
				fleet.Services[i].Environments[j].Checks[k].ID = ""
			}
		}
	}
	const host = "ghe.acme.dev"
	want := &model.Fleet{
		Name: "web-team", URL: "https://" + host, Keep: 90 * 24 * time.Hour,
		Sprint: &model.SprintSource{
			Milestones: true, Iteration: "Iteration", Status: "Stage", Points: "Size", Done: []string{"Shipped", "Dropped"},
		},
		Services: []model.Service{
			{
				Name: "web", Repo: model.Repo{Host: host, Owner: "web-team", Name: "web"},
				Artifact: &model.ArtifactRule{Actions: "bundle"},
				Deploy: model.Deploy{
					Deployment: true, Repo: model.Repo{Host: "github.com", Owner: "acme", Name: "ops"}, RefBranch: true,
					Version: model.MapByHealth,
				},
				Environments: []model.Environment{{
					Name: "live", GitHub: "live", Tier: model.Production, Bake: 5 * time.Minute, Rollback: model.RollbackWorkflows,
					RollbackBy: &model.RollbackWorkflow{
						Workflow: "rollback.yml", Inputs: map[string]string{"to": "{{.SHA}}", "dry_run": "false"},
					},
					Checks: []model.Check{{
						Name: "front page", Kind: model.CheckHTTP, Target: "https://web.acme.dev/version",
						JSON: []model.Expect{
							{Path: "build.sha", Value: "{{.SHA}}", Version: true}, {Path: "ready", Value: "true"}, {Path: "replicas", Value: "3"},
						},
						Degraded: pointer(0.5), Every: time.Minute, Timeout: 2 * time.Second, MaxAge: 5 * time.Minute, Failures: 5,
					}},
				}},
			},
			{
				Name: "docs", Repo: model.Repo{Host: host, Owner: "web-team", Name: "docs"}, Deploy: model.Deploy{Release: true},
				Environments: []model.Environment{{
					Name: "public", GitHub: "public", Tier: model.Production, Bake: 150 * time.Second, Rollback: model.RollbackOffer,
				}},
			},
		},
		Freezes: []model.Freeze{{
			From: "2026-12-24", To: "2026-12-24", Services: []string{"docs"}, Reason: "Christmas Eve", Text: "2026-12-24 to 2026-12-24",
		}},
	}
	if diff := cmp.Diff(want, fleet); diff != "" {
		t.Errorf("the fleet (-want +got):\n%s", diff)
	}
}

// The two files together use every key that there is, so that none is accepted and then forgotten.
func TestTheExamplesUseEveryKey(t *testing.T) {
	used := map[string]bool{}
	var note func(n *yaml.Node)
	note = func(n *yaml.Node) {
		for i, c := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 {
				used[c.Value] = true
			}
			note(c)
		}
	}
	for _, name := range []string{"testdata/example.yml", "testdata/other.yml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		note(&doc)
	}
	for _, typ := range []reflect.Type{
		reflect.TypeFor[fleetFile](), reflect.TypeFor[githubFile](), reflect.TypeFor[sprintFile](), reflect.TypeFor[serviceFile](),
		reflect.TypeFor[coverageFile](), reflect.TypeFor[testsFile](), reflect.TypeFor[artifactFile](), reflect.TypeFor[deployFile](),
		reflect.TypeFor[environmentFile](), reflect.TypeFor[checkFile](), reflect.TypeFor[expectFile](), reflect.TypeFor[freezeFile](),
		reflect.TypeFor[rollbackFile](),
	} {
		for _, key := range keysOf(typ) {
			if !used[key] {
				t.Errorf("no example uses %s of %s", key, typ.Name())
			}
		}
	}
}
