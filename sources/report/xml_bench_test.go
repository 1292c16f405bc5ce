package report

import (
	"fmt"
	"strings"
)

// What the XML formats' benchmarks read.

func coberturaReport() []byte {
	var s strings.Builder
	s.WriteString("<?xml version=\"1.0\" ?>\n<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>\n<coverage>\n\t<sources>\n\t\t<source>/src</source>\n\t</sources>\n\t<packages>\n\t\t<package name=\"pay\">\n\t\t\t<classes>\n")
	for c := range 400 {
		fmt.Fprintf(&s, "\t\t\t\t<class name=\"refund%d.py\" filename=\"pay/refund%d.py\" complexity=\"0\" line-rate=\"0.7\" branch-rate=\"0.5\">\n\t\t\t\t\t<methods/>\n\t\t\t\t\t<lines>\n", c, c)
		for l := range 300 {
			if l%5 == 0 {
				fmt.Fprintf(&s, "\t\t\t\t\t\t<line number=\"%d\" hits=\"1\" branch=\"true\" condition-coverage=\"50%% (1/2)\" missing-branches=\"%d\"/>\n", l+1, l+2)
			} else {
				fmt.Fprintf(&s, "\t\t\t\t\t\t<line number=\"%d\" hits=\"%d\"/>\n", l+1, l%3)
			}
		}
		s.WriteString("\t\t\t\t\t</lines>\n\t\t\t\t</class>\n")
	}
	s.WriteString("\t\t\t</classes>\n\t\t</package>\n\t</packages>\n</coverage>\n")
	return []byte(s.String())
}

func jacocoReport() []byte {
	var s strings.Builder
	s.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><!DOCTYPE report PUBLIC \"-//JACOCO//DTD Report 1.1//EN\" \"report.dtd\"><report name=\"orders\"><package name=\"dev/acme/orders\">")
	for c := range 400 {
		fmt.Fprintf(&s, "<class name=\"dev/acme/orders/Order%d\" sourcefilename=\"Order%d.java\">", c, c)
		for m := range 20 {
			fmt.Fprintf(&s, "<method name=\"total%d\" desc=\"(Ljava/lang/String;)I\" line=\"%d\"><counter type=\"INSTRUCTION\" missed=\"4\" covered=\"9\"/><counter type=\"BRANCH\" missed=\"1\" covered=\"1\"/><counter type=\"LINE\" missed=\"1\" covered=\"2\"/><counter type=\"COMPLEXITY\" missed=\"1\" covered=\"2\"/></method>", m, m)
		}
		fmt.Fprintf(&s, "</class><sourcefile name=\"Order%d.java\">", c)
		for l := range 200 {
			fmt.Fprintf(&s, "<line nr=\"%d\" mi=\"%d\" ci=\"%d\" mb=\"0\" cb=\"%d\"/>", l+1, l%2, l%3, l%5)
		}
		s.WriteString("<counter type=\"LINE\" missed=\"1\" covered=\"2\"/></sourcefile>")
	}
	s.WriteString("</package></report>")
	return []byte(s.String())
}

func junitReport() []byte {
	var s strings.Builder
	s.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")
	for c := range 200 {
		fmt.Fprintf(&s, "  <testsuite name=\"dev.acme.pay.Pay%dTest\" tests=\"100\">\n", c)
		for l := range 100 {
			fmt.Fprintf(&s, "    <testcase name=\"pays%d\" classname=\"dev.acme.pay.Pay%dTest\" time=\"0.0%d\"", l, c, l)
			switch {
			case l%50 == 0:
				s.WriteString(">\n      <failure message=\"expected: &lt;3&gt; but was: &lt;4&gt;\" type=\"AssertionFailedError\"><![CDATA[" + strings.Repeat("at dev.acme.pay.PayTest.refunds(PayTest.java:41)\n", 20) + "]]></failure>\n    </testcase>\n")
			case l%10 == 0:
				s.WriteString(">\n      <system-out>" + strings.Repeat("INFO pays &amp; refunds\n", 20) + "</system-out>\n    </testcase>\n")
			default:
				s.WriteString("/>\n")
			}
		}
		s.WriteString("  </testsuite>\n")
	}
	s.WriteString("</testsuites>\n")
	return []byte(s.String())
}
