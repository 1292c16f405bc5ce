package report

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"
	"testing"
)

const small = "SF:x.c\nDA:1,1\nend_of_record\n"

// raw adds an entry whose header says what change makes it say.
func raw(t testing.TB, w *zip.Writer, name, content string, change func(*zip.FileHeader)) {
	t.Helper()
	packed := deflated(t, content)
	h := &zip.FileHeader{
		Name: name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE([]byte(content)),
		CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(len(content)),
	}
	if change != nil {
		change(h)
	}
	f, err := w.CreateRaw(h)
	if err == nil {
		_, err = f.Write(packed)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func deflated(t testing.TB, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func packedGzip(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tarOf(t testing.TB, headers ...tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		content := ""
		if h.Typeflag == tar.TypeReg {
			content, h.Size = small, int64(len(small))
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestArchives(t *testing.T) {
	crafted := func(make func(w *zip.Writer)) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		make(w)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	bomb := "SF:x.c\nDA:1,1\nend_of_record\n" + strings.Repeat("#"+strings.Repeat(" ", 60_000)+"\n", (expansion+8<<20)/60_000)
	for _, test := range []struct {
		name     string
		archive  []byte
		limits   Limits
		reports  string // the names of those read
		problems string
	}{
		{name: "a report by itself", archive: []byte(small), reports: "."},
		{name: "a packed report by itself", archive: []byte(packedGzip(t, small)), reports: "."},
		{name: "a packed report", archive: zipOf(t, "lcov.info.gz", packedGzip(t, small)), reports: "lcov.info"},
		{
			name: "an archive in the archive", archive: zipOf(t, "all.zip", string(zipOf(t, "a/lcov.info", small, "b/lcov.info", small))),
			reports: "all.zip/a/lcov.info all.zip/b/lcov.info",
		},
		{
			name:    "a tar in the archive, packed or not",
			archive: zipOf(t, "a.tar", tarOf(t, tar.Header{Name: "d", Typeflag: tar.TypeDir}, tar.Header{Name: "d/lcov.info", Typeflag: tar.TypeReg}, tar.Header{Name: "l", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink}), "b.tgz", packedGzip(t, tarOf(t, tar.Header{Name: "lcov.info", Typeflag: tar.TypeReg}))),
			reports: "a.tar/d/lcov.info b.tgz/lcov.info",
		},
		{
			name: "archives too deep", archive: zipOf(t, "a.zip", string(zipOf(t, "b.zip", string(zipOf(t, "lcov.info", small))))),
			problems: "a.zip/b.zip: archives lie too deep in each other; it was not read",
		},
		{
			name: "packed twice", archive: zipOf(t, "lcov.info.gz.gz", packedGzip(t, packedGzip(t, small))),
			problems: "lcov.info.gz: archives lie too deep in each other; it was not read",
		},
		{
			name: "an archive in the archive too large to hold", limits: Limits{Nested: 1 << 20},
			archive:  crafted(func(w *zip.Writer) { raw(t, w, "a.zip", "PK\x03\x04"+strings.Repeat("x", 2<<20), nil) }),
			problems: "a.zip: an archive in the archive larger than 1 MiB is not read",
		},
		{
			name: "programs and traces beside a report", limits: Limits{Nested: 1 << 10},
			archive: zipOf(t, "app.jar", string(zipOf(t, "BOOT-INF/lib/a.jar", string(zipOf(t, "A.class", "\xca\xfe")), "b.jar", string(zipOf(t, "B.class", "\xca\xfe")))),
				"trace.zip", "PK\x03\x04"+strings.Repeat("x", 2<<10), "broken.zip", "PK\x03\x04", "lcov.info", small),
			reports:  "lcov.info",
			problems: "app.jar/BOOT-INF/lib/a.jar: archives lie too deep in each other; it was not read; nor could 3 other files be looked into",
		},
		{name: "nothing in it", archive: zipOf(t), problems: "no report was recognised in it: LCOV, Cobertura, JaCoCo and Go cover profiles are read"},
		{name: "no bytes at all", problems: "no report was recognised in it: LCOV, Cobertura, JaCoCo and Go cover profiles are read"},
		{
			name: "paths that lead out of it", archive: zipOf(t, "../../etc/cron.d/x", small, "/root/.ssh/y", small, `..\..\z`, small, "C:\\w", small, "a\x00b", small, "\x1b[2Jc", small),
			reports: "../../etc/cron.d/x /root/.ssh/y ..\\..\\z C:\\w a␀b ␛[2Jc",
		},
		{
			name: "links and folders",
			archive: crafted(func(w *zip.Writer) {
				raw(t, w, "link", "SF:/etc/passwd", func(h *zip.FileHeader) { h.SetMode(fs.ModeSymlink | 0o777) })
				if _, err := w.Create("folder/"); err != nil {
					t.Fatal(err)
				}
				raw(t, w, "lcov.info", small, nil)
			}),
			reports: "lcov.info",
		},
		{
			name: "two files of one name", archive: zipOf(t, "lcov.info", small, "lcov.info", small),
			reports: "lcov.info lcov.info", problems: "lcov.info: the archive has two files of this name; both are read",
		},
		{
			name:     "encrypted",
			archive:  crafted(func(w *zip.Writer) { raw(t, w, "lcov.info", small, func(h *zip.FileHeader) { h.Flags |= 1 }) }),
			problems: "lcov.info: it is encrypted",
		},
		{
			name:     "a method that is not read",
			archive:  crafted(func(w *zip.Writer) { raw(t, w, "lcov.info", small, func(h *zip.FileHeader) { h.Method = 93 }) }),
			problems: "lcov.info: it is packed with a method that is not read; deflate is",
		},
		{
			name: "a size that is too small",
			archive: crafted(func(w *zip.Writer) {
				raw(t, w, "lcov.info", small, func(h *zip.FileHeader) { h.UncompressedSize64 = 5 })
			}),
			reports: "", problems: "lcov.info: it is not what its headers say",
		},
		{
			name: "a size that is too large",
			archive: crafted(func(w *zip.Writer) {
				raw(t, w, "lcov.info", small, func(h *zip.FileHeader) { h.UncompressedSize64 = 500 })
			}),
			reports: "", problems: "lcov.info: it ends too early",
		},
		{
			name:     "a checksum that is another's",
			archive:  crafted(func(w *zip.Writer) { raw(t, w, "lcov.info", small, func(h *zip.FileHeader) { h.CRC32++ }) }),
			problems: "lcov.info: its checksum is not that of its bytes: the archive is damaged",
		},
		{
			name: "damaged bytes",
			archive: func() []byte {
				b := zipOf(t, "lcov.info", small)
				b[30+len("lcov.info")] ^= 0xff // the first byte of its data
				return b
			}(),
			problems: "lcov.info: its bytes are damaged",
		},
		{
			name: "cut off", archive: zipOf(t, "lcov.info", small)[:40],
			problems: "the archive is cut off or damaged: it is not what its headers say",
		},
		{
			name: "files over one another", archive: overlapping(t),
			reports: "a", problems: "b: it lies over another file of the archive, as in zip bombs; it is not read",
		},
		{
			name:    "what unpacks to far more than it is",
			archive: crafted(func(w *zip.Writer) { raw(t, w, "lcov.info", bomb, nil) }), limits: Limits{Ratio: 100},
			reports: "lcov.info", problems: "lcov.info: it unpacks to far more than reports do, as zip bombs",
		},
		{
			name: "more than is read of an artifact", archive: zipOf(t, "a", small+strings.Repeat("\n", 2<<20), "b", small+strings.Repeat("\n", 2<<20)), limits: Limits{Bytes: 3 << 20},
			reports: "a b", problems: "b: the artifact unpacks to more than the 3 MiB that are read; the rest was left out",
		},
		{
			name: "more files than are read", archive: zipOf(t, "a", small, "b", small, "c", small), limits: Limits{Entries: 2},
			problems: "the archive has 3 files, more than the 2 that are read",
		},
		{
			name: "a directory larger than is read", archive: longNames(t),
			problems: "the directory of the archive is larger than 4 MiB; it is not read",
		},
		{name: "Zip64", archive: zip64(t), reports: "lcov.info"},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := read(t, test.archive, Coverage, test.limits)
			if p := problems(found); p != test.problems {
				t.Errorf("problems:\n%s\nwant:\n%s", p, test.problems)
			}
			var names []string
			for _, r := range found.Reports {
				name := r.File
				if name == "" {
					name = "."
				}
				names = append(names, name)
			}
			if got := strings.Join(names, " "); got != test.reports && test.reports != "" {
				t.Errorf("read %q, want %q", got, test.reports)
			}
		})
	}
}

// A report that is read is whole whatever lies beside it; alone, what can't be looked into might have been it.
func TestWhatCannotBeLookedIntoIsALossOnlyAlone(t *testing.T) {
	closed := []string{"trace.zip", "PK\x03\x04x", "a.gz", packedGzip(t, strings.Repeat("x", 5000))[:14], "b.gz", "\x1f\x8b\x08x"}
	for _, beside := range []bool{true, false} {
		files := closed
		if beside {
			files = append([]string{"lcov.info", small}, closed...)
		}
		found := read(t, zipOf(t, files...), Coverage, Limits{})
		if len(found.Problems) != 1 || found.Problems[0].Lost == beside || !strings.HasSuffix(problems(found), "nor could 2 other files be looked into") {
			t.Errorf("with a report: %v; %+v", beside, found.Problems)
		}
	}
}

// overlapping is an archive whose second entry points to the data of the first.
func overlapping(t testing.TB) []byte {
	b := zipOf(t, "a", small, "b", small)
	second := bytes.LastIndex(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[second+42:], 0)
	return b
}

// longNames is an archive with a large directory.
func longNames(t testing.TB) []byte {
	var files []string
	for i := range 80 {
		files = append(files, strings.Repeat("n", 60_000)+string(rune('a'+i)), "")
	}
	return zipOf(t, files...)
}

// zip64 is an archive whose directory gives its sizes in Zip64's extra field, as streams of unknown length have it.
func zip64(t testing.TB) []byte {
	b := zipOf(t, "lcov.info", small)
	at := bytes.Index(b, []byte("PK\x01\x02"))
	end := bytes.Index(b, []byte("PK\x05\x06"))
	entry := bytes.Clone(b[at:end])
	packed, unpacked := binary.LittleEndian.Uint32(entry[20:]), binary.LittleEndian.Uint32(entry[24:])
	binary.LittleEndian.PutUint32(entry[20:], 0xffffffff)
	binary.LittleEndian.PutUint32(entry[24:], 0xffffffff)
	extra := binary.LittleEndian.AppendUint16(nil, 1)
	extra = binary.LittleEndian.AppendUint16(extra, 16)
	extra = binary.LittleEndian.AppendUint64(extra, uint64(unpacked))
	extra = binary.LittleEndian.AppendUint64(extra, uint64(packed))
	binary.LittleEndian.PutUint16(entry[30:], uint16(len(extra)))
	entry = append(entry, extra...)
	tail := bytes.Clone(b[end:])
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(entry)))
	return append(append(bytes.Clone(b[:at]), entry...), tail...)
}

// broken is a place to read from that fails.
type broken struct {
	*bytes.Reader
	from int64
}

var errDisk = errors.New("the disk failed")

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.from {
		return 0, errDisk
	}
	return b.Reader.ReadAt(p, off)
}

func TestWhereTheArtifactLiesIsToldApartFromWhatIsInIt(t *testing.T) {
	archive := zipOf(t, "lcov.info", strings.Repeat(small, 100_000))
	for _, from := range []int64{0, 100, int64(len(archive)) - 100} {
		found, err := Read(t.Context(), broken{bytes.NewReader(archive), from}, int64(len(archive)), Coverage, Limits{})
		if !errors.Is(err, errDisk) {
			t.Errorf("from %d on: %v, %+v", from, err, found)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, bytes.NewReader(archive), int64(len(archive)), Coverage, Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := Read(ctx, bytes.NewReader([]byte(small)), int64(len(small)), Coverage, Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
