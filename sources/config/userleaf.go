package config

import (
	"reflect"

	"go.yaml.in/yaml/v3"
)

// notice is a way to notify.
type notice struct{ text }

const notices reflect.StructTag = `enum:"bell,osc9,title"`

func (t *notice) read(w *walker, n *yaml.Node, _ reflect.StructTag) bool {
	return t.text.read(w, n, notices)
}

func (t *notice) schema(reflect.StructTag) map[string]any { return t.text.schema(notices) }

// keys are the keys of actions: one key or a list for each.
type keys struct{ list []actionKeys }

type actionKeys struct {
	action text
	keys   []text
}

func (k *keys) read(w *walker, n *yaml.Node, _ reflect.StructTag) bool {
	if n.Kind != yaml.MappingNode {
		w.errorAt(n, "as in promote: P", "wants actions with keys, and is %s", kindOf(n))
		return false
	}
	good := true
	w.pairs(n, func(key, value *yaml.Node) {
		one := actionKeys{action: text{v: key.Value, at: key}}
		items := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			items = value.Content
		}
		for _, item := range items {
			var t text
			if !t.read(w, item, `scalar:"true"`) {
				good = false
				continue
			}
			one.keys = append(one.keys, t)
		}
		k.list = append(k.list, one)
	})
	return good
}

func (k *keys) schema(reflect.StructTag) map[string]any {
	key := map[string]any{"type": []string{"string", "number", "boolean"}}
	return map[string]any{"type": "object", "additionalProperties": map[string]any{
		"oneOf": []any{key, map[string]any{"type": "array", "items": key}},
	}}
}
