package contract

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

var (
	errPath   = errors.New("no such path in the description")
	errMethod = errors.New("the description has no such method on this path")
)

// route is one path of the description. A parameter marked x-multi-segment spans
// slashes, as in git/ref/heads/main; the others are one segment each.
type route struct {
	path    string
	item    *openapi3.PathItem
	pattern *regexp.Regexp
	names   []string
	literal int // bytes outside parameters: releases/latest wins over releases/{release_id}
}

var parameter = regexp.MustCompile(`\{([^}]+)\}`)

func routesOf(doc *openapi3.T) ([]route, error) {
	var routes []route
	for path, item := range doc.Paths.Map() {
		r := route{path: path, item: item}
		var pattern strings.Builder
		rest := path
		for {
			at := parameter.FindStringSubmatchIndex(rest)
			if at == nil {
				break
			}
			name := rest[at[2]:at[3]]
			pattern.WriteString(regexp.QuoteMeta(rest[:at[0]]))
			if spansSegments(item, name) {
				pattern.WriteString("(.+)")
			} else {
				pattern.WriteString("([^/]+)")
			}
			r.names = append(r.names, name)
			r.literal += at[0]
			rest = rest[at[1]:]
		}
		r.literal += len(rest)
		pattern.WriteString(regexp.QuoteMeta(rest))
		compiled, err := regexp.Compile("^" + pattern.String() + "$")
		if err != nil {
			return nil, fmt.Errorf("path %s: %w", path, err)
		}
		r.pattern = compiled
		routes = append(routes, r)
	}
	slices.SortFunc(routes, func(a, b route) int {
		return cmp.Or(cmp.Compare(b.literal, a.literal), strings.Compare(a.path, b.path))
	})
	return routes, nil
}

func spansSegments(item *openapi3.PathItem, name string) bool {
	for _, operation := range item.Operations() {
		p := operation.Parameters.GetByInAndName(openapi3.ParameterInPath, name)
		if p == nil {
			continue
		}
		if multi, ok := p.Extensions["x-multi-segment"].(bool); ok && multi {
			return true
		}
	}
	return false
}

// find returns the route of an escaped path and the values of its parameters.
func (v *Validator) find(method, path string) (route, map[string]string, error) {
	wrongMethod := false
	for _, r := range v.routes {
		values := r.pattern.FindStringSubmatch(path)
		if values == nil {
			continue
		}
		if r.item.GetOperation(method) == nil {
			wrongMethod = true
			continue
		}
		params := make(map[string]string, len(r.names))
		for i, name := range r.names {
			value, err := url.PathUnescape(values[i+1])
			if err != nil {
				return route{}, nil, fmt.Errorf("path parameter %s: %w", name, err)
			}
			params[name] = value
		}
		return r, params, nil
	}
	if wrongMethod {
		return route{}, nil, fmt.Errorf("%w: %s %s", errMethod, method, path)
	}
	return route{}, nil, fmt.Errorf("%w: %s", errPath, path)
}

func (v *Validator) operation(r route, method string) *routers.Route {
	return &routers.Route{
		Spec: v.doc, Path: r.path, PathItem: r.item, Method: method,
		Operation: r.item.GetOperation(method),
	}
}
