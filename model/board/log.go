package board

import (
	"gonogo/model"
	"gonogo/model/joblog"
)

// Log is what is known of a job's log.
type Log struct {
	Job  model.Job  // as it was last read; the zero one where it isn't known
	Read model.Read // of the log
	ID   int64      // names it for its pieces; 0: nothing of it is here
	// Index is nil until the whole log is here; until then so many bytes have come, of so many that will, or -1.
	Index       *joblog.Index
	Came, Whole int64
}
