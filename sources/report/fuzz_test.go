package report

import (
	"archive/tar"
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/cover"
)

// tight are limits that a fuzzer can reach.
func tight() Limits {
	return Limits{Entries: 50, Bytes: 1 << 20, Nested: 1 << 16, Memory: 1 << 20, Files: 50, Line: 100_000, Branches: 64, Tests: 100, Broken: 5, Slowest: 3, Flaws: 5}
}

// seeds adds the reports of a folder of testdata.
func seeds(f *testing.F, folder string) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds in %s: %v", folder, err)
	}
	for _, name := range files {
		report, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(report)
	}
}

// sound checks what holds of whatever was found, in bytes of any kind.
func sound(t *testing.T, artifact []byte) *Found {
	t.Helper()
	limits := tight()
	found, err := Read(t.Context(), bytes.NewReader(artifact), int64(len(artifact)), Coverage|Tests, limits)
	if err != nil {
		t.Fatalf("bytes in memory can be read: %v", err)
	}
	if len(found.Files) > limits.Files || len(found.Seen) > limits.Tests || len(found.Named) > 2*limits.Broken+limits.Slowest {
		t.Fatalf("%d files, %d tests, %d named", len(found.Files), len(found.Seen), len(found.Named))
	}
	for _, f := range found.Files {
		for i, word := range f.Hit {
			if word&^f.Coverable[i] != 0 {
				t.Fatalf("%s has lines that were hit and can't be", f.Path)
			}
		}
		if len(f.Coverable) > words(limits.Line) {
			t.Fatalf("%s has a line above the limit", f.Path)
		}
	}
	for i := range found.Problems {
		if why := found.Problems[i].Error(); why == "" || len(why) > 3*maxPath || strings.ContainsAny(why, "\x00\x1b\n") {
			t.Fatalf("a problem says %q", why)
		}
	}
	encoded, err := found.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(encoded)
	if err != nil {
		t.Fatal(err)
	}
	one, _ := merged(Repository{Name: "acme/api"}, found)
	two, _ := merged(Repository{Name: "acme/api"}, again, found)
	if one.Lines != two.Lines || one.Branches != two.Branches || one.Statements != two.Statements || len(one.Files) != len(two.Files) {
		t.Fatalf("merged with itself it is another: %v %v %v, %v %v %v", one.Lines, one.Branches, one.Statements, two.Lines, two.Branches, two.Statements)
	}
	tests := MergeTests("3f2c1a9", []Part{{Found: found}})
	if len(tests.Broken) > tests.Counts.Broken() {
		t.Fatalf("%d broken tests are listed, and %d counted", len(tests.Broken), tests.Counts.Broken())
	}
	return found
}

func FuzzLCOV(f *testing.F) {
	seeds(f, "lcov")
	f.Fuzz(func(t *testing.T, report []byte) {
		sound(t, slices.Concat([]byte("TN:\n"), report))
	})
}

// FuzzGo holds what we make of a profile against what x/tools makes of it, where both find nothing wrong.
func FuzzGo(f *testing.F) {
	f.Add([]byte("x/a.go:3.14,5.2 2 1\nx/a.go:7.20,9.3 4 0\nx/b.go:1.1,1.9 0 1\n"))
	f.Add([]byte("D:\\a b\\x.go:3.14,5.1 2 1\r\nmode: set\nD:\\a b\\x.go:3.14,5.1 2 0\r\n\n"))
	f.Add([]byte("x.go:1.1,1.1 1 99999999999999999999\nx.go:0.0,0.0 65535 1\n"))
	f.Fuzz(func(t *testing.T, report []byte) {
		profile := slices.Concat([]byte("mode: set\n"), report)
		found := sound(t, profile)
		profiles, err := cover.ParseProfilesFromReader(bytes.NewReader(profile))
		if err != nil || len(found.Problems) > 0 || found.Cut != 0 {
			return
		}
		begins := make(map[[2]int]bool)
		for _, p := range profiles {
			clear(begins)
			for _, b := range p.Blocks {
				at := [2]int{b.StartLine, b.StartCol}
				if begins[at] || b.StartLine < 1 {
					return // Go writes no two blocks that begin in one place
				}
				begins[at] = true
			}
		}
		lines, statements := oracle(t, string(profile))
		c, _ := merged(Repository{}, found)
		if len(profiles) == len(c.Files) && (c.Lines != lines || c.Statements != statements) {
			t.Fatalf("lines %v, statements %v; x/tools says %v, %v", c.Lines, c.Statements, lines, statements)
		}
	})
}

// artifacts are some that hold all that can be read.
func artifacts(t testing.TB) [][]byte {
	return [][]byte{
		zipOf(t, "a/lcov.info", small, "cover.out", "mode: set\nx/a.go:3.14,5.2 2 1\n", "x.xml", "<testsuite><testcase name=\"pay\"/></testsuite>"),
		zipOf(t, "a.gz", packedGzip(t, small), "b.zip", string(zipOf(t, "lcov.info", small))),
		zipOf(t, "coverage.xml", `<coverage><packages><package name="p"><classes><class filename="x.py"><lines><line number="1" hits="1" branch="true" condition-coverage="50% (1/2)"/></lines></class></classes></package></packages></coverage>`,
			"jacoco.xml", `<report name="x"><package name="p"><sourcefile name="X.java"><line nr="1" mi="0" ci="2" mb="1" cb="1"/></sourcefile></package></report>`),
		zipOf(t, "a.tar", tarOf(t, tar.Header{Name: "lcov.info", Typeflag: tar.TypeReg})),
		overlapping(t),
		zip64(t),
		[]byte("\xff\xfeS\x00F\x00:\x00x\x00\n\x00"),
	}
}

func FuzzArtifact(f *testing.F) {
	for _, artifact := range artifacts(f) {
		f.Add(artifact)
	}
	f.Fuzz(func(t *testing.T, artifact []byte) { sound(t, artifact) })
}

// A fuzzer rarely gets past a checksum; bytes that change here and there do what disks and networks do.
func TestDamagedArtifactsAreTold(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	whole := artifacts(t)
	for range 400 {
		damaged := bytes.Clone(whole[r.IntN(len(whole))])
		for range 1 + r.IntN(4) {
			damaged[r.IntN(len(damaged))] = byte(r.UintN(256))
		}
		sound(t, damaged[:len(damaged)-r.IntN(2)*r.IntN(len(damaged))])
	}
}

func FuzzPaths(f *testing.F) {
	f.Add("/home/runner/work/api/api/src/pay.c", "src", "D:\\a\\api\\api\\x.c", "src/pay.c", "services/api")
	f.Add("github.com/acme/api/v2/pay.go", "", "com/acme/Pay.java", "src/main/java/com/acme/Pay.java", "")
	f.Add("file:///x/../../y", "/", "../..", "y", "a")
	f.Fuzz(func(t *testing.T, first, root, second, known, service string) {
		files := []File{{Path: first, Root: root}, {Path: second}}
		repo := Repository{Name: "acme/api", Path: service, Known: []string{known, "README.md"}}
		got, _ := repo.paths(files)
		if len(got) != 2 || got[0] == "" || got[1] == "" {
			t.Fatalf("%q", got)
		}
		slices.Reverse(files)
		back, _ := repo.paths(files)
		if back[0] != got[1] || back[1] != got[0] {
			t.Fatalf("order matters: %q, %q", got, back)
		}
	})
}

// FuzzMarks: marks come out as they went in, however they were packed.
func FuzzMarks(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 9}, uint8(2))
	f.Fuzz(func(t *testing.T, in []byte, every uint8) {
		want := make(map[uint64]uint64)
		var told open
		var p packed
		for i := 0; i+8 <= len(in); i += 8 {
			mark := branchMark(int(in[i])<<8|int(in[i+1]), branchKey(uint64(in[i+2])<<56|uint64(in[i+3])<<32|uint64(in[i+4])), in[i+7]&1 == 1)
			want[mark>>1] |= mark & 1
			told = append(told, mark)
			if every > 0 && i/8%int(every) == 0 {
				p.add(told.pack())
			}
		}
		p.add(told.pack())
		n, last := 0, uint64(0)
		unionOf(p, func(mark uint64) {
			hit, ok := want[mark>>1]
			if !ok || hit != mark&1 || n > 0 && mark <= last {
				t.Fatalf("mark %x after %x; %v, %v", mark, last, ok, hit)
			}
			n++
			last = mark
		})
		if n != len(want) {
			t.Fatalf("%d marks became %d", len(want), n)
		}
	})
}
