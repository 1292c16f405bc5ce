package model_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gonogo/model"
)

func set(lines ...int) model.LineSet {
	var s model.LineSet
	for _, l := range lines {
		s.Put(l)
	}
	return s
}

func TestStretches(t *testing.T) {
	for _, c := range []struct {
		lines []int
		want  string
	}{
		{nil, ""},
		{[]int{1}, "1"},
		{[]int{80, 41, 42, 43}, "41–43, 80"},
		{[]int{63, 64}, "63–64"},
		{[]int{62, 63, 64, 65, 127, 128}, "62–65, 127–128"},
		{[]int{0, -3, 5}, "5"},
	} {
		if got := model.LineList(set(c.lines...).Stretches()); got != c.want {
			t.Errorf("%v are %q, not %q", c.lines, got, c.want)
		}
	}
}

// TestLineSets holds the sets to what lists of numbers say.
func TestLineSets(t *testing.T) {
	line := rapid.IntRange(1, 300)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOf(line).Draw(t, "a"), rapid.SliceOf(line).Draw(t, "b")
		var stretches []model.Lines
		for _, from := range rapid.SliceOf(line).Draw(t, "from") {
			stretches = append(stretches, model.Lines{From: from - 5, To: from + rapid.IntRange(-7, 90).Draw(t, "to")})
		}
		x, y := set(a...), set(b...)
		in := func(l int) bool {
			return slices.ContainsFunc(stretches, func(s model.Lines) bool { return l >= s.From && l <= s.To })
		}
		told := map[int]bool{}
		last := -1
		for _, s := range x.Stretches() {
			if s.From > s.To || s.From <= last+1 && last >= 0 {
				t.Fatalf("%v tells %v", a, x.Stretches())
			}
			for last = s.From; last <= s.To; last++ {
				told[last] = true
			}
			last = s.To
		}
		for l := range 400 {
			if told[l] != slices.Contains(a, l) {
				t.Fatalf("line %d of %v is told as %v", l, a, x.Stretches())
			}
			if got, want := x.Without(y).Has(l), slices.Contains(a, l) && !slices.Contains(b, l); got != want {
				t.Fatalf("line %d of %v without %v: %v", l, a, b, got)
			}
			if got, want := x.And(y).Has(l), slices.Contains(a, l) && slices.Contains(b, l); got != want {
				t.Fatalf("line %d of %v and %v: %v", l, a, b, got)
			}
			if got, want := x.Within(stretches).Has(l), slices.Contains(a, l) && in(l); got != want {
				t.Fatalf("line %d of %v within %v: %v", l, a, stretches, got)
			}
		}
	})
}
