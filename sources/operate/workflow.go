package operate

import (
	"maps"
	"slices"
	"strings"

	"gonogo/model"
	"gonogo/sources/workflow"
)

// echoes reports whether the run's name shows the operation's ID, the only place where it can be read afterwards.
func echoes(w *workflow.File) bool {
	_, declared := w.Input(model.OperationInput)
	return declared && strings.Contains(strings.ReplaceAll(w.RunName, " ", ""), "inputs."+model.OperationInput)
}

func sorted[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
