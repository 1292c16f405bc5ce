package simulator

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// GitHub's limits on one query (GitHub docs, "Rate limits and query limits for
// the GraphQL API", "Node limit").
const (
	maxPage  = 100
	maxNodes = 500_000
)

// price works out what a query costs and how many nodes it may reach. The cost is
// the number of requests that its connections need, if each reached its first or
// last, divided by 100 and rounded, at least 1 (the same page, "Calculating a
// rate limit score before running the call").
func (x *execution) price() *graphqlError {
	requests, nodes, err := x.weigh(x.operation.SelectionSet, 1, nil)
	if err != nil {
		return err
	}
	if nodes > maxNodes {
		return &graphqlError{Type: "MAX_NODE_LIMIT_EXCEEDED", Message: fmt.Sprintf(
			"This query requests up to %d possible nodes which exceeds the maximum limit of %d.", nodes, maxNodes)}
	}
	x.cost = max(1, int(math.Round(float64(requests)/100)))
	x.nodes = nodes
	return nil
}

// weigh counts the requests and nodes below a selection that is read times times.
func (x *execution) weigh(set ast.SelectionSet, times int, path []any) (requests, nodes int, err *graphqlError) {
	for _, f := range allFields(set) {
		below := times
		at := append(slices.Clone(path), f.Alias)
		if isConnection(f) {
			size, err := pageSize(f, f.ArgumentMap(x.variables), at)
			if err != nil {
				return 0, 0, err
			}
			requests += times
			nodes += times * size
			below = times * max(size, 1)
			if nodes > maxNodes*maxPage { // enough: the query is refused anyway
				return requests, nodes, nil
			}
		}
		r, n, err := x.weigh(f.SelectionSet, below, at)
		if err != nil {
			return 0, 0, err
		}
		requests, nodes = requests+r, nodes+n
	}
	return requests, nodes, nil
}

func isConnection(f *ast.Field) bool {
	return f.Definition != nil && strings.HasSuffix(f.Definition.Type.Name(), "Connection") && f.Definition.Arguments.ForName("first") != nil
}

// pageSize is a connection's first or last: one of them, 1 to 100. One that is
// only counted needs neither.
func pageSize(f *ast.Field, args map[string]any, path []any) (int, *graphqlError) {
	wrong := func(kind, format string, a ...any) *graphqlError {
		return &graphqlError{Type: kind, Path: path, Locations: locate(f), Message: fmt.Sprintf(format, a...)}
	}
	first, hasFirst := args["first"].(int64)
	last, hasLast := args["last"].(int64)
	switch {
	case hasFirst && hasLast:
		return 0, wrong("INVALID_PAGINATION_BOUNDARIES", "Passing both `first` and `last` to paginate the `%s` connection is not supported.", f.Name)
	case !hasFirst && !hasLast:
		if reads(f.SelectionSet, "nodes", "edges") {
			return 0, wrong("MISSING_PAGINATION_BOUNDARIES", "You must provide a `first` or `last` value to properly paginate the `%s` connection.", f.Name)
		}
		return 0, nil
	}
	name, size := "first", first
	if hasLast {
		name, size = "last", last
	}
	if size < 0 {
		return 0, wrong("INVALID_PAGINATION_BOUNDARIES", "`%s` on the `%s` connection cannot be less than zero.", name, f.Name)
	}
	if size > maxPage {
		return 0, wrong("EXCESSIVE_PAGINATION", "Requesting %d records on the `%s` connection exceeds the `%s` limit of %d records.", size, f.Name, name, maxPage)
	}
	return int(size), nil
}

// allFields are the fields of a selection, those of fragments included.
func allFields(set ast.SelectionSet) []*ast.Field {
	var fields []*ast.Field
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			fields = append(fields, s)
		case *ast.InlineFragment:
			fields = append(fields, allFields(s.SelectionSet)...)
		case *ast.FragmentSpread:
			fields = append(fields, allFields(s.Definition.SelectionSet)...)
		}
	}
	return fields
}

func reads(set ast.SelectionSet, names ...string) bool {
	return slices.ContainsFunc(allFields(set), func(f *ast.Field) bool { return slices.Contains(names, f.Name) })
}

func locate(f *ast.Field) []location {
	if f.Position == nil {
		return nil
	}
	return []location{{f.Position.Line, f.Position.Column}}
}
