package joblog

import (
	"strings"

	"gonogo/model"
)

// Tone is how a program meant a part of a line to look. Only these few are known: a log has no other way to the screen.
type Tone uint8

// The tones.
const (
	Usual Tone = iota
	Strong
	Faint
	Red
	Green
	Yellow
	Blue // and cyan, and magenta
)

// Span is a part of a line in one tone.
type Span struct {
	Tone Tone
	Text model.Text
}

// Text is a line without colours.
func (l Line) Text() model.Text { return model.CleanLines(untabbed(stripped(l.raw))) }

// Spans is a line by its colours.
func (l Line) Spans() []Span {
	if !strings.Contains(l.raw, "\x1b[") {
		if l.raw == "" {
			return nil
		}
		return []Span{{Usual, model.CleanLines(untabbed(l.raw))}}
	}
	var spans []Span
	tone, from := Usual, 0
	add := func(text string) {
		if text != "" {
			spans = append(spans, Span{tone, model.CleanLines(untabbed(text))})
		}
	}
	for i := 0; i < len(l.raw); {
		n := colour(l.raw[i:])
		if n == 0 {
			i++
			continue
		}
		add(l.raw[from:i])
		tone = tone.after(l.raw[i+2 : i+n-1])
		i += n
		from = i
	}
	add(l.raw[from:])
	return spans
}

// colour is how long the sequence is that sets a colour and that s begins with (SGR: ESC [ numbers m); 0: none.
func colour(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	for i := 2; i < len(s) && i < 64; i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c < '0' || c > ';': // digits, : and ;
			return 0
		}
	}
	return 0
}

// stripped is a text without its colours.
func stripped(s string) string {
	if !strings.Contains(s, "\x1b[") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if n := colour(s[i:]); n > 0 {
			i += n
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// after is the tone that SGR numbers set.
func (t Tone) after(numbers string) Tone {
	list := strings.FieldsFunc(numbers, func(r rune) bool { return r == ';' || r == ':' })
	if len(list) == 0 {
		return Usual
	}
	for i := 0; i < len(list); i++ {
		switch n := strings.TrimLeft(list[i], "0"); n {
		case "", "39", "22":
			t = Usual
		case "1":
			if t == Usual || t == Faint {
				t = Strong
			}
		case "2", "90", "37":
			t = Faint
		case "31", "91":
			t = Red
		case "32", "92":
			t = Green
		case "33", "93":
			t = Yellow
		case "34", "35", "36", "94", "95", "96":
			t = Blue
		case "38", "48", "58": // a colour by number or by its parts: no tone of ours
			if i+1 < len(list) && list[i+1] == "5" {
				i += 2
			} else {
				i += 4
			}
		}
	}
	return t
}

// untabbed puts blanks in place of tabs, up to the next eighth column, as terminals do.
func untabbed(s string) string {
	if strings.IndexByte(s, '\t') < 0 {
		return s
	}
	var b strings.Builder
	column := 0
	for _, r := range s {
		if r == '\t' {
			n := 8 - column%8
			b.WriteString("        "[:n])
			column += n
			continue
		}
		b.WriteRune(r)
		column++
	}
	return b.String()
}
