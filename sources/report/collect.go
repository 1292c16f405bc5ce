package report

import (
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"gonogo/model"
)

// errBound ends the reading of a report because a bound was reached; what bound is told as a flaw.
var errBound = errors.New("a bound was reached")

// collector gathers what coverage parsers tell, within bounds.
type collector struct {
	limits Limits
	flaws  *flaws
	seed   maphash.Seed
	files  map[uint64]int32 // in order, by the hash of what tells a file from others
	order  []*fileMarks
	places map[place]*place // each once: few are in many files
	now    *fileMarks
	// What was told of that file and is not packed yet.
	branching, stating open
	skip               bool // what is told of the file leads nowhere
	used               int  // bytes, about
	full               bool
	told               bool   // a file, by the report being read
	dir                string // of the report being read
}

// place is where a file's path is relative to, as reports tell it. Relative paths of reports in different folders of an
// archive are different files until they are mapped to the repository: each package of a monorepo has its src/index.ts.
type place struct{ root, pkg, dir string }

// fileMarks is what was told of one file.
type fileMarks struct {
	path           string
	place          *place
	coverable, hit model.LineSet
	branches       packed
	statements     packed
	room           int // bytes of what can grow, as last added to used
}

// fileRoom is about what a file takes beside its lines and its name, and placeRoom a place.
const (
	fileRoom  = 180
	placeRoom = 150
)

func newCollector(l Limits, f *flaws) *collector {
	return &collector{limits: l, flaws: f, seed: maphash.MakeSeed(), files: make(map[uint64]int32), places: make(map[place]*place)}
}

// begin begins a report in a folder of the archive.
func (c *collector) begin(f *flaws, dir string) {
	c.flaws, c.dir, c.skip, c.told = f, dir, false, false
}

// end ends a report.
func (c *collector) end() error {
	err := c.pack()
	c.now = nil
	return err
}

// pack packs what was told of the file.
func (c *collector) pack() error {
	if c.now == nil {
		return nil
	}
	c.now.trim()
	if len(c.branching) > 0 {
		c.now.branches.add(c.branching.pack())
	}
	if len(c.stating) > 0 {
		c.now.statements.add(c.stating.pack())
	}
	return c.resized(c.now)
}

func (c *collector) at(where func() int) { c.flaws.where = where }

func (c *collector) flaw(line int, lost bool, why string) { c.flaws.flaw(line, lost, why) }

func (c *collector) file(path, root, pkg string) error {
	c.told = true
	if c.full {
		return errBound
	}
	if err := c.pack(); err != nil {
		return err
	}
	if len(path)+len(root)+len(pkg) > maxPath {
		c.flaws.flaw(0, true, fmt.Sprintf("the path of a file is longer than %d bytes: %.60s…", maxPath, path))
		c.now, c.skip = nil, true
		return nil
	}
	c.skip = false
	at := place{root: root, pkg: pkg}
	if c.dir != "" && !absolute(path) && !absolute(root) && kindOf(path) == relativePath {
		at.dir = c.dir
	}
	where, known := c.places[at]
	if !known {
		where = &at
		c.places[at] = where
		if err := c.use(placeRoom + len(root) + len(pkg) + len(at.dir)); err != nil {
			return err
		}
	}
	hash := c.hash(path, where)
	for {
		i, ok := c.files[hash]
		if !ok {
			break
		}
		if f := c.order[i]; f.path == path && f.place == where {
			c.now = f
			return nil
		}
		hash++
	}
	if len(c.files) >= c.limits.Files {
		return c.bound(fmt.Sprintf("more than %d files; the others were left out", c.limits.Files))
	}
	c.files[hash] = int32(len(c.order))
	c.now = &fileMarks{path: path, place: where}
	c.order = append(c.order, c.now)
	return c.use(fileRoom + len(path))
}

func (c *collector) hash(path string, at *place) uint64 {
	var h maphash.Hash
	h.SetSeed(c.seed)
	_, _ = h.WriteString(path) // hashing does not fail
	for _, s := range [...]string{at.root, at.pkg, at.dir} {
		_ = h.WriteByte(0)
		_, _ = h.WriteString(s)
	}
	return h.Sum64()
}

func (c *collector) line(number int, hits int64) error {
	return c.lines(number, number, hits > 0)
}

// lines tells that a range of lines can be covered, and whether they were.
func (c *collector) lines(from, to int, hit bool) error {
	if from < 1 || to > c.limits.Line || c.now == nil {
		return c.badLine(from, to)
	}
	f := c.now
	if n := words(to); n > len(f.coverable) {
		if err := c.grow(f, n); err != nil {
			return err
		}
	}
	for at := from; at <= to; {
		word, first := at/64, at%64
		last := min(63, first+to-at)
		mask := ^uint64(0) << first & (^uint64(0) >> (63 - last))
		f.coverable[word] |= mask
		if hit {
			f.hit[word] |= mask
		}
		at += last - first + 1
	}
	return nil
}

// grow makes room for n words of lines.
func (c *collector) grow(f *fileMarks, n int) error {
	if n > cap(f.coverable) {
		room := n + n/4 + 2
		coverable, hit := make(model.LineSet, n, room), make(model.LineSet, n, room)
		copy(coverable, f.coverable)
		copy(hit, f.hit)
		f.coverable, f.hit = coverable, hit
		return c.resized(f)
	}
	f.coverable, f.hit = f.coverable[:n], f.hit[:n]
	return nil
}

// trim gives back room for lines that did not come: a file that is left is rarely told again.
func (f *fileMarks) trim() {
	if n := len(f.coverable); cap(f.coverable) > n {
		both := make(model.LineSet, 2*n)
		copy(both, f.coverable)
		copy(both[n:], f.hit)
		f.coverable, f.hit = both[:n:n], both[n:]
	}
}

func (c *collector) branch(line int, key uint64, taken bool) error {
	if line < 1 || line > c.limits.Line || c.now == nil {
		return c.badLine(line, line)
	}
	return c.mark(&c.branching, branchMark(line, branchKey(key), taken))
}

func (c *collector) branches(line, taken, total int) error {
	switch {
	case line < 1 || line > c.limits.Line || c.now == nil:
		return c.badLine(line, line)
	case total < 0 || taken < 0 || taken > total:
		c.flaws.flaw(0, true, fmt.Sprintf("%d of %d branches of line %d cannot be", taken, total, line))
		return nil
	case total > c.limits.Branches:
		c.flaws.flaw(0, true, fmt.Sprintf("%d branches in line %d are more than the %d believed", total, line, c.limits.Branches))
		return nil
	}
	for i := range total {
		if err := c.mark(&c.branching, branchMark(line, countedBranch|uint64(i), i < taken)); err != nil {
			return err
		}
	}
	return nil
}

// statement tells a block of statements, as Go's cover profiles have them.
func (c *collector) statement(from position, statements int, hit bool) error {
	if c.now == nil {
		return c.badLine(int(from.line), int(from.line))
	}
	return c.mark(&c.stating, statementMark(from, statements, hit))
}

func (c *collector) mark(o *open, mark uint64) error {
	*o = append(*o, mark)
	if len(*o) >= maxOpen && o.full() {
		return c.pack()
	}
	return nil
}

func (c *collector) badLine(from, to int) error {
	switch {
	case c.skip:
	case c.now == nil:
		return &Problem{Why: "lines before the first file", Lost: true}
	case from < 1: // some tools write DA:0 for what has no line: nothing is lost with it
		c.flaws.flaw(0, false, fmt.Sprintf("%s has a line number %d; lines are counted from 1", c.now.path, from))
	default:
		c.flaws.flaw(0, true, fmt.Sprintf("%s has a line number %d; more than %d is not believed", c.now.path, to, c.limits.Line))
	}
	return nil
}

// resized counts the room of a file anew.
func (c *collector) resized(f *fileMarks) error {
	room := 8*(cap(f.coverable)+cap(f.hit)) + f.branches.size() + f.statements.size()
	more := room - f.room
	f.room = room
	return c.use(more)
}

func (c *collector) use(more int) error {
	if c.used += more; c.used > c.limits.Memory {
		return c.bound(fmt.Sprintf("more than fits in %d MiB; the rest was left out", c.limits.Memory>>20))
	}
	return nil
}

func (c *collector) bound(why string) error {
	if !c.full {
		c.full = true
		c.flaws.flaw(0, true, why)
	}
	return errBound
}

// result is what was told, in the order of the files' names.
func (c *collector) result() []File {
	slices.SortFunc(c.order, func(a, b *fileMarks) int {
		return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.place.dir, b.place.dir),
			strings.Compare(a.place.root, b.place.root), strings.Compare(a.place.pkg, b.place.pkg))
	})
	files := make([]File, len(c.order))
	for i, f := range c.order {
		files[i] = File{
			Path: cleaned(f.path), Root: cleaned(f.place.root), Package: cleaned(f.place.pkg), Dir: f.place.dir,
			Coverable: f.coverable, Hit: f.hit, Branches: joined(f.branches), Statements: joined(f.statements),
		}
	}
	return files
}

func cleaned(s string) string { return string(model.Clean(s)) }

// words is how many words hold a set whose highest line is this one.
func words(line int) int { return line/64 + 1 }
