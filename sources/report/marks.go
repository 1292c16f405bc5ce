package report

import (
	"math/bits"
	"slices"
)

// marks are things that were told, each with whether it was hit: the lowest bit of each says so, the bits above it are
// which one it is. Telling one again adds its hit. They are kept in order, but for those told since the last tidying, so
// that telling many things many times costs little room and no more than a sort.
type marks struct {
	all  []uint64
	tidy int // how many at the beginning are in order, each once
}

// minMarks is how many are told before they are tidied for the first time.
const minMarks = 64

// put tells one.
func (m *marks) put(mark uint64) {
	if len(m.all) == cap(m.all) && len(m.all) >= minMarks {
		m.sort()
		if len(m.all)*4 > cap(m.all)*3 { // mostly new ones: more room, of which the next ones must fill a quarter at least
			m.all = slices.Grow(m.all, max(minMarks, len(m.all)/2))
		}
	}
	m.all = append(m.all, mark)
}

// sort puts them in order, each once.
func (m *marks) sort() {
	if m.tidy == len(m.all) {
		return
	}
	slices.Sort(m.all)
	n := 0
	for i, mark := range m.all {
		if i > 0 && m.all[n-1]|1 == mark|1 {
			m.all[n-1] |= mark
			continue
		}
		m.all[n] = mark
		n++
	}
	m.all = m.all[:n]
	m.tidy = n
}

// size is the room they take, in bytes.
func (m *marks) size() int { return 8 * cap(m.all) }

// A branch is one of a line: 24 bits of line, 39 of key, one of hit. The highest bit of the key says that the report only
// counts the branches of the line.
const (
	branchKeyBits = 39
	countedBranch = 1 << (branchKeyBits - 1)
	maxLineNumber = 1<<24 - 1
)

func branchMark(line int, key uint64, taken bool) uint64 {
	return uint64(line)<<(branchKeyBits+1) | key<<1 | bit(taken)
}

// branchKey makes a key of any size one that fits; those that fit already stay as they are, so that they pack well.
func branchKey(key uint64) uint64 {
	if key < countedBranch {
		return key
	}
	return mix(key) & (countedBranch - 1)
}

// A statement block is known by where it begins and ends: 47 bits of a hash of that, 16 of its number of statements, one
// of hit. Two of a thousand blocks of a file share a hash once in hundreds of millions of files.
const (
	statementBits = 16
	maxStatements = 1<<statementBits - 1
)

func statementMark(from, to position, statements int, hit bool) uint64 {
	place := mix(mix(uint64(from.line)<<32|uint64(from.column)) ^ (uint64(to.line)<<32 | uint64(to.column)))
	return place>>(1+statementBits)<<(1+statementBits) | uint64(statements)<<1 | bit(hit)
}

func statementsOf(mark uint64) int { return int(mark >> 1 & maxStatements) }

// position is a place in a file, both from 1.
type position struct{ line, column uint32 }

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// mix spreads the bits of a number over all 64 of them (the finaliser of SplitMix64). It is kept in the cache, so it must
// not change between versions.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// words is how many words hold a set whose highest line is this one.
func words(line int) int { return line/(bits.UintSize) + 1 }
