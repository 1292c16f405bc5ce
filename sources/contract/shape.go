package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// reply is the body of a GraphQL answer (GraphQL specification, "Response").
type reply struct {
	Data       map[string]any  `json:"data"`
	Errors     []problem       `json:"errors"`
	Extensions json.RawMessage `json:"extensions"`
}

// problem is one error of an answer; GitHub adds type.
type problem struct {
	Type       string          `json:"type"`
	Message    string          `json:"message"`
	Path       []any           `json:"path"`
	Locations  json.RawMessage `json:"locations"`
	Extensions json.RawMessage `json:"extensions"`
}

// answer holds an answer to the shape that its query asked for.
func (s *Schema) answer(operation *ast.OperationDefinition, variables map[string]any, body []byte) error {
	var r reply
	if err := strictly(body, &r); err != nil {
		return err
	}
	var errs []error
	for _, p := range r.Errors {
		if p.Message == "" {
			errs = append(errs, errors.New("an error without a message"))
		}
		if err := nullAt(r.Data, p.Path); err != nil {
			errs = append(errs, fmt.Errorf("error %q: %w", p.Message, err))
		}
	}
	if r.Data == nil {
		if len(r.Errors) == 0 {
			errs = append(errs, errors.New("neither data nor errors"))
		}
		return errors.Join(errs...)
	}
	root := s.schema.Query
	if operation.Operation == ast.Mutation {
		root = s.schema.Mutation
	}
	shape := shape{schema: s.schema, variables: variables}
	errs = append(errs, shape.object("data", root, operation.SelectionSet, r.Data))
	return errors.Join(errs...)
}

// nullAt refuses an error whose path leads to a value: where there is an error
// there is null, at the path or, where null isn't allowed, further up.
func nullAt(data map[string]any, path []any) error {
	if len(path) == 0 || data == nil {
		return nil
	}
	var value any = data
	for _, step := range path {
		switch at := value.(type) {
		case nil:
			return nil
		case map[string]any:
			name, ok := step.(string)
			if !ok {
				return fmt.Errorf("path %v: no index into an object", path)
			}
			value = at[name]
		case []any:
			index, err := number(step)
			if err != nil || index < 0 || index >= int64(len(at)) {
				return fmt.Errorf("path %v leads nowhere", path)
			}
			value = at[index]
		default:
			return fmt.Errorf("path %v leads through a scalar", path)
		}
	}
	if value != nil {
		return fmt.Errorf("path %v leads to a value, not to null", path)
	}
	return nil
}

// shape compares values with what was selected.
type shape struct {
	schema    *ast.Schema
	variables map[string]any
}

// object compares one JSON object with the selection on a concrete type: each
// selected field is there, and none that was not selected.
func (s shape) object(at string, def *ast.Definition, set ast.SelectionSet, got map[string]any) error {
	wanted := map[string][]*ast.Field{}
	s.collect(def, set, wanted)
	var errs []error
	for name := range got {
		if wanted[name] == nil {
			errs = append(errs, fmt.Errorf("%s.%s was not asked for of %s", at, name, def.Name))
		}
	}
	for name, fields := range wanted {
		value, there := got[name]
		if !there {
			errs = append(errs, fmt.Errorf("%s.%s is missing", at, name))
			continue
		}
		if fields[0].Name == "__typename" {
			if value != def.Name {
				errs = append(errs, fmt.Errorf("%s.%s is %v on a %s", at, name, value, def.Name))
			}
			continue
		}
		var below ast.SelectionSet
		for _, f := range fields {
			below = append(below, f.SelectionSet...)
		}
		declared := def.Fields.ForName(fields[0].Name)
		if declared == nil {
			errs = append(errs, fmt.Errorf("%s.%s: %s has no such field", at, name, def.Name))
			continue
		}
		if declared.Name == "databaseId" && wholeNumber(value) {
			continue
		}
		errs = append(errs, s.value(at+"."+name, declared.Type, below, value))
	}
	return errors.Join(errs...)
}

// collect gathers the fields that apply to a concrete type, by response name
// (GraphQL specification, "Field Collection").
func (s shape) collect(def *ast.Definition, set ast.SelectionSet, into map[string][]*ast.Field) {
	for _, selection := range set {
		switch f := selection.(type) {
		case *ast.Field:
			if s.included(f.Directives) {
				into[f.Alias] = append(into[f.Alias], f)
			}
		case *ast.InlineFragment:
			if s.included(f.Directives) && s.applies(f.TypeCondition, def) {
				s.collect(def, f.SelectionSet, into)
			}
		case *ast.FragmentSpread:
			if s.included(f.Directives) && s.applies(f.Definition.TypeCondition, def) {
				s.collect(def, f.Definition.SelectionSet, into)
			}
		}
	}
}

func (s shape) included(directives ast.DirectiveList) bool {
	if d := directives.ForName("skip"); d != nil && d.ArgumentMap(s.variables)["if"] == true {
		return false
	}
	if d := directives.ForName("include"); d != nil && d.ArgumentMap(s.variables)["if"] != true {
		return false
	}
	return true
}

func (s shape) applies(condition string, def *ast.Definition) bool {
	if condition == "" || condition == def.Name {
		return true
	}
	for _, possible := range s.schema.GetPossibleTypes(s.schema.Types[condition]) {
		if possible.Name == def.Name {
			return true
		}
	}
	return false
}

func (s shape) value(at string, t *ast.Type, set ast.SelectionSet, got any) error {
	if got == nil {
		if t.NonNull {
			return fmt.Errorf("%s is null, but its type is %s", at, t)
		}
		return nil
	}
	if t.Elem != nil {
		list, ok := got.([]any)
		if !ok {
			return fmt.Errorf("%s is no list, but its type is %s", at, t)
		}
		var errs []error
		for i, element := range list {
			errs = append(errs, s.value(at+"["+strconv.Itoa(i)+"]", t.Elem, set, element))
		}
		return errors.Join(errs...)
	}
	def := s.schema.Types[t.NamedType]
	if def.Kind == ast.Scalar || def.Kind == ast.Enum {
		if err := leaf(def, got); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		return nil
	}
	object, ok := got.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is no object, but its type is %s", at, t)
	}
	if !def.IsAbstractType() {
		return s.object(at, def, set, object)
	}
	return s.abstract(at, def, set, object)
}

// abstract accepts an object that fits one of the possible types of an interface
// or union; where the query asked for __typename, only that type.
func (s shape) abstract(at string, def *ast.Definition, set ast.SelectionSet, got map[string]any) error {
	var closest error
	for _, possible := range s.schema.GetPossibleTypes(def) {
		err := s.object(at, possible, set, got)
		if err == nil {
			return nil
		}
		if closest == nil || got["__typename"] == possible.Name {
			closest = err
		}
	}
	return fmt.Errorf("%s fits no type of %s: %w", at, def.Name, closest)
}

var (
	hexOID  = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)
	integer = regexp.MustCompile(`^-?\d+$`)
)

// wholeNumber accepts the numbers that a databaseId has (see Leniencies).
func wholeNumber(got any) bool {
	n, ok := got.(json.Number)
	return ok && integer.MatchString(n.String())
}

// leaf compares a scalar or an enum value with its type.
func leaf(def *ast.Definition, got any) error {
	if def.Kind == ast.Enum {
		name, ok := got.(string)
		if !ok || def.EnumValues.ForName(name) == nil {
			return fmt.Errorf("%v is no %s", got, def.Name)
		}
		return nil
	}
	wrong := fmt.Errorf("%v (%T) is no %s", got, got, def.Name)
	switch def.Name {
	case "Boolean":
		if _, ok := got.(bool); !ok {
			return wrong
		}
		return nil
	case "Int":
		n, ok := got.(json.Number)
		i, err := strconv.ParseInt(n.String(), 10, 64)
		if !ok || err != nil || i < math.MinInt32 || i > math.MaxInt32 {
			return wrong
		}
		return nil
	case "Float":
		if _, ok := got.(json.Number); !ok {
			return wrong
		}
		return nil
	}
	text, ok := got.(string)
	if !ok {
		return wrong
	}
	switch def.Name {
	case "DateTime", "PreciseDateTime", "GitTimestamp":
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return wrong
		}
	case "Date":
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return wrong
		}
	case "GitObjectID":
		if !hexOID.MatchString(text) {
			return wrong
		}
	case "BigInt":
		if !integer.MatchString(text) {
			return wrong
		}
	case "URI":
		if u, err := url.Parse(text); err != nil || (u.Scheme == "" && !strings.HasPrefix(text, "/")) {
			return wrong
		}
	}
	return nil
}
