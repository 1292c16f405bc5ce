package intent

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
)

// Keys says which key means which action. Make it with NewKeys.
type Keys struct {
	entries  []Entry
	bindings []key.Binding // of each entry, with the key that is shown and its word
}

// press is a key as Bubble Tea names it, for bindings to match.
type press string

func (p press) String() string { return string(p) }

// NewKeys makes the table's keys, with the person's own instead where they gave some:
// own maps an action's name to its keys, as `keys:` in their settings does. A name that
// doesn't exist, an action without a key and a key that means two things are errors, all
// of them at once; the keys that are returned with them are the table's own.
func NewKeys(own map[string][]string) (Keys, error) {
	entries := Table()
	var errs []error
	known := func(name string) int {
		return slices.IndexFunc(entries, func(e Entry) bool { return string(e.Action) == name })
	}
	names := make([]string, 0, len(own))
	for name := range own {
		names = append(names, name)
	}
	slices.Sort(names)
	taken := map[string]bool{}
	for _, name := range names {
		i := known(name)
		if i < 0 {
			errs = append(errs, fmt.Errorf("keys: there is no action %q; there are %s", name, strings.Join(actionNames(entries), ", ")))
			continue
		}
		keys := slices.DeleteFunc(slices.Clone(own[name]), func(k string) bool { return k == "" })
		if len(keys) == 0 {
			errs = append(errs, fmt.Errorf("keys: %s has no key: give it one, or leave the line out", name))
			continue
		}
		for j, k := range keys {
			keys[j] = canonical(k)
			taken[keys[j]] = true
		}
		entries[i].Keys = keys
	}
	// A key that a person gives to one action is taken from those that have it by default.
	for i, e := range entries {
		if _, mine := own[string(e.Action)]; !mine {
			entries[i].Keys = slices.DeleteFunc(slices.Clone(e.Keys), func(k string) bool { return taken[k] })
		}
	}
	byKey := map[string]Action{}
	for _, e := range entries {
		if len(e.Keys) == 0 && (e.Action == Quit || e.Action == Back) {
			errs = append(errs, fmt.Errorf("keys: %s is left without a key: give it another one", e.Action))
		}
		for _, k := range e.Keys {
			if other, twice := byKey[k]; twice && other != e.Action {
				errs = append(errs, fmt.Errorf("keys: %q means both %s and %s", Label(k), other, e.Action))
				continue
			}
			byKey[k] = e.Action
		}
	}
	if len(errs) > 0 {
		k, _ := NewKeys(nil)
		return k, errors.Join(errs...)
	}
	return Keys{entries: entries, bindings: bind(entries)}, nil
}

func bind(entries []Entry) []key.Binding {
	bindings := make([]key.Binding, len(entries))
	for i, e := range entries {
		if len(e.Keys) == 0 {
			continue // another action took its keys; the palette still offers it
		}
		bindings[i] = key.NewBinding(key.WithKeys(e.Keys...), key.WithHelp(Label(e.Keys[0]), e.Word))
	}
	return bindings
}

// Action is what a key means, as Bubble Tea names it.
func (k Keys) Action(name string) (Action, bool) {
	for i, b := range k.bindings {
		if key.Matches(press(name), b) {
			return k.entries[i].Action, true
		}
	}
	return "", false
}

// Entries lists the table with the keys in use.
func (k Keys) Entries() []Entry { return k.entries }

// Entry is an action's row of the table.
func (k Keys) Entry(a Action) Entry {
	for _, e := range k.entries {
		if e.Action == a {
			return e
		}
	}
	return Entry{Action: a, Word: string(a), Help: string(a)}
}

// Label is the key that is shown for an action; empty where it has none.
func (k Keys) Label(a Action) string {
	for i, e := range k.entries {
		if e.Action == a {
			return k.bindings[i].Help().Key
		}
	}
	return ""
}

// Label is how a key is written for a person.
func Label(name string) string {
	switch name {
	case " ":
		return "space"
	case "pgdown":
		return "pgdn"
	}
	return name
}

// canonical is a key as Bubble Tea names it.
func canonical(key string) string {
	switch strings.ToLower(key) {
	case "space":
		return " "
	case "return":
		return "enter"
	case "escape":
		return "esc"
	case "pgdn", "pagedown", "page-down":
		return "pgdown"
	case "pageup", "page-up":
		return "pgup"
	}
	if len([]rune(key)) > 1 {
		return strings.ToLower(key)
	}
	return key
}

func actionNames(entries []Entry) []string {
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = string(e.Action)
	}
	return names
}
