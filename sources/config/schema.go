package config

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Schema is the JSON Schema (draft 2020-12) of gonogo.yml, for editors.
func Schema() []byte {
	root := object(reflect.TypeFor[fleetFile]())
	service := reflect.TypeFor[serviceFile]()
	root["$defs"] = map[string]any{"service": object(service)}
	reference := map[string]any{"$ref": "#/$defs/service"}
	properties := root["properties"].(map[string]any)
	properties["defaults"].(map[string]any)["$ref"] = reference["$ref"]
	services := properties["services"].(map[string]any)
	services["type"], services["items"], services["minItems"] = "array", reference, 1
	root["required"] = []string{"services"}
	return document(root, "gonogo.yml", "The services of a fleet, for gonogo.")
}

func document(root map[string]any, title, description string) []byte {
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"], root["description"] = title, description
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // descriptions are read by people
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		panic(err) // maps, strings and numbers can always be encoded
	}
	return out.Bytes()
}

// object describes a struct of file.go.
func object(t reflect.Type) map[string]any {
	properties := map[string]any{}
	var required []string
	for i := range t.NumField() {
		field := t.Field(i)
		key := field.Tag.Get("yaml")
		if key == "" {
			continue
		}
		properties[key] = describe(field.Type, field.Tag)
		if field.Tag.Get("required") != "" {
			required = append(required, key)
		}
	}
	s := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if required != nil {
		s["required"] = required
	}
	if t == reflect.TypeFor[checkFile]() {
		var kinds []any
		for _, kind := range checkKinds {
			kinds = append(kinds, map[string]any{"required": []string{kind}})
		}
		s["oneOf"] = kinds
	}
	return s
}

// describe is the schema of one field. null is allowed everywhere: it is as good as not written.
func describe(t reflect.Type, tag reflect.StructTag) map[string]any {
	s := shape(t, tag)
	if doc := tag.Get("doc"); doc != "" {
		s["description"] = doc
	}
	annotate(s, tag)
	if typ, ok := s["type"].(string); ok {
		s["type"] = []string{typ, "null"}
	}
	if enum, ok := s["enum"].([]any); ok {
		s["enum"] = append(enum, nil)
	}
	return s
}

// shape is what a value must look like.
func shape(t reflect.Type, tag reflect.StructTag) map[string]any {
	if l, ok := reflect.New(t).Interface().(leaf); ok {
		return l.schema(tag)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return shape(t.Elem(), tag)
	case reflect.Slice:
		if t.Elem() == reflect.TypeFor[serviceFile]() {
			return map[string]any{"type": "array"}
		}
		return map[string]any{"type": "array", "items": shape(t.Elem(), "")}
	}
	if t == reflect.TypeFor[serviceFile]() {
		return map[string]any{}
	}
	return object(t)
}

// annotate adds defaults and examples. A default that is a sentence belongs to the description: editors would insert it.
func annotate(s map[string]any, tag reflect.StructTag) {
	if d := tag.Get("default"); d != "" {
		value, isValue := literal(d, s)
		if isValue {
			s["default"] = value
		} else {
			s["description"] = s["description"].(string) + " Default: " + d + "."
		}
	}
	if e := tag.Get("example"); e != "" {
		value, _ := literal(e, map[string]any{})
		s["examples"] = []any{value}
	}
}

// literal reads a default or an example as the file would, and reports whether it is a value of that shape rather than
// a sentence.
func literal(written string, s map[string]any) (any, bool) {
	var v any
	if err := yaml.Unmarshal([]byte(written), &v); err != nil {
		return written, false
	}
	word, isText := v.(string)
	if !isText {
		if _, other := v.(map[string]any); other || s["type"] == "string" {
			return written, true
		}
		return v, true
	}
	if enum, ok := s["enum"].([]any); ok {
		for _, e := range enum {
			if e == word {
				return word, true
			}
		}
		return word, false
	}
	return word, s["type"] == "string" && !strings.Contains(word, " ")
}

func (t *text) schema(tag reflect.StructTag) map[string]any {
	s := map[string]any{"type": "string"}
	if enum := enumOf(tag); enum != nil {
		list := make([]any, len(enum))
		for i, e := range enum {
			list[i] = e
		}
		s["enum"] = list
		return s
	}
	s["minLength"] = 1
	if p := tag.Get("pattern"); p != "" {
		s["pattern"] = p
	}
	return s
}

func (f *number) schema(tag reflect.StructTag) map[string]any {
	s := map[string]any{"type": "number"}
	if tag.Get("integer") != "" {
		s["type"] = "integer"
	}
	if low := tag.Get("min"); low != "" {
		s["minimum"] = mustFloat(low)
	}
	if high := tag.Get("max"); high != "" {
		s["maximum"] = mustFloat(high)
	}
	return s
}

func (b *flag) schema(reflect.StructTag) map[string]any { return map[string]any{"type": "boolean"} }

func (d *duration) schema(reflect.StructTag) map[string]any {
	return map[string]any{"type": "string", "minLength": 2, "pattern": durationPattern}
}

func (p *pairs) schema(tag reflect.StructTag) map[string]any {
	value := map[string]any{"type": []string{"string", "number", "boolean", "null"}}
	if enum := enumOf(tag); enum != nil {
		value = describe(reflect.TypeFor[text](), reflect.StructTag(`enum:"`+tag.Get("enum")+`"`))
	}
	known := enumKeys(tag)
	if known == nil {
		return map[string]any{"type": "object", "additionalProperties": value}
	}
	properties := map[string]any{}
	for _, key := range known {
		properties[key] = value
	}
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
}

func (r *rollback) schema(reflect.StructTag) map[string]any {
	by := object(reflect.TypeFor[rollbackFile]())
	mode := new(text).schema(rollbackModes)
	mode["default"] = "offer"
	return map[string]any{"oneOf": []any{mode, by, map[string]any{"type": "null"}}}
}
