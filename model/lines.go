package model

import (
	"math/bits"
	"strconv"
	"strings"
)

// Lines is a stretch of line numbers, both ends in it.
type Lines struct{ From, To int }

// String is the stretch as a person writes it: 41–57, or 80.
func (l Lines) String() string {
	if l.From == l.To {
		return strconv.Itoa(l.From)
	}
	return strconv.Itoa(l.From) + "–" + strconv.Itoa(l.To)
}

// LineList is several stretches in one text: 41–57, 80.
func LineList(stretches []Lines) string {
	parts := make([]string, len(stretches))
	for i, l := range stretches {
		parts[i] = l.String()
	}
	return strings.Join(parts, ", ")
}

// Stretches are the lines of the set, in order.
func (s LineSet) Stretches() []Lines {
	var all []Lines
	for i, word := range s {
		for word != 0 {
			from := bits.TrailingZeros64(word)
			n := bits.TrailingZeros64(^(word >> from))
			first, last := 64*i+from, 64*i+from+n-1
			if k := len(all) - 1; k >= 0 && all[k].To == first-1 {
				all[k].To = last
			} else {
				all = append(all, Lines{first, last})
			}
			if from+n == 64 {
				break
			}
			word &^= 1<<(from+n) - 1
		}
	}
	return all
}

// Without are the lines of the set that are not in the other.
func (s LineSet) Without(other LineSet) LineSet {
	out := make(LineSet, len(s))
	for i, word := range s {
		if i < len(other) {
			word &^= other[i]
		}
		out[i] = word
	}
	return out
}

// Within are the lines of the set that lie in one of the stretches.
func (s LineSet) Within(stretches []Lines) LineSet {
	out := make(LineSet, len(s))
	for _, l := range stretches {
		for line := max(l.From, 1); line <= l.To && line/64 < len(s); line++ {
			if s[line/64] == 0 {
				line |= 63 // nothing until the next word
				continue
			}
			out[line/64] |= s[line/64] & (1 << (line % 64))
		}
	}
	return out
}

// And are the lines that are in both sets.
func (s LineSet) And(other LineSet) LineSet { return s.Without(s.Without(other)) }
