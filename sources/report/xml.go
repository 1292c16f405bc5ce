package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The bounds of an XML report. Text and CDATA are handed on piece by piece, so they need none; a tag is held whole.
const (
	xmlBuffer   = 64 << 10
	xmlMaxTag   = 4 << 20 // some tools write a whole failure into an attribute
	xmlMaxName  = 256
	xmlMaxAttrs = 256
	xmlMaxDepth = 256
)

// xmlToken is what the scanner met.
type xmlToken int

const (
	xmlEnd   xmlToken = iota // of the document
	xmlOpen                  // a start tag: local, attrs
	xmlClose                 // an end tag, also that of an empty element: local
	xmlText                  // a piece of text or CDATA: text
)

// xmlAttr is an attribute with its references resolved. Both are valid until the scanner moves on.
type xmlAttr struct{ name, value []byte }

// xmlScanner reads the XML that reports are written in, in one pass and in a bounded buffer: encoding/xml takes a tenth
// of the speed and allocates each token. It never fetches anything, and expands nothing but the five predefined and
// numeric character references: a DOCTYPE, which JaCoCo and Cobertura write, is skipped, and one that declares entities
// is refused. Invalid UTF-8 and control characters in text are handed on: test output is full of them, and it is cleaned
// where it is kept.
type xmlScanner struct {
	src        io.Reader
	buf        []byte
	pos, end   int
	lines      int // line breaks before counted
	counted    int
	eof        bool
	err        error
	wantText   bool // else text is skipped
	local      []byte
	attrs      []xmlAttr
	text       []byte
	scratch    []byte // values and text with references resolved
	open       []byte // names of the open elements, one after the other
	opens      []int  // where each begins
	pendingEnd bool   // of an empty element
	cdata      bool
	rooted     bool // the root element was met
	rootOnly   bool // only its name is asked for
}

func newXMLScanner(r io.Reader) *xmlScanner {
	return &xmlScanner{src: r, buf: make([]byte, xmlBuffer)}
}

// line is where the scanner stands, from 1.
func (x *xmlScanner) line() int {
	if x.pos > x.counted {
		x.lines += bytes.Count(x.buf[x.counted:x.pos], []byte{'\n'})
		x.counted = x.pos
	}
	return 1 + x.lines
}

func (x *xmlScanner) fail(format string, args ...any) error {
	return &Problem{Line: x.line(), Why: fmt.Sprintf(format, args...)}
}

// fill reads more behind what is left of the buffer, and reports whether there was any.
func (x *xmlScanner) fill() bool {
	if x.eof {
		return false
	}
	if x.pos > 0 {
		x.line()
		copy(x.buf, x.buf[x.pos:x.end])
		x.end -= x.pos
		x.pos, x.counted = 0, 0
	}
	if x.end == len(x.buf) {
		if len(x.buf) >= xmlMaxTag {
			return false
		}
		x.buf = append(x.buf, make([]byte, len(x.buf))...)
	}
	n, err := io.ReadFull(x.src, x.buf[x.end:])
	x.end += n
	if err != nil {
		x.eof = true
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			x.err = err
		}
	}
	return n > 0
}

// short is the failure of a construct that the buffer ends in.
func (x *xmlScanner) short(what string) error {
	switch {
	case x.err != nil:
		return fmt.Errorf("read: %w", x.err)
	case x.eof:
		return x.fail("the report ends inside %s", what)
	}
	return x.fail("%s is longer than %d MiB", what, xmlMaxTag>>20)
}

// begin finds out the encoding and skips the XML declaration.
func (x *xmlScanner) begin() error {
	x.fill()
	if x.end == 0 && x.err == nil {
		return x.fail("the report is empty")
	}
	marked, err := x.decodeMark()
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(x.buf[x.pos:x.end], []byte("<?xml")) || x.end-x.pos < 6 || !isSpace(x.buf[x.pos+5]) {
		return nil
	}
	n := bytes.Index(x.buf[x.pos:x.end], []byte("?>"))
	if n < 0 {
		return x.short("the XML declaration")
	}
	declaration := x.buf[x.pos : x.pos+n]
	x.pos += n + 2
	if marked {
		return nil
	}
	return x.declared(pseudoAttr(declaration, "encoding"))
}

// next moves on to the next token.
func (x *xmlScanner) next() (xmlToken, error) {
	if !x.rooted && x.end == 0 {
		if err := x.begin(); err != nil {
			return xmlEnd, err
		}
	}
	if x.pendingEnd {
		x.pendingEnd = false
		x.pop()
		return xmlClose, nil
	}
	for {
		if x.cdata {
			if ok, err := x.cdataPiece(); ok || err != nil {
				return xmlText, err
			}
			continue
		}
		if x.pos == x.end && !x.fill() {
			return xmlEnd, x.finish()
		}
		if x.buf[x.pos] != '<' {
			if ok, err := x.textPiece(); ok || err != nil {
				return xmlText, err
			}
			continue
		}
		if x.end-x.pos < 2 && !x.fill() {
			return xmlEnd, x.short("a tag")
		}
		switch x.buf[x.pos+1] {
		case '/':
			return xmlClose, x.closeTag()
		case '!':
			if err := x.declaration(); err != nil {
				return xmlEnd, err
			}
		case '?':
			if err := x.skipTo("?>", 2, "a processing instruction"); err != nil {
				return xmlEnd, err
			}
		default:
			return xmlOpen, x.openTag()
		}
	}
}

// finish is the end of the input: fine where the root element was closed.
func (x *xmlScanner) finish() error {
	switch {
	case x.err != nil:
		return fmt.Errorf("read: %w", x.err)
	case !x.rooted:
		return x.fail("the report has no elements")
	case len(x.opens) > 0:
		return x.fail("the report ends inside <%s>", x.open[x.opens[len(x.opens)-1]:])
	}
	return nil
}

// textPiece reads text up to the next tag, or as much of it as is there.
func (x *xmlScanner) textPiece() (told bool, err error) {
	rest := x.buf[x.pos:x.end]
	n := bytes.IndexByte(rest, '<')
	if n < 0 {
		n = len(rest)
	}
	piece := rest[:n]
	if len(x.opens) == 0 {
		if i := bytes.IndexFunc(piece, func(r rune) bool { return r > ' ' }); i >= 0 {
			x.pos += i
			return false, x.fail("there is text outside the root element")
		}
		x.pos += n
		return false, nil
	}
	if !x.wantText {
		x.pos += n
		return false, nil
	}
	if bytes.IndexByte(piece, '&') < 0 {
		x.text = piece
		x.pos += n
		return true, nil
	}
	whole := n < len(rest) || x.eof
	x.scratch = x.scratch[:0]
	used, why := x.resolve(piece, whole)
	if why != "" {
		x.pos += used
		return false, x.fail("%s", why)
	}
	if used == 0 { // a reference that the buffer cuts
		if !x.fill() {
			return false, x.short("a reference")
		}
		return false, nil
	}
	x.text = x.scratch
	x.pos += used
	return true, nil
}

// cdataPiece reads CDATA up to its end, or as much of it as is there.
func (x *xmlScanner) cdataPiece() (told bool, err error) {
	rest := x.buf[x.pos:x.end]
	if n := bytes.Index(rest, []byte("]]>")); n >= 0 {
		x.text = rest[:n]
		x.pos += n + 3
		x.cdata = false
		return x.wantText && n > 0, nil
	}
	if n := len(rest) - 2; n > 0 { // the end may be cut in two
		x.text = rest[:n]
		x.pos += n
		return x.wantText, nil
	}
	if !x.fill() {
		return false, x.short("a CDATA section")
	}
	return false, nil
}

// declaration skips a comment or the DOCTYPE, and begins CDATA.
func (x *xmlScanner) declaration() error {
	for x.end-x.pos < 9 && x.fill() {
	}
	rest := x.buf[x.pos:x.end]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		return x.skipTo("-->", 4, "a comment")
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		if len(x.opens) == 0 {
			return x.fail("there is text outside the root element")
		}
		x.pos += 9
		x.cdata = true
		return nil
	case bytes.HasPrefix(rest, []byte("<!DOCTYPE")):
		if x.rooted {
			return x.fail("a DOCTYPE stands behind the root element's begin")
		}
		return x.doctype()
	case x.eof && slices.ContainsFunc([]string{"<![CDATA[", "<!DOCTYPE", "<!--"}, func(whole string) bool {
		return len(rest) < len(whole) && strings.HasPrefix(whole, string(rest))
	}):
		return x.short("a declaration")
	}
	return x.fail("<! begins neither a comment nor CDATA")
}

// skipTo moves behind a closing mark, however far it is.
func (x *xmlScanner) skipTo(mark string, from int, what string) error {
	for x.end-x.pos < from && x.fill() {
	}
	x.pos = min(x.pos+from, x.end)
	for {
		rest := x.buf[x.pos:x.end]
		if n := bytes.Index(rest, []byte(mark)); n >= 0 {
			x.pos += n + len(mark)
			return nil
		}
		x.pos += max(0, len(rest)-len(mark)+1)
		if !x.fill() {
			return x.short(what)
		}
	}
}

// doctype skips a document type declaration: nothing of it is fetched, and one that declares entities is refused, as they
// can expand without bound, or name files.
func (x *xmlScanner) doctype() error {
	at, depth, subset := 9, 0, false
	for {
		rest := x.buf[x.pos:x.end]
		if at >= len(rest) {
			if x.fill() {
				continue
			}
			return x.short("the DOCTYPE")
		}
		skip := func(mark string) bool {
			for {
				rest = x.buf[x.pos:x.end]
				if n := bytes.Index(rest[at:], []byte(mark)); n >= 0 {
					at += n + len(mark)
					return true
				}
				if !x.fill() {
					return false
				}
			}
		}
		ahead := func(mark string) bool {
			for x.end-x.pos < at+len(mark) && x.fill() {
			}
			return bytes.HasPrefix(x.buf[x.pos+at:x.end], []byte(mark))
		}
		found := true
		switch c := rest[at]; {
		case c == '"' || c == '\'':
			at++
			found = skip(string(c))
		case c == '[':
			subset = true
			at++
		case c == ']':
			subset = false
			at++
		case c == '<' && subset && ahead("<!ENTITY"):
			x.pos += at
			return x.fail("its DOCTYPE declares entities, which are never expanded")
		case c == '<' && ahead("<!--"):
			at += 4
			found = skip("-->")
		case c == '<' && ahead("<?"):
			found = skip("?>")
		case c == '<':
			depth++
			at++
		case c == '>' && depth > 0:
			depth--
			at++
		case c == '>' && !subset:
			x.pos += at + 1
			return nil
		default:
			at++
		}
		if !found {
			return x.short("the DOCTYPE")
		}
	}
}

// attr is the value of an attribute of the element that was opened last, nil where it has none. Prefixes are no part of
// a name.
func (x *xmlScanner) attr(name string) []byte {
	for i := range x.attrs {
		if string(x.attrs[i].name) == name {
			return x.attrs[i].value
		}
	}
	return nil
}

// skip moves behind the end of the element that was opened last.
func (x *xmlScanner) skip() error {
	defer func(was bool) { x.wantText = was }(x.wantText)
	x.wantText = false
	for depth := len(x.opens); len(x.opens) >= depth; {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}

// read gathers the text of the element that was opened last, its children's too, up to limit bytes, and moves behind its
// end.
func (x *xmlScanner) read(limit int) (string, error) {
	defer func(was bool) { x.wantText = was }(x.wantText)
	x.wantText = true
	var b strings.Builder
	for depth := len(x.opens); len(x.opens) >= depth; {
		token, err := x.next()
		if err != nil {
			return "", err
		}
		if token == xmlText && b.Len() < limit {
			b.Write(x.text[:min(len(x.text), limit-b.Len())])
			x.wantText = b.Len() < limit
		}
	}
	return b.String(), nil
}
