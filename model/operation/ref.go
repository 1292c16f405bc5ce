package operation

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gonogo/model"
)

// Mark is what a shared ref stands for. Its message is the JSON of an annotated tag object, so that everybody's cockpit,
// and a person with git alone, can read who made it and why.
type Mark struct {
	Kind        MarkKind  `json:"kind"`
	Operation   string    `json:"operation,omitempty"`
	Owner       string    `json:"owner"`
	Service     string    `json:"service"`
	Environment string    `json:"environment,omitempty"`
	SHA         string    `json:"sha,omitempty"`
	Item        string    `json:"item,omitempty"`
	Reason      string    `json:"reason,omitempty"`
	Since       time.Time `json:"since"`
	Expiry      time.Time `json:"expiry,omitzero"` // only suggests to break it
	Journal     string    `json:"journal,omitempty"`

	// Of one that was seen: the ref, the object that it pointed at, and why what it says can't be read.
	Ref    string `json:"-"`
	Object string `json:"-"`
	Flaw   string `json:"-"`
}

// MarkKind is the kind of a shared ref.
type MarkKind string

// The kinds of shared refs.
const (
	MarkLock MarkKind = "lock"
	MarkHold MarkKind = "hold"
	MarkVeto MarkKind = "veto"
	MarkTick MarkKind = "tick"
	MarkAuto MarkKind = "auto"
)

// RefRoot and RefFallback are where shared refs are: GitHub documents refs as heads/… or tags/…, so the first is tried
// and the second taken where it is refused. Reads look in both.
const (
	RefRoot     = "refs/gonogo/"
	RefFallback = "refs/tags/gonogo/"
)

// EscapeRef writes a name so that it can be one part of a ref: lower-cased, every byte outside [a-z0-9-] as _ and two hex
// digits. Two names that differ by more than their case never become one; what Git refuses (spaces, colons, dots, "..",
// ".lock") can't arise.
func EscapeRef(name string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for _, c := range []byte(strings.ToLower(name)) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'_', digits[c>>4], digits[c&15]})
	}
	return b.String()
}

// maxPart bounds one part of a ref's name, in bytes: Git keeps a ref as a file, beside which it locks another of the same
// name and ".lock", and file systems take 255.
const maxPart = 250

// Name is the ref below RefRoot or RefFallback.
func (m Mark) Name() (string, error) {
	parts := []string{m.Service}
	switch m.Kind {
	case MarkLock, MarkHold:
		parts = append(parts, m.Environment)
	case MarkVeto:
		parts = append(parts, m.SHA)
	case MarkTick:
		parts = append(parts, m.Environment, m.SHA, m.Item)
	case MarkAuto:
		parts = append(parts, m.Environment, m.SHA)
	default:
		return "", fmt.Errorf("a mark of kind %q has no name", m.Kind)
	}
	name := string(m.Kind)
	for _, p := range parts {
		if p == "" {
			return "", fmt.Errorf("a %s needs all of service, environment, commit and item that belong to it", m.Kind)
		}
		part := EscapeRef(p)
		if len(part) > maxPart {
			return "", fmt.Errorf("%q is too long for the name of a ref: with what has to be escaped it takes %d bytes of at most %d", p, len(part), maxPart)
		}
		name += "/" + part
	}
	return name, nil
}

// maxMark bounds a mark's message, in bytes.
const maxMark = 16 << 10

// Message is the text of the mark's tag object: a line for a person, then the JSON.
func (m Mark) Message() (string, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("write a %s: %w", m.Kind, err)
	}
	return fmt.Sprintf("gonogo %s by %s\n\n%s\n", m.Kind, model.Clean(m.Owner), body), nil
}

// ReadMark reads a tag object's message. What can't be read is an error, never an absent mark.
func ReadMark(message string) (Mark, error) {
	if len(message) > maxMark {
		return Mark{}, errors.New("the mark is larger than any that gonogo writes")
	}
	i := strings.IndexByte(message, '{')
	if i < 0 {
		return Mark{}, errors.New("the mark holds no JSON")
	}
	var m Mark
	d := json.NewDecoder(strings.NewReader(message[i:]))
	if err := d.Decode(&m); err != nil {
		return Mark{}, fmt.Errorf("the mark's JSON can't be read: %w", err)
	}
	if _, err := m.Name(); err != nil {
		return Mark{}, err
	}
	for _, s := range []*string{&m.Owner, &m.Reason, &m.Item, &m.Operation, &m.Journal} {
		*s = string(model.Clean(*s))
	}
	return m, nil
}

// Expired reports whether a mark suggests to be broken. It is never taken away for that alone.
func (m Mark) Expired(now time.Time) bool { return !m.Expiry.IsZero() && now.After(m.Expiry) }
