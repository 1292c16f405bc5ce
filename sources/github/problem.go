package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// Problem is why something could not be read, as one sentence for a person and a kind for the program. It never holds
// a token, nor a URL's user name and password.
type Problem struct {
	Kind  model.Problem
	Until time.Time  // when it is worth trying again, by this process' clock; zero: unknown
	Doing string     // what was done, to what: "read CI runs of acme/api"
	Why   model.Text // "the token may not read Actions (403)"
	Next  string     // what to do; may be empty
	// Permission that GitHub says would have sufficed, as its header writes it: "actions=read". Often empty.
	Permission string

	cause     error
	noGraphQL bool // GraphQL as such is refused
}

// Error is the whole sentence.
func (p *Problem) Error() string {
	text := p.Doing + ": " + string(p.Why)
	if p.Next != "" {
		text += "; " + p.Next
	}
	return text
}

// Unwrap gives the cause where there is one.
func (p *Problem) Unwrap() error { return p.cause }

// KindOf tells what kind of problem an error is: NoProblem for nil and for a reading that was called off.
func KindOf(err error) model.Problem {
	var p *Problem
	switch {
	case err == nil:
		return model.NoProblem
	case errors.As(err, &p):
		return p.Kind
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return model.NoProblem
	}
	return model.ProblemMalformed
}

// act is what is being done, for the sentence of a problem.
type act struct {
	doing      string // "read CI runs of acme/api"
	permission string // what a fine-grained token needs: "Actions: read"
	scope      string // what a classic token needs: "repo"
	missing    string // what a 404 means; empty: the repository is missing
	gone       string // what a 410 means; empty: the same as a 404
	repo       model.Repo
	anonymous  bool // there is no token
}

func (a act) problem(kind model.Problem, why, next string, cause error) *Problem {
	return &Problem{Kind: kind, Doing: a.doing, Why: model.Clean(why), Next: next, cause: cause}
}

// malformed says where an answer stops making sense.
func (a act) malformed(request, place string, cause error) *Problem {
	return a.problem(model.ProblemMalformed, fmt.Sprintf("GitHub's answer to %s makes no sense: %s", request, place),
		"it is asked again later; if it lasts, something between here and GitHub changes answers", cause)
}

// explain turns what go-github or our transport returned into a Problem. The context tells what was called off.
func (a act) explain(ctx context.Context, request string, err error) error {
	var known *Problem
	var limited *limitError
	var answer *github.ErrorResponse
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &known):
		return err
	case ctx.Err() != nil && !errors.Is(err, errTimeout):
		return fmt.Errorf("%s: %w", a.doing, ctx.Err())
	case errors.As(err, &limited):
		p := a.problem(model.ProblemLimit, limited.why, "it goes on by itself then", limited)
		p.Until = limited.until
		return p
	case errors.As(err, &answer):
		return a.refused(answer.Response, answer.Message, err)
	case errors.Is(err, errForeign):
		return a.problem(model.ProblemMalformed, "GitHub sent the request on to another host, which was not followed: "+foreignHost(err),
			"if the host was renamed, write its new name into the configuration", err)
	case errors.Is(err, errTooLarge), errors.As(err, &syntax):
		return a.malformed(request, lastReason(err), err)
	case errors.Is(err, errTimeout):
		return a.problem(model.ProblemTimeout, lastReason(err), "it is tried again later", err)
	}
	return a.problem(model.ProblemNetwork, lastReason(err), "check the network, the proxy and the host's name; it is tried again later", err)
}

// signIn is what to do without a token.
const signIn = "sign in with gh auth login, or set the host's token variable"

// refused explains an answer that isn't a success.
func (a act) refused(r *http.Response, message string, cause error) *Problem {
	said := ""
	if message != "" {
		said = ": GitHub says " + quote(message)
	}
	status := fmt.Sprintf(" (%d)", r.StatusCode)
	switch {
	case r.StatusCode == http.StatusUnauthorized && a.anonymous:
		return a.problem(model.ProblemToken, "GitHub wants a token, and there is none"+status, signIn, cause)
	case r.StatusCode == http.StatusUnauthorized:
		return a.problem(model.ProblemToken, "GitHub does not accept the token"+status+said,
			"sign in again with gh auth login, or set the host's token variable", cause)
	case r.StatusCode == http.StatusForbidden && a.anonymous:
		return a.problem(model.ProblemToken, "GitHub wants a token for that, and there is none"+status, signIn, cause)
	case r.StatusCode == http.StatusForbidden, r.StatusCode == http.StatusUnavailableForLegalReasons:
		return a.forbidden(r, status, message, cause)
	case r.StatusCode == http.StatusGone && a.gone != "":
		return a.problem(model.ProblemMissing, a.gone+status, "", cause)
	case r.StatusCode == http.StatusNotFound, r.StatusCode == http.StatusGone:
		return a.absent(status, cause)
	case r.StatusCode >= 500:
		return a.problem(model.ProblemServer, "GitHub has trouble"+status+said, "it is tried again later; see githubstatus.com", cause)
	case r.StatusCode >= 300 && r.StatusCode < 400:
		return a.problem(model.ProblemMalformed, "GitHub redirects too often or nowhere"+status, "check the repository's name", cause)
	case r.StatusCode == http.StatusUnprocessableEntity || r.StatusCode == http.StatusConflict:
		return a.problem(model.ProblemMissing, "GitHub can't answer that"+status+said, "", cause)
	}
	return a.problem(model.ProblemMalformed, "GitHub refuses the request"+status+said, "", cause)
}

func (a act) forbidden(r *http.Response, status, message string, cause error) *Problem {
	if link := ssoLink(r.Header.Get("X-GitHub-SSO")); link != "" {
		return a.problem(model.ProblemForbidden, "the organisation wants the token to be authorised for single sign-on"+status, "open "+link, cause)
	}
	accepted := r.Header.Get("X-Accepted-GitHub-Permissions")
	area, _, _ := strings.Cut(a.permission, ":")
	next := "give it the permission " + a.permission
	if named := permissionWords(accepted); named != "" {
		area, _, _ = strings.Cut(named, ":")
		next = "give it the permission " + named
	}
	if a.scope != "" && r.Header.Get("X-OAuth-Scopes") != "" {
		next = "give it the scope " + a.scope
	}
	why := "the token may not read " + area + status
	if area == "" {
		why, next = "GitHub refuses it"+status, "look at the token's permissions"
	}
	if message != "" && !strings.HasPrefix(message, "Resource not accessible by") {
		why += ": GitHub says " + quote(message)
	}
	p := a.problem(model.ProblemForbidden, why, next, cause)
	p.Permission = string(model.Clean(accepted))
	return p
}

func (a act) absent(status string, cause error) *Problem {
	if a.missing != "" {
		return a.problem(model.ProblemMissing, a.missing+status, "", cause)
	}
	if a.anonymous {
		return a.problem(model.ProblemMissing, name(a.repo.String())+" does not exist, or it is private and there is no token"+status, signIn, cause)
	}
	return a.problem(model.ProblemMissing, name(a.repo.String())+" does not exist, or the token can't see it"+status,
		"check its name in the configuration and the token's access to it", cause)
}

// permissionWords writes "actions=read" as "Actions: read", alternatives joined by "or".
func permissionWords(header string) string {
	var words []string
	for _, alternative := range strings.Split(header, ";") {
		var all []string
		for _, one := range strings.Split(alternative, ",") {
			name, level, ok := strings.Cut(strings.TrimSpace(one), "=")
			if !ok || name == "" || len(name) > 40 {
				continue
			}
			name = strings.ReplaceAll(name, "_", " ")
			all = append(all, strings.ToUpper(name[:1])+name[1:]+": "+level)
		}
		if len(all) > 0 {
			words = append(words, strings.Join(all, " and "))
		}
	}
	return string(model.Clean(strings.Join(words, ", or ")))
}

func ssoLink(header string) string {
	_, link, ok := strings.Cut(header, "url=")
	if !ok {
		return ""
	}
	return cleanURL(strings.TrimSpace(link))
}

// quote bounds what GitHub says to a sentence.
func quote(message string) string {
	const most = 200
	clean := []rune(string(model.Clean(message)))
	if len(clean) > most {
		clean = append(clean[:most], '…')
	}
	return `"` + strings.TrimSpace(string(clean)) + `"`
}

// lastReason is the innermost sentence of an error, without the URL that net/url puts before it.
func lastReason(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return "the host " + dns.Name + " can't be found: " + dns.Err
	}
	return err.Error()
}

func foreignHost(err error) string {
	var f *foreignError
	if errors.As(err, &f) {
		return f.host
	}
	return "unknown"
}
