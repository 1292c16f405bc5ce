package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// MaxSize bounds a configuration, in bytes. A fleet of 200 services takes a tenth of it.
const MaxSize = 1 << 20

// place is where a struct was written. Every struct of file.go embeds it.
type place struct {
	at   *yaml.Node            // the mapping
	keys map[string]*yaml.Node // the key of each field that was written
	bad  map[string]bool       // fields that were written wrongly: what follows from them is not an error of its own
	lost bool                  // a key that isn't known was written: what seems to be missing may be that one
}

func (p *place) here() *place { return p }

// key is where a field was written, or the whole where it wasn't.
func (p *place) key(name string) *yaml.Node {
	if k := p.keys[name]; k != nil {
		return k
	}
	return p.at
}

// has reports whether the field was written, and could be read.
func (p *place) has(name string) bool { return p.keys[name] != nil && !p.bad[name] }

// wrong reports whether the field was written, but could not be read.
func (p *place) wrong(name string) bool { return p.bad[name] }

// leaf is a value that reads itself: everything that is not a mapping of known keys or a list.
type leaf interface {
	read(w *walker, n *yaml.Node, tag reflect.StructTag) bool
	schema(tag reflect.StructTag) map[string]any
}

// walker reads nodes into the structs of file.go and notes what is wrong.
type walker struct {
	*report
	fields map[reflect.Type]map[string]reflect.StructField // by key, as they are met: reflection is slow
}

func (w *walker) errorAt(n *yaml.Node, suggestion, format string, args ...any) {
	line, column := 0, 0
	if n != nil {
		line, column = n.Line, n.Column
	}
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = cut(s)
		}
	}
	w.add(line, column, fmt.Sprintf(format, args...), cut(suggestion))
}

// cut keeps what the file says to the length of a sentence.
func cut(s string) string {
	const limit = 400
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return s
}

func newWalker(file string, data []byte) *walker {
	return &walker{report: newReport(file, data), fields: map[reflect.Type]map[string]reflect.StructField{}}
}

// parse turns the bytes into one tree of nodes, without anchors, aliases, tags of its own or further documents.
func (w *walker) parse(data []byte) (root *yaml.Node) {
	if !w.readable(data) {
		return nil
	}
	defer func() {
		if p := recover(); p != nil { // the parser's own fault; a file must never stop the program
			w.add(0, 0, "is not YAML that can be read", "")
			root = nil
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, more yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) || err == nil && len(document.Content) == 0 {
		w.add(0, 0, "is empty", shortest)
		return nil
	} else if err != nil {
		w.syntax(err, data)
		return nil
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		line := more.Line
		if err != nil || line == 0 {
			line = len(w.lines)
		}
		w.add(line, 1, "a second document begins", "a configuration is one document; leave out ---")
	}
	w.forbid(&document)
	return document.Content[0]
}

// readable refuses what no editor writes by accident, with its place: the parser would name none.
func (w *walker) readable(data []byte) bool {
	if len(data) > MaxSize {
		w.add(0, 0, fmt.Sprintf("is larger than %d KiB", MaxSize>>10), "is it really a configuration?")
		return false
	}
	line, column := 1, 1
	for rest := data; len(rest) > 0; column++ {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		switch {
		case r == '\n':
			line, column = line+1, 0
		case r == utf8.RuneError && size == 1:
			w.add(line, column, "is not UTF-8 text here", "")
			return false
		case r < ' ' && r != '\t' && r != '\r', r == 0x7f, r >= 0x80 && r < 0xa0 && r != 0x85:
			w.add(line, column, fmt.Sprintf("has the control character %U, which YAML doesn't allow", r), "")
			return false
		}
	}
	return true
}

// forbid notes anchors, aliases and tags. What they are good for, defaults: does; what they are bad for is a file of
// ten lines that grows to gigabytes, and an error whose place is elsewhere.
func (w *walker) forbid(n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode:
		w.errorAt(n, "write it out, or use defaults:", "aliases (*%s) are not read", n.Value)
		return
	case n.Anchor != "":
		w.errorAt(n, "write it out, or use defaults:", "anchors (&%s) are not read", n.Anchor)
	case n.Style&yaml.TaggedStyle != 0:
		w.errorAt(n, "leave it out", "tags (%s) are not read", n.Tag)
	}
	for _, child := range n.Content {
		w.forbid(child)
	}
}

// missing notes something that was not written, unless it was, wrongly.
func (w *walker) missing(p *place, key, suggestion, message string) {
	if !p.has(key) && !p.wrong(key) && !p.lost {
		w.errorAt(p.at, suggestion, "%s", message)
	}
}

// read fills a value of file.go from a node and reports whether that went well. null is as good as not written, so
// that a service can leave out what defaults give.
func (w *walker) read(v reflect.Value, n *yaml.Node, tag reflect.StructTag) bool {
	if n.Kind == yaml.AliasNode {
		return false // noted already
	}
	if l, ok := v.Addr().Interface().(leaf); ok {
		return l.read(w, n, tag)
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return w.read(v.Elem(), n, tag)
	case reflect.Slice:
		return w.list(v, n, tag)
	default:
		return w.mapping(v, n)
	}
}

func (w *walker) list(v reflect.Value, n *yaml.Node, tag reflect.StructTag) bool {
	if n.Kind != yaml.SequenceNode {
		suggestion := ""
		if n.Kind == yaml.ScalarNode {
			suggestion = fmt.Sprintf("write [%s]", n.Value)
		}
		w.errorAt(n, suggestion, "wants a list, and is %s", kindOf(n))
		return false
	}
	good := true
	v.Set(reflect.MakeSlice(v.Type(), 0, len(n.Content)))
	for _, item := range n.Content {
		if isNull(item) {
			w.errorAt(item, "", "an item of the list is empty")
			good = false
			continue
		}
		e := reflect.New(v.Type().Elem()).Elem()
		if !w.read(e, item, tag) {
			good = false
		}
		v.Set(reflect.Append(v, e))
	}
	return good
}

// mapping reads a struct. Items of lists are whole even within defaults.
func (w *walker) mapping(v reflect.Value, n *yaml.Node) bool {
	t := v.Type()
	here := v.Addr().Interface().(interface{ here() *place }).here()
	here.at, here.keys, here.bad = n, map[string]*yaml.Node{}, map[string]bool{}
	if n.Kind != yaml.MappingNode {
		w.errorAt(n, "", "wants keys (%s), and is %s", strings.Join(keysOf(t), ", "), kindOf(n))
		here.lost = true
		return false
	}
	good := true
	w.pairs(n, func(key, value *yaml.Node) {
		field, ok := w.field(t, key.Value)
		if !ok {
			w.errorAt(key, didYouMean(key.Value, keysOf(t)), "unknown key %q", key.Value)
			here.lost = true
			good = false
			return
		}
		if isNull(value) {
			return
		}
		here.keys[key.Value] = key
		if !w.read(v.FieldByIndex(field.Index), value, field.Tag) {
			here.bad[key.Value] = true
			good = false
		}
	})
	return good
}

// pairs calls f for each key of a mapping, and notes keys that are no words or are written twice.
func (w *walker) pairs(n *yaml.Node, f func(key, value *yaml.Node)) {
	first := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind == yaml.AliasNode:
		case key.Kind != yaml.ScalarNode || isNull(key):
			w.errorAt(key, "", "a key is %s", kindOf(key))
		case key.Tag == "!!merge":
			w.errorAt(key, "use defaults:", "merge keys (<<) are not read")
		case first[key.Value] != nil:
			w.errorAt(key, "", "the key %q is written twice, first in line %d", key.Value, first[key.Value].Line)
		default:
			first[key.Value] = key
			f(key, value)
		}
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// kindOf says what a node is, in the reader's words.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "empty"
	case n.Tag == "!!bool":
		return "true or false"
	case n.Tag == "!!int" || n.Tag == "!!float":
		return "the number " + n.Value
	}
	return fmt.Sprintf("the text %q", cut(n.Value))
}

// field is the field that a key names.
func (w *walker) field(t reflect.Type, key string) (reflect.StructField, bool) {
	known := w.fields[t]
	if known == nil {
		known = make(map[string]reflect.StructField, t.NumField())
		for i := range t.NumField() {
			if f := t.Field(i); f.Tag.Get("yaml") != "" {
				known[f.Tag.Get("yaml")] = f
			}
		}
		w.fields[t] = known
	}
	f, ok := known[key]
	return f, ok
}

// keysOf are the keys that a struct knows, in the order in which they are documented.
func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if key := t.Field(i).Tag.Get("yaml"); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// merge lays a service over the defaults: map by map; lists and scalars replace. Places stay those of the file.
func merge(defaults, over *yaml.Node) *yaml.Node {
	if defaults == nil || defaults.Kind != yaml.MappingNode || over.Kind != yaml.MappingNode {
		return over
	}
	merged := *over
	merged.Content = nil
	written := map[string]bool{}
	for i := 0; i+1 < len(over.Content); i += 2 {
		key, value := over.Content[i], over.Content[i+1]
		written[key.Value] = true
		if below := lookup(defaults, key.Value); below != nil {
			value = merge(below, value)
		}
		merged.Content = append(merged.Content, key, value)
	}
	for i := 0; i+1 < len(defaults.Content); i += 2 {
		if key := defaults.Content[i]; !written[key.Value] {
			written[key.Value] = true
			merged.Content = append(merged.Content, key, defaults.Content[i+1])
		}
	}
	return &merged
}

func lookup(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
