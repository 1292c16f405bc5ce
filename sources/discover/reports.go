package discover

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/model"
)

// kept are the artifacts of runs on the branch, by name, newest first. Where an artifact's run is none of the newest, its
// branch isn't known, and it counts.
func (f *Facts) kept(list ...string) (names, expired []string) {
	for _, a := range f.Artifacts {
		text := strings.Join(words(a.Name), "-")
		fits := slices.ContainsFunc(list, func(word string) bool {
			return strings.Contains("-"+text+"-", "-"+word+"-") || len(word) > 4 && strings.Contains(text, word)
		})
		r, known := f.run(a.Run)
		if !fits || !usable(a.Name) || a.Foreign || known && r.Branch != f.Repository.DefaultBranch {
			continue
		}
		to := &names
		if a.Expired {
			to = &expired
		}
		if !slices.Contains(*to, a.Name) {
			*to = append(*to, a.Name)
		}
	}
	return names, expired
}

// artifact is the glob of artifacts that hold a kind of report.
func (f *Facts) artifact(what string, list ...string) guess {
	names, expired := f.kept(list...)
	switch {
	case !f.ArtifactsRead:
		return guess{why: "which artifacts there are isn't known"}
	case len(names) == 1:
		return guess{[]string{globOf(names)}, "the newest runs left this artifact"}
	case len(names) > 1:
		return guess{[]string{globOf(names)}, "the newest runs left the artifacts " + listed(names, 3)}
	case len(expired) > 0:
		return guess{why: fmt.Sprintf("%s has expired", listed(expired, 3))}
	}
	return guess{why: "no artifact of the newest runs is named like " + what}
}

// coverage finds where coverage is reported: in artifacts, else as a status.
func (f *Facts) coverage() (artifact, stated guess) {
	artifact = f.artifact("a coverage report", "coverage", "codecov", "lcov", "jacoco", "cobertura", "clover", "cov", "coverprofile", "simplecov")
	for _, c := range f.Checks {
		if s, ok := model.CoverageStated(&c); ok && !s.Patch {
			stated.values = append(stated.values, c.Name)
		}
	}
	if stated.found() {
		stated.why = listed(stated.values, 2) + " states it on commits"
	}
	return artifact, stated
}

func (f *Facts) tests() guess {
	return f.artifact("test results", "junit", "xunit", "surefire", "failsafe", "test-results", "test-result", "test-reports", "test-report", "testresults", "test-xml")
}

// globOf is a glob that fits every name: what they begin with, cut where a word ends. Signs that mean something in a glob
// are escaped.
func globOf(names []string) string {
	escape := strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)
	if len(names) == 1 {
		return escape.Replace(names[0])
	}
	prefix := names[0]
	for _, n := range names[1:] {
		for !strings.HasPrefix(n, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	for prefix != "" && !slices.Contains(names, prefix) && !strings.ContainsAny(prefix[len(prefix)-1:], "-_ /") {
		prefix = prefix[:len(prefix)-1]
	}
	if len(strings.Trim(prefix, "-_. /")) < 3 { // they have nothing in common: the newest one alone
		return escape.Replace(names[0])
	}
	return escape.Replace(prefix) + "*"
}

// An open milestone that is over for so many days is still the sprint that the team is in, and one that ends in so many
// days may be it. Others are versions, or plans.
const (
	overFor = 14
	endsIn  = 60
)

// sprint says whether milestones are the team's sprints: open ones with a date that is near.
func (f *Facts) sprint() guess {
	dated := 0
	for _, m := range f.Milestones {
		if m.Due && m.DueIn >= -overFor && m.DueIn <= endsIn {
			dated++
		}
	}
	switch {
	case dated > 0:
		return guess{[]string{"true"}, fmt.Sprintf("%s in the next weeks", count(dated, "open milestone ends", "open milestones end"))}
	case !f.MilestonesRead:
		return guess{why: "which milestones there are isn't known"}
	case len(f.Milestones) > 0:
		return guess{why: "no open milestone ends in the next weeks"}
	}
	return guess{why: "there is no open milestone"}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
