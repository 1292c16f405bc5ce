package report

import (
	"time"

	"gonogo/model"
)

// testCase is a test as a report tells it.
type testCase struct {
	suite, class, name string
	outcome            model.TestOutcome
	flaky              bool // the report itself tells another outcome, of a retry
	duration           time.Duration
	message, detail    string
	file               string
	line               int
}
