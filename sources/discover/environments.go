package discover

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"gonogo/model"
)

// maxStops is how many environments a discovered fleet has at most: more are no row of stops, but a farm.
const maxStops = 10

// stop is an environment and why it stands where it does.
type stop struct {
	name       string
	position   int
	known      bool // the position is by its name
	protected  bool
	protection string // what GitHub asks there
	why        string
}

// environments orders the repository's environments, and says what was left out.
func (f *Facts) environments() (stops []stop, notes []string) {
	var left []string
	pages := false
	for _, p := range f.named() {
		switch why := transient(p.Environment, f.Deployments); {
		case p.Environment == "github-pages":
			pages = true
		case why != "":
			left = append(left, p.Environment)
		default:
			stops = append(stops, f.stop(p))
		}
	}
	if len(left) > 0 {
		notes = append(notes, leftOut(left)+", made for a branch, a pull request or an agent")
	}
	switch {
	case pages && len(stops) > 0:
		notes = append(notes, "left out: the environment github-pages, which shows pages")
	case pages:
		stops = append(stops, stop{name: "github-pages", why: "the only environment"})
	case len(stops) == 0:
		stops = append(stops, stop{name: "production", why: "GitHub has no environment; this stands in for where releases go"})
		notes = append(notes, f.Subject.Repo.FullName()+" has no environment on GitHub that releases go to: production stands in for one")
	}
	f.order(stops)
	if more := len(stops) - maxStops; more > 0 {
		stops = stops[more:] // the last ones matter most
		notes = append(notes, fmt.Sprintf("left out: the first %d environments; a discovered fleet has at most %d", more, maxStops))
	}
	return stops, notes
}

func leftOut(names []string) string {
	word := "environment"
	if len(names) > 1 {
		word = "environments"
	}
	return fmt.Sprintf("left out: the %s %s", word, listed(names, 3))
}

// listed joins a few names and counts the others.
func listed(names []string, most int) string {
	if more := len(names) - most; more > 1 {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", more)
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// named are GitHub's environments whose names a configuration can hold; where they could not be read, those that were
// deployed to.
func (f *Facts) named() []model.Protection {
	all := slices.Clone(f.Environments)
	if !f.EnvironmentsRead {
		for _, d := range f.Deployments {
			all = append(all, model.Protection{Environment: d.Environment})
		}
	}
	var out []model.Protection
	seen := map[string]bool{}
	for _, p := range all {
		if key := strings.ToLower(p.Environment); usable(p.Environment) && !seen[key] {
			seen[key] = true
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b model.Protection) int { return cmp.Compare(a.Environment, b.Environment) })
	return out
}

// usable reports whether a name from outside can stand in a configuration as it is.
func usable(name string) bool {
	return name != "" && len(name) <= 255 && strings.TrimSpace(name) == name && string(model.Clean(name)) == name
}

// words splits a name at everything but letters and digits, in lower case: "Production EU-1" is production, eu, 1.
func words(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// transient says why an environment is none that releases go through: it is made for one branch or pull request, or it
// holds an agent's secrets.
func transient(name string, deployments []model.Deployment) string {
	list := words(name)
	for i, w := range list {
		switch w {
		case "preview", "previews", "review", "ephemeral", "copilot":
			return w
		case "pr", "pull", "mr", "branch", "feature", "deploypreview":
			if len(list) > 1 && i < len(list)-1 || i > 0 && w == "pr" {
				return w
			}
		}
		if digits := strings.TrimPrefix(w, "pr"); digits != w && digits != "" && strings.Trim(digits, "0123456789") == "" {
			return w
		}
	}
	marked := 0
	for _, d := range deployments {
		if strings.EqualFold(d.Environment, name) {
			if !d.Transient {
				return ""
			}
			marked++
		}
	}
	if marked > 0 {
		return "transient"
	}
	return ""
}

// positions of an environment on its way to production, by the words of its name. Of several the first counts: a
// pre-production is no production.
const (
	atDevelopment = 10 * iota
	atTest
	atStaging
	atCanary
	atProduction
)

func wordPosition(word string) (int, bool) {
	switch strings.TrimRight(word, "0123456789") {
	case "local", "sandbox", "dev", "develop", "development", "playground", "experimental", "lab", "poc", "devel":
		return atDevelopment, true
	case "ci", "int", "integration", "test", "tst", "testing", "qa", "nightly", "edge", "alpha", "testpypi", "non", "nonprod", "internal":
		return atTest, true
	case "demo", "uat", "acc", "acceptance", "beta", "stage", "stg", "staging", "pre", "preprod", "preproduction", "rc", "perf", "load", "candidate":
		return atStaging, true
	case "canary", "pilot":
		return atCanary, true
	case "prod", "prd", "production", "live", "release", "pypi", "npm", "public", "stable":
		return atProduction, true
	}
	return 0, false
}

func (f *Facts) stop(p model.Protection) stop {
	s := stop{name: p.Environment, protection: protection(p)}
	s.protected = s.protection != ""
	for _, w := range words(p.Environment) {
		if at, ok := wordPosition(w); ok && (!s.known || at < s.position) {
			s.position, s.known = at, true
		}
	}
	if s.known {
		s.why = "by its name"
	}
	return s
}

// protection says what GitHub asks before a deployment.
func protection(p model.Protection) string {
	var parts []string
	if len(p.Reviewers) > 0 {
		names := make([]string, len(p.Reviewers))
		for i, r := range p.Reviewers {
			names[i] = string(r.Name)
		}
		parts = append(parts, "GitHub asks "+listed(names, 3)+" for a review")
	}
	if p.WaitTimer > 0 {
		parts = append(parts, fmt.Sprintf("GitHub waits %d min", int(p.WaitTimer/time.Minute)))
	}
	switch p.Policy {
	case model.PolicyProtected:
		parts = append(parts, "it takes protected branches only")
	case model.PolicyCustom, model.PolicyUnread:
		parts = append(parts, "it takes selected branches and tags only")
	}
	for _, app := range p.Custom {
		parts = append(parts, "the app "+string(app)+" guards it")
	}
	return strings.Join(parts, ", ")
}

// order sorts the environments, first to last: by their names; those whose names say nothing by the order in which the
// same commits reached them; and then what is protected comes later.
func (f *Facts) order(stops []stop) {
	firsts := f.firsts(stops)
	for i := range stops {
		if s := &stops[i]; !s.known && s.why == "" {
			f.place(s, stops, firsts)
		}
	}
	slices.SortStableFunc(stops, func(a, b stop) int {
		return cmp.Or(cmp.Compare(a.position, b.position), lead(firsts, b.name, a.name), compareBool(a.protected, b.protected), cmp.Compare(a.name, b.name))
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// firsts is when each commit was first deployed to each environment.
func (f *Facts) firsts(stops []stop) map[string]map[model.SHA]time.Time {
	firsts := map[string]map[model.SHA]time.Time{}
	for _, s := range stops {
		firsts[s.name] = map[model.SHA]time.Time{}
		for _, d := range f.Deployments {
			if at, seen := firsts[s.name][d.SHA]; strings.EqualFold(d.Environment, s.name) && (!seen || d.CreatedAt.Before(at)) {
				firsts[s.name][d.SHA] = d.CreatedAt
			}
		}
	}
	return firsts
}

// lead is how many more commits reached a before b than b before a.
func lead(firsts map[string]map[model.SHA]time.Time, a, b string) int {
	n := 0
	for sha, first := range firsts[a] {
		if other, both := firsts[b][sha]; both {
			n += other.Compare(first)
		}
	}
	return n
}

// place finds where an environment stands whose name says nothing.
func (f *Facts) place(s *stop, stops []stop, firsts map[string]map[model.SHA]time.Time) {
	after, before := -1, -1
	for i := range stops {
		if !stops[i].known {
			continue
		}
		switch n := lead(firsts, stops[i].name, s.name); {
		case n > 0 && (after < 0 || stops[i].position > stops[after].position):
			after = i
		case n < 0 && (before < 0 || stops[i].position < stops[before].position):
			before = i
		}
	}
	switch {
	case after >= 0:
		s.position, s.why = stops[after].position+1, "the same commits reach it after "+stops[after].name
	case before >= 0:
		s.position, s.why = stops[before].position-1, "the same commits reach it before "+stops[before].name
	case s.protected:
		s.position, s.why = atCanary+1, "its name says nothing; what is protected comes late"
	default:
		s.position, s.why = atTest+1, "its name says nothing, and nothing was deployed there that reached another too"
	}
}
