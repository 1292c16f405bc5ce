package terminal

import (
	"strings"
	"testing"

	"github.com/hinshun/vt10x"
	"pgregory.net/rapid"
)

// pieces are what a program may send that both emulators know. (Inserting and deleting
// lines moves the cursor to the first column in xterm, not in vt10x; erasing forgets a
// wrap that is due in xterm, not in vt10x.)
var pieces = []string{
	"a", "bc", "word ", "\r", "\n", "\r\n", "\b", "\x1bM", "\x1b[H", "\x1b[3;4H", "\x1b[A", "\x1b[2B", "\x1b[3C", "\x1b[2D", "\x1b[5G", "\x1b[2d",
	"\x1b[4G\x1b[J", "\x1b[2J\r", "\x1b[4G\x1b[K", "\x1b[4G\x1b[1K", "\x1b[2L\r", "\x1b[M\r", "\x1b[4G\x1b[2P", "\x1b[4G\x1b[3@", "\x1b[4G\x1b[4X", "\x1b[S", "\x1b[T", "\x1b[2;4r", "\x1b[r",
	"\x1b[1m", "\x1b[31m", "\x1b[m", "\x1b7", "\x1b8", "the last words of a line that is long",
}

// The emulator and vt10x were written by different people; where they agree both are
// likely to be right. (vt10x knows neither wide characters nor links.)
func TestAgreesWithAnotherEmulator(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const cols, rows = 12, 5
		ours, theirs := NewEmulator(cols, rows), vt10x.New(vt10x.WithSize(cols, rows))
		sent := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(t, "pieces"), "")
		_, _ = ours.Write([]byte(sent))
		_, _ = theirs.Write([]byte(sent))
		if v := ours.Violations(); len(v) > 0 {
			t.Fatalf("objected to %q: %q", sent, v)
		}
		for y, line := range strings.Split(strings.TrimRight(theirs.String(), "\n"), "\n") {
			if y < rows && ours.Text()[y] != strings.TrimRight(line, " \x00") {
				t.Fatalf("after %q\nrow %d is %q, vt10x says %q", sent, y, ours.Text()[y], line)
			}
		}
	})
}

func TestWideCharacters(t *testing.T) {
	for _, test := range []struct{ name, sent, want string }{
		{"two cells", "日本", "日本"},
		{"overwriting the right half", "日本\x1b[2Gx", " x本"},
		{"overwriting the left half", "日本\x1b[3Gx", "日x"},
		{"one that doesn't fit wraps", "abcde日", "abcde\n日"},
		{"erasing half", "日本\x1b[2G\x1b[K", ""},
		{"deleting the left half", "日本\x1b[P", "日本"},
		{"marks join", "e\u0301x", "e\u0301x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := NewEmulator(6, 2)
			_, _ = e.Write([]byte(test.sent))
			if got := strings.TrimRight(strings.Join(e.Text(), "\n"), "\n"); got != test.want {
				t.Errorf("shows %q, want %q", got, test.want)
			}
			for x, c := range e.Row(0) {
				if c.Width == 0 && (x == 0 || e.Row(0)[x-1].Width != 2) || c.Width == 2 && (x == 5 || e.Row(0)[x+1].Width != 0) {
					t.Errorf("half a character at %d: %+v", x, e.Row(0))
				}
			}
		})
	}
}

func TestObjections(t *testing.T) {
	for name, sent := range map[string]string{
		"a question for the background":  "\x1b]11;?\x1b\\",
		"a question for the cursor":      "\x1b[6n",
		"a question for the terminal":    "\x1b[c",
		"a question for the clipboard":   "\x1b]52;c;?\a",
		"a mode that isn't ours":         "\x1b[?1000h",
		"a reset":                        "\x1bc",
		"a control character":            "\x0e",
		"a control character in UTF-8":   "\u009b31m",
		"invalid UTF-8":                  "\xff",
		"a device control string":        "\x1bP$qm\x1b\\",
		"a window operation":             "\x1b[8;50;100t",
		"a key press as an answer":       "\x1b]1337;x\a",
		"something inside a sequence":    "\x1b[3\x011m",
		"a curly, coloured underline":    "\x1b[58;5;1m",
		"a sequence split over two OSCs": "\x1b]8;;http://a\x1b[31m",
	} {
		t.Run(name, func(t *testing.T) {
			e := NewEmulator(10, 2)
			for _, b := range []byte(sent + "x") { // byte by byte: pieces must not matter
				_, _ = e.Write([]byte{b})
			}
			if len(e.Violations()) == 0 {
				t.Errorf("no objection to %q", sent)
			}
		})
	}
}

func TestWhatIsAllowedIsNotObjectedTo(t *testing.T) {
	e := NewEmulator(20, 3)
	sent := "\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?1002h\x1b[?1006h\x1b[22;2t\x1b]2;title\x1b\\\x1b[?2026h\x1b[38;5;114mGO\x1b[m\x1b[?2026l" +
		"\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\\x1b]9;notice\x1b\\\x1b]52;c;dGV4dA==\x1b\\\a"
	for _, b := range []byte(sent) {
		_, _ = e.Write([]byte{b})
	}
	if v := e.Violations(); len(v) > 0 {
		t.Errorf("objected: %q", v)
	}
	if e.Title() != "title" || e.Bells() != 1 || e.Clipboard() != "dGV4dA==" || e.Notices()[0] != "notice" || e.Row(0)[2].Link != "https://example.com" {
		t.Errorf("title %q, bells %d, clipboard %q, notices %q", e.Title(), e.Bells(), e.Clipboard(), e.Notices())
	}
}

func TestViewsAreChecked(t *testing.T) {
	for name, test := range map[string]struct {
		view string
		ok   bool
	}{
		"as it should be":   {"ab\x1b[1mc\x1b[0m\nabc", true},
		"a row too few":     {"abc", false},
		"a row too many":    {"abc\nabc\nabc", false},
		"too narrow":        {"ab\nabc", false},
		"too wide":          {"abcd\nabc", false},
		"wide characters":   {"日a\nabc", true},
		"a cursor movement": {"a\x1b[Abc\nabc", false},
		"a link":            {"a\x1b]8;;https://a\x1b\\bc\x1b]8;;\x1b\\\nabc", true},
		"a title":           {"a\x1b]2;t\x1b\\bc\nabc", false},
		"a bell":            {"a\abc\nabc", false},
	} {
		if err := CheckView(test.view, 3, 2); (err == nil) != test.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
