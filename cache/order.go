package cache

import (
	"cmp"
	"slices"
	"strings"

	"gonogo/model"
)

// sortRuns puts the newest first.
func sortRuns(list []model.Run) {
	slices.SortFunc(list, func(a, b model.Run) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
}

// workflowPath is where GitHub keeps a workflow that the configuration names by its file.
func workflowPath(name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	return ".github/workflows/" + name
}
