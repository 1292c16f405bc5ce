package config

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"gonogo/model"
)

// text is a scalar as it was written, without the line end of a block. It can be drawn as it is: control characters
// and such, which YAML can hide in escapes, are refused. The tag enum lists what it may be; lines allows several.
type text struct {
	v  string
	at *yaml.Node
}

func (t *text) read(w *walker, n *yaml.Node, tag reflect.StructTag) bool {
	t.at = n
	if n.Kind != yaml.ScalarNode {
		w.errorAt(n, "", "wants text, and is %s", kindOf(n))
		return false
	}
	if n.Tag != "!!str" && n.Tag != "!!timestamp" && tag.Get("scalar") == "" {
		w.errorAt(n, fmt.Sprintf("write %q", n.Value), "wants text, and is %s", kindOf(n))
		return false
	}
	t.v = strings.TrimRight(n.Value, "\n")
	if strings.TrimSpace(t.v) == "" {
		w.errorAt(n, "leave the key out to leave it unset", "is blank")
		return false
	}
	if why := undrawable(t.v, tag.Get("lines") != ""); why != "" {
		w.errorAt(n, "", "%s", why)
		return false
	}
	if enum := enumOf(tag); enum != nil && !contains(enum, t.v) {
		w.errorAt(n, meant(t.v, enum), "%q is none of %s", t.v, strings.Join(enum, ", "))
		return false
	}
	return true
}

// undrawable says what keeps a text from being drawn as it is, or nothing.
func undrawable(s string, lines bool) string {
	switch {
	case utf8.RuneCountInString(s) > model.MaxText:
		return fmt.Sprintf("is longer than %d characters", model.MaxText)
	case lines && string(model.CleanLines(strings.ReplaceAll(s, "\t", " "))) == strings.ReplaceAll(s, "\t", " "), string(model.Clean(s)) == s:
		return ""
	case strings.Contains(s, "\n") && !lines:
		return "is one line, and has several"
	}
	return fmt.Sprintf("%s has characters that can't be shown", model.Clean(strconv.Quote(cut(s))))
}

func enumOf(tag reflect.StructTag) []string {
	if e := tag.Get("enum"); e != "" {
		return strings.Split(e, ",")
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// values are the texts of a list.
func values(list []text) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.v)
	}
	return out
}

// number is an integer or a fraction. The tags min and max bound it; integer says that it has no fraction.
type number struct {
	v  float64
	at *yaml.Node
}

func (f *number) read(w *walker, n *yaml.Node, tag reflect.StructTag) bool {
	f.at = n
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" && n.Tag != "!!float" {
		suggestion := ""
		if bare := strings.TrimSuffix(n.Value, "%"); bare != n.Value && n.Kind == yaml.ScalarNode {
			suggestion = "leave out the %"
		}
		w.errorAt(n, suggestion, "wants a number, and is %s", kindOf(n))
		return false
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		w.errorAt(n, "", "wants a number in decimal digits, and is %s", n.Value)
		return false
	}
	if tag.Get("integer") != "" && v != math.Trunc(v) {
		w.errorAt(n, "", "wants a whole number, and is %s", n.Value)
		return false
	}
	if low := tag.Get("min"); low != "" && v < mustFloat(low) {
		w.errorAt(n, "", "is %s, and must be at least %s", n.Value, low)
		return false
	}
	if high := tag.Get("max"); high != "" && v > mustFloat(high) {
		w.errorAt(n, "", "is %s, and must be at most %s", n.Value, high)
		return false
	}
	f.v = v
	return true
}

// mustFloat reads a number of a struct tag; a test reads them all.
func mustFloat(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(fmt.Sprintf("the tag %q is no number", s))
	}
	return v
}

// pointer is the number, or nil where none was written.
func (f *number) pointer() *float64 {
	if f.at == nil {
		return nil
	}
	v := f.v
	return &v
}

// flag is true or false.
type flag struct {
	v  bool
	at *yaml.Node
}

func (b *flag) read(w *walker, n *yaml.Node, _ reflect.StructTag) bool {
	b.at = n
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		suggestion := ""
		switch strings.ToLower(n.Value) {
		case "yes", "on", "y":
			suggestion = "write true"
		case "no", "off", "n":
			suggestion = "write false"
		}
		w.errorAt(n, suggestion, "wants true or false, and is %s", kindOf(n))
		return false
	}
	b.v = strings.EqualFold(n.Value, "true")
	return true
}

// duration is a time with its units: 30s, 5m, 1h30m, 90d. The tags min and max bound it; unit is the
// one that a bare number most likely lacks.
type duration struct {
	v  time.Duration
	at *yaml.Node
}

func (d *duration) read(w *walker, n *yaml.Node, tag reflect.StructTag) bool {
	d.at = n
	if n.Kind != yaml.ScalarNode {
		w.errorAt(n, "", "wants a duration such as 30s, 5m, 1h30m or 90d, and is %s", kindOf(n))
		return false
	}
	v, err := parseDuration(n.Value)
	if err != nil {
		suggestion := ""
		if n.Tag == "!!int" {
			unit := cmp.Or(tag.Get("unit"), "s")
			suggestion = fmt.Sprintf("write a unit, as in %s%s", n.Value, unit)
		}
		w.errorAt(n, suggestion, "%v", err)
		return false
	}
	if low := tag.Get("min"); low != "" && v < mustDuration(low) {
		w.errorAt(n, "", "is %s, and must be at least %s", n.Value, low)
		return false
	}
	if high := tag.Get("max"); high != "" && v > mustDuration(high) {
		w.errorAt(n, "", "is %s, and must be at most %s", n.Value, high)
		return false
	}
	d.v = v
	return true
}

// mustDuration reads a duration of a struct tag; a test reads them all.
func mustDuration(s string) time.Duration {
	v, err := parseDuration(s)
	if err != nil {
		panic(err)
	}
	return v
}

// units of a duration, largest first: each may be written once, in this order.
var units = []struct {
	name string
	is   time.Duration
}{{"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond}}

// durationPattern is what parseDuration takes, for the schema.
const durationPattern = `^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$`

// parseDuration reads 30s, 1h30m, 90d: whole numbers with units from weeks to milliseconds, largest first. A day has
// 24 hours.
func parseDuration(s string) (time.Duration, error) {
	bad := fmt.Errorf("%q is not a duration such as 30s, 5m, 1h30m or 90d", s)
	var total time.Duration
	rest, next := strings.TrimSpace(s), 0
	if rest == "" {
		return 0, bad
	}
	if rest == "0" {
		return 0, nil
	}
	for rest != "" {
		digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if digits <= 0 {
			return 0, bad
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil {
			return 0, bad
		}
		rest = rest[digits:]
		letters := strings.IndexFunc(rest, func(r rune) bool { return r >= '0' && r <= '9' })
		if letters < 0 {
			letters = len(rest)
		}
		unit := -1
		for i := next; i < len(units); i++ {
			if units[i].name == rest[:letters] {
				unit = i
			}
		}
		if unit < 0 {
			return 0, bad
		}
		if n > int64(math.MaxInt64-total)/int64(units[unit].is) {
			return 0, fmt.Errorf("%q is too long a time", s)
		}
		total += time.Duration(n) * units[unit].is
		next, rest = unit+1, rest[letters:]
	}
	return total, nil
}

// pair is a key that the file chose, with its text.
type pair struct {
	key   text
	value text
}

// pairs is a mapping of keys that the file chose to texts, in the order of the file. The tag keys lists those allowed;
// enum the values, unknown what to say of a key that isn't.
type pairs struct {
	list []pair
	at   *yaml.Node
}

func (p *pairs) read(w *walker, n *yaml.Node, tag reflect.StructTag) bool {
	p.at = n
	if n.Kind != yaml.MappingNode {
		w.errorAt(n, "", "wants keys with values, and is %s", kindOf(n))
		return false
	}
	good := true
	known := enumKeys(tag)
	before := len(w.errors) + w.more
	w.pairs(n, func(key, value *yaml.Node) {
		if known != nil && !contains(known, key.Value) {
			w.errorAt(key, didYouMean(key.Value, known), "%s %q", tag.Get("unknown"), key.Value)
			good = false
			return
		}
		if isNull(value) {
			return
		}
		one := pair{key: text{v: key.Value, at: key}}
		if why := undrawable(key.Value, false); why != "" {
			w.errorAt(key, "", "%s", why)
			good = false
			return
		}
		if value.Kind == yaml.ScalarNode && value.Value == "" && enumOf(tag) == nil { // an empty text is a value: an input that is sent empty
			one.value = text{at: value}
		} else if !one.value.read(w, value, tag) {
			good = false
			return
		}
		p.list = append(p.list, one)
	})
	return good && before == len(w.errors)+w.more
}

func enumKeys(tag reflect.StructTag) []string {
	if k := tag.Get("keys"); k != "" {
		return strings.Split(k, ",")
	}
	return nil
}

func (p *pairs) toMap() map[string]string {
	if len(p.list) == 0 {
		return nil
	}
	m := make(map[string]string, len(p.list))
	for _, one := range p.list {
		m[one.key.v] = one.value.v
	}
	return m
}
