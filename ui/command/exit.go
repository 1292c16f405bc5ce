package command

import (
	"errors"

	"gonogo/model"
)

// Exit codes of every command.
const (
	ExitGo      = 0 // GO or UP TO DATE; for other commands: done
	ExitNoGo    = 1 // NO-GO
	ExitError   = 2 // usage, configuration, or an error that kept the question from being answered
	ExitUnknown = 3 // WAIT or UNKNOWN

	ExitOtherwise = 4 // what was begun ended otherwise than succeeded
	ExitAmbiguous = 5 // it was sent, and what became of it isn't known: not to be repeated
)

// exitOf is the exit code that says the verdict.
func exitOf(v model.Verdict) int {
	switch v {
	case model.Go, model.UpToDate:
		return ExitGo
	case model.NoGo:
		return ExitNoGo
	case model.Erroneous:
		return ExitError
	}
	return ExitUnknown
}

// exitError carries an exit code through cobra, with nothing more to print: it has been said on the screen.
type exitError struct{ code int }

func (e exitError) Error() string { return "" }

// codeOf is the exit code of a command's error.
func codeOf(err error) int {
	var exit exitError
	switch {
	case err == nil:
		return ExitGo
	case errors.As(err, &exit):
		return exit.code
	}
	return ExitError
}
