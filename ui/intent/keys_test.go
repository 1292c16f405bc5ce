package intent

import (
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

func TestEveryActionHasAKeyAWordAndAPhraseOfItsOwn(t *testing.T) {
	keys, err := NewKeys(nil)
	if err != nil {
		t.Fatal(err)
	}
	helps := map[string]Action{}
	for _, e := range keys.Entries() {
		if len(e.Keys) == 0 || e.Word == "" || e.Help == "" || !slices.Contains(Kinds(), e.Kind) {
			t.Errorf("%s is incomplete: %+v", e.Action, e)
		}
		if other, twice := helps[e.Help]; twice {
			t.Errorf("%s and %s are described alike", e.Action, other)
		}
		helps[e.Help] = e.Action
		for _, k := range e.Keys {
			if a, ok := keys.Action(k); !ok || a != e.Action {
				t.Errorf("%q means %q, want %s", k, a, e.Action)
			}
		}
	}
}

func TestKeysOfOnesOwn(t *testing.T) {
	keys, err := NewKeys(map[string][]string{"zoom": {"Z", "F5"}, "refresh": {"j"}, "page-down": {"space", "PgDn"}})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]Action{"Z": Zoom, "f5": Zoom, "j": Refresh, "down": Down, " ": PageDown, "pgdown": PageDown} {
		if a, _ := keys.Action(key); a != want {
			t.Errorf("%q means %q, want %q", key, a, want)
		}
	}
	for _, key := range []string{"z", "r", "ctrl+f"} {
		if a, ok := keys.Action(key); ok {
			t.Errorf("%q still means %s", key, a)
		}
	}
	if keys.Label(Down) != "down" || keys.Label(Zoom) != "Z" || keys.Label(PageDown) != "space" {
		t.Errorf("labels are %q, %q and %q", keys.Label(Down), keys.Label(Zoom), keys.Label(PageDown))
	}
}

func TestWrongKeysAreAllSaidAtOnce(t *testing.T) {
	keys, err := NewKeys(map[string][]string{"zoon": {"z"}, "zoom": {"x"}, "help": {"x"}, "filter": {""}, "down": {"q", "ctrl+c"}})
	if err == nil {
		t.Fatal("nothing is said")
	}
	for _, want := range []string{`there is no action "zoon"`, `"x" means both zoom and help`, "filter has no key", "quit is left without a key"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not said: %v", want, err)
		}
	}
	if a, _ := keys.Action("z"); a != Zoom {
		t.Error("with wrong keys the table's own are not in use")
	}
}

func TestUse(t *testing.T) {
	uses := []Use{{Action: Copy, Means: func() tea.Cmd { return nil }}, {Action: Open, Off: "this row has no page", Means: func() tea.Cmd { return nil }}, {Action: Zoom}}
	for a, want := range map[Action]bool{Copy: true, Open: false, Zoom: false} {
		if u, found := Find(uses, a); !found || u.Enabled() != want {
			t.Errorf("%s is enabled: %v, want %v", a, u.Enabled(), want)
		}
	}
	if _, found := Find(uses, Quit); found {
		t.Error("what isn't there is found")
	}
}
