package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
	"unicode/utf8"
)

// events writes what the scanner meets: a line for each tag, text joined.
func events(r io.Reader) (string, error) {
	x := newXMLScanner(r)
	x.wantText = true
	var b, text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			fmt.Fprintf(&b, "%q\n", strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text.String()))
			text.Reset()
		}
	}
	for {
		token, err := x.next()
		if err != nil {
			flush()
			return b.String(), err
		}
		switch token {
		case xmlText:
			text.Write(x.text)
		case xmlOpen:
			flush()
			fmt.Fprintf(&b, "<%s", x.local)
			for _, a := range x.attrs {
				fmt.Fprintf(&b, " %s=%q", a.name, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(a.value)))
			}
			b.WriteString(">\n")
		case xmlClose:
			flush()
			fmt.Fprintf(&b, "</%s>\n", x.local)
		case xmlEnd:
			return b.String(), nil
		}
	}
}

func TestXMLIsRead(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"an empty element", `<a/>`, "<a>\n</a>\n"},
		{"the order of attributes, single quotes, blanks anywhere", "<a  y = 'it \"is\"'\n\tx=\"1\" ><b\n/></a >\n\n", "<a y=\"it \\\"is\\\"\" x=\"1\">\n<b>\n</b>\n</a>\n"},
		{"a prolog, comments and instructions", "\ufeff<?xml version='1.0' encoding='utf-8'?>\n<!-- a > b -- c -->\n<?style x=\"?\" ?><a><!----><?p?>x</a><!-- end -->", "<a>\n\"x\"\n</a>\n"},
		{"references", `<a b="&lt;&#10;&amp;&#x2014;">&quot;&apos;&gt;&#0065;</a>`, "<a b=\"<\\n&—\">\n\"\\\"'>A\"\n</a>\n"},
		{"CDATA", `<a>x<![CDATA[<b>&amp;]] > ]]]]><![CDATA[>]]></a>`, "<a>\n\"x<b>&amp;]] > ]]>\"\n</a>\n"},
		{"prefixes", `<j:a xmlns:j="u" j:b="1"><j:c/></j:a>`, "<a j=\"u\" b=\"1\">\n<c>\n</c>\n</a>\n"},
		{"a DOCTYPE that names a file", `<!DOCTYPE report PUBLIC "-//J//DTD > 1.1//EN" 'file:///etc/passwd'><report/>`, "<report>\n</report>\n"},
		{"an internal subset without entities", "<!DOCTYPE a [ <!ELEMENT a (b)> <!-- <!ENTITY x 'y'> ]> --> <?p ]> ?> <!ATTLIST a b CDATA \"]>\"> ]\n><a/>", "<a>\n</a>\n"},
		{"> in a value", `<a b="1>2"/>`, "<a b=\"1>2\">\n</a>\n"},
		{"invalid UTF-8 and controls in text", "<a>\x1b[31m\xff</a>", "<a>\n\"\\x1b[31m\\xff\"\n</a>\n"},
		{"windows-1252", "<?xml version='1.0' encoding='Windows-1252'?><a>\x80\xe9</a>", "<a>\n\"€é\"\n</a>\n"},
		{"ISO-8859-1", "<?xml version=\"1.0\" encoding = \"ISO-8859-1\"?><a b='\xe9'/>", "<a b=\"é\">\n</a>\n"},
		{"US-ASCII", `<?xml version="1.0" encoding="US-ASCII"?><a/>`, "<a>\n</a>\n"},
		{"UTF-16, little end first", inUTF16("\ufeff<?xml version='1.0' encoding='UTF-16'?><a>é😀</a>", false), "<a>\n\"é😀\"\n</a>\n"},
		{"UTF-16, big end first", inUTF16("\ufeff<?xml version='1.0' encoding='utf-16'?><a>é😀</a>", true), "<a>\n\"é😀\"\n</a>\n"},
		{"UTF-16 without a mark", inUTF16("<a>é</a>", false), "<a>\n\"é\"\n</a>\n"},
		{"UTF-16 declared by .NET, which it isn't in", `<?xml version="1.0" encoding="utf-16"?><a>é</a>`, "<a>\n\"é\"\n</a>\n"},
	} {
		for _, slow := range []bool{false, true} {
			var r io.Reader = strings.NewReader(c.in)
			if slow {
				r = iotest.OneByteReader(r)
			}
			got, err := events(r)
			if err != nil || got != c.want {
				t.Errorf("%s: read as\n%s%v; want\n%s", c.what, got, err, c.want)
			}
		}
	}
}

func TestXMLIsRefused(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"nothing", "", "line 1: the report is empty"},
		{"blanks alone", " \n\n", "line 3: the report has no elements"},
		{"a billion laughs", "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n <!ENTITY lol \"lol\">\n <!ENTITY lol2 \"&lol;&lol;\">\n]>\n<a>&lol2;</a>", "line 3: its DOCTYPE declares entities, which are never expanded"},
		{"an external entity", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`, "line 1: its DOCTYPE declares entities, which are never expanded"},
		{"a parameter entity", `<!DOCTYPE a [<!ENTITY % p SYSTEM "http://x/y.dtd"> %p;]><a/>`, "line 1: its DOCTYPE declares entities, which are never expanded"},
		{"an unknown reference", "<a>\n&nbsp;</a>", "line 2: the reference &nbsp; is neither predefined nor a character"},
		{"a bare ampersand", "<a b='x & y'/>", "line 1: an & isn't written as &amp;"},
		{"a bare ampersand at the end", "<a>x &", "line 1: an & isn't written as &amp;"},
		{"a truncated tag", "<a>\n<b c='", "line 2: the report ends inside a tag"},
		{"a truncated comment", "<a>\n<!-- b", "line 2: the report ends inside a comment"},
		{"truncated CDATA", "<a>\n<![CDATA[b", "line 2: the report ends inside a CDATA section"},
		{"a truncated DOCTYPE", "<!DOCTYPE a [ <!ELEMENT", "line 1: the report ends inside the DOCTYPE"},
		{"an element without end", "<a>\n<b>\n", "line 3: the report ends inside <b>"},
		{"tags that cross", "<a><b>\n</a></b>", "line 2: </a> stands where </b> should"},
		{"an end without begin", "<a/></b>", "line 1: </b> closes nothing"},
		{"two roots", "<a/>\n<b/>", "line 2: a second root element, <b>, begins"},
		{"text before", "oops<a/>", "line 1: there is text outside the root element"},
		{"text behind", "<a/>\nTests failed", "line 2: there is text outside the root element"},
		{"a value without quotation marks", "<a b=1/>", "line 1: the value of b of <a> isn't quoted"},
		{"an attribute without value", "<a b/>", "line 1: the attribute b of <a> has no value"},
		{"a missing quotation mark", "<a b='1>\n<c d='2'/></a>", "line 1: a < stands inside the value of an attribute: a quotation mark is missing, or the < isn't written as &lt;"},
		{"a late DOCTYPE", "<a/><!DOCTYPE a>", "line 1: a DOCTYPE stands behind the root element's begin"},
		{"HTML, not closed", "<html><br></html>", "line 1: </html> stands where </br> should"},
		{"no tag", "<a>1 < 2</a>", "line 1: a < begins no tag"},
		{"another declaration", "<a><!b></a>", "line 1: <! begins neither a comment nor CDATA"},
		{"UTF-32", "\xff\xfe\x00\x00<\x00\x00\x00", "line 1: it is in UTF-32; UTF-8, UTF-16, US-ASCII, ISO-8859-1 and windows-1252 are read"},
		{"an encoding that isn't read", "<?xml version='1.0' encoding='Shift_JIS'?><a/>", `line 1: it is in "Shift_JIS"; UTF-8, UTF-16, US-ASCII, ISO-8859-1 and windows-1252 are read`},
		{"too deep", strings.Repeat("<a>", xmlMaxDepth+1), "line 1: elements are nested more than 256 deep"},
		{"a long name", "<" + strings.Repeat("a", 300) + ">", "line 1: the name of an element is longer than 256 bytes"},
		{"a name without end", "<a " + strings.Repeat("b", xmlMaxTag+10), "line 1: the name of an attribute is longer than 256 bytes"},
		{"a value without end", "<a>\n<b c='" + strings.Repeat("d", xmlMaxTag+10), "line 2: a tag is longer than 4 MiB"},
		{"attributes without end", "<a" + strings.Repeat(" b='1'", 300), "line 1: <a> has more than 256 attributes"},
	} {
		_, err := events(strings.NewReader(c.in))
		var problem *Problem
		if !errors.As(err, &problem) || err.Error() != c.want {
			t.Errorf("%s: %v; want %s", c.what, err, c.want)
		}
	}
	if _, err := events(io.MultiReader(strings.NewReader("<a>"), iotest.ErrReader(io.ErrClosedPipe))); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a reader that fails: %v", err)
	}
}

// TestXMLCrossesTheBuffer moves every construct over every place in the buffer's end.
func TestXMLCrossesTheBuffer(t *testing.T) {
	const body = "<b x=\"1&lt;2\" y='2'>te&#x2014;xt<![CDATA[raw]]]]><!-- c --><?p i?></b>"
	want := "<a>\n\"%s\"\n<b x=\"1<2\" y=\"2\">\n\"te—xtraw]]\"\n</b>\n</a>\n"
	for shift := range len(body) + 4 {
		pad := strings.Repeat("p", xmlBuffer-3-shift)
		got, err := events(strings.NewReader("<a>" + pad + body + "</a>"))
		if err != nil || got != fmt.Sprintf(want, pad) {
			t.Fatalf("%d bytes before the end of the buffer: %v, %s", shift, err, got[max(0, len(got)-80):])
		}
	}
}

func inUTF16(s string, big bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		hi, lo := byte(u>>8), byte(u)
		if !big {
			hi, lo = lo, hi
		}
		b.WriteByte(hi)
		b.WriteByte(lo)
	}
	return b.String()
}

// standardEvents is events by encoding/xml.
func standardEvents(in []byte) (string, error) {
	d := xml.NewDecoder(bytes.NewReader(in))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("not compared") }
	var b, text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			fmt.Fprintf(&b, "%q\n", text.String())
			text.Reset()
		}
	}
	depth := 0
	for {
		token, err := d.RawToken()
		if err != nil {
			flush()
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return b.String(), err
		}
		switch token := token.(type) {
		case xml.CharData:
			if depth > 0 {
				text.Write(token)
			}
		case xml.StartElement:
			flush()
			depth++
			fmt.Fprintf(&b, "<%s", token.Name.Local)
			for _, a := range token.Attr {
				fmt.Fprintf(&b, " %s=%q", a.Name.Local, a.Value)
			}
			b.WriteString(">\n")
		case xml.EndElement:
			flush()
			depth--
			fmt.Fprintf(&b, "</%s>\n", token.Name.Local)
		}
	}
}

// wellFormed reports whether encoding/xml takes it in full, with its own check of nesting.
func wellFormed(in []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(in))
	roots, depth := 0, 0
	for {
		token, err := d.Token()
		if err != nil {
			return errors.Is(err, io.EOF) && roots == 1
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && strings.TrimSpace(string(token)) != "" {
				return false
			}
		}
	}
}

// addXML adds the reports of the dialects as seeds.
func addXML(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.xml")
	if err != nil || len(files) < 10 {
		f.Fatalf("%d seeds, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// FuzzXML holds the scanner to encoding/xml: what that takes is taken, with the same tags, attributes and text, but for
// what is refused on purpose.
func FuzzXML(f *testing.F) {
	addXML(f)
	for _, s := range []string{
		"<a b='1'>x&#65;</a>", "<a><![CDATA[]]]]></a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "\ufeff<a/>", "<a:b xmlns:a='c'/>",
		"<?xml version='1.0' encoding='utf-16'?><a/>", "\xff\xfe<\x00a\x00/\x00>\x00", "<a>]]></a>", "<!-- - --><a/>", "<a b=\"\r\n\"/>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := events(bytes.NewReader(in))
		if slowly, err2 := events(iotest.HalfReader(bytes.NewReader(in))); slowly != got || (err == nil) != (err2 == nil) {
			t.Fatalf("read in pieces it is\n%s%v\nand at once\n%s%v", slowly, err2, got, err)
		}
		want, standard := standardEvents(in)
		switch {
		case standard != nil || !wellFormed(in) || !utf8.Valid(in):
			return
		case err == nil:
			if got != want {
				t.Fatalf("read as\n%sbut encoding/xml reads\n%s", got, want)
			}
		case !onPurpose(err.Error()):
			t.Fatalf("%v, but encoding/xml reads\n%s", err, want)
		}
	})
}

// onPurpose are the refusals of what encoding/xml takes.
func onPurpose(why string) bool {
	for _, s := range []string{
		"declares entities", "longer than", "nested more", "has more than", "behind the root", "is in UTF-32", "is in \"", "<! begins", "ends inside the DOCTYPE",
		"outside the root element",
	} {
		if strings.Contains(why, s) {
			return true
		}
	}
	return false
}
