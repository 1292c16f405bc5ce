package report

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"gonogo/model"
)

// Read reads all reports of the kinds wanted in an artifact: a zip archive, or a report by itself. Reports are recognised
// by their content; what is none is passed over. What can't be read is a problem of what was found; the error only tells
// that the artifact itself could not be read from where it lies, or that ctx ended.
//
// Nothing is written anywhere, so that names in an archive can lead nowhere.
func Read(ctx context.Context, artifact io.ReaderAt, size int64, want Kind, limits Limits) (*Found, error) {
	limits = limits.orDefault()
	r := &reading{ctx: ctx, want: want, limits: limits, found: new(Found)}
	r.coverage = newCollector(limits, nil)
	r.tests = newCases(limits, nil)
	if err := r.artifact(artifact, size); err != nil {
		return nil, err
	}
	return r.result(), nil
}

// reading is an artifact being read.
type reading struct {
	ctx      context.Context
	want     Kind
	limits   Limits
	found    *Found
	coverage *collector
	tests    *cases
	unpacked int64 // bytes, of all entries
	entries  int
	full     bool // a bound was reached: nothing more is read
	closed   closed
}

// errStop ends the reading of an artifact: a bound was reached, and told.
var errStop = errors.New("no more of the artifact is read")

func (r *reading) artifact(artifact io.ReaderAt, size int64) error {
	err := r.content("", io.NewSectionReader(artifact, 0, size), outermost{artifact, size}, level{})
	if err != nil && !errors.Is(err, errStop) {
		return fmt.Errorf("read an artifact: %w", err)
	}
	return nil
}

// outermost is where a content can be read at any place: an artifact in its file, or an archive within it in memory.
type outermost struct {
	at   io.ReaderAt
	size int64
}

// level is how deep in an artifact something lies.
type level struct {
	archives int  // that it is in
	gzipped  bool // it was unpacked by itself
}

// maxDepth is how deep archives may lie in each other: the artifact, and one in it.
const maxDepth = 2

func (l level) below() level { return level{archives: l.archives + 1} }

// deep reports whether what is packed so lies too deep.
func (l level) deep(kind packing) bool {
	switch kind {
	case zipped, tarred:
		return l.archives >= maxDepth
	case gzipped:
		return l.gzipped
	case notPacked:
	}
	return false
}

// content reads what one file holds: a report, or an archive of them.
func (r *reading) content(name string, in io.Reader, whole outermost, at level) error {
	b := bufio.NewReaderSize(in, headSize)
	head, err := b.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return r.unseen(name, at, err)
	}
	kind := containerOf(head)
	if at.deep(kind) {
		r.close(name, "archives lie too deep in each other; it was not read")
		return nil
	}
	switch kind {
	case zipped:
		if whole.at == nil {
			if whole, err = r.hold(name, b); err != nil || whole.at == nil {
				return err
			}
		}
		return r.zip(name, whole, at)
	case gzipped:
		z, err := gzip.NewReader(b)
		if err != nil {
			return r.unseen(name, level{at.archives, true}, err)
		}
		return r.content(strings.TrimSuffix(name, ".gz"), r.metered(z), outermost{}, level{at.archives, true})
	case tarred:
		return r.tar(name, b, at)
	case notPacked:
	}
	return r.report(name, head, b)
}

// packing is how files are packed into one.
type packing int

const (
	notPacked packing = iota
	zipped
	gzipped
	tarred
)

func containerOf(head []byte) packing {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return zipped
	case bytes.HasPrefix(head, []byte("\x1f\x8b\x08")):
		return gzipped
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return tarred
	}
	return notPacked
}

// hold takes an archive within an archive into memory, for its directory is at its end.
func (r *reading) hold(name string, in io.Reader) (outermost, error) {
	all, err := io.ReadAll(io.LimitReader(in, r.limits.Nested+1))
	switch {
	case err != nil:
		return outermost{}, r.unreadable(name, err)
	case int64(len(all)) > r.limits.Nested:
		r.close(name, fmt.Sprintf("an archive in the archive larger than %d MiB is not read", r.limits.Nested>>20))
		return outermost{}, nil
	}
	return outermost{bytes.NewReader(all), int64(len(all))}, nil
}

// report reads one report, if it is one that is wanted.
func (r *reading) report(name string, head []byte, in io.Reader) error {
	f, in, ok := recognise(head, in)
	if !ok || f.kind&r.want == 0 {
		return nil
	}
	name = string(model.Clean(name))
	flaws := &flaws{kind: f.kind, file: name, limit: r.limits.Flaws}
	var err error
	if in = r.timely(in); f.kind == Coverage {
		r.coverage.begin(flaws, path.Dir(slashed(name)))
		err = f.coverage(in, r.coverage)
		if ended := r.coverage.end(); err == nil {
			err = ended
		}
	} else {
		r.tests.begin(flaws)
		err = f.tests(in, r.tests)
	}
	empty := f.kind == Coverage && !r.coverage.told
	if !empty {
		r.found.Reports = append(r.found.Reports, Recognised{File: name, Format: f.name, Kind: f.kind})
	}
	problem := (*Problem)(nil)
	switch {
	case errors.As(err, &problem):
		told := *problem
		told.Kind, told.File, told.Lost = f.kind, name, true
		told.Why = string(model.Clean(told.Why))
		flaws.found = append(flaws.found, told)
		err = nil
	case errors.Is(err, errBound):
		err = nil
	case err == nil && empty && len(flaws.found) == 0:
		flaws.where = nil
		flaws.flaw(0, false, "it begins like a report of the format "+f.name+", and tells of no file")
	}
	r.found.Problems = append(r.found.Problems, flaws.all()...)
	if err != nil {
		return r.unreadable(name, err)
	}
	return nil
}

// result is what was found, in an order that does not depend on that of the archive.
func (r *reading) result() *Found {
	f := r.found
	f.Files = r.coverage.result()
	f.Seen, f.Named = r.tests.seen, r.tests.named()
	switch {
	case r.full:
		f.Cut = r.want
	case r.coverage.full && r.tests.cut:
		f.Cut = Coverage | Tests
	case r.coverage.full:
		f.Cut = Coverage
	case r.tests.cut:
		f.Cut = Tests
	}
	r.tellClosed()
	if len(f.Reports) == 0 && len(f.Problems) == 0 {
		r.problem("", "no report was recognised in it: "+r.want.formats(), true)
	}
	return f
}

// formats says what is looked for.
func (k Kind) formats() string {
	switch k {
	case Coverage:
		return "LCOV, Cobertura, JaCoCo and Go cover profiles are read"
	case Tests:
		return "JUnit XML is read"
	}
	return "LCOV, Cobertura, JaCoCo, Go cover profiles and JUnit XML are read"
}

// closed are files that can't be looked into. Artifacts hold much beside reports (programs, traces, pictures), so that is
// a loss only where no report was found.
type closed struct {
	first Problem
	n     int
}

// close tells that a file can't be looked into.
func (r *reading) close(name, why string) {
	if r.closed.n++; r.closed.n == 1 {
		r.closed.first = Problem{Kind: r.want, File: string(model.Clean(name)), Why: why}
	}
}

// unseen tells why the beginning of a file can't be read: of one that is packed once more within the artifact, nobody
// knows that it is a report.
func (r *reading) unseen(name string, at level, err error) error {
	before := len(r.found.Problems)
	failed := r.unreadable(name, err)
	if n := len(r.found.Problems); failed == nil && n > before && (at.archives > 1 || at.gzipped && name != "") {
		why := r.found.Problems[n-1].Why
		r.found.Problems = r.found.Problems[:n-1]
		r.close(name, why)
	}
	return failed
}

func (r *reading) tellClosed() {
	p := r.closed.first
	switch {
	case r.closed.n == 0:
		return
	case r.closed.n == 2:
		p.Why += "; nor could another file be looked into"
	case r.closed.n > 2:
		p.Why += fmt.Sprintf("; nor could %d other files be looked into", r.closed.n-1)
	}
	p.Lost = len(r.found.Reports) == 0
	r.found.Problems = append(r.found.Problems, p)
}

func (r *reading) problem(name, why string, lost bool) {
	r.found.Problems = append(r.found.Problems, Problem{Kind: r.want, File: string(model.Clean(name)), Why: why, Lost: lost})
}
