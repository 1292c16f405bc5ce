package report

import (
	"archive/tar"
	"archive/zip"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
)

// zip reads the files of a zip archive. An entry that can't be read is a problem and the next one is read.
func (r *reading) zip(name string, whole outermost, at level) error {
	bounded := &directoryReader{at: whole.at, most: maxDirectory}
	z, err := zip.NewReader(bounded, whole.size)
	if err != nil {
		switch {
		case bounded.over:
			r.archiveProblem(name, fmt.Sprintf("the directory of the archive is larger than %d MiB; it is not read", maxDirectory>>20))
		case bounded.err != nil:
			return bounded.err
		default:
			r.archiveProblem(name, "the archive is cut off or damaged: "+plainly(err))
		}
		return nil
	}
	bounded.most = 0
	if r.entries += len(z.File); r.entries > r.limits.Entries {
		r.archiveProblem(name, fmt.Sprintf("the archive has %d files, more than the %d that are read", r.entries, r.limits.Entries))
		return nil
	}
	overlapping := overlaps(z.File)
	names := make(map[string]bool)
	for _, f := range z.File {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		where := inside(name, f.Name)
		mode := f.Mode()
		switch {
		case !mode.IsRegular() || f.UncompressedSize64 == 0 && f.CompressedSize64 == 0:
			continue // folders, links
		case f.Flags&1 != 0:
			r.close(where, "it is encrypted")
			continue
		case overlapping[f]:
			r.problem(where, "it lies over another file of the archive, as in zip bombs; it is not read", true)
			continue
		case names[f.Name]:
			r.problem(where, "the archive has two files of this name; both are read", false)
		}
		names[f.Name] = true
		if err := r.entry(where, f, at); err != nil {
			return err
		}
	}
	return nil
}

// archiveProblem tells what is wrong with an archive: with the artifact, or with a file in it that need not be one of
// reports.
func (r *reading) archiveProblem(name, why string) {
	if name == "" {
		r.problem("", why, true)
		return
	}
	r.close(name, why)
}

func (r *reading) entry(name string, f *zip.File, at level) error {
	in, err := f.Open()
	if err != nil {
		return r.unreadable(name, err)
	}
	defer func() { _ = in.Close() }() // only read
	return r.content(name, r.metered(&ratioReader{r: in, packed: int64(f.CompressedSize64), most: r.limits.Ratio}), outermost{}, at.below())
}

// tar reads the files of a tar archive.
func (r *reading) tar(name string, in io.Reader, at level) error {
	t := tar.NewReader(in)
	for {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return r.unreadable(name, err)
		}
		if r.entries++; r.entries > r.limits.Entries {
			r.archiveProblem(name, fmt.Sprintf("the archive has more than the %d files that are read", r.limits.Entries))
			return nil
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := r.content(inside(name, h.Name), t, outermost{}, at.below()); err != nil {
			return err
		}
	}
}

func inside(archive, name string) string {
	if archive == "" {
		return name
	}
	return archive + "/" + name
}

// maxDirectory bounds the directory of a zip archive: archive/zip takes it whole into memory, some five times as large.
const maxDirectory = 4 << 20

// directoryReader lets a zip's directory be read up to a bound, and knows whether it was the bound or the source that
// failed.
type directoryReader struct {
	at   io.ReaderAt
	read int64
	most int64 // 0: no bound any more
	over bool
	err  error
}

var errDirectory = errors.New("the directory is too large")

func (d *directoryReader) ReadAt(p []byte, off int64) (int, error) {
	if d.most > 0 {
		if d.read += int64(len(p)); d.read > d.most {
			d.over = true
			return 0, errDirectory
		}
	}
	if off < 0 { // an offset of 64 bits in Zip64
		return 0, zip.ErrFormat
	}
	n, err := d.at.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		d.err = err
	}
	return n, err
}

// overlaps are the entries whose data lie over those of an entry before them. archive/zip checks no such thing, and by
// it an archive of kilobytes becomes one of terabytes (Fifield, "A better zip bomb", 2019).
func overlaps(files []*zip.File) map[*zip.File]bool {
	type span struct {
		file     *zip.File
		from, to int64
	}
	spans := make([]span, 0, len(files))
	found := make(map[*zip.File]bool)
	for _, f := range files {
		from, err := f.DataOffset()
		if err != nil {
			continue // opening it tells
		}
		to := from + int64(f.CompressedSize64)
		if to < from {
			found[f] = true
			continue
		}
		spans = append(spans, span{f, from, to})
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	end := int64(0)
	for _, s := range spans {
		if s.from < end && s.to > s.from {
			found[s.file] = true
		}
		end = max(end, s.to)
	}
	return found
}

// expansion is how much may be unpacked before its ratio is looked at: small files may be as repetitive as they like.
const expansion = 64 << 20

// ratioReader ends the reading of what becomes too much larger by unpacking.
type ratioReader struct {
	r            io.Reader
	packed, most int64
	unpacked     int64
}

var errRatio = errors.New("it unpacks to far more than reports do, as zip bombs")

func (r *ratioReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if r.unpacked += int64(n); r.unpacked > expansion && r.unpacked/max(1, r.packed) > r.most {
		return n, errRatio
	}
	return n, err
}

// metered counts what is unpacked against the bound of the artifact.
func (r *reading) metered(in io.Reader) io.Reader { return &meter{of: r, r: in} }

type meter struct {
	of *reading
	r  io.Reader
}

var errBytes = errors.New("too many bytes")

func (m *meter) Read(p []byte) (int, error) {
	if m.of.unpacked >= m.of.limits.Bytes {
		m.of.full = true
		return 0, errBytes
	}
	n, err := m.r.Read(p)
	m.of.unpacked += int64(n)
	return n, err
}

// timely lets the end of ctx end a reading.
func (r *reading) timely(in io.Reader) io.Reader { return &timely{of: r, r: in} }

type timely struct {
	of *reading
	r  io.Reader
}

func (t *timely) Read(p []byte) (int, error) {
	if err := t.of.ctx.Err(); err != nil {
		return 0, err
	}
	return t.r.Read(p)
}

// unreadable tells why a file could not be read to its end: what its bytes or a bound are to blame for is a problem of
// the file, all else the artifact's.
func (r *reading) unreadable(name string, err error) error {
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	corrupt := flate.CorruptInputError(0)
	switch {
	case errors.Is(err, errBytes):
		r.problem(name, fmt.Sprintf("the artifact unpacks to more than the %d MiB that are read; the rest was left out", r.limits.Bytes>>20), true)
		return errStop
	case errors.Is(err, zip.ErrAlgorithm):
		r.close(name, "it is packed with a method that is not read; deflate is")
	case errors.Is(err, zip.ErrChecksum):
		r.problem(name, "its checksum is not that of its bytes: the archive is damaged", true)
	case errors.Is(err, zip.ErrFormat), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &corrupt),
		errors.Is(err, errRatio), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, tar.ErrHeader),
		errors.Is(err, io.ErrNoProgress):
		r.problem(name, plainly(err), true)
	default:
		return err
	}
	return nil
}

// plainly says in our words what a library found.
func plainly(err error) string {
	corrupt := flate.CorruptInputError(0)
	switch {
	case errors.Is(err, errRatio):
		return errRatio.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, tar.ErrHeader):
		return "its bytes are damaged"
	case errors.Is(err, zip.ErrFormat):
		return "it is not what its headers say"
	}
	return err.Error()
}
