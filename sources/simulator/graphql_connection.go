package simulator

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// connection is one page of a list.
type connection struct {
	items       []any
	total       int
	first       int // index of the page's first item in the whole list
	hasNext     bool
	hasPrevious bool
	more        map[string]any // further fields of this connection's type
}

// edge is an item with its cursor.
type edge struct {
	cursor string
	node   any
}

// pageInfo tells where a page lies.
type pageInfo struct{ c *connection }

// cutPage cuts a list to what a connection's arguments ask for (GraphQL Cursor
// Connections Specification, "Pagination algorithm").
func cutPage[T any](all []T, f *field) (*connection, error) {
	items := make([]any, len(all))
	for i, item := range all {
		items[i] = item
	}
	from, to := 0, len(items)
	if after := f.text("after"); after != "" {
		i, err := position(items, after)
		if err != nil {
			return nil, err
		}
		from = i + 1
	}
	if before := f.text("before"); before != "" {
		i, err := position(items, before)
		if err != nil {
			return nil, err
		}
		to = max(from, i)
	}
	if n, ok := f.args["first"].(int64); ok {
		to = min(to, from+int(n))
	}
	if n, ok := f.args["last"].(int64); ok {
		from = max(from, to-int(n))
	}
	return &connection{
		items: items[from:to], total: len(items), first: from,
		hasNext: to < len(items), hasPrevious: from > 0,
	}, nil
}

const cursorPrefix = "cursor:v2:"

// cursorOf names an item by its global identifier, so that a cursor outlives
// newer items before it; an item without one by its place.
func cursorOf(item any, index int) string {
	key := globalID(item)
	if key == "" {
		key = "#" + strconv.Itoa(index)
	}
	return base64.StdEncoding.EncodeToString([]byte(cursorPrefix + key))
}

func position(items []any, cursor string) (int, error) {
	raw, err := base64.StdEncoding.DecodeString(cursor)
	key, ok := strings.CutPrefix(string(raw), cursorPrefix)
	if err == nil && ok {
		for i, item := range items {
			if cursorOf(item, i) == cursor {
				return i, nil
			}
		}
		if place, isPlace := strings.CutPrefix(key, "#"); isPlace {
			if i, err := strconv.Atoi(place); err == nil {
				return i, nil
			}
		}
	}
	return 0, &graphqlError{Type: "INVALID_CURSOR_ARGUMENTS", Message: fmt.Sprintf("`%s` does not appear to be a valid cursor.", cursor)}
}

func (x *execution) connection(c *connection, f *field) (any, error) {
	switch f.name {
	case "nodes":
		return c.items, nil
	case "edges":
		edges := make([]edge, len(c.items))
		for i, item := range c.items {
			edges[i] = edge{cursor: cursorOf(item, c.first+i), node: item}
		}
		return edges, nil
	case "pageInfo":
		return pageInfo{c}, nil
	case "totalCount":
		return c.total, nil
	}
	if v, ok := c.more[f.name]; ok {
		return v, nil
	}
	return nil, unresolved(f)
}

func (p pageInfo) field(f *field) (any, error) {
	last := len(p.c.items) - 1
	switch f.name {
	case "hasNextPage":
		return p.c.hasNext, nil
	case "hasPreviousPage":
		return p.c.hasPrevious, nil
	case "startCursor":
		if last < 0 {
			return nil, nil
		}
		return cursorOf(p.c.items[0], p.c.first), nil
	case "endCursor":
		if last < 0 {
			return nil, nil
		}
		return cursorOf(p.c.items[last], p.c.first+last), nil
	}
	return nil, unresolved(f)
}

func (e edge) field(f *field) (any, error) {
	switch f.name {
	case "cursor":
		return e.cursor, nil
	case "node":
		return e.node, nil
	}
	return nil, unresolved(f)
}
