package report

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"
)

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// nameByte reports whether a byte goes on with a name. It is far more liberal than XML.
func nameByte(c byte) bool {
	switch c {
	case ' ', '\t', '\n', '\r', '=', '>', '/', '<', '"', '\'', '&', '?', '!':
		return false
	}
	return c > ' '
}

func nameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= utf8.RuneSelf
}

// localName is a name without its prefix.
func localName(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i > 0 && i+1 < len(name) {
		return name[i+1:]
	}
	return name
}

// openTag reads a start tag. It is read again from its begin where the buffer ends in it, which grows by doubling, so
// that each byte is looked at a bounded number of times.
func (x *xmlScanner) openTag() error {
	for {
		done, err := x.tryOpenTag()
		if done || err != nil {
			return err
		}
		if !x.fill() {
			return x.short("a tag")
		}
	}
}

func (x *xmlScanner) tryOpenTag() (done bool, err error) {
	buf := x.buf[x.pos:x.end]
	x.attrs, x.scratch = x.attrs[:0], x.scratch[:0]
	i := 1
	if !nameStart(buf[i]) {
		return false, x.fail("a < begins no tag")
	}
	for i < len(buf) && nameByte(buf[i]) {
		i++
	}
	name := buf[1:i]
	if x.rootOnly && i < len(buf) {
		return true, x.push(name)
	}
	if len(name) > xmlMaxName {
		return false, x.fail("the name of an element is longer than %d bytes", xmlMaxName)
	}
	for {
		for i < len(buf) && isSpace(buf[i]) {
			i++
		}
		if i == len(buf) {
			return false, nil
		}
		switch buf[i] {
		case '>':
			x.pos += i + 1
			return true, x.push(name)
		case '/':
			if i+1 == len(buf) {
				return false, nil
			}
			if buf[i+1] != '>' {
				return false, x.fail("a / stands inside <%s>", name)
			}
			x.pos += i + 2
			x.pendingEnd = true
			return true, x.push(name)
		}
		begin := i
		if !nameStart(buf[i]) {
			return false, x.fail("%q stands inside <%s> where an attribute should", rune(buf[i]), name)
		}
		for i < len(buf) && nameByte(buf[i]) {
			i++
		}
		attr := buf[begin:i]
		if len(attr) > xmlMaxName {
			return false, x.fail("the name of an attribute is longer than %d bytes", xmlMaxName)
		}
		for i < len(buf) && isSpace(buf[i]) {
			i++
		}
		if i == len(buf) {
			return false, nil
		}
		if buf[i] != '=' {
			return false, x.fail("the attribute %s of <%s> has no value", attr, name)
		}
		i++
		for i < len(buf) && isSpace(buf[i]) {
			i++
		}
		if i == len(buf) {
			return false, nil
		}
		quote := buf[i]
		if quote != '"' && quote != '\'' {
			return false, x.fail("the value of %s of <%s> isn't quoted", attr, name)
		}
		i++
		n := bytes.IndexByte(buf[i:], quote)
		if n < 0 {
			return false, nil
		}
		value := buf[i : i+n]
		i += n + 1
		if len(x.attrs) == xmlMaxAttrs {
			return false, x.fail("<%s> has more than %d attributes", name, xmlMaxAttrs)
		}
		if value, err = x.attrValue(value); err != nil {
			return false, err
		}
		x.attrs = append(x.attrs, xmlAttr{localName(attr), value})
	}
}

// attrValue resolves the references of an attribute's value.
func (x *xmlScanner) attrValue(raw []byte) ([]byte, error) {
	if bytes.IndexByte(raw, '<') >= 0 {
		return nil, x.fail("a < stands inside the value of an attribute: a quotation mark is missing, or the < isn't written as &lt;")
	}
	if bytes.IndexByte(raw, '&') < 0 {
		return raw, nil
	}
	from := len(x.scratch)
	if _, why := x.resolve(raw, true); why != "" {
		return nil, x.fail("%s", why)
	}
	return x.scratch[from:len(x.scratch):len(x.scratch)], nil
}

// push opens an element.
func (x *xmlScanner) push(name []byte) error {
	switch {
	case len(x.opens) == 0 && x.rooted:
		return x.fail("a second root element, <%s>, begins", name)
	case len(x.opens) == xmlMaxDepth:
		return x.fail("elements are nested more than %d deep", xmlMaxDepth)
	}
	x.rooted = true
	x.opens = append(x.opens, len(x.open))
	x.open = append(x.open, name...)
	x.local = localName(name)
	return nil
}

// pop closes the innermost element.
func (x *xmlScanner) pop() {
	from := x.opens[len(x.opens)-1]
	x.local = localName(x.open[from:])
	x.open = x.open[:from]
	x.opens = x.opens[:len(x.opens)-1]
}

// closeTag reads an end tag, which must be the innermost element's.
func (x *xmlScanner) closeTag() error {
	n := bytes.IndexByte(x.buf[x.pos:x.end], '>')
	for n < 0 {
		if !x.fill() {
			return x.short("a tag")
		}
		n = bytes.IndexByte(x.buf[x.pos:x.end], '>')
	}
	name := bytes.TrimRight(x.buf[x.pos+2:x.pos+n], " \t\r\n")
	if len(x.opens) == 0 {
		return x.fail("</%s> closes nothing", clip(name))
	}
	if inner := x.open[x.opens[len(x.opens)-1]:]; !bytes.Equal(inner, name) {
		return x.fail("</%s> stands where </%s> should", clip(name), inner)
	}
	x.pos += n + 1
	x.pop()
	return nil
}

// clip bounds what a problem quotes.
func clip(b []byte) []byte {
	if len(b) > 64 {
		return append(b[:64:64], "…"...)
	}
	return b
}

// xmlMaxReference is the longest reference that is looked at: &#x0010FFFF; and room for zeros.
const xmlMaxReference = 32

// resolve appends text to scratch with its references resolved, and says how much of it was used: all of it where it is
// whole, else up to a reference that is cut at its end.
func (x *xmlScanner) resolve(raw []byte, whole bool) (used int, why string) {
	for used < len(raw) {
		n := bytes.IndexByte(raw[used:], '&')
		if n < 0 {
			x.scratch = append(x.scratch, raw[used:]...)
			return len(raw), ""
		}
		x.scratch = append(x.scratch, raw[used:used+n]...)
		used += n
		window := raw[used:min(len(raw), used+xmlMaxReference)]
		end := bytes.IndexByte(window, ';')
		if end < 0 {
			if !whole && len(window) < xmlMaxReference {
				return used, ""
			}
			return used, "an & isn't written as &amp;"
		}
		r, ok := reference(window[1:end])
		if !ok {
			return used, fmt.Sprintf("the reference %s is neither predefined nor a character", window[:end+1])
		}
		x.scratch = utf8.AppendRune(x.scratch, r)
		used += end + 1
	}
	return used, ""
}

// reference is the character that a reference stands for (XML 1.0, 4.1 and 4.6).
func reference(name []byte) (rune, bool) {
	switch string(name) {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}
