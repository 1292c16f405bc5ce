package report

import (
	"encoding/binary"
	"math"
	"slices"
)

// A mark is a branch or a block of statements of a file: 24 bits of its line, 39 of what it is on that line, and one, the
// lowest, that tells whether it was taken. They are kept packed: in order, each once, by what sets one off from the one
// before; most take a byte or two.
const (
	lineShift     = 40
	restOfMark    = 1<<lineShift - 1
	maxLineNumber = 1<<24 - 1
)

// A branch on its line is known by a key; the highest bit says that the report only counts the branches of the line.
const countedBranch = 1 << 38

func branchMark(line int, key uint64, taken bool) uint64 {
	return uint64(line)<<lineShift | key<<1 | bit(taken)
}

// branchKey makes a key of any size one that fits; those that fit already stay as they are, so that they pack well.
func branchKey(key uint64) uint64 {
	if key < countedBranch {
		return key
	}
	return mix(key) & (countedBranch - 1)
}

// A block of statements is known by where it begins, for no two begin in one place: 23 bits of column and 16 of its number
// of statements.
const (
	statementBits = 16
	maxStatements = 1<<statementBits - 1
	maxColumn     = 1<<23 - 1
)

func statementMark(from position, statements int, hit bool) uint64 {
	return uint64(from.line)<<lineShift | uint64(min(from.column, maxColumn))<<(statementBits+1) | uint64(statements)<<1 | bit(hit)
}

func statementsOf(mark uint64) int { return int(mark >> 1 & maxStatements) }

// placeOf is where the block of a mark begins.
func placeOf(mark uint64) uint64 { return mark >> (statementBits + 1) }

// position is a place in a file, both from 1.
type position struct{ line, column uint32 }

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// mix spreads the bits of a number over all 64 of them (the finaliser of SplitMix64). What it makes is kept in the cache,
// so it must not change between versions.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// open are marks that were told and not yet packed, in the order in which they were told. One buffer serves all files.
type open []uint64

// maxOpen is how many marks wait for being packed, at most.
const maxOpen = 1 << 15

// tidy puts the marks in order, each once.
func (o *open) tidy() {
	all := *o
	slices.Sort(all)
	n := 0
	for i, mark := range all {
		if i > 0 && all[n-1]|1 == mark|1 {
			all[n-1] |= mark
			continue
		}
		all[n] = mark
		n++
	}
	*o = all[:n]
}

// full reports whether the marks should be packed now: telling the same ones again and again does not fill the buffer.
func (o *open) full() bool {
	if len(*o) < maxOpen {
		return false
	}
	o.tidy()
	return len(*o) > maxOpen/2
}

// pack packs the marks and forgets them.
func (o *open) pack() []byte {
	o.tidy()
	var w packer
	w.out = make([]byte, 0, 2*len(*o)+8)
	for _, mark := range *o {
		w.put(mark)
	}
	*o = (*o)[:0]
	return slices.Clip(w.out)
}

// packer packs marks that come in order, each once.
type packer struct {
	out  []byte
	last uint64
}

func (w *packer) put(mark uint64) {
	lines := mark>>lineShift - w.last>>lineShift
	if lines == 0 && w.last != 0 {
		w.out = binary.AppendUvarint(w.out, (mark-w.last)<<1)
	} else {
		w.out = binary.AppendUvarint(w.out, lines<<1|1)
		w.out = binary.AppendUvarint(w.out, mark&restOfMark)
	}
	w.last = mark
}

// unpacker reads packed marks.
type unpacker struct {
	in   []byte
	mark uint64
}

// next goes to the next mark; false at the end, or where the bytes are damaged.
func (r *unpacker) next() bool {
	delta, ok := r.number()
	if !ok {
		return false
	}
	if delta&1 == 0 {
		r.mark += delta >> 1
		return true
	}
	rest, ok := r.number()
	if !ok {
		return false
	}
	r.mark = (r.mark>>lineShift+delta>>1)<<lineShift | rest&restOfMark
	return true
}

func (r *unpacker) number() (uint64, bool) {
	n, size := binary.Uvarint(r.in)
	if size <= 0 {
		r.in = nil
		return 0, false
	}
	r.in = r.in[size:]
	return n, true
}

// union calls for each mark of several packed lists in order, each once; one that was taken in any was taken.
func unionOf(lists [][]byte, each func(mark uint64)) {
	readers := make([]unpacker, 0, len(lists))
	for _, list := range lists {
		if r := (unpacker{in: list}); r.next() {
			readers = append(readers, r)
		}
	}
	for len(readers) > 0 {
		least := uint64(math.MaxUint64)
		for i := range readers {
			least = min(least, readers[i].mark|1)
		}
		mark, left := least&^1, readers[:0]
		for _, r := range readers {
			if r.mark|1 == least {
				mark |= r.mark
				if !r.next() {
					continue
				}
			}
			left = append(left, r)
		}
		readers = left
		each(mark)
	}
}

// packed are the marks of one file: several packed lists, each at least twice as long as the next, so that adding costs
// the logarithm of what is there and not the whole.
type packed [][]byte

// add adds a packed list.
func (p *packed) add(list []byte) {
	if len(list) == 0 {
		return
	}
	for n := len(*p); n > 0 && len((*p)[n-1]) < 2*len(list); n = len(*p) {
		list = joined([][]byte{(*p)[n-1], list})
		*p = (*p)[:n-1]
	}
	*p = append(*p, list)
}

// size is the room they take, in bytes.
func (p packed) size() (n int) {
	for _, list := range p {
		n += cap(list) + sliceRoom
	}
	return n
}

// sliceRoom is what a slice takes beside what is in it.
const sliceRoom = 24

// joined are all marks of several packed lists in one.
func joined(lists [][]byte) []byte {
	switch len(lists) {
	case 0:
		return nil
	case 1:
		return lists[0]
	}
	var w packer
	unionOf(lists, w.put)
	return slices.Clip(w.out)
}
