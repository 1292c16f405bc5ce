package report

import "slices"

// isCobertura and the others recognise a report by its root element. Clover's is named like Cobertura's; the reader tells
// them apart.
func isCobertura(head []byte) bool { return xmlRoot(head) == "coverage" }

func isJaCoCo(head []byte) bool { return xmlRoot(head) == "report" }

func isJUnit(head []byte) bool {
	return slices.Contains([]string{"testsuites", "testsuite"}, xmlRoot(head))
}
