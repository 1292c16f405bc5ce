package model

import (
	"fmt"
	"strings"
)

// Values are the fields that templates of inputs, checks and commands may use.
type Values struct {
	Service     string
	Environment string // the environment's name on GitHub
	Tag         string
	Version     string
	SHA         string
	Operation   string
}

// TemplateFields are the names that {{.Name}} may use, in the order in which they are documented.
func TemplateFields() []string {
	return []string{"Service", "Environment", "Tag", "Version", "SHA", "Operation"}
}

func (v Values) field(name string) (string, bool) {
	switch name {
	case "Service":
		return v.Service, true
	case "Environment":
		return v.Environment, true
	case "Tag":
		return v.Tag, true
	case "Version":
		return v.Version, true
	case "SHA":
		return v.SHA, true
	case "Operation":
		return v.Operation, true
	}
	return "", false
}

// Expand replaces every {{.Field}} in text. A field that doesn't exist, and a brace that isn't closed, are errors: they
// would otherwise reach a deployment as text.
func Expand(text string, v Values) (string, error) {
	var b strings.Builder
	rest := text
	for {
		before, after, found := strings.Cut(rest, "{{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		inside, tail, closed := strings.Cut(after, "}}")
		if !closed {
			return "", fmt.Errorf("template %q: {{ is not closed by }}", text)
		}
		name, dotted := strings.CutPrefix(strings.TrimSpace(inside), ".")
		value, known := v.field(name)
		if !dotted || !known {
			return "", fmt.Errorf("template %q: there is no field %s; there are .%s", text, strings.TrimSpace(inside), strings.Join(TemplateFields(), ", ."))
		}
		b.WriteString(value)
		rest = tail
	}
}

// Templated reports whether text uses the field.
func Templated(text, field string) bool {
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "{{")
		if !found {
			return false
		}
		inside, tail, closed := strings.Cut(after, "}}")
		if !closed {
			return false
		}
		if strings.TrimSpace(inside) == "."+field {
			return true
		}
		rest = tail
	}
}
