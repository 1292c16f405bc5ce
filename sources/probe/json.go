package probe

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gonogo/model"
)

// fields compares what the answer's JSON says with what is expected. A field that isn't as expected is unhealthy; the
// version field only says what runs: another version is progressing, and one that can't be read is unknown.
func (a asking) fields(s model.Sample, body []byte) model.Sample {
	s.State = model.Healthy
	if len(a.check.JSON) == 0 {
		return s
	}
	answer, err := decode(body)
	if err != nil {
		if a.onlyVersion() {
			return unknown(s, "the answer, which should tell the version, is not JSON: %v", err)
		}
		return unhealthy(s, "the answer is not JSON: %v", err)
	}
	for _, x := range a.check.JSON {
		if x.Version {
			s = worse(s, a.version(s, x, answer))
		} else {
			s = worse(s, a.field(s, x, answer))
		}
	}
	return s
}

func (a asking) onlyVersion() bool {
	for _, x := range a.check.JSON {
		if !x.Version {
			return false
		}
	}
	return true
}

// worse is the worse of two, with what the version field said, whichever it is.
func worse(s, t model.Sample) model.Sample {
	if t.Version != "" {
		s.Version = t.Version
	}
	if t.State > s.State {
		s.State, s.Reason = t.State, t.Reason
	}
	return s
}

// decode reads one JSON value and nothing behind it. Numbers keep their digits.
func decode(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it is empty or cut")
		}
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows it")
	}
	return v, nil
}

// at is the value at a dotted path: keys of objects and indices of arrays. A key that has dots itself wins.
func at(v any, path string) (any, bool) {
	if path == "" {
		return v, true
	}
	switch v := v.(type) {
	case map[string]any:
		for end := len(path); end > 0; end = strings.LastIndexByte(path[:end], '.') {
			if inner, found := v[path[:end]]; found {
				if got, ok := at(inner, strings.TrimPrefix(path[end:], ".")); ok {
					return got, true
				}
			}
		}
	case []any:
		head, rest, _ := strings.Cut(path, ".")
		if i, err := strconv.Atoi(head); err == nil && i >= 0 && i < len(v) {
			return at(v[i], rest)
		}
	}
	return nil, false
}

// scalar is a JSON value as text: a string itself, a number's digits, true, false, null.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	case nil:
		return "null", true
	}
	return "", false
}

// field is an expectation that has nothing to do with versions.
func (a asking) field(s model.Sample, x model.Expect, answer any) model.Sample {
	want, err := a.expand(x.Value, nil)
	if err != nil {
		return unknown(s, "%v", err)
	}
	found, ok := at(answer, x.Path)
	if !ok {
		return unhealthy(s, "the answer has no field %s", x.Path)
	}
	got, ok := scalar(found)
	if !ok {
		return unhealthy(s, "%s is not a single value", x.Path)
	}
	if !same(found, got, want) {
		return unhealthy(s, "%s is %q, not %q", x.Path, short(got), want)
	}
	s.State = model.Healthy
	return s
}

// same compares as text; numbers, which have several ways to be written, as numbers.
func same(found any, got, want string) bool {
	if got == want {
		return true
	}
	if _, number := found.(json.Number); !number {
		return false
	}
	x, errX := strconv.ParseFloat(got, 64)
	y, errY := strconv.ParseFloat(want, 64)
	return errX == nil && errY == nil && x == y
}

// version is what the version field says. Where it isn't known which release runs there, it is only kept: the
// configuration may map deployments by it.
func (a asking) version(s model.Sample, x model.Expect, answer any) model.Sample {
	found, ok := at(answer, x.Path)
	if !ok {
		return unknown(s, "the answer has no field %s to tell the version", x.Path)
	}
	got, ok := scalar(found)
	if !ok || found == nil || got == "" {
		return unknown(s, "%s tells no version", x.Path)
	}
	s.State, s.Version = model.Healthy, model.Clean(short(got))
	want, err := a.expand(x.Value, nil)
	if err != nil || sameVersion(got, want) {
		return s
	}
	s.State = model.Progressing
	s.Reason = model.Clean(fmt.Sprintf("%s answers, not %s", short(got), want))
	return s
}

// sameVersion compares without a leading v. Of a commit seven digits are enough, as everywhere in Git.
func sameVersion(got, want string) bool {
	if model.SameVersion(got, want) {
		return true
	}
	got, want = strings.ToLower(strings.TrimSpace(got)), strings.ToLower(want)
	return len(want) == 40 && isHex(want) && len(got) >= 7 && isHex(got) && strings.HasPrefix(want, got)
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

// short keeps a value from outside to the length of a sentence.
func short(s string) string {
	const limit = 100
	runes := []rune(s)
	if len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return s
}
