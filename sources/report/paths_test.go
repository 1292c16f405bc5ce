package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestReportPathsInTheRepository(t *testing.T) {
	api := Repository{Name: "acme/api"}
	known := func(paths ...string) Repository { return Repository{Name: "acme/api", Known: paths} }
	service := func(paths ...string) Repository {
		return Repository{Name: "acme/shop", Path: "services/api", Known: paths}
	}
	for _, test := range []struct {
		name  string
		repo  Repository
		files []File // only paths matter
		want  string
		why   string
	}{
		{name: "a path of the repository stays", repo: api, files: paths("src/pay.ts", "./src/fee.ts"), want: "src/pay.ts src/fee.ts"},
		{name: "Linux's runners", repo: api, files: paths("/home/runner/work/api/api/src/pay.c"), want: "src/pay.c"},
		{name: "macOS's runners", repo: api, files: paths("/Users/runner/work/api/api/src/pay.c"), want: "src/pay.c"},
		{name: "Windows' runners", repo: api, files: paths(`D:\a\api\api\src\pay.c`, "D:/a/API/api/src/fee.c"), want: "src/pay.c src/fee.c"},
		{name: "jobs in containers", repo: api, files: paths("/__w/api/api/src/pay.c"), want: "src/pay.c"},
		{name: "self-hosted runners", repo: api, files: paths("/opt/actions-runner/_work/api/api/src/pay.c"), want: "src/pay.c"},
		{name: "actions in containers", repo: api, files: paths("/github/workspace/src/pay.c"), want: "src/pay.c"},
		{name: "a folder called like the repository", repo: api, files: paths("/home/runner/work/api/api/api/api/pay.c", "/home/runner/work/api/api/work/api/api/x.c"), want: "api/api/pay.c work/api/api/x.c"},
		{name: "a URL", repo: api, files: paths("file:///home/runner/work/api/api/src/pay.ts"), want: "src/pay.ts"},
		{name: "import paths", repo: api, files: paths("github.com/acme/api/pay/pay.go", "GitHub.com/Acme/API/main.go", "ghe.acme.dev/acme/api/x.go"), want: "pay/pay.go main.go x.go"},
		{name: "import paths of a major version", repo: api, files: paths("github.com/acme/api/v2/pay/pay.go"), want: "pay/pay.go"},
		{name: "a folder of a major version", repo: known("v2/pay/pay.go"), files: paths("github.com/acme/api/v2/pay/pay.go"), want: "v2/pay/pay.go"},
		{
			name: "a module that is called otherwise", repo: known("README.md", "pay/pay.go"), files: paths("acme.dev/payments/pay/pay.go", "acme.dev/payments/fee/fee.go", "acme.dev/payments/main.go"),
			want: "pay/pay.go fee/fee.go main.go",
		},
		{
			name: "a module that nothing is known of", repo: api, files: paths("acme.dev/payments/pay/pay.go", "acme.dev/payments/main.go"),
			want: "acme.dev/payments/pay/pay.go acme.dev/payments/main.go", why: "2 files could not be mapped to the repository, such as acme.dev/payments/pay/pay.go",
		},
		{
			name: "a file at the root is not the one of its name in a folder", repo: known("main.go"), files: paths("acme.dev/x/cmd/main.go", "acme.dev/x/main.go", "acme.dev/x/pay/pay.go"),
			want: "cmd/main.go main.go pay/pay.go",
		},
		{
			name: "nor is one in a folder the one at the root that the report lacks", repo: known("main.go"), files: paths("acme.dev/x/cmd/main.go", "acme.dev/x/a/a.go", "acme.dev/x/b/b.go"),
			want: "acme.dev/x/cmd/main.go acme.dev/x/a/a.go acme.dev/x/b/b.go", why: "3 files could not be mapped to the repository, such as acme.dev/x/cmd/main.go",
		},
		{
			name: "JaCoCo's packages", repo: known("src/main/java/com/acme/Pay.java"), files: paths("com/acme/Pay.java", "com/acme/fee/Fee.java"),
			want: "src/main/java/com/acme/Pay.java src/main/java/com/acme/fee/Fee.java",
		},
		{
			name: "JaCoCo's packages of several modules", repo: known("pay/src/main/java/com/acme/Pay.java", "fee/src/main/java/com/acme/fee/Fee.java"), files: paths("com/acme/Pay.java", "com/acme/fee/Fee.java"),
			want: "pay/src/main/java/com/acme/Pay.java fee/src/main/java/com/acme/fee/Fee.java",
		},
		{
			name: "modules of an aggregate report", repo: known("pay/src/main/java/com/acme/App.java", "fee/src/main/java/com/acme/App.java", "fee/src/main/java/com/acme/x/X.java"),
			files: []File{{Path: "com/acme/App.java", Root: "pay"}, {Path: "com/acme/App.java", Root: "fee"}, {Path: "com/acme/x/X.java", Root: "fee"}, {Path: "com/acme/y/Y.java", Root: "fee"}},
			want:  "pay/src/main/java/com/acme/App.java fee/src/main/java/com/acme/App.java fee/src/main/java/com/acme/x/X.java fee/src/main/java/com/acme/y/Y.java",
		},
		{
			name: "packages of a monorepo, each with its report", repo: known("packages/pay/src/index.ts", "packages/fee/src/index.ts"),
			files: []File{{Path: "src/index.ts", Dir: "pay/coverage"}, {Path: "src/pay.ts", Dir: "pay/coverage"}, {Path: "src/index.ts", Dir: "fee/coverage"}, {Path: "src/fee.ts", Dir: "fee/coverage"}},
			want:  "packages/pay/src/index.ts packages/pay/src/pay.ts packages/fee/src/index.ts packages/fee/src/fee.ts",
		},
		{
			name: "one class in two modules", repo: known("pay/src/main/java/com/acme/Pay.java", "fee/src/main/java/com/acme/Pay.java"), files: paths("com/acme/Pay.java"),
			want: "com/acme/Pay.java", why: "1 file could not be mapped to the repository: com/acme/Pay.java (fee/src/main/java/com/acme/Pay.java or pay/src/main/java/com/acme/Pay.java)",
		},
		{
			name: "Cobertura's sources", repo: api, files: []File{{Path: "pay/refund.py", Root: "/home/runner/work/api/api/src"}, {Path: "pay/fee.py", Root: "src"}, {Path: "/home/runner/work/api/api/x.py", Root: "/ignored"}},
			want: "src/pay/refund.py src/pay/fee.py x.py",
		},
		{
			name: "a container's folder", repo: known("src/pay.py"), files: paths("/app/src/pay.py", "/app/src/fee.py", "/usr/lib/python3/x.py"),
			want: "src/pay.py src/fee.py /usr/lib/python3/x.py", why: "1 file could not be mapped to the repository: /usr/lib/python3/x.py",
		},
		{
			name: "a service built in a container's folder", repo: service("services/api/src/pay.py"), files: paths("/app/src/pay.py", "/app/src/fee.py"),
			want: "services/api/src/pay.py services/api/src/fee.py",
		},
		{name: "a service's own paths", repo: service(), files: paths("src/pay.ts", "index.ts"), want: "services/api/src/pay.ts services/api/index.ts"},
		{name: "a service's paths in the repository", repo: service(), files: paths("services/api/src/pay.ts", "lib/shared.ts"), want: "services/api/src/pay.ts lib/shared.ts"},
		{name: "a service's absolute paths", repo: service(), files: paths("/build/shop/services/api/src/pay.ts"), want: "services/api/src/pay.ts"},
		{
			name: "the service's before another's", repo: service("services/web/src/index.ts", "services/web/src/pay.ts", "services/api/src/index.ts"), files: paths("src/index.ts", "src/pay.ts", "src/fee.ts"),
			want: "services/api/src/index.ts services/web/src/pay.ts services/api/src/fee.ts",
		},
		{name: "a build folder beside", repo: api, files: paths("../src/pay.c", "../../lib/x.c"), want: "src/pay.c lib/x.c"},
		{name: "folders in folders", repo: api, files: paths("src/../lib/./x.c", "src//y.c"), want: "lib/x.c src/y.c"},
		{name: "no path at all", repo: api, files: paths(""), want: "."},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, why := test.repo.paths(test.files)
			if s := strings.Join(got, " "); s != test.want {
				t.Errorf("mapped to %s\nwant      %s", s, test.want)
			}
			if why != test.why {
				t.Errorf("says %q, want %q", why, test.why)
			}
		})
	}
}

func paths(list ...string) (files []File) {
	for _, p := range list {
		files = append(files, File{Path: p})
	}
	return files
}

// tree is a repository's files: some folders, a few names in each.
func tree(t *rapid.T) []string {
	name := rapid.SampledFrom([]string{"a", "b", "pay", "fee", "src", "lib", "cmd"})
	seen := make(map[string]bool)
	for range rapid.IntRange(1, 20).Draw(t, "files") {
		var parts []string
		for range rapid.IntRange(0, 3).Draw(t, "depth") {
			parts = append(parts, name.Draw(t, "folder"))
		}
		parts = append(parts, name.Draw(t, "file")+".go")
		seen[strings.Join(parts, "/")] = true
	}
	all := make([]string, 0, len(seen))
	for p := range seen {
		all = append(all, p)
	}
	slices.Sort(all)
	return all
}

// A report of a repository whose paths are all known maps to them, wherever it was checked out and whatever the module is
// called, in any order and beside any other known paths.
func TestAllKnownPathsAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := tree(t)
		prefix := rapid.SampledFrom([]string{"", "/home/runner/work/api/api/", "/__w/api/api/", `D:\a\api\api\`, "github.com/acme/api/", "acme.dev/payments/", "/app/", "/go/src/x/"}).Draw(t, "prefix")
		var files []File
		for _, p := range all {
			files = append(files, File{Path: prefix + p})
		}
		repo := Repository{Name: "acme/api", Known: rapid.Permutation(append([]string{"README.md", "docs/x.md"}, all...)).Draw(t, "known")}
		got, why := repo.paths(files)
		if !slices.Equal(got, all) || why != "" {
			t.Fatalf("%s%v became %v, %q", prefix, all, got, why)
		}
	})
}

// Of a few known paths, as a comparison has them, none is mapped to from a file that is another one.
func TestNoFileIsTakenForAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := tree(t)
		prefix := rapid.SampledFrom([]string{"/home/runner/work/api/api/", "github.com/acme/api/", "acme.dev/payments/", "/app/"}).Draw(t, "prefix")
		var files []File
		for _, p := range all {
			files = append(files, File{Path: prefix + p})
		}
		var known []string
		for _, p := range all {
			if rapid.IntRange(0, 3).Draw(t, "changed") == 0 {
				known = append(known, p)
			}
		}
		got, _ := Repository{Name: "acme/api", Known: known}.paths(files)
		for i, p := range got {
			if p != all[i] && p != prefix+all[i] {
				t.Fatalf("%s%s became %s; known %v of %v", prefix, all[i], p, known, all)
			}
		}
	})
}

// The order of files does not matter, and mapping what is mapped changes nothing.
func TestMappingIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := tree(t)
		repo := Repository{Name: "acme/api", Path: rapid.SampledFrom([]string{"", "pay", "src/a"}).Draw(t, "path"), Known: tree(t)}
		to := func(list []string) map[string]string {
			got, _ := repo.paths(paths(list...))
			m := make(map[string]string)
			for i, p := range list {
				m[p] = got[i]
			}
			return m
		}
		first := to(all)
		if second := to(rapid.Permutation(all).Draw(t, "order")); fmt.Sprint(first) != fmt.Sprint(second) {
			t.Fatalf("%v\n%v", first, second)
		}
	})
}
