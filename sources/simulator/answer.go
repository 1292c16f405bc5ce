package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// object is a JSON object; its keys are written in alphabetical order.
type object map[string]any

// call is one API request while it is answered, with the world locked.
type call struct {
	world *World
	http  *http.Request
	path  string // below the API's root, escaped
	token *token
	repo  *Repository // of the path, where there is one
	args  map[string]string
	route *route
	body  []byte

	atOnce int // requests that wait for their answers now, this one included
}

// answer is what a request gets.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// found answers 200 with a JSON value.
func found(v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		panic("simulator: an answer can't be written as JSON: " + err.Error())
	}
	h := http.Header{}
	h.Set("Content-Type", "application/json; charset=utf-8")
	return answer{status: http.StatusOK, header: h, body: body}
}

// failure answers an error in GitHub's form (REST docs, "Troubleshooting the REST API").
func failure(status int, message string) answer {
	a := found(object{"message": message, "documentation_url": "https://docs.github.com/rest", "status": itoa(status)})
	a.status = status
	return a
}

// missing is how GitHub answers what does not exist and what one may not know to exist.
func missing() answer { return failure(http.StatusNotFound, "Not Found") }

// redirect sends the client elsewhere for now.
func redirect(location string) answer {
	h := http.Header{}
	h.Set("Location", location)
	h.Set("Content-Type", "text/html;charset=utf-8")
	return answer{status: http.StatusFound, header: h}
}

// answer brings the world up to date and answers one request.
func (w *World) answer(in *http.Request, body []byte, atOnce int) (answer, *Fault) {
	defer w.arrive()()
	w.serial++
	c := &call{world: w, http: in, path: w.below(in.URL.EscapedPath()), body: body, atOnce: atOnce}
	authorization := in.Header.Get("Authorization")
	_, text, _ := strings.Cut(authorization, " ")
	log := Request{
		Serial: w.serial, Host: in.Host, Method: in.Method, Path: c.path, Query: in.URL.RawQuery,
		Authorization: authorization != "", Token: text, At: w.now,
	}
	fault := w.strikes(false, in.Method, c.path, text)
	if fault != nil && fault.Cut == CutBefore {
		w.record(log)
		return answer{}, fault
	}
	a, charged, resource := answer{header: http.Header{}}, 0, coreResource
	if fault == nil || !fault.Instead {
		a, charged, resource = w.serve(c, authorization, body)
	}
	w.adorn(c, &a, resource)
	if fault != nil {
		a = fault.bend(a)
	}
	log.Status, log.Charged, log.Resource = a.status, charged, resource
	w.record(log)
	return a, fault
}

// below takes the API's root off a path.
func (w *World) below(path string) string {
	if w.options.Edition == EnterpriseServer319 {
		if rest, ok := strings.CutPrefix(path, "/api/v3"); ok {
			return rest
		}
	}
	return path
}

func (w *World) graphqlPath() string {
	if w.options.Edition == EnterpriseServer319 {
		return "/api/graphql"
	}
	return "/graphql"
}

// serve authenticates, checks the limits, answers, and books what was used.
func (w *World) serve(c *call, authorization string, body []byte) (a answer, charged int, resource string) {
	t, ok := w.authenticate(authorization)
	if !ok {
		return failure(http.StatusUnauthorized, "Bad credentials"), 0, ""
	}
	c.token = t
	if c.http.Header.Get("User-Agent") == "" {
		// REST docs, "User agent required".
		return failure(http.StatusForbidden, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header."), 0, ""
	}
	resource = coreResource
	asksGraphQL := c.path == w.graphqlPath()
	if asksGraphQL {
		resource = graphqlResource
	}
	if c.path == "/rate_limit" { // REST docs: "does not count against your REST API rate limit"
		return w.dispatch(c), 0, resource
	}
	if !w.options.NoRateLimit {
		if b := w.budgetOf(t, resource); b.remaining() == 0 {
			if asksGraphQL && t.user != nil {
				return w.graphqlLimited(t), 0, resource
			}
			return w.limited(t), 0, resource
		}
		if w.hurries(t, resource) || c.atOnce > requestsAtOnce {
			a = answer{status: http.StatusForbidden, header: http.Header{}, body: []byte(secondaryBody)}
			a.header.Set("Content-Type", "application/json; charset=utf-8")
			a.header.Set("Retry-After", "60")
			return a, 0, resource
		}
	}
	if asksGraphQL {
		a, charged = w.serveGraphQL(c, body)
	} else {
		a, charged = c.conditional(w.dispatch(c))
	}
	if !w.options.NoRateLimit {
		w.budgetOf(t, resource).used += charged
	}
	return a, charged, resource
}

// limited is the primary limit's answer (REST docs, "Exceeding the rate limit":
// 403 or 429, x-ratelimit-remaining 0).
func (w *World) limited(t *token) answer {
	if t.user == nil {
		return failure(http.StatusForbidden, "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)")
	}
	return failure(http.StatusForbidden, "API rate limit exceeded for user ID "+itoa(t.user.ID)+". If you reach out to GitHub Support for help, please include the request ID.")
}

func (w *World) serveGraphQL(c *call, body []byte) (a answer, points int) {
	switch {
	case c.token.user == nil:
		return failure(http.StatusUnauthorized, "This endpoint requires you to be authenticated."), 0
	case w.options.NoGraphQL || c.token.NoGraphQL:
		return failure(http.StatusForbidden, "Resource not accessible by personal access token"), 0
	case c.http.Method != http.MethodPost:
		return missing(), 0
	}
	return w.answerGraphQL(c, body)
}

// conditional gives an answer its ETag, and answers 304 where the client has it
// already. A 304 is not charged when the request was authorised (REST docs,
// "Use conditional requests if appropriate"). ETags differ per token
// (github/docs#34689).
func (c *call) conditional(a answer) (answer, int) {
	if a.status != http.StatusOK || c.http.Method != http.MethodGet {
		return a, 1
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", c.token.text, c.http.Header.Get("Accept"), a.header.Get("Link"))
	h.Write(a.body)
	tag := `"` + hex.EncodeToString(h.Sum(nil)) + `"`
	a.header.Set("ETag", "W/"+tag)
	for _, have := range strings.Split(c.http.Header.Get("If-None-Match"), ",") {
		have = strings.TrimSpace(have)
		if strings.TrimPrefix(have, "W/") != tag && have != "*" {
			continue
		}
		a.status, a.body = http.StatusNotModified, nil
		a.header.Del("Content-Type")
		if c.token.user == nil {
			return a, 1
		}
		return a, 0
	}
	return a, 1
}

// adorn adds the headers that every answer has (REST docs, "Rate limits",
// "Media types", "Scopes for OAuth apps"; Enterprise docs for its version).
func (w *World) adorn(c *call, a *answer, resource string) {
	h := a.header
	h.Set("Date", w.now.UTC().Format(http.TimeFormat))
	h.Set("X-GitHub-Request-Id", fmt.Sprintf("%04X:%06X:%07X", w.options.Seed&0xffff, w.serial, w.serial*7919))
	h.Set("X-GitHub-Media-Type", "github.v3; format=json")
	if v := c.http.Header.Get("X-GitHub-Api-Version"); v != "" {
		h.Set("X-GitHub-Api-Version-Selected", v)
	}
	if w.options.Edition == EnterpriseServer319 {
		h.Set("Server", "GitHub.com")
		h.Set("X-GitHub-Enterprise-Version", "3.19.0")
	} else {
		h.Set("Server", "github.com")
	}
	if a.status == http.StatusOK || a.status == http.StatusNotModified {
		h.Set("Cache-Control", "private, max-age=60, s-maxage=60")
		h.Set("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With")
	}
	if c.token == nil || resource == "" {
		return
	}
	if !w.options.NoRateLimit {
		b := w.budgetOf(c.token, resource)
		h.Set("X-RateLimit-Limit", itoa(b.limit))
		h.Set("X-RateLimit-Remaining", itoa(b.remaining()))
		h.Set("X-RateLimit-Used", itoa(min(b.used, b.limit)))
		h.Set("X-RateLimit-Reset", itoa(b.reset.Unix()))
		h.Set("X-RateLimit-Resource", resource)
	}
	if c.token.user == nil {
		return
	}
	if !c.token.fineGrained() {
		h.Set("X-OAuth-Scopes", strings.Join(c.token.Scopes, ", "))
		h.Set("X-Accepted-OAuth-Scopes", "repo")
	} else if c.route != nil && c.route.permission != "" {
		h.Set("X-Accepted-GitHub-Permissions", c.route.permission+"="+c.route.level())
	}
}

// stamp writes a moment as GitHub does, to the second.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// maybe writes a moment that may not have come.
func maybe(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stamp(t)
}

// orNull writes an empty text as null.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
