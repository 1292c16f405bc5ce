package cache

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"gonogo/model"
)

// What nobody asks SQL about (a deployment's statuses, a comparison's commits, a whole assessment) is one blob in a
// column: numbers as varints, strings with their length. Reading one is some ten times as quick as JSON and allocates
// once, for every string is a part of the blob. The first byte of a blob is its layout; one that isn't known is an
// error, and its row counts as never read.

// errLayout reports a blob of another program version, or a damaged one.
var errLayout = errors.New("blob has an unknown layout")

// layout is that of all blobs this program writes; it changes when one of them does.
const layout = 1

type encoder struct{ buf []byte }

func encode() *encoder {
	return &encoder{buf: append(make([]byte, 0, 512), layout)}
}

func (e *encoder) int(v int64)              { e.buf = binary.AppendVarint(e.buf, v) }
func (e *encoder) time(t time.Time)         { e.int(millis(t)) }
func (e *encoder) duration(d time.Duration) { e.int(int64(d)) }

func (e *encoder) bool(v bool) {
	if v {
		e.buf = append(e.buf, 1)
	} else {
		e.buf = append(e.buf, 0)
	}
}

// float writes a number that may be missing.
func (e *encoder) float(v *float64) {
	e.bool(v != nil)
	if v != nil {
		e.buf = binary.LittleEndian.AppendUint64(e.buf, math.Float64bits(*v))
	}
}

func put[T ~string](e *encoder, values ...T) {
	for _, v := range values {
		e.buf = binary.AppendUvarint(e.buf, uint64(len(v)))
		e.buf = append(e.buf, v...)
	}
}

func putAll[T ~string](e *encoder, list []T) {
	e.int(int64(len(list)))
	put(e, list...)
}

type decoder struct {
	text string
	at   int
	err  error
}

func decode(blob []byte) *decoder {
	d := &decoder{text: string(blob), at: 1}
	if len(blob) == 0 || blob[0] != layout {
		d.err = errLayout
	}
	return d
}

func (d *decoder) fail() { d.err = errLayout }

func (d *decoder) uint() uint64 {
	var v uint64
	for shift := uint(0); d.err == nil && shift < 64; shift += 7 {
		if d.at >= len(d.text) {
			break
		}
		b := d.text[d.at]
		d.at++
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	d.fail()
	return 0
}

func (d *decoder) int() int64 {
	u := d.uint()
	return int64(u>>1) ^ -int64(u&1)
}

func (d *decoder) time() time.Time         { return fromMillis(d.int()) }
func (d *decoder) duration() time.Duration { return time.Duration(d.int()) }

func (d *decoder) bool() bool {
	if d.err != nil || d.at >= len(d.text) {
		d.fail()
		return false
	}
	d.at++
	return d.text[d.at-1] == 1
}

func (d *decoder) string() string {
	n := d.uint()
	if d.err != nil || n > uint64(len(d.text)-d.at) {
		d.fail()
		return ""
	}
	d.at += int(n)
	return d.text[d.at-int(n) : d.at]
}

func (d *decoder) float() *float64 {
	if !d.bool() {
		return nil
	}
	if len(d.text)-d.at < 8 {
		d.fail()
		return nil
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64([]byte(d.text[d.at : d.at+8])))
	d.at += 8
	return &v
}

func take[T ~string](d *decoder) T { return T(d.string()) }

// count is a list's length, which can't be more than the bytes that are left.
func (d *decoder) count() int {
	n := d.int()
	if d.err != nil || n < 0 || n > int64(len(d.text)-d.at) {
		d.fail()
		return 0
	}
	return int(n)
}

func takeAll[T ~string](d *decoder) []T {
	n := d.count()
	if n == 0 {
		return nil
	}
	list := make([]T, n)
	for i := range list {
		list[i] = take[T](d)
	}
	return list
}

// text turns the model's kinds of strings into one that SQLite takes.
func text(v any) (string, bool) {
	switch s := v.(type) {
	case model.Text:
		return string(s), true
	case model.SHA:
		return string(s), true
	case model.Signal:
		return string(s), true
	case model.Problem:
		return string(s), true
	case model.Channel:
		return string(s), true
	case model.RunStatus:
		return string(s), true
	case model.Conclusion:
		return string(s), true
	case model.CoverageOrigin:
		return string(s), true
	case fmt.Stringer:
		return s.String(), true
	}
	return "", false
}
