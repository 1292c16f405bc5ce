package config

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"gonogo/model"
)

const minimal = `services:
- repo: acme/api
  environments: [{name: production}]
`

const stop = "\n  environments: [{name: production}]"

// Every error of a file with a score of them, as a person sees them.
func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	data, err := os.ReadFile("testdata/broken.yml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Load("gonogo.yml", data)
	if err == nil {
		t.Fatal("no error")
	}
	golden(t, "broken.txt", []byte(err.Error()+"\n"))
}

// in puts lines into a service of an otherwise good file.
func in(lines string) string {
	return "services:\n- repo: acme/api\n" + lines + "\n"
}

// withCheck puts a check into an otherwise good file.
func withCheck(check string) string {
	return in("  environments: [{name: production, health: [" + check + "]}]")
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"an unknown key", in("  environmentz: []" + stop), `3:3: unknown key "environmentz"; did you mean "environments"?`},
		{"an unknown key that resembles none", in("  colour: red" + stop), `unknown key "colour"`},
		{"a key written twice", in("  branch: a\n  branch: b" + stop), `4:3: the key "branch" is written twice, first in line 3`},
		{"text where a list is wanted", in("  ci: ci.yml" + stop), `3:7: wants a list, and is the text "ci.yml"; write [ci.yml]`},
		{"a list where text is wanted", in("  branch: [main]" + stop), `3:11: wants text, and is a list`},
		{"a mapping where a list is wanted", "services: {repo: a/b}", `1:11: wants a list, and is a mapping`},
		{"a number where keys are wanted", in("  coverage: 80" + stop), `wants keys (artifact, minimum, max_drop), and is the number 80`},
		{"an empty item", in("  ci: [ci.yml, ]\n  checks: [a, ~]" + stop), `4:15: an item of the list is empty`},
		{"a percentage above 100", in("  coverage: {minimum: 180}" + stop), `is 180, and must be at most 100`},
		{"a percent sign", in("  coverage: {minimum: 80%}" + stop), `leave out the %`},
		{"no services", "name: x", `1:1: there are no services; the shortest file that works:`},
		{"an empty list of services", "services: []", `there are no services`},
		{"no repository", "services: [{name: api, environments: [{name: p}]}]", `a service without repo; add repo: OWNER/REPO`},
		{"no environments", "services: [{repo: a/b}]", `a service without environments`},
		{"a nameless environment", "services: [{repo: a/b, environments: [{tier: other}]}]", `an environment without a name`},
		{"two services of one name", minimal + "- {repo: x/api, environments: [{name: p}]}", `two services are called "api", the first in line 2`},
		{"two environments of one name", in("  environments: [{name: a}, {name: A}]"), `two environments are called "A", the first in line 3`},
		{"two environments that are one on GitHub", in("  environments: [{name: a}, {name: b, github: A}]"), `a and b are one environment on GitHub, "A"`},
		{"a bad duration", in("  environments: [{name: p, soak: 30 minutes}]"), `3:34: "30 minutes" is not a duration such as`},
		{"a duration without a unit", in("  environments: [{name: p, soak: 30}]"), `write a unit, as in 30m`},
		{"a history without a unit", "keep: 5\n" + minimal, `write a unit, as in 5d`},
		{"an interval without a unit", withCheck("{http: 'http://a', every: 30}"), `write a unit, as in 30s`},
		{"a switch for a level", in("  environments: [{name: p, gates: {ci: yes}}]"), `"yes" is none of required, advisory, off` + "\n"},
		{"a negative duration", in("  environments: [{name: p, soak: -5m}]"), `"-5m" is not a duration`},
		{"a duration that overflows", in("  environments: [{name: p, soak: 99999999999999w}]"), `is too long a time`},
		{"a soak that outlasts the history", in("  environments: [{name: p, soak: 40d}]") + "keep: 30d", `a soak longer than history is kept (30d)`},
		{"a bad glob", in("  tags: '[v'" + stop), `"[v" is not a glob`},
		{"a folder outside the repository", in("  path: ../x" + stop), `"../x" is not a folder inside the repository`},
		{"a workflow by its name", in("  ci: [Build and test]" + stop), `"Build and test" is not a workflow file; write its file's name, as in ci.yml`},
		{"a branch with its ref", in("  branch: refs/heads/main" + stop), `write main`},
		{"a branch that is none", in("  branch: a..b" + stop), `"a..b" is not the name of a branch`},
		{"a template's field that doesn't exist", in("  deploy: {workflow: d.yml, inputs: {v: '{{.Tga}}'}}" + stop), `there is no field .Tga; there are .Service, .Environment, .Tag, .Version, .SHA, .Operation; did you mean {{.Tag}}?`},
		{"a template that isn't closed", in("  deploy: {workflow: d.yml, inputs: {v: '{{.Tag'}}" + stop), `{{ is not closed by }}`},
		{"two ways to deploy", in("  deploy: {workflow: d.yml, deployment: true}" + stop), `a service is deployed in one way, not by workflow and deployment`},
		{"inputs without a workflow", in("  deploy: {inputs: {a: b}}" + stop), `inputs without a workflow to take them`},
		{"another repository by tag", in("  deploy: {workflow: d.yml, repo: acme/ops}" + stop), `deployments in another repository can't go by this one's tags; add ref: branch`},
		{"another repository without a version", in("  deploy: {workflow: d.yml, repo: acme/ops, ref: branch}" + stop), `don't say which release they carry; add version:`},
		{"a version by health that no check tells", in("  deploy: {workflow: d.yml, ref: branch, version: health}" + stop), `deploy.version is health, and no check of production tells the version`},
		{"a gate that doesn't exist", in("  environments: [{name: p, gates: {cii: off}}]"), `there is no gate "cii"; did you mean "ci"?`},
		{"a level that doesn't exist", in("  environments: [{name: p, gates: {ci: never}}]"), `"never" is none of required, advisory, off`},
		{"a lock switched off", in("  environments: [{name: p, gates: {lock: off}}]"), `the gate lock always holds`},
		{"a sprint gate without a sprint", in("  environments: [{name: p, gates: {sprint: required}}]"), `the gate sprint is required, and there is no sprint`},
		{"a checklist gate without a list", in("  environments: [{name: p, gates: {checklist: required}}]"), `there is no checklist`},
		{"a sprint without a project", "sprint: {status: Stage}\n" + minimal, `1:9: a sprint without a project`},
		{"a project and milestones", "sprint: {project: a/1, milestones: true}\n" + minimal, `a project's or milestones, not both`},
		{"a project by its URL", "sprint: {project: 'https://github.com/orgs/a/projects/1'}\n" + minimal, `is not OWNER/NUMBER of a project`},
		{"a tier that doesn't exist", in("  environments: [{name: p, tier: prod}]"), `"prod" is none of production, other; did you mean "production"?`},
		{"a rollback that is neither", in("  environments: [{name: p, rollback: auto}]"), `did you mean "automatic"?`},
		{"a rollback workflow without its file", in("  environments: [{name: p, rollback: {inputs: {a: b}}}]"), `a rollback by inputs without a workflow`},
		{"yes for true", in("  environments: [{name: p, read_only: yes}]"), `write true`},
		{"an artifact of two kinds", in("  artifact: {release_asset: a, actions: b}" + stop), `an artifact is a release_asset or one of actions`},
		{"tests without their artifact", in("  tests: {}" + stop), `tests without the artifact that holds them`},

		{"a check that asks nothing", withCheck("{every: 5s}"), `a check asks something: http, tcp, exec or prometheus`},
		{"a check that asks twice", withCheck("{http: 'http://a', tcp: 'a:1'}"), `a check asks one thing, not http and tcp`},
		{"a check's misspelt kind", withCheck("{htpp: 'http://a'}"), `unknown key "htpp"; did you mean "http"?`},
		{"a check with a foreign key", withCheck("{tcp: 'a:1', query: up}"), `query is for prometheus checks`},
		{"a check without a host", withCheck("{http: /healthz}"), `"/healthz" is not a URL`},
		{"a check with a password", withCheck("{http: 'https://me:secret@a'}"), `a URL with credentials`},
		{"a check whose host a tag chooses", withCheck("{http: 'https://{{.Tag}}.a/x'}"), `a release must not choose the host that is asked`},
		{"a program that a tag chooses", withCheck("{exec: ['{{.Tag}}']}"), `a release must not choose the program that is run`},
		{"a shell line", withCheck("{exec: ['systemctl is-active x']}"), `exec runs without a shell; write [systemctl, is-active, x]`},
		{"a program beside the file", withCheck("{exec: [./check.sh]}"), `"./check.sh" is not the same program everywhere`},
		{"a port out of range", withCheck("{tcp: 'a:70000'}"), `"a:70000" is not host:port`},
		{"no port", withCheck("{tcp: a}"), `"a" is not host:port`},
		{"a query without thresholds", withCheck("{prometheus: 'http://a', query: up}"), `a query that nothing is compared with`},
		{"a Prometheus without a query", withCheck("{prometheus: 'http://a', degraded: 1}"), `a prometheus check without a query`},
		{"degraded above unhealthy", withCheck("{prometheus: 'http://a', query: up, degraded: 2, unhealthy: 1}"), `degraded (2) lies above unhealthy (1)`},
		{"stale before the next answer", withCheck("{http: 'http://a', every: 1m, max_age: 30s}"), `an answer is stale (30s) before the next is asked for (1m0s)`},
		{"half a failure", withCheck("{http: 'http://a', failures: 1.5}"), `wants a whole number`},
		{"checks of one name", withCheck("{http: 'http://a', name: x}, {http: 'http://b', name: x}"), `two checks are called "x"`},
		{"asked too often", withCheck("{http: 'http://a', every: 10ms}"), `must be at least 1s`},
		{"a JSON path with a hole", withCheck("{http: 'http://a', expect: {json: {a..b: x}}}"), `"a..b" is not a path to a field`},
		{"a list as a JSON value", withCheck("{http: 'http://a', expect: {json: {a: [x]}}}"), `wants text, and is a list`},

		{"a freeze without a time", minimal + "freezes: [{reason: x}]", `a freeze without a time`},
		{"a freeze of both kinds", minimal + "freezes: [{weekly: 'Fri 16:00 - Mon 08:00', from: 2026-01-01, to: 2026-01-02}]", `not both`},
		{"a weekly window without times", minimal + "freezes: [{weekly: 'Fri - Mon'}]", `"Fri - Mon" is not a weekly window; as in "Fri 16:00 - Mon 08:00"`},
		{"a weekly window on no day", minimal + "freezes: [{weekly: 'Foo 16:00 - Mon 08:00'}]", `"Foo" is not a day of the week`},
		{"a weekly window at no time", minimal + "freezes: [{weekly: 'Fri 16:61 - Mon 08:00'}]", `"16:61" is not a time of day`},
		{"a weekly window without length", minimal + "freezes: [{weekly: 'Fri 16:00 - fri 16:00'}]", `the window ends when it begins`},
		{"a freeze with one end", minimal + "freezes: [{from: 2026-01-01}]", `a freeze with one end; add to:`},
		{"a freeze that ends before it begins", minimal + "freezes: [{from: 2026-01-02, to: 2026-01-01}]", `the freeze ends (2026-01-01) before it begins (2026-01-02)`},
		{"a day that doesn't exist", minimal + "freezes: [{from: 2026-02-29, to: 2026-03-01}]", `"2026-02-29" is not a day`},
		{"a zone that doesn't exist", minimal + "freezes: [{from: 2026-01-01, to: 2026-01-02, zone: Vienna}]", `"Vienna" is not the name of a time zone`},
		{"a freeze of no environment", minimal + "freezes: [{from: 2026-01-01, to: 2026-01-02, environments: [prodution]}]", `no service has an environment "prodution"; did you mean "production"?`},
		{"a freeze of no service", minimal + "freezes: [{from: 2026-01-01, to: 2026-01-02, services: [apo]}]", `there is no service "apo"; did you mean "api"?`},
		{"a freeze of nothing", minimal + "freezes: [{from: 2026-01-01, to: 2026-01-02, services: []}]", `an empty list holds for nothing`},

		{"a stranger's plain http", "github: {url: 'http://ghe.acme.dev'}\n" + minimal, `plain http would show the token`},
		{"a URL that goes on", "github: {url: 'https://ghe.acme.dev/api/v3'}\n" + minimal, `write https://ghe.acme.dev`},
		{"a URL with a token", "github: {url: 'https://x:y@ghe.acme.dev'}\n" + minimal, `a URL with credentials`},
		{"the API's host", "github: {url: 'https://api.github.com'}\n" + minimal, `write https://github.com`},

		{"an anchor and an alias", "defaults: &d {branch: main}\nservices: [*d]", `2:12: aliases (*d) are not read`},
		{"a merge key", in("  <<: {branch: x}" + stop), `merge keys (<<) are not read; use defaults:`},
		{"a tag", in("  branch: !!binary bWFpbg==" + stop), `tags (!!binary) are not read`},
		{"a second document", minimal + "---\nname: x", `a second document begins`},
		{"an empty file", "", `is empty; the shortest file that works:`},
		{"only comments", "# nothing yet\n", `is empty`},
		{"text", "hello", `wants keys (name, github, sprint, defaults, services, keep, freezes), and is the text "hello"`},
		{"a key out of its column", "services:\n  - name: api\n    repo: acme/api\n   branch: x\n    environments:\n      - name: staging", `4:4: is not YAML: did not find expected '-' indicator; look at its indentation`},
		{"a list's key before its column", "name: x\nservices:\n  - repo: a/b\n  environments:\n      - name: p", `4:3: is not YAML`},
		{"a key too far in", "services:\n  - repo: a/b\n      branch: x", `3:7: is not YAML`},
		{"a wrong column after a list of several lines", "services:\n  - repo: a/b\n    ci: [a,\n      b,\n      c]\n   branch: x\n    path: y", `6:4: is not YAML`},
		{"a list that isn't closed", "services:\n  - repo: a/b\n    ci: [a, b\n    path: x\nkeep: 5d", `3:5: is not YAML`},
		{"a tab", "services:\n\t- repo: a/b", `2:2: is not YAML`},
		{"a NUL", "services: \x00", `1:11: has the control character U+0000`},
		{"an escape sequence", "name: \x1b[31m", `control character U+001B`},
		{"no UTF-8", "name: \xff\xfe", `1:7: is not UTF-8 text here`},
		{"a name of escapes", "name: \"\\e[31mred\"\n" + minimal, `has characters that can't be shown`},
		{"a reason that turns the screen around", minimal + "freezes: [{from: 2026-01-01, to: 2026-01-02, reason: \"\\u202Enothing\"}]", `has characters that can't be shown`},
		{"a reason of several lines", minimal + "freezes: [{from: 2026-01-01, to: 2026-01-02, reason: \"a\\nb\"}]", `is one line, and has several`},
		{"an input's name that escapes", in("  deploy: {workflow: d.yml, inputs: {\"\\e[2J\": x}}" + stop), `has characters that can't be shown`},
		{"a text without end", in("  path: " + strings.Repeat("x", 3000) + stop), `is longer than 2000 characters`},
		{"an unclosed bracket", "services: [", `is not YAML`},
		{"defaults that name", "defaults: {name: x}\n" + minimal, `defaults can't name a service`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load("gonogo.yml", []byte(c.text))
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got\n%s\nwant %q in it", err, c.want)
			}
			var all Errors
			if !errors.As(err, &all) {
				t.Fatalf("is a %T, not Errors", err)
			}
			for _, e := range all {
				if string(model.Clean(strings.ReplaceAll(e.Error(), "\n", " "))) != strings.ReplaceAll(e.Error(), "\n", " ") {
					t.Errorf("%q is not safe to draw", e.Error())
				}
			}
		})
	}
}

func TestOneMistakeIsOneError(t *testing.T) {
	for _, text := range []string{
		"services: [api]",
		in("  environments: [production]"),
		in("  environments: [{naem: production}]"),
		withCheck("{htpp: 'http://a'}"),
		withCheck("{prometheus: 'http://a', qurey: up, degraded: 1}"),
		in("  deploy: {wrokflow: d.yml, inputs: {a: b}}" + stop),
		minimal + "freezes: [{wekly: 'Fri 16:00 - Mon 08:00'}]",
		"sprint: {porject: a/1}\n" + minimal,
		"services: [{reop: a/b, environments: [{name: p}]}]",
	} {
		_, err := Load("gonogo.yml", []byte(text))
		var all Errors
		if !errors.As(err, &all) || len(all) != 1 {
			t.Errorf("%s\nhas %d errors:\n%v", text, len(all), err)
		}
	}
}

func TestAnErrorInDefaultsIsSaidOnceAtItsPlace(t *testing.T) {
	_, err := Load("gonogo.yml", []byte("defaults: {branhc: main}\nservices:\n- {repo: a/b, environments: [{name: p}]}\n- {repo: a/c, environments: [{name: p}]}\n"))
	var all Errors
	if !errors.As(err, &all) || len(all) != 1 || all[0].Line != 1 || all[0].Column != 12 {
		t.Errorf("got %v", err)
	}
}

func TestALongLineIsCutAroundItsError(t *testing.T) {
	_, err := Load("gonogo.yml", []byte("services: [{repo: a/b, environments: [{name: p, "+"site: 日本, "+strings.Repeat("x", 900)+": "+strings.Repeat("y", 90_000)+"}]}]"))
	var all Errors
	if !errors.As(err, &all) {
		t.Fatal(err)
	}
	for _, e := range all {
		if len([]rune(string(e.Text))) > 130 {
			t.Errorf("a line of %d characters is shown", len([]rune(string(e.Text))))
		}
	}
	if e := all[0]; !strings.HasPrefix(string([]rune(string(e.Text))[e.Caret-2:]), "xxx") { // two characters are two cells wide
		t.Errorf("the caret is at %d of %s", e.Caret, e.Text)
	}
}

func TestHostileFilesEndInAnErrorSoon(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'z'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 8) + "*" + string(c-1) + "]\n"
	}
	for name, text := range map[string]string{
		"an alias bomb":        bomb,
		"an alias of itself":   "services: &a [*a]",
		"ten megabytes":        "name: " + strings.Repeat("x", 10<<20),
		"deep flow":            "services: " + strings.Repeat("[", 100_000),
		"deep closed flow":     "services: " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"deep blocks":          strings.Repeat("- ", 200_000),
		"many unknown keys":    "services: [{repo: a/b, environments: [{name: p}]}]\n" + manyKeys(60_000),
		"many keys written":    "services: [{repo: a/b, environments: [{name: p}]}]\n" + strings.Repeat("keep: 1d\n", 60_000),
		"a complex key":        "? [a, b]\n: c",
		"an unknown directive": "%FOO\n---\na: b",
		"a nan":                in("  coverage: {minimum: .nan}" + stop),
		"an infinity":          in("  coverage: {minimum: .inf}" + stop),
		"a hex number":         in("  coverage: {minimum: 0x50}" + stop),
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, err := Load("gonogo.yml", []byte(text))
			var all Errors
			if !errors.As(err, &all) || len(all) > maxErrors+1 {
				t.Errorf("got %d errors, %T", len(all), err)
			}
			if took := time.Since(began); took > 30*time.Second { // a hang is what is looked for; a busy machine under the race detector is slow
				t.Errorf("took %s", took)
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("k")
		b.WriteString(strings.Repeat("y", i%7))
		b.WriteString(time.Duration(i).String() + ": 1\n")
	}
	return b.String()
}
