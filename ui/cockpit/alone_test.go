package cockpit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/sources/operate"
)

// asked opens the question whether a release goes to production, with its name typed and the answers in focus.
func asked(t *testing.T) (*driver, *memoryActor) {
	t.Helper()
	d, actor := promoting(t, 120, 36)
	d.press("/").typed("gateway").press("enter", "p").see("v5.2.0").wait(settled)
	d.press("enter").typed("production").press("enter").wait(settled).see("g go: promote")
	return d, actor
}

// A key that confirms stands alone: neither at the end of a burst, nor at its beginning, nor within one. Who presses it by
// itself is heard a moment later.
func TestAnAnswerStandsAlone(t *testing.T) {
	for name, c := range map[string]struct {
		gaps   []time.Duration // before each key
		keys   string
		counts bool
	}{
		"by itself":                    {[]time.Duration{0}, "g", true},
		"at the end of a burst":        {[]time.Duration{0, 0, 0}, "z g", false},
		"at the beginning of a burst":  {[]time.Duration{0, 0, 0}, "go!", false},
		"held":                         {[]time.Duration{0, alone - time.Millisecond, alone - time.Millisecond, alone - time.Millisecond}, "gggg", false},
		"soon after another key":       {[]time.Duration{0, settled - time.Millisecond}, "zg", false},
		"after quiet":                  {[]time.Duration{0, settled}, "zg", true},
		"and another when it is heard": {[]time.Duration{0, alone}, "gz", true},
	} {
		t.Run(name, func(t *testing.T) {
			d, actor := asked(t)
			for i, k := range c.keys {
				d.wait(c.gaps[i])
				d.send(key(string(k)))
				if len(actor.told) > 0 && k == 'g' {
					t.Error("a key counts before it is known to stand alone")
				}
			}
			if d.wait(time.Second); (len(actor.told) > 0) != c.counts {
				t.Errorf("it was told %q", actor.told)
			}
		})
	}
}

// What another operation stands against is read again when that has come on, and can be confirmed then.
func TestADialogGoesOnWhenTheLockIsGivenBack(t *testing.T) {
	d, actor := promoting(t, 120, 36)
	draft, locked, read := actor.draft, true, 0
	actor.draft = func(r operate.Request) *operate.Draft {
		x := draft(r)
		if read++; locked {
			x.Against = append(x.Against, finding(model.GateLock, model.Wait, "production is locked by an operation of your own 2 s ago"))
		}
		return x
	}
	d.press("/").typed("gateway").press("enter", "p").see("a gate that can't be bypassed is against it").miss("type bypass")
	d.typed("production").press("enter").wait(settled).press("g").press("shift+tab")
	locked = false
	d.send(movingMsg{})
	if d.miss("against it").press("enter").wait(settled).see("g go: promote").press("g"); len(actor.told) != 1 {
		t.Errorf("it was told %q", actor.told)
	}
	d.press("p").wait(settled)
	before := read
	if d.send(movingMsg{}); read > before {
		t.Error("it is read again although nothing stands against it")
	}
}

// pressed is one key of a history, and when it came.
type pressed struct {
	at  time.Time
	msg tea.KeyMsg
}

// fingers make keys as people, cats and terminals do: with gaps about the bounds that count, and now and then what a person
// who means it does.
type fingers struct {
	*rand.Rand
	todo []pressed // relative: the gap before a key is since the zero time
}

var gaps = []time.Duration{0, 0, 0, time.Millisecond, 30 * time.Millisecond, alone - 1, alone, alone + 1, 200 * time.Millisecond, settled - alone, settled - 1, settled, settled + 1, time.Second}

func (f *fingers) next() (time.Duration, tea.KeyMsg) {
	if len(f.todo) == 0 {
		f.plan()
	}
	next := f.todo[0]
	f.todo = f.todo[1:]
	return next.at.Sub(time.Time{}), next.msg
}

func (f *fingers) add(gap time.Duration, k string) {
	f.todo = append(f.todo, pressed{time.Time{}.Add(gap), key(k)})
}

func (f *fingers) paste(text string) {
	f.todo = append(f.todo, pressed{time.Time{}.Add(f.gap()), tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true}})
}

func (f *fingers) gap() time.Duration { return gaps[f.IntN(len(gaps))] }

// name types the name, in one go or slowly, exact or not, or pastes some of it.
func (f *fingers) name() {
	const name = "production"
	from, to, gap := 0, len(name), f.gap()
	switch f.IntN(8) {
	case 0:
		f.paste(name)
		from = to
	case 1:
		from = f.IntN(to)
		f.paste(name[:from])
	case 2:
		from, to = f.IntN(2), to-f.IntN(2)
	}
	for _, r := range name[from:to] {
		f.add(gap, string(r))
	}
	f.add(f.gap(), []string{"enter", "tab"}[f.IntN(2)])
}

func (f *fingers) plan() {
	switch f.IntN(12) {
	case 0:
		f.name()
	case 1, 2: // as who means it
		f.add(settled+f.gap(), "g")
		f.add(f.gap(), "g")
	case 3:
		f.paste([]string{"production", "prod", "g", "g\n", "\n"}[f.IntN(5)])
	case 4, 5:
		f.add(f.gap(), []string{"tab", "shift+tab", "enter", "backspace", "up", "down", "pgdown", "c"}[f.IntN(8)])
	case 6:
		f.add(f.gap(), string(rune('a'+f.IntN(26))))
		f.add(f.gap(), "space")
	case 7: // held
		gap := gaps[3+f.IntN(3)]
		for range 2 + f.IntN(6) {
			f.add(gap, "g")
		}
	default:
		f.add(f.gap(), "g")
	}
}

// Whatever is pressed: production is promoted to only when its exact name was typed, key by key, and the answer's key came
// after 400 ms without any key, with nothing new on the screen meanwhile, and without another key in the 80 ms after it.
//
// It fails where a key that is no answer leaves the quiet as it is, where an answer is given at once, where the quiet or the
// moment after is shorter, where a draft that arrives leaves the quiet as it is, where a pasted name counts, and where a pasted
// answer does.
func TestOnlyWhoMeansItPromotes(t *testing.T) {
	promoted := 0
	for seed := range uint64(1000) {
		d, actor := promoting(t, 80, 24)
		d.press("/").typed("gateway")
		d.press("enter")
		f := &fingers{Rand: rand.New(rand.NewPCG(seed, 7))}
		if seed%4 > 0 { // most begin so
			f.name()
		}
		drafts := 0
		d.late = func(msg tea.Msg) bool { // what is read again comes at any time
			if fmt.Sprintf("%T", msg) == "dialog.draftMsg" {
				drafts++
			}
			return drafts > 1
		}
		d.send(key("p"))
		shown, history := d.now, []pressed(nil)
		arrives := f.IntN(18)
		for i := 0; i < 60 && len(actor.told) == 0 && len(d.c.stack) > 0; i++ {
			gap, msg := f.next()
			if i == arrives {
				d.wait(gap / 2)
				gap -= gap / 2
				d.arrive()
				shown = d.now
			}
			if d.wait(min(gap, alone-1)); len(actor.told) > 0 {
				t.Fatalf("seed %d: it is confirmed at once, after %s", seed, told(history))
			}
			if d.wait(gap - min(gap, alone-1)); len(actor.told) > 0 || len(d.c.stack) == 0 {
				break
			}
			if f.IntN(40) == 0 {
				d.send(tea.WindowSizeMsg{Width: 80 + f.IntN(60), Height: 24 + f.IntN(20)})
			}
			history = append(history, pressed{d.now, msg})
			if d.send(msg); len(actor.told) > 0 {
				t.Fatalf("seed %d: it is confirmed at once, after %s", seed, told(history))
			}
		}
		if len(actor.told) == 0 && len(d.c.stack) > 0 {
			d.wait(alone)
		}
		confirms := slices.DeleteFunc(slices.Clone(actor.told), func(s string) bool { return !strings.HasPrefix(s, "confirm") })
		if len(confirms) == 0 {
			continue
		}
		promoted++
		if why := unmeant(shown, history); why != "" || len(confirms) > 1 || !strings.Contains(confirms[0], `"production"`) {
			t.Fatalf("seed %d: %q after %s: %s", seed, confirms, told(history), why)
		}
	}
	if t.Logf("%d of 1000 histories promote", promoted); promoted < 200 {
		t.Error("so few show nothing")
	}
}

// unmeant is why the last key of a history may not have promoted; empty: it may.
func unmeant(shown time.Time, history []pressed) string {
	last := history[len(history)-1]
	var typed strings.Builder
	for _, k := range history {
		if k.msg.Type == tea.KeyRunes && !k.msg.Paste {
			typed.WriteString(string(k.msg.Runes))
		}
	}
	rest := "production"
	for _, r := range typed.String() {
		if rest != "" && rune(rest[0]) == r {
			rest = rest[1:]
		}
	}
	switch {
	case last.msg.String() != "g":
		return "its key was not the last one"
	case rest != "":
		return "the name was not typed"
	case last.at.Sub(shown) < settled:
		return "what is confirmed was not yet there to be read"
	case len(history) > 1 && last.at.Sub(history[len(history)-2].at) < settled:
		return "it was not quiet before"
	}
	return ""
}

// told tells a history.
func told(history []pressed) string {
	var b strings.Builder
	before := history[0].at
	for _, k := range history {
		fmt.Fprintf(&b, " +%v %q", k.at.Sub(before), k.msg.String())
		before = k.at
	}
	return b.String()
}
