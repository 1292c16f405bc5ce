package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// toldCoverage writes down what a parser tells of coverage, and what is the matter.
type toldCoverage struct{ strings.Builder }

func (c *toldCoverage) flaw(line int, lost bool, why string) {
	fmt.Fprintf(c, "flaw on %d, lost %t: %s\n", line, lost, why)
}

func (c *toldCoverage) file(path, root, pkg string) error {
	fmt.Fprintf(c, "%s in %q, package %q\n", path, root, pkg)
	return nil
}

func (c *toldCoverage) line(n int, hits int64) error {
	fmt.Fprintf(c, "  %d: %d\n", n, hits)
	return nil
}

func (c *toldCoverage) branch(line int, key uint64, taken bool) error {
	fmt.Fprintf(c, "  %d: branch %d %t\n", line, key, taken)
	return nil
}

func (c *toldCoverage) branches(line, taken, total int) error {
	fmt.Fprintf(c, "  %d: %d/%d branches\n", line, taken, total)
	return nil
}

func fixture(t *testing.T, file string) io.Reader {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(data)
}

func TestCoberturaDialects(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"coveragepy.xml", `
pay/__init__.py in "/home/runner/work/pay/pay/src", package "pay"
pay/refund.py in "/home/runner/work/pay/pay/src", package "pay"
  1: 1
  4: 1
  5: 1
  5: 1/2 branches
  6: 0
  7: 1
  7: 1/2 branches
  8: 0
  9: 1
`},
		{"gcovr.xml", `
src/net/socket.cpp in "/build/lib", package "src.net"
  10: 42
  11: 42
  11: 1/2 branches
  12: 0
  14: 42
`},
		{"istanbul.xml", `
src/cart/total.ts in "/home/runner/work/web/web", package "src.cart"
  4: 5
  5: 5
  5: 3/4 branches
  6: 0
  8: 5
`},
		{"llvm-cov.xml", `
crates/core/src/lib.rs in ".", package "crates.core.src"
  9: 0
  21: 9223372036854775807
  22: 7
`},
		{"coverlet.xml", `
Billing/Invoice.cs in "", package "Billing"
  12: 3
  12: 1/2 branches
  13: 0
Billing/Invoice.cs in "", package "Billing"
  20: 1
  20: 1/4 branches
  21: 1
  22: 0
`},
	} {
		var told toldCoverage
		if err := readCobertura(fixture(t, "cobertura/"+c.file), &told); err != nil {
			t.Errorf("%s: %v", c.file, err)
		}
		if got := told.String(); got != c.want[1:] {
			t.Errorf("%s tells\n%swant%s", c.file, got, c.want)
		}
	}
}

func inClass(lines string) string {
	return "<coverage><packages><package name='p'><classes><class name='a' filename='/src/a.c'>" + lines + "</class></classes></package></packages></coverage>"
}

func TestCoberturaOddities(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{
			"the lines of methods where a class has none of its own",
			inClass("<methods><method name='m'><lines><line number='3' hits='1'/></lines></method><method name='n'><lines><line hits='0' number='7'/></lines></method></methods><lines/>"),
			"/src/a.c in \"\", package \"p\"\n  3: 1\n  7: 0\n",
		},
		{
			"branches without a count, as the DTD allows",
			inClass("<lines><line number='3' hits='1' branch='true'/><line number='4' hits='1' branch='true' condition-coverage='50%'/></lines>"),
			"/src/a.c in \"\", package \"p\"\n  3: 1\n  4: 1\n",
		},
		{
			"line 0 and hits with a point",
			inClass("<lines><line number='0' hits='1'/><line number='1' hits='2.0'/></lines>"),
			"/src/a.c in \"\", package \"p\"\n  1: 2\n",
		},
		{
			"what no count is",
			inClass("<lines>\n<line number='-1' hits='1'/><line number='1' hits='x'/>\n<line hits='2'/><line number='9'/><line number='99999999999' hits='1'/><line number='5' hits='1'/></lines>"),
			"/src/a.c in \"\", package \"p\"\nflaw on 2, lost true: a line has the number \"-1\"\nflaw on 2, lost true: a line has \"x\" hits\nflaw on 3, lost true: a line has no number\n" +
				"flaw on 3, lost true: line 9 of the source has no hits\nflaw on 3, lost true: a line has the number \"99999999999\"\n  5: 1\n",
		},
		{"a class without a file", "<coverage><packages><package><classes><class name='a'/></classes></package></packages></coverage>", "flaw on 1, lost true: a class has no filename\n"},
		{"nothing covered", "<coverage/>", ""},
		{"a Clover report", "<coverage generated='1'><project/></coverage>", "line 1: it is a Clover report, which isn't read; Cobertura, JaCoCo, LCOV and Go cover profiles are"},
		{"another root", "<report/>", "line 1: its root element is <report>, where <coverage> is expected"},
		{
			"a cut report, read as far as it goes", "<coverage><packages><package name='p'><classes><class filename='/src/a.c'><lines><line number='3' hits='1'/><line numb",
			"/src/a.c in \"\", package \"p\"\n  3: 1\nline 1: the report ends inside a tag",
		},
	} {
		var told toldCoverage
		if err := readCobertura(strings.NewReader(c.in), &told); err != nil {
			told.WriteString(err.Error())
		}
		if got := told.String(); got != c.want {
			t.Errorf("%s: tells\n%s\nwant\n%s", c.what, got, c.want)
		}
	}
}

func TestJaCoCo(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"plain.xml", `
dev/acme/orders/Order.java in "", package "dev/acme/orders"
  5: 3
  8: 5
  8: 1/2 branches
  9: 0
  11: 2
Main.java in "", package ""
  3: 2
`},
		{"groups.xml", `
dev/acme/Util.kt in "services/orders", package "dev/acme"
  1: 1
dev/acme/Util.kt in "services/billing", package "dev/acme"
  1: 0
  1: 0/2 branches
`},
		{"counters.xml", "\nit has counters but no source lines: the classes were compiled without debug information, or the report was made without line coverage"},
	} {
		var told toldCoverage
		if err := readJaCoCo(fixture(t, "jacoco/"+c.file), &told); err != nil {
			told.WriteString(err.Error())
		}
		if got := told.String(); got != c.want[1:] {
			t.Errorf("%s tells\n%s\nwant%s", c.file, got, c.want)
		}
	}
	for _, c := range []struct{ what, in, want string }{
		{"no tests ran", "<report name='x'/>", ""},
		{"what no count is", "<report><package name='p'>\n<sourcefile name='A'><line nr='x' ci='1'/><line nr='2' mi='-4'/><line ci='1'/><line nr='3' ci='1' cb='99999999'/><line nr='0' ci='1'/></sourcefile><sourcefile/></package></report>",
			"p/A in \"\", package \"p\"\nflaw on 2, lost true: a line has nr=\"x\"\nflaw on 2, lost true: a line has mi=\"-4\"\nflaw on 2, lost true: a line has no number\nflaw on 2, lost true: a line has the number 3 and 99999999 branches\nflaw on 2, lost true: a sourcefile has no name\n"},
		{"another report", "<coverage/>", "line 1: its root element is <coverage>, where <report> is expected"},
	} {
		var told toldCoverage
		if err := readJaCoCo(strings.NewReader(c.in), &told); err != nil {
			told.WriteString(err.Error())
		}
		if got := told.String(); got != c.want {
			t.Errorf("%s: tells\n%s\nwant\n%s", c.what, got, c.want)
		}
	}
}

func TestXMLReportsAreRecognised(t *testing.T) {
	for _, c := range []struct {
		head string
		want string
	}{
		{"<?xml version=\"1.0\"?><!DOCTYPE coverage SYSTEM 'x'><!-- c -->\n<coverage line-ra", "cobertura"},
		{"<report name=\"cut", "jacoco"},
		{"<testsuites><t", "junit"},
		{"<testsuite name='", "junit"},
		{inUTF16("\ufeff<testsuite name='x'>", false), "junit"},
		{"<html>", ""},
		{"<testsuite", ""}, // nothing tells that the name ends here
		{"TN:\nSF:a.c\n", ""},
		{"{\"a\": \"<report>\"}", ""},
		{"", ""},
	} {
		got := ""
		for name, is := range map[string]func([]byte) bool{"cobertura": isCobertura, "jacoco": isJaCoCo, "junit": isJUnit} {
			if is([]byte(c.head)) {
				got += name
			}
		}
		if got != c.want {
			t.Errorf("%q is recognised as %q, want %q", c.head, got, c.want)
		}
	}
}

var errFull = errors.New("full")

// bounded is a sink that takes so many things.
type boundedSink struct {
	toldCoverage
	left int
}

func (b *boundedSink) line(int, int64) error {
	if b.left--; b.left < 0 {
		return errFull
	}
	return nil
}

func TestCoverageStopsWhereTheSinkDoes(t *testing.T) {
	for _, sink := range []*boundedSink{{left: 3}, {left: 1}} {
		if err := readCobertura(fixture(t, "cobertura/coveragepy.xml"), sink); !errors.Is(err, errFull) {
			t.Errorf("Cobertura: %v", err)
		}
	}
	if err := readJaCoCo(fixture(t, "jacoco/plain.xml"), &boundedSink{left: 2}); !errors.Is(err, errFull) {
		t.Errorf("JaCoCo: %v", err)
	}
}
