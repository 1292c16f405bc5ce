package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// route is one endpoint. In its pattern {name} is one segment and {name...} one
// or more, as in a branch's name; what follows it is matched from the end.
type route struct {
	method     string // GET unless set
	pattern    []string
	permission string // of a fine-grained token, to read, or to write for another method than GET
	handle     func(*call) answer
}

func get(pattern, permission string, handle func(*call) answer) *route {
	return &route{pattern: strings.Split(pattern, "/"), permission: permission, handle: handle}
}

func act(method, pattern, permission string, handle func(*call) answer) *route {
	return &route{method: method, pattern: strings.Split(pattern, "/"), permission: permission, handle: handle}
}

// takes reports whether the endpoint is asked with a method.
func (r *route) takes(method string) bool {
	if r.method == "" {
		return method == http.MethodGet || method == http.MethodHead
	}
	return method == r.method
}

// level is what a token must be granted.
func (r *route) level() string {
	if r.method == "" {
		return "read"
	}
	return "write"
}

// match returns the unescaped arguments of a path's segments.
func (r *route) match(segments []string) (map[string]string, bool) {
	args := map[string]string{}
	for i, p := range r.pattern {
		name, isArg := strings.CutPrefix(p, "{")
		if isArg && strings.HasSuffix(p, "...}") {
			tail := len(r.pattern) - i - 1
			if len(segments)-i-tail < 1 {
				return nil, false
			}
			value, err := url.PathUnescape(strings.Join(segments[i:len(segments)-tail], "/"))
			if err != nil {
				return nil, false
			}
			args[strings.TrimSuffix(name, "...}")] = value
			rest := &route{pattern: r.pattern[i+1:]}
			more, ok := rest.match(segments[len(segments)-tail:])
			for k, v := range more {
				args[k] = v
			}
			return args, ok
		}
		if i >= len(segments) {
			return nil, false
		}
		if !isArg {
			if segments[i] != p {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(segments[i])
		if err != nil || value == "" {
			return nil, false
		}
		args[strings.TrimSuffix(name, "}")] = value
	}
	return args, len(segments) == len(r.pattern)
}

// dispatch finds the endpoint, the repository and the token's right to it.
func (w *World) dispatch(c *call) answer {
	segments := strings.Split(strings.TrimPrefix(c.path, "/"), "/")
	switch {
	case segments[0] == "repos" && len(segments) >= 3:
		owner, err1 := url.PathUnescape(segments[1])
		name, err2 := url.PathUnescape(segments[2])
		if err1 != nil || err2 != nil {
			return missing()
		}
		return w.inRepository(c, w.find(owner+"/"+name), w.moved[fold(owner+"/"+name)], segments[3:])
	case segments[0] == "repositories" && len(segments) >= 2:
		id, _ := strconv.ParseInt(segments[1], 10, 64)
		r := w.repositoryBy[id]
		if r != nil && r.gone {
			r = nil
		}
		return w.inRepository(c, r, nil, segments[2:])
	}
	for _, r := range w.routes {
		if args, ok := r.match(segments); ok && r.takes(c.http.Method) {
			c.route, c.args = r, args
			return r.handle(c)
		}
	}
	return missing()
}

// inRepository answers below /repos/{owner}/{repo} and /repositories/{id}.
func (w *World) inRepository(c *call, r, moved *Repository, rest []string) answer {
	if r == nil && moved != nil && !moved.gone && c.token.sees(moved) {
		return w.movedTo(c, moved, rest)
	}
	if r == nil || !c.token.sees(r) {
		return missing()
	}
	c.repo = r
	for _, route := range w.repoRoutes {
		args, ok := route.match(rest)
		if !ok || !route.takes(c.http.Method) {
			continue
		}
		c.route, c.args = route, args
		switch {
		case !c.token.may(route.permission, route.level(), r):
			return failure(http.StatusForbidden, "Resource not accessible by personal access token")
		case route.level() == "write" && !c.token.mayWrite():
			return missing() // what one may not know to be writable looks as if it weren't there (REST docs, "Troubleshooting")
		case route.level() == "write" && r.archived:
			return failure(http.StatusForbidden, "Repository was archived so is read-only.")
		}
		return route.handle(c)
	}
	return missing()
}

// movedTo sends the client from a former name to the repository's number (REST
// docs, "Follow redirects").
func (w *World) movedTo(c *call, r *Repository, rest []string) answer {
	location := w.base + "repositories/" + itoa(r.ID)
	if len(rest) > 0 {
		location += "/" + strings.Join(rest, "/")
	}
	if c.http.URL.RawQuery != "" {
		location += "?" + c.http.URL.RawQuery
	}
	a := found(object{"message": "Moved Permanently", "url": location, "documentation_url": "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects"})
	a.status = http.StatusMovedPermanently
	if c.http.Method != http.MethodGet && c.http.Method != http.MethodHead {
		a.status = http.StatusTemporaryRedirect // REST docs, "Follow redirects": 307 repeats the request with its method
	}
	a.header.Set("Location", location)
	return a
}

// number reads a numeric argument; 0 for none.
func (c *call) number(name string) int64 {
	n, err := strconv.ParseInt(c.args[name], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
