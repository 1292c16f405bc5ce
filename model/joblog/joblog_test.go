package joblog

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gonogo/model"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// written is a log line by line, each a tenth of a second after the one before.
func written(from time.Time, texts ...string) string {
	var b strings.Builder
	for i, s := range texts {
		b.WriteString(from.Add(time.Duration(i)*100*time.Millisecond).Format("2006-01-02T15:04:05.0000000Z ") + s + "\n")
	}
	return b.String()
}

// built builds a log whose text comes in chunks of these sizes, over and over.
func built(t interface{ Fatal(...any) }, text string, keep int64, chunks ...int) (Index, []*Piece) {
	var pieces []*Piece
	var texts []string
	b := NewBuilder(keep, func(n int, text []byte) error {
		if n != len(texts) {
			return fmt.Errorf("piece %d comes after %d", n, len(texts))
		}
		texts = append(texts, string(text))
		return nil
	})
	for i := 0; len(text) > 0; i++ {
		n := len(text)
		if len(chunks) > 0 {
			n = min(max(chunks[i%len(chunks)], 1), n)
		}
		if _, err := b.Write([]byte(text[:n])); err != nil {
			t.Fatal(err)
		}
		text = text[n:]
	}
	x, err := b.Close()
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range texts {
		pieces = append(pieces, NewPiece(x.Pieces[i], s))
	}
	return x, pieces
}

const all = 1 << 40

func textOf(x *Index, pieces []*Piece, line int) string {
	return string(pieces[x.PieceOf(line)].Line(line).Text())
}

func TestWhatARunnerWrites(t *testing.T) {
	text := "\ufeff" + written(noon, "Current runner version: '2.335.1'", "##[group]Run make", "\x1b[36;1mmake\x1b[0m", "##[endgroup]", "cc -c main.c",
		"main.c:3:1: error: expected ';'", "##[warning]Old", "##[error]lint found 2", "##[error]Process completed with exit code 2.", "Cleaning up orphan processes")
	x, pieces := built(t, text, all)
	if x.Lines != 10 || x.Bytes != int64(len(text)) || x.Cut {
		t.Errorf("%d lines, %d bytes, cut %v", x.Lines, x.Bytes, x.Cut)
	}
	if want := []Fold{{1, 4, "Run make", true, false}}; !reflect.DeepEqual(x.Groups, want) {
		t.Errorf("groups %+v", x.Groups)
	}
	if !reflect.DeepEqual(x.Errors, []int{7, 8}) || !reflect.DeepEqual(x.Closes, []int{8}) || !reflect.DeepEqual(x.Likely, []int{5}) || x.WarningCount != 1 {
		t.Errorf("errors %v, closing %v, likely %v, %d warnings", x.Errors, x.Closes, x.Likely, x.WarningCount)
	}
	if want := []Start{{1, "Run make"}, {9, "Cleaning up orphan processes"}}; !reflect.DeepEqual(x.Starts, want) {
		t.Errorf("starts %+v", x.Starts)
	}
	if l := pieces[0].Line(7); l.Kind != Error || l.Text() != "lint found 2" || !l.At.Equal(noon.Add(700*time.Millisecond)) {
		t.Errorf("line 8 is %+v", l)
	}
	if from, to := x.Span(); !from.Equal(noon) || !to.Equal(noon) {
		t.Errorf("from %s to %s", from, to)
	}
}

func TestLinesEndAsRunnersEndThem(t *testing.T) {
	for text, want := range map[string][]string{
		"a\nb\n": {"a", "b"}, "a\r\nb\r\n": {"a", "b"}, "a\nb": {"a", "b"}, "1%\r2%\r3%\ndone\n": {"1%", "2%", "3%", "done"}, "\n\n": {"", ""}, "": nil, "\ufeff": nil, "\r\n\r\n": {"", ""},
		"\ufeffa": {"a"}, "a\ufeff\n": {"a⟨U+FEFF⟩"}, "a\r": {"a"}, "\xef\xbb": {"\ufffd\ufffd"},
	} {
		for _, chunk := range []int{1, 2, 3, 1000} {
			x, pieces := built(t, text, all, chunk)
			var got []string
			for i := range x.Lines {
				got = append(got, textOf(&x, pieces, i))
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%q in chunks of %d is %q, want %q", text, chunk, got, want)
			}
		}
	}
}

func TestALineOfAnyLengthIsKeptInParts(t *testing.T) {
	long := strings.Repeat("漢字", 3*maxLine)
	x, pieces := built(t, "before\n"+long+"\nbehind\n", all, 1000)
	var b strings.Builder
	for i := 1; i < x.Lines-1; i++ {
		l := pieces[x.PieceOf(i)].Line(i)
		if len(l.raw) > maxLine || strings.ContainsRune(string(l.Text()), '\ufffd') {
			t.Fatalf("part %d has %d bytes, or ends within a character", i, len(l.raw))
		}
		b.WriteString(l.raw)
	}
	if b.String() != long || textOf(&x, pieces, x.Lines-1) != "behind" {
		t.Error("the parts are not the line")
	}
}

func TestMoreThanIsKeptIsCut(t *testing.T) {
	x, pieces := built(t, "one\ntwo\nthree\n", 9, 4)
	if !x.Cut || x.Bytes != 14 || x.Lines != 3 || textOf(&x, pieces, 2) != "t" {
		t.Errorf("%+v", x)
	}
}

func TestAnIndexStaysSmall(t *testing.T) {
	var b strings.Builder
	at := noon
	for i := range 130_000 {
		at = at.Add(time.Second)
		b.WriteString(at.Format("2006-01-02T15:04:05.0000000Z "))
		b.WriteString([]string{"##[group]Run " + strings.Repeat("x", 500), "##[error]e", "FAIL x", "##[endgroup]"}[i%4])
		b.WriteByte('\n')
	}
	x, _ := built(t, b.String(), all)
	if len(x.Groups) != maxGroups || len(x.Errors) != maxMarks || len(x.Likely) != maxMarks || len(x.Times) != maxTimes || len(x.Starts) != maxStarts {
		t.Errorf("%d groups, %d errors, %d likely, %d times, %d starts", len(x.Groups), len(x.Errors), len(x.Likely), len(x.Times), len(x.Starts))
	}
	if x.ErrorCount != 32_500 || len([]rune(x.Groups[0].Title)) > maxTitle+1 || x.Lines != 130_000 {
		t.Errorf("%d errors in %d lines; a title of %d characters", x.ErrorCount, x.Lines, len(x.Groups[0].Title))
	}
}

func TestLikelyErrors(t *testing.T) {
	for _, s := range []string{
		"--- FAIL: TestX (0.00s)", "    --- FAIL: TestX/sub (0.00s)", "FAIL\tacme/api\t0.1s", "main.go:3:1: error: x", "src/a.ts(3,4): error TS1005: ';' expected.", "a.c:1:2: fatal error: x.h: No such file",
		"\x1b[31m--- FAIL: TestX\x1b[0m", "\x1b[0m\x1b[1;31merror[E0308]\x1b[0m: mismatched types", "E   AssertionError: 1 != 2", "npm ERR! code 1", "make: *** [Makefile:3: test] Error 1", "Traceback (most recent call last):", "not ok 3 - parses", "[ERROR] COMPILATION ERROR :", "  ✗ opens",
	} {
		if !likely([]byte(s)) {
			t.Errorf("%q doesn't look like an error", s)
		}
	}
	for _, s := range []string{"", "0 errors", "error_handler.go", "ok  acme 0.1s", "terror: x", "no error: fine", "compiling errors.go", "FAILOVER enabled", "\x1b[31m", "\x1b[", "--- PASS: TestFAIL"} {
		if likely([]byte(s)) {
			t.Errorf("%q looks like an error", s)
		}
	}
}

func step(n int, name string, c model.Conclusion, from int) model.Step {
	return model.Step{Number: n, Name: model.Text(name), Conclusion: c, StartedAt: noon.Add(time.Duration(from) * time.Second)}
}

// job is a log of five steps, two of which begin in one second, and its steps.
func job(t testing.TB) (Index, []*Piece, []model.Step) {
	text := written(noon, "Current runner version", "##[group]Operating System", "Ubuntu", "##[endgroup]") +
		written(noon.Add(2*time.Second), "##[group]Run actions/checkout@v5", "with:", "##[endgroup]", "HEAD is now at", "##[group]Run make lint", "##[endgroup]", "linted") +
		written(noon.Add(4*time.Second), "##[group]Run go test ./...", "##[endgroup]", "=== RUN", "--- FAIL: TestX", "FAIL\tx", "##[error]Process completed with exit code 1.") +
		written(noon.Add(9*time.Second), "Post job cleanup.", "##[group]Removing", "##[endgroup]") +
		written(noon.Add(10*time.Second), "Cleaning up orphan processes")
	x, pieces := built(t, text, all)
	return x, pieces, []model.Step{
		step(1, "Set up job", model.Success, 0), step(2, "Run actions/checkout@v5", model.Success, 2), step(3, "Lint", model.Success, 2), step(4, "Run go test ./...", model.Failure, 4),
		step(5, "Upload", model.Skipped, 9), step(6, "Post Run actions/checkout@v5", model.Success, 9), step(7, "Complete job", model.Success, 10),
	}
}

func TestStepsAreToldByTheirSecondAndTheirGroup(t *testing.T) {
	x, _, steps := job(t)
	var got [][2]int
	for _, p := range x.Parts(steps) {
		got = append(got, [2]int{p.From, p.To})
	}
	want := [][2]int{{0, 4}, {4, 8}, {8, 11}, {11, 17}, {0, 0}, {17, 20}, {20, 21}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if line, wrong := x.Opening(x.Parts(steps)); line != 14 || !wrong {
		t.Errorf("opened at %d (%v), want the failing test", line, wrong)
	}
	if line, wrong := x.Opening(nil); line != 14 || !wrong {
		t.Errorf("without steps opened at %d (%v)", line, wrong)
	}
}

func TestStepsOfOneSecondWithoutAGroup(t *testing.T) {
	x, _ := built(t, written(noon, "a", "b")+written(noon.Add(5*time.Second), "c"), all)
	parts := x.Parts([]model.Step{step(1, "one", model.Success, 0), step(2, "two", model.Success, 0), step(3, "three", model.Success, 5)})
	for i, want := range [][2]int{{0, 2}, {0, 0}, {2, 3}} {
		if got := [2]int{parts[i].From, parts[i].To}; got != want {
			t.Errorf("step %d has lines %v, want %v", i+1, got, want)
		}
	}
}

func TestOpening(t *testing.T) {
	x, _ := built(t, written(noon, "fine", "##[error]tolerated")+written(noon.Add(2*time.Second), "quiet", "quiet"), all)
	tolerated := []model.Step{step(1, "a", model.Success, 0), step(2, "b", model.Success, 2)}
	if line, wrong := x.Opening(x.Parts(tolerated)); line != 1 || !wrong {
		t.Errorf("of a job that succeeded: %d, %v", line, wrong)
	}
	silent := []model.Step{step(1, "a", model.Success, 0), step(2, "b", model.TimedOut, 2)}
	if line, wrong := x.Opening(x.Parts(silent)); line != 3 || !wrong {
		t.Errorf("of a step that failed without a word: %d, %v, want its last line", line, wrong)
	}
	quiet, _ := built(t, written(noon, "fine"), all)
	if line, wrong := quiet.Opening(nil); line != 0 || wrong {
		t.Errorf("of nothing wrong: %d, %v", line, wrong)
	}
}

func TestNextError(t *testing.T) {
	x := Index{Errors: []int{3, 9}, Likely: []int{1, 5, 12}}
	for _, c := range []struct {
		from int
		back bool
		want int
	}{{0, false, 1}, {1, false, 3}, {3, false, 5}, {9, false, 12}, {12, false, -1}, {12, true, 9}, {4, true, 3}, {1, true, -1}, {99, true, 12}} {
		if got := x.NextError(c.from, c.back); got != c.want {
			t.Errorf("from %d, back %v: %d, want %d", c.from, c.back, got, c.want)
		}
	}
}

func TestOutline(t *testing.T) {
	x, _, steps := job(t)
	o := NewOutline(&x, x.Parts(steps))
	if o.Rows() != 7 || !o.Shut() {
		t.Fatalf("folded it has %d rows", o.Rows())
	}
	o.Reveal(14)
	if r := o.Row(o.Find(14)); r.Line != 14 || r.Title() || r.Deep != 1 {
		t.Errorf("line 14 is in %+v", r)
	}
	if r := o.Row(4); r.Group == nil || r.Group.Title != "Run go test ./..." || r.Open {
		t.Errorf("the group above it is %+v", r)
	}
	if n := o.Turn(o.Find(14)); n != 3 || o.Rows() != 7 || o.Row(n).Part == nil {
		t.Errorf("folding from within leads to row %d of %d", n, o.Rows())
	}
	if n := o.Find(14); n != 3 {
		t.Errorf("a hidden line is found at row %d, want its step's", n)
	}
	o.All(true)
	o.All(false)
	if !o.Shut() {
		t.Error("not everything is folded")
	}
}

// Whatever a log holds, and however it comes: the same index, each line once, and found where it is shown.
func TestAnyLog(t *testing.T) {
	words := []string{"a", "\n", "\r", "\r\n", "##[group]g", "##[endgroup]", "##[error]", "##[", "\x1b[31m", "\x1b[", "2026-03-02T12:00:01.0000000Z ", "2026-03-02T12:00:02.0000000Z ", "Run", "##[group]Run x", "\xff", "漢", strings.Repeat("y", 3000), "\t", "\ufeff"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 200).Draw(t, "words"), "")
		whole, pieces := built(t, text, all)
		again, _ := built(t, text, all, rapid.SliceOfN(rapid.IntRange(1, 5000), 1, 4).Draw(t, "chunks")...)
		if !reflect.DeepEqual(whole, again) {
			t.Fatalf("in chunks it is %+v, whole %+v", again, whole)
		}
		lines := 0
		for _, p := range pieces {
			lines += p.Lines()
		}
		if lines != whole.Lines {
			t.Fatalf("%d lines in pieces, %d in the index", lines, whole.Lines)
		}
		steps := make([]model.Step, rapid.IntRange(0, 5).Draw(t, "steps"))
		for i := range steps {
			steps[i] = step(i+1, rapid.SampledFrom([]string{"s", "Run x"}).Draw(t, "name"), rapid.SampledFrom([]model.Conclusion{model.Success, model.Failure, model.Skipped}).Draw(t, "end"), rapid.IntRange(0, 4).Draw(t, "from"))
		}
		parts := whole.Parts(steps)
		at := 0
		for _, p := range parts {
			if p.From == p.To {
				continue
			}
			if p.From != at || p.To < p.From {
				t.Fatalf("parts leave a gap or overlap at %d: %+v", at, parts)
			}
			at = p.To
		}
		if line, _ := whole.Opening(parts); line < 0 || line >= max(whole.Lines, 1) {
			t.Fatalf("opened at line %d of %d", line, whole.Lines)
		}
		o := NewOutline(&whole, parts)
		for range rapid.IntRange(0, 6).Draw(t, "turns") {
			if o.Rows() > 0 {
				n := rapid.IntRange(0, o.Rows()-1).Draw(t, "row")
				o.Turn(n)
			}
		}
		check(t, o, &whole)
		o.All(true)
		check(t, o, &whole)
		for line := range whole.Lines {
			if r := o.Row(o.Find(line)); r.Line != line && !ends(&whole, line) {
				t.Fatalf("line %d is shown as %+v", line, r)
			}
		}
		o.All(false)
		if whole.Lines > 0 {
			line := rapid.IntRange(0, whole.Lines-1).Draw(t, "line")
			o.Reveal(line)
			check(t, o, &whole)
			if r := o.Row(o.Find(line)); (r.Line != line || r.Part != nil) && !ends(&whole, line) {
				t.Fatalf("revealed line %d is shown as %+v", line, r)
			}
		}
	})
}

// ends reports whether a line is nothing but the mark of a group's end.
func ends(x *Index, line int) bool {
	for _, g := range x.Groups {
		if g.Marked && g.To == line+1 {
			return true
		}
	}
	return false
}

// check walks all rows.
func check(t *rapid.T, o *Outline, x *Index) {
	last := -1
	for n := range o.Rows() {
		r := o.Row(n)
		if r.Part != nil {
			continue
		}
		if r.Line <= last || r.Line >= x.Lines {
			t.Fatalf("row %d shows line %d after %d", n, r.Line, last)
		}
		last = r.Line
		if at := o.Find(r.Line); at != n {
			t.Fatalf("line %d is shown in row %d and found in %d", r.Line, n, at)
		}
	}
}

// What is missing in the middle is one row in each step that it reaches into, and the rest is as it was.
func TestTheMiddleOfALogMayBeMissing(t *testing.T) {
	filler := make([]string, 3000)
	for i := range filler {
		filler[i] = strings.Repeat("x", 100)
	}
	text := written(noon, append([]string{"##[group]Run a", "in a", "##[endgroup]", "##[error]early"}, filler...)...) +
		written(noon.Add(10*time.Minute), append([]string{"##[group]Run b", "in b", "##[endgroup]", "##[error]lost"}, filler...)...) +
		written(noon.Add(20*time.Minute), append(append([]string{"##[group]Run c"}, filler...), "##[endgroup]", "FAIL", "##[error]late")...)
	x, _ := built(t, text, all)
	steps := []model.Step{step(1, "a", model.Success, 0), step(2, "b", model.Success, 600), step(3, "c", model.Failure, 1200)}
	parts := x.Parts(steps)
	if len(x.Pieces) != 9 || len(x.Groups) != 3 {
		t.Fatalf("%d pieces, %d groups", len(x.Pieces), len(x.Groups))
	}
	x.Lose(1, 7)
	from, to := x.Pieces[1], x.Pieces[7]
	if x.Gone != (Gap{from, to, 1, 7}) || len(x.Errors) != 2 || len(x.Groups) != 2 || !x.Groups[1].Gone {
		t.Fatalf("%+v, errors %v, groups %+v", x.Gone, x.Errors, x.Groups)
	}
	if line, _ := x.Opening(parts); line != x.Errors[1] {
		t.Errorf("opened at %d", line)
	}
	o := NewOutline(&x, parts)
	o.All(true)
	gaps, shown := 0, 0
	for n := range o.Rows() {
		switch r := o.Row(n); {
		case r.Group != nil && r.Group.Gone:
			gaps++
			if r.Open || o.Turn(n) != n || o.Find(r.Line+1) != n {
				t.Errorf("the gap is opened: %+v", r)
			}
		case r.Part != nil:
		case r.Line >= from && r.Line < to:
			t.Fatalf("line %d is shown, which isn't kept", r.Line)
		default:
			shown++
		}
	}
	if gaps != 3 || shown != from+x.Lines-to-1 { // but for the mark of a group's end
		t.Errorf("%d gaps, %d lines of %d", gaps, shown, from+x.Lines-to)
	}
	o.All(false)
	o.Reveal(from + 10)
	if r := o.Row(o.Find(from + 10)); r.Group == nil || !r.Group.Gone {
		t.Errorf("a line that isn't kept is found at %+v", r)
	}
}

func TestSearch(t *testing.T) {
	text := written(noon, "Alpha beta", "alphabet", "2026 in the text", "\x1b[31mal\x1b[0mpha", "nothing", "ÄRGER")
	_, pieces := built(t, text, all)
	plain := NewPiece(0, written(noon, "Alpha beta", "alphabet 2026", "gamma", "2026", "alpha alpha"))
	for _, c := range []struct {
		p     *Piece
		query string
		want  []int
	}{
		{pieces[0], "alpha", []int{0, 1, 3}}, {pieces[0], "Alpha", []int{0}}, {pieces[0], "2026", []int{2}}, {pieces[0], "ärger", []int{5}}, {pieces[0], "", nil}, {pieces[0], "12:00:00", nil},
		{plain, "alpha", []int{0, 1, 4}}, {plain, "2026", []int{1, 3}}, {plain, "T12:00", nil}, {plain, "Alpha", []int{0}},
	} {
		if got := c.p.Search(NewQuery(c.query)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q is in lines %v, want %v", c.query, got, c.want)
		}
	}
}

func TestSpans(t *testing.T) {
	for text, want := range map[string][]Span{
		"plain":                      {{Usual, "plain"}},
		"\x1b[31mred\x1b[0m plain":   {{Red, "red"}, {Usual, " plain"}},
		"\x1b[1;32mok\x1b[m":         {{Green, "ok"}},
		"\x1b[38;5;196mx\x1b[1my":    {{Usual, "x"}, {Strong, "y"}},
		"\x1b[2Jx":                   {{Usual, "␛[2Jx"}},
		"\x1b]0;owned\a":             {{Usual, "␛]0;owned␇"}},
		"a\tb":                       {{Usual, "a       b"}},
		"\x1b[31":                    {{Usual, "␛[31"}},
		"\x1b[38:2:1:2:3mx\x1b[36my": {{Usual, "x"}, {Blue, "y"}},
		"":                           nil,
	} {
		if got := parse(text).Spans(); !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func FuzzSpans(f *testing.F) {
	f.Add("\x1b[31mred\x1b[0m\tplain\xff\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		for _, span := range parse(s).Spans() {
			if again := model.CleanLines(string(span.Text)); again != span.Text && len(span.Text) < 1000 {
				t.Fatalf("%q holds what isn't clean: %q", s, span.Text)
			}
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	var lines []string
	for i := range 1000 {
		lines = append(lines, fmt.Sprintf("[%d/1000] compiling module m%d from the registry, nothing to see", i, i*7919))
	}
	text := []byte(written(noon, lines...))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		build := NewBuilder(all, func(int, []byte) error { return nil })
		_, _ = build.Write(text)
		_, _ = build.Close()
	}
}

func BenchmarkSearch(b *testing.B) {
	var lines []string
	for i := range 1000 {
		lines = append(lines, fmt.Sprintf("[%d/1000] compiling module m%d from the registry, nothing to see", i, i*7919))
	}
	p := NewPiece(0, written(noon, lines...))
	q := NewQuery("no such thing")
	b.SetBytes(int64(len(p.text)))
	for b.Loop() {
		if len(p.Search(q)) > 0 {
			b.Fatal("found")
		}
	}
}

func TestADamagedIndexIsNotBelieved(t *testing.T) {
	good := func() Index {
		return Index{Lines: 10, Pieces: []int{0, 5}, Errors: []int{3}, Groups: []Fold{{From: 1, To: 4}}, Starts: []Start{{Line: 2}}, Times: []Time{{Line: 9}}}
	}
	if x := good(); !x.Valid() || !(&Index{}).Valid() {
		t.Fatal("a good index is not believed")
	}
	for name, damage := range map[string]func(*Index){
		"fewer lines than none": func(x *Index) { x.Lines = -1 },
		"no piece":              func(x *Index) { x.Pieces = nil },
		"pieces that fall":      func(x *Index) { x.Pieces = []int{5, 0} },
		"an error beyond":       func(x *Index) { x.Errors = []int{11} },
		"a group beyond":        func(x *Index) { x.Groups[0].To = 11 },
		"a group backwards":     func(x *Index) { x.Groups[0].To = 0 },
		"a step beyond":         func(x *Index) { x.Starts[0].Line = 10 },
		"a second before":       func(x *Index) { x.Times[0].Line = -1 },
		"a gap beyond":          func(x *Index) { x.Gone = Gap{From: 0, To: 5, First: 0, Past: 3} },
	} {
		x := good()
		if damage(&x); x.Valid() {
			t.Errorf("%s: it is believed", name)
		}
	}
}
