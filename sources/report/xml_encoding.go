package report

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeMark looks at the byte order mark, which is stronger than the declaration (XML 1.0, appendix F), and has UTF-16
// decoded.
func (x *xmlScanner) decodeMark() (marked bool, err error) {
	head := x.buf[:x.end]
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		x.pos = 3
		return true, nil
	case bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}) || bytes.HasPrefix(head, []byte{0, 0, 0xfe, 0xff}):
		return false, x.fail("it is in UTF-32; UTF-8, UTF-16, US-ASCII, ISO-8859-1 and windows-1252 are read")
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		x.recode(2, &utf16Reader{order: binary.LittleEndian})
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		x.recode(2, &utf16Reader{order: binary.BigEndian})
	case bytes.HasPrefix(head, []byte{'<', 0}):
		x.recode(0, &utf16Reader{order: binary.LittleEndian})
	case bytes.HasPrefix(head, []byte{0, '<'}):
		x.recode(0, &utf16Reader{order: binary.BigEndian})
	default:
		return false, nil
	}
	return true, nil
}

// declared has the rest decoded as the XML declaration says.
func (x *xmlScanner) declared(encoding string) error {
	switch strings.ToLower(encoding) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
	case "utf-16", "utf-16le", "utf-16be", "utf16", "unicode":
		// Its letters were just read as bytes, so it is wrong, as .NET's is where a string becomes a file.
	case "iso-8859-1", "iso_8859-1", "latin1", "latin-1", "l1":
		x.recode(x.pos, &byteReader{})
	case "windows-1252", "cp1252":
		x.recode(x.pos, &byteReader{high: windows1252()})
	default:
		return x.fail("it is in %.40q; UTF-8, UTF-16, US-ASCII, ISO-8859-1 and windows-1252 are read", encoding)
	}
	return nil
}

// decoder turns another encoding into UTF-8.
type decoder interface {
	io.Reader
	from(r io.Reader)
}

// recode reads everything from a place in the buffer on through a decoder.
func (x *xmlScanner) recode(from int, d decoder) {
	x.line()
	rest := bytes.Clone(x.buf[from:x.end])
	tail := x.src
	if x.eof {
		tail = bytes.NewReader(nil)
		if x.err != nil {
			tail = failedReader{x.err}
		}
	}
	d.from(io.MultiReader(bytes.NewReader(rest), tail))
	x.src, x.eof, x.err, x.pos, x.end, x.counted = d, false, nil, 0, 0, 0
	x.fill()
}

type failedReader struct{ err error }

func (f failedReader) Read([]byte) (int, error) { return 0, f.err }

// utf16Reader decodes UTF-16; what is no character becomes U+FFFD.
type utf16Reader struct {
	src    io.Reader
	order  binary.ByteOrder
	in     [4096]byte
	kept   int // bytes of in that wait for more
	out    []byte
	failed error
}

func (u *utf16Reader) from(r io.Reader) { u.src = r }

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.failed != nil {
			return 0, u.failed
		}
		n, err := u.src.Read(u.in[u.kept:])
		n += u.kept
		u.failed = err
		at := 0
		for ; at+1 < n; at += 2 {
			r := rune(u.order.Uint16(u.in[at:]))
			if utf16.IsSurrogate(r) {
				if at+3 >= n && err == nil {
					break
				}
				if at+3 < n {
					if both := utf16.DecodeRune(r, rune(u.order.Uint16(u.in[at+2:]))); both != utf8.RuneError {
						r = both
						at += 2
					}
				}
			}
			u.out = utf8.AppendRune(u.out, r) // a lone surrogate becomes U+FFFD
		}
		u.kept = copy(u.in[:], u.in[at:n])
	}
	n := copy(p, u.out)
	u.out = u.out[:copy(u.out, u.out[n:])]
	return n, nil
}

// byteReader decodes an encoding of one byte a character: ISO-8859-1, or one that differs from it in 0x80 to 0x9f.
type byteReader struct {
	src    io.Reader
	high   []rune
	in     [4096]byte
	out    []byte
	failed error
}

func (b *byteReader) from(r io.Reader) { b.src = r }

func (b *byteReader) Read(p []byte) (int, error) {
	for len(b.out) == 0 {
		if b.failed != nil {
			return 0, b.failed
		}
		n, err := b.src.Read(b.in[:])
		b.failed = err
		for _, c := range b.in[:n] {
			if r := rune(c); b.high != nil && c >= 0x80 && c < 0xa0 {
				b.out = utf8.AppendRune(b.out, b.high[c-0x80])
			} else {
				b.out = utf8.AppendRune(b.out, r)
			}
		}
	}
	n := copy(p, b.out)
	b.out = b.out[:copy(b.out, b.out[n:])]
	return n, nil
}

// windows1252 is what windows-1252 has from 0x80 to 0x9f (encoding.spec.whatwg.org, index windows-1252).
func windows1252() []rune {
	return []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")
}

// pseudoAttr is the value of what looks like an attribute in the XML declaration.
func pseudoAttr(declaration []byte, name string) string {
	for rest := declaration; ; {
		i := bytes.Index(rest, []byte(name))
		if i < 0 {
			return ""
		}
		rest = rest[i+len(name):]
		value := bytes.TrimLeft(rest, " \t\r\n")
		if len(value) == 0 || value[0] != '=' {
			continue
		}
		value = bytes.TrimLeft(value[1:], " \t\r\n")
		if len(value) < 2 || value[0] != '"' && value[0] != '\'' {
			continue
		}
		if end := bytes.IndexByte(value[1:], value[0]); end >= 0 {
			return string(value[1 : 1+end])
		}
	}
}

// xmlRoot is the local name of the root element, as far as the first bytes of a file tell; empty where they are no XML.
func xmlRoot(head []byte) string {
	if len(head) == 0 || bytes.IndexByte([]byte("<\x00\xff\xfe\xef"), head[0]) < 0 {
		return ""
	}
	x := &xmlScanner{src: bytes.NewReader(head), buf: make([]byte, headSize), rootOnly: true}
	if token, err := x.next(); err != nil || token != xmlOpen {
		return ""
	}
	return string(x.local)
}
