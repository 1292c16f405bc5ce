package contract

import (
	"errors"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Leniency is one place where GitHub's description is stricter than GitHub itself.
type Leniency struct {
	// About is what is let through.
	About string
	// Because is how we know that GitHub does it.
	Because string

	apply func(*openapi3.T) error
}

// Leniencies lists every place in which a validator lets more through than the
// description says. Everything else is held to the letter.
func Leniencies() []Leniency {
	return []Leniency{
		{
			About:   "the query parameter created of run lists, which may be a range",
			Because: `it is typed date-time, but its documentation sends the reader to the search syntax for dates: ">=2026-01-01", "a..b"`,
			apply:   anyCreated,
		},
		{
			About:   "jobs without created_at",
			Because: "GitHub's own example of a job lacks it, although the schema requires it",
			apply:   func(doc *openapi3.T) error { return optional(doc, "created_at", "job") },
		},
		{
			About:   "teams without type",
			Because: "GitHub's own examples of teams (reviewers of environments among them) lack it, although the schemas require it",
			apply: func(doc *openapi3.T) error {
				return optional(doc, "type", "team", "team-simple", "nullable-team-simple")
			},
		},
		{
			About:   "null in place of the empty object",
			Because: "GitHub's own examples of re-run, cancel and approve answer null",
			apply: func(doc *openapi3.T) error {
				empty := doc.Components.Schemas["empty-object"]
				if empty == nil {
					return errors.New("no schema empty-object")
				}
				empty.Value.Nullable = true
				return nil
			},
		},
		{
			About:   "a GraphQL databaseId beyond 32 bits",
			Because: "it is an Int, which has 32, but answers recorded from GitHub hold the true numbers of runs and check runs, such as 23799347220 (kachick/wait-other-jobs, src/snapshot.ts)",
			apply:   func(*openapi3.T) error { return nil }, // applied where GraphQL's leaves are judged
		},
	}
}

func anyCreated(doc *openapi3.T) error {
	created := doc.Components.Parameters["created"]
	if created == nil {
		return errors.New("no parameter created")
	}
	created.Value.Schema.Value.Format = ""
	created.Value.Schema.Value.Pattern = createdSyntax
	return nil
}

// createdSyntax is a date or time alone, compared, or the range of two, either end of
// which may be open (GitHub docs, "Understanding the search syntax", query for dates).
const createdSyntax = `^((>=|<=|>|<)?` + date + `|(\*|` + date + `)\.\.(\*|` + date + `))$`

const date = `\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2}))?`

func optional(doc *openapi3.T, property string, schemas ...string) error {
	for _, name := range schemas {
		schema := doc.Components.Schemas[name]
		if schema == nil {
			return errors.New("no schema " + name)
		}
		if !slices.Contains(schema.Value.Required, property) {
			return errors.New(strings.Join([]string{"schema", name, "no longer requires", property}, " "))
		}
		schema.Value.Required = slices.DeleteFunc(slices.Clone(schema.Value.Required), func(s string) bool { return s == property })
	}
	return nil
}
