package discover

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// File is the fleet as a gonogo.yml with the reason for every key, and examples for what wasn't found.
func (d Found) File() []byte {
	p := &page{comments: true}
	p.say(0, "What gonogo found out about %s (%s). Look through it, change what is wrong, and trust it as it is then: gonogo trust. "+
		"All keys are in the README; gonogo schema prints them for an editor.", d.subject.Repo, d.subject.Why)
	for _, n := range d.Notes() {
		p.line(0, "#")
		p.say(0, "%s", n)
	}
	p.line(0, "")
	d.write(p)
	return p.bytes()
}

// Configuration is the same without a word of explanation: equal for as long as the same is found.
func (d Found) Configuration() []byte {
	p := &page{}
	d.write(p)
	return p.bytes()
}

// page writes YAML; comments only where they are wanted.
type page struct {
	b        bytes.Buffer
	comments bool
}

func (p *page) bytes() []byte { return p.b.Bytes() }

func (p *page) line(indent int, format string, args ...any) {
	text := strings.Repeat(" ", indent) + fmt.Sprintf(format, args...)
	p.b.WriteString(strings.TrimRight(text, " ") + "\n")
}

// pageWidth is where a comment goes on in the next line.
const pageWidth = 110

// say writes a comment, in as many lines as it needs.
func (p *page) say(indent int, format string, args ...any) {
	if !p.comments {
		return
	}
	line := ""
	for _, word := range strings.Fields(cleaned(fmt.Sprintf(format, args...))) {
		if line != "" && indent+2+len(line)+1+len(word) > pageWidth {
			p.line(indent, "# %s", line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	p.line(indent, "# %s", line)
}

// example writes keys that a person may want, as a comment.
func (p *page) example(indent int, lines ...string) {
	if !p.comments {
		return
	}
	for _, l := range lines {
		p.line(indent, "# %s", l)
	}
}

// gap parts what follows from what came before.
func (p *page) gap() {
	if p.comments {
		p.b.WriteString("\n")
	}
}

func (d Found) write(p *page) {
	if d.subject.Insecure {
		p.line(0, "github:")
		p.line(2, "url: %s", scalar("http://"+d.subject.Repo.Host))
	}
	d.writeSprint(p)
	p.line(0, "services:")
	p.line(2, "- name: %s", scalar(d.service))
	p.line(4, "repo: %s", scalar(d.subject.Repo.String()))
	p.say(4, "branch: is the repository's default branch, %s", d.branch)
	d.writeTags(p)
	d.writeGates(p)
	d.writeDeploy(p)
	d.writeEnvironments(p)
	d.writeOthers(p)
	if p.comments {
		p.gap()
		p.say(0, "Windows in which nothing is promoted:")
		p.example(0, "freezes:", "  - {weekly: \"Fri 16:00 - Mon 08:00\", zone: Europe/Vienna, environments: ["+d.last()+"], reason: no weekend releases}")
	}
}

// last is the last environment's name, for examples.
func (d Found) last() string { return scalar(d.stops[len(d.stops)-1].name) }

func (d Found) writeSprint(p *page) {
	if d.sprint.found() {
		p.say(0, "Sprints: %s. Where the team has a project board it is project: OWNER/NUMBER instead.", d.sprint.why)
		p.line(0, "sprint: {milestones: true}")
	} else {
		p.say(0, "Sprints: %s. Where the team has a project board, or milestones with dates:", d.sprint.why)
		p.example(0, "sprint: {project: "+scalar(d.subject.Repo.Owner+"/7")+"}   # or {milestones: true}")
	}
	p.gap()
}

func (d Found) writeTags(p *page) {
	p.say(4, "Tags: %s.", d.tags.pattern.why)
	if d.tags.pattern.found() {
		p.line(4, "tags: %s", scalar(d.tags.pattern.value()))
	}
	if d.tags.path != "" {
		p.line(4, "path: %s", scalar(d.tags.path))
	}
}

func (d Found) writeGates(p *page) {
	p.gap()
	p.key(4, "CI", "ci", d.ci, "ci: [ci.yml]")
	p.key(4, "End-to-end tests", "blackbox", d.blackbox, "blackbox: [e2e.yml]")
	p.key(4, "CI outside Actions", "checks", d.checks, "checks: [buildkite/"+d.service+"]")
	switch {
	case d.coverage.found():
		p.say(4, "Coverage: %s. Without a minimum it is shown, and holds nothing up; add minimum: 80, max_drop: 1.", d.coverage.why)
		p.line(4, "coverage: {artifact: %s}", scalar(d.coverage.value()))
	case d.stated.found():
		p.say(4, "Coverage: %s, and %s. Without a minimum it is shown, and holds nothing up; add minimum: 80, max_drop: 1.", d.coverage.why, d.stated.why)
		p.line(4, "coverage: {}")
	default:
		p.say(4, "Coverage: %s.", d.coverage.why)
		p.example(4, `coverage: {artifact: "coverage*", minimum: 80, max_drop: 1}`)
	}
	if d.tests.found() {
		p.say(4, "Test results: %s.", d.tests.why)
		p.line(4, "tests: {artifact: %s}", scalar(d.tests.value()))
	} else {
		p.say(4, "Test results (JUnit XML): %s.", d.tests.why)
		p.example(4, `tests: {artifact: "junit*"}`)
	}
	p.say(4, "Paths that migrate data: a person acknowledges them before they ship.")
	p.example(4, `migrations: ["db/migrations/**"]`)
}

// key writes a list with its reason, or the reason for none and an example.
func (p *page) key(indent int, what, name string, g guess, example string) {
	p.say(indent, "%s: %s.", what, g.why)
	if !g.found() {
		p.example(indent, example)
		return
	}
	p.line(indent, "%s: %s", name, list(g.values))
}

func (d Found) writeDeploy(p *page) {
	p.gap()
	y := d.deploy
	p.say(4, "How it is deployed: %s.", y.workflow.why)
	how := []string{"workflow: deploy.yml   # or  deployment: true,  or  release: true", `inputs: {environment: "{{.Environment}}", version: "{{.Version}}"}`}
	switch {
	case y.workflow.found():
		p.line(4, "deploy:")
		p.line(6, "workflow: %s", scalar(y.workflow.value()))
	case y.ref.value() == "branch":
		p.line(4, "deploy:")
		p.example(6, how...)
	default:
		p.example(4, "deploy:", "  "+how[0], "  "+how[1])
		return
	}
	p.say(6, "ref: %s", y.ref.why)
	if y.ref.found() {
		p.line(6, "ref: %s", y.ref.value())
	}
	if y.version.found() {
		p.say(6, "version: %s", y.version.why)
		p.line(6, "version: %s", y.version.value())
	}
	if len(y.inputs) > 0 {
		p.line(6, "inputs:")
		for _, in := range y.inputs {
			p.say(8, "%s", in.why)
			p.line(8, "%s: %s", scalar(in.name), scalar(in.template))
		}
	}
	for _, n := range y.notes {
		p.say(6, "%s", n)
	}
}

func (d Found) writeEnvironments(p *page) {
	p.gap()
	p.say(4, "First to last. production counts as production, and so does the last one, and every one whose name has prod in it.")
	p.line(4, "environments:")
	for i, s := range d.stops {
		why := s.why
		if s.protection != "" {
			why = strings.TrimPrefix(why+"; "+s.protection, "; ")
		}
		p.say(6, "%s", why)
		p.line(6, "- name: %s", scalar(s.name))
		if i > 0 {
			p.say(8, "how long a release must have been healthy in %s before it may go on", d.stops[i-1].name)
			p.example(8, "soak: 30m")
		}
		if i == len(d.stops)-1 {
			p.say(8, "what tells that it is well: http, tcp, prometheus, exec")
			p.example(8, "health:", "  - http: https://"+strings.ToLower(d.subject.Repo.Owner)+".example/healthz", `    expect: {json: {version: "{{.Version}}"}}`)
		}
	}
}

// writeOthers shows how the repository's other services would be written.
func (d Found) writeOthers(p *page) {
	if len(d.tags.others) == 0 {
		return
	}
	p.gap()
	p.say(2, "Other services of this repository, by their tags, each with what is as above:")
	for _, s := range d.tags.others[:min(len(d.tags.others), 8)] {
		name := s.name()
		if name == "" {
			name = d.subject.Repo.Name
		}
		p.example(2, "- name: "+scalar(name), "  repo: "+scalar(d.subject.Repo.String()), "  tags: "+scalar(s.pattern()))
	}
}

// list writes values as a flow sequence.
func list(values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = scalar(v)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// scalar writes a text so that YAML reads it as that text: bare where nothing could be meant by it, else in double
// quotes, whose escapes are JSON's (YAML 1.2.2, 7.3.1).
func scalar(s string) string {
	if bare(s) {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil { // text always can be
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// bare: begins with a letter, goes on with what has no meaning to YAML, and is none of its words.
func bare(s string) bool {
	if s == "" || !letter(s[0]) {
		return false
	}
	for _, c := range []byte(s) {
		if !letter(c) && (c < '0' || c > '9') && strings.IndexByte("._/-", c) < 0 {
			return false
		}
	}
	return !slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "null", "y", "n"}, strings.ToLower(s))
}
