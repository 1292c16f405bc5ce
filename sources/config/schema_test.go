package config

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"gonogo/model"
)

func compile(t testing.TB, schema []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instance is a file as an editor's schema checker sees it.
func instance(t testing.TB, text string) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	untime(&n)
	var v any
	if err := n.Decode(&v); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// untime makes text of days and keys, as YAML 1.2, which editors read, has no times, and JSON no other keys.
func untime(n *yaml.Node) {
	if n.Tag == "!!timestamp" {
		n.Tag = "!!str"
	}
	for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
		n.Content[i].Tag = "!!str"
	}
	for _, c := range n.Content {
		untime(c)
	}
}

func TestTheSchemaTakesWhatIsRead(t *testing.T) {
	schema := compile(t, Schema())
	other, err := os.ReadFile("testdata/other.yml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"the example":       string(example(t)),
		"the shortest":      Shortest,
		"the other forms":   string(other),
		"a rollback by run": in("  environments: [{name: p, rollback: {workflow: r.yml, inputs: {a: b}}}]"),
		"null takes away":   in("  ci: ~\n  coverage: ~\n  deploy: ~" + stop),
		"defaults":          "defaults: {repo: a/b, ci: [ci.yml]}\nservices: [{environments: [{name: p}]}]",
		"json of all kinds": withCheck("{http: 'http://a', expect: {json: {a: 1, b: true, c: x}}}"),
		"durations":         "keep: 1w2d\n" + withCheck("{http: 'http://a', every: 1m30s, timeout: 500ms}"),
	} {
		if _, err := Load("gonogo.yml", []byte(text)); err != nil {
			t.Errorf("%s is not read: %v", name, err)
		}
		if err := schema.Validate(instance(t, text)); err != nil {
			t.Errorf("%s is read, and the schema refuses it: %v", name, err)
		}
	}
}

func TestTheSchemaRefusesWhatIsNotRead(t *testing.T) {
	schema := compile(t, Schema())
	for name, text := range map[string]string{
		"an unknown key":      in("  environmentz: []" + stop),
		"a list for text":     in("  branch: [a]" + stop),
		"text for a list":     in("  ci: ci.yml" + stop),
		"a tier":              in("  environments: [{name: p, tier: prod}]"),
		"a gate":              in("  environments: [{name: p, gates: {cii: off}}]"),
		"a level":             in("  environments: [{name: p, gates: {ci: never}}]"),
		"a duration":          in("  environments: [{name: p, soak: half an hour}]"),
		"a number":            in("  environments: [{name: p, soak: 30}]"),
		"a percentage":        in("  coverage: {minimum: 180}" + stop),
		"a rollback":          in("  environments: [{name: p, rollback: auto}]"),
		"a rollback's key":    in("  environments: [{name: p, rollback: {workflow: r.yml, input: {}}}]"),
		"a check's key":       withCheck("{htpp: 'http://a'}"),
		"a check of nothing":  withCheck("{every: 5s}"),
		"a check of two":      withCheck("{http: 'http://a', tcp: 'a:1'}"),
		"a nameless stop":     in("  environments: [{tier: other}]"),
		"a rollback's inputs": in("  environments: [{name: p, rollback: {inputs: {a: b}}}]"),
		"a number for a name": in("  branch: 7" + stop),
		"half a failure":      withCheck("{http: 'http://a', failures: 1.5}"),
		"no services":         "name: x",
		"an empty list":       "services: []",
		"a wrong default":     "defaults: {branhc: x}\n" + minimal,
		"a project":           "sprint: {project: seven}\n" + minimal,
		"a day":               minimal + "freezes: [{from: 20 December, to: 2026-12-21}]",
		"a project's default": "sprint: {done: Done, project: a/1}\n" + minimal,
	} {
		if _, err := Load("gonogo.yml", []byte(text)); err == nil {
			t.Errorf("%s is read", name)
		}
		if schema.Validate(instance(t, text)) == nil {
			t.Errorf("the schema takes %s", name)
		}
	}
}

// The schema is made from the Go types; this holds the types to what the schema, the model and a reader need of them.
func TestEveryKeyIsDescribedAndItsTagsCanBeRead(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var visit func(t reflect.Type, path string)
	visit = func(typ reflect.Type, path string) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] {
			return
		}
		if _, isLeaf := reflect.New(typ).Interface().(leaf); isLeaf {
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			f := typ.Field(i)
			key := f.Tag.Get("yaml")
			if f.Name == "place" {
				continue
			}
			doc := f.Tag.Get("doc")
			if key == "" || !strings.HasSuffix(doc, ".") {
				t.Errorf("%s.%s has the key %q and the description %q, which should be a sentence", path, f.Name, key, doc)
			}
			if !strings.EqualFold(strings.ReplaceAll(key, "_", ""), f.Name) {
				t.Errorf("%s.%s is called %q", path, f.Name, key)
			}
			if bound := f.Tag.Get("min") + f.Tag.Get("max"); bound != "" {
				if f.Type == reflect.TypeFor[duration]() {
					mustDuration(cmpOr(f.Tag.Get("min"), "1s"))
					mustDuration(cmpOr(f.Tag.Get("max"), "1s"))
				} else {
					mustFloat(cmpOr(f.Tag.Get("min"), "1"))
					mustFloat(cmpOr(f.Tag.Get("max"), "1"))
				}
			}
			visit(f.Type, path+"."+key)
		}
	}
	visit(reflect.TypeFor[fleetFile](), "")
	visit(reflect.TypeFor[rollbackFile](), "rollback")
	visit(reflect.TypeFor[userFile](), "config")

	field, _ := reflect.TypeFor[environmentFile]().FieldByName("Gates")
	var gates []string
	for _, g := range model.Gates() {
		gates = append(gates, string(g))
	}
	if !slices.Equal(enumKeys(field.Tag), gates) {
		t.Errorf("the gates are %v, in the model %v", enumKeys(field.Tag), gates)
	}
}

func cmpOr(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// Every key that the example or the types have is in the schema, with its description.
func TestTheSchemaHasEveryKeyOfTheExample(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(Schema(), &root); err != nil {
		t.Fatal(err)
	}
	service := root["$defs"].(map[string]any)["service"].(map[string]any)
	var check func(n *yaml.Node, s map[string]any, path string)
	check = func(n *yaml.Node, s map[string]any, path string) {
		if s["$ref"] != nil {
			s = service
		}
		switch n.Kind {
		case yaml.SequenceNode:
			items, ok := s["items"].(map[string]any)
			if !ok {
				t.Errorf("%s is no list in the schema", path)
				return
			}
			for _, c := range n.Content {
				check(c, items, path+"[]")
			}
		case yaml.MappingNode:
			properties, _ := s["properties"].(map[string]any)
			for i := 0; i+1 < len(n.Content); i += 2 {
				key := n.Content[i].Value
				property, ok := properties[key].(map[string]any)
				if !ok {
					if s["additionalProperties"] == false {
						t.Errorf("%s.%s is not in the schema", path, key)
					}
					continue
				}
				if property["description"] == nil && s["additionalProperties"] == false && properties["ci"] == nil {
					t.Errorf("%s.%s has no description", path, key)
				}
				check(n.Content[i+1], property, path+"."+key)
			}
		}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(example(t), &doc); err != nil {
		t.Fatal(err)
	}
	check(doc.Content[0], root, "")
}

func TestTheSchemaAsEditorsGetIt(t *testing.T) {
	golden(t, "schema.json", Schema())
	golden(t, "user-schema.json", UserSchema())
	compile(t, UserSchema())
}
