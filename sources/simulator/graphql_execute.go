package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// field is one field of a query while it is answered.
type field struct {
	name string
	args map[string]any
	ast  *ast.Field
	path []any
}

// text is an argument as a string, empty where it is absent.
func (f *field) text(name string) string {
	s, _ := f.args[name].(string)
	return s
}

// list is an argument as strings.
func (f *field) list(name string) []string {
	values, _ := f.args[name].([]any)
	var list []string
	for _, v := range values {
		if s, ok := v.(string); ok {
			list = append(list, s)
		}
	}
	return list
}

// order is the field and the direction of an argument orderBy.
func (f *field) order() (by string, descending bool) {
	o, _ := f.args["orderBy"].(map[string]any)
	by, _ = o["field"].(string)
	return by, o["direction"] == "DESC"
}

// graphqlObject is a JSON object whose members keep the order of the query
// (GraphQL specification, "Response Format").
type graphqlObject struct {
	names  []string
	values []any
}

// MarshalJSON writes the members in order.
func (o *graphqlObject) MarshalJSON() ([]byte, error) { return appendJSON(nil, o) }

// appendJSON writes a value of an answer. It walks objects and lists by itself:
// encoding/json would read the output of each level's MarshalJSON again.
func appendJSON(b []byte, value any) ([]byte, error) {
	var err error
	switch v := value.(type) {
	case *graphqlObject:
		b = append(b, '{')
		for i, name := range v.names {
			if i > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendQuote(b, name) // a GraphQL name is of letters, digits and _
			b = append(b, ':')
			if b, err = appendJSON(b, v.values[i]); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	case []any:
		b = append(b, '[')
		for i, element := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendJSON(b, element); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	}
	text, err := json.Marshal(value)
	return append(b, text...), err
}

// object answers a selection on one object. It reports false where a field that
// can't be null has no value: then the object itself has none (GraphQL
// specification, "Handling execution errors").
func (x *execution) object(of any, def *ast.Definition, set ast.SelectionSet, path []any) (*graphqlObject, bool) {
	var names []string
	asked := map[string][]*ast.Field{}
	x.collect(def, set, &names, asked)
	out := &graphqlObject{names: names}
	for _, name := range names {
		fields := asked[name]
		value, ok := x.member(of, def, fields, append(slices.Clone(path), name))
		if !ok {
			return nil, false
		}
		out.values = append(out.values, value)
	}
	return out, true
}

// member answers one field of an object.
func (x *execution) member(of any, def *ast.Definition, fields []*ast.Field, path []any) (any, bool) {
	first := fields[0]
	if first.Name == "__typename" {
		return def.Name, true
	}
	declared := def.Fields.ForName(first.Name)
	f := &field{name: first.Name, args: first.ArgumentMap(x.variables), ast: first, path: path}
	var below ast.SelectionSet
	for _, each := range fields {
		below = append(below, each.SelectionSet...)
	}
	value, err := x.resolve(of, f)
	if err != nil {
		x.fail(f, err)
		return nil, !declared.Type.NonNull
	}
	return x.complete(value, declared.Type, below, f, path)
}

// fail notes an error at its field.
func (x *execution) fail(f *field, err error) {
	var e *graphqlError
	if !errors.As(err, &e) {
		e = &graphqlError{Message: err.Error()}
	}
	located := *e
	located.Path, located.Locations = f.path, locate(f.ast)
	x.errors = append(x.errors, &located)
}

// complete turns a resolved value into what the answer holds.
func (x *execution) complete(value any, t *ast.Type, set ast.SelectionSet, f *field, path []any) (any, bool) {
	if absent(value) {
		if t.NonNull {
			x.fail(f, fmt.Errorf("the simulator has no value for %s, whose type is %s", f.name, t))
		}
		return nil, !t.NonNull
	}
	if t.Elem != nil {
		return x.completeList(value, t, set, f, path)
	}
	def := x.schema.Types[t.NamedType]
	switch def.Kind {
	case ast.Scalar:
		return scalar(value), true
	case ast.Enum:
		if s, ok := value.(string); ok && def.EnumValues.ForName(s) != nil {
			return value, true
		}
		x.fail(f, fmt.Errorf("the simulator's %v is no %s", value, def.Name))
		return nil, !t.NonNull
	}
	concrete := x.schema.Types[typeName(value, def.Name)]
	if concrete == nil {
		x.fail(f, fmt.Errorf("the simulator knows no type for a %T", value))
		return nil, !t.NonNull
	}
	object, ok := x.object(value, concrete, set, path)
	if !ok {
		return nil, !t.NonNull
	}
	return object, true
}

func (x *execution) completeList(value any, t *ast.Type, set ast.SelectionSet, f *field, path []any) (any, bool) {
	elements := reflect.ValueOf(value)
	if elements.Kind() != reflect.Slice {
		x.fail(f, fmt.Errorf("the simulator has no list for %s", f.name))
		return nil, !t.NonNull
	}
	list := make([]any, 0, elements.Len())
	for i := range elements.Len() {
		element, ok := x.complete(elements.Index(i).Interface(), t.Elem, set, f, append(slices.Clone(path), i))
		if !ok {
			return nil, !t.NonNull
		}
		list = append(list, element)
	}
	return list, true
}

// absent tells nil, nil pointers and the zero time from values.
func absent(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case time.Time:
		return v.IsZero()
	}
	v := reflect.ValueOf(value)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

func scalar(value any) any {
	if t, ok := value.(time.Time); ok {
		return t.UTC().Format(time.RFC3339)
	}
	return value
}

// collect gathers the fields that apply to a concrete type, by response name
// (GraphQL specification, "Field Collection").
func (x *execution) collect(def *ast.Definition, set ast.SelectionSet, names *[]string, into map[string][]*ast.Field) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if !x.included(s.Directives) {
				continue
			}
			if into[s.Alias] == nil {
				*names = append(*names, s.Alias)
			}
			into[s.Alias] = append(into[s.Alias], s)
		case *ast.InlineFragment:
			if x.included(s.Directives) && x.applies(s.TypeCondition, def) {
				x.collect(def, s.SelectionSet, names, into)
			}
		case *ast.FragmentSpread:
			if x.included(s.Directives) && x.applies(s.Definition.TypeCondition, def) {
				x.collect(def, s.Definition.SelectionSet, names, into)
			}
		}
	}
}

func (x *execution) included(directives ast.DirectiveList) bool {
	if d := directives.ForName("skip"); d != nil && d.ArgumentMap(x.variables)["if"] == true {
		return false
	}
	if d := directives.ForName("include"); d != nil && d.ArgumentMap(x.variables)["if"] != true {
		return false
	}
	return true
}

func (x *execution) applies(condition string, def *ast.Definition) bool {
	if condition == "" || condition == def.Name {
		return true
	}
	return slices.ContainsFunc(x.schema.GetPossibleTypes(x.schema.Types[condition]), func(d *ast.Definition) bool { return d.Name == def.Name })
}

// unresolved says that the schema has a field which this simulator doesn't play:
// an error, never a silent null.
func unresolved(f *field) error {
	return fmt.Errorf("the simulator does not resolve %s.%s", f.ast.ObjectDefinition.Name, f.name)
}

// forbidden is GitHub's answer for what a token may not see.
func forbidden() error {
	return &graphqlError{Type: "FORBIDDEN", Extensions: map[string]any{"saml_failure": false}, Message: "Resource not accessible by personal access token"}
}
