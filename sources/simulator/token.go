package simulator

import (
	"slices"
	"strings"
)

// Access is what a token may do. With Permissions it is a fine-grained token,
// otherwise a classic one with Scopes.
type Access struct {
	// User owns the token; octocat unless set.
	User string
	// Scopes of a classic token: repo, public_repo, read:project … Without repo,
	// private repositories answer 404.
	Scopes []string
	// Permissions of a fine-grained token by name, "read" or "write": contents,
	// actions, deployments, statuses, pull_requests, issues. Checks can't be
	// granted to one. Metadata is always readable.
	Permissions map[string]string
	// Repositories bounds a fine-grained token; none means every one of them.
	Repositories []string
	// NoGraphQL refuses this token's GraphQL requests with 403.
	NoGraphQL bool
}

// token is a token that the world knows, with what it has used up.
type token struct {
	Access
	text   string
	user   *Account
	budget map[string]*budget // by resource
	recent map[string]*minute // by resource
}

// Token makes the world know a token. Until it knows one, it takes any as a
// classic token of octocat's with scope repo; afterwards others answer 401.
func (w *World) Token(text string, a Access) {
	defer w.enter()()
	w.tokens[text] = &token{Access: a, text: text, user: w.account(a.User, false), budget: map[string]*budget{}, recent: map[string]*minute{}}
}

// Revoke makes the world forget a token: it answers 401 from now on.
func (w *World) Revoke(text string) {
	defer w.enter()()
	w.tokens[text] = nil
}

// authenticate finds the token of a request; nil without ok means bad credentials.
func (w *World) authenticate(authorization string) (t *token, ok bool) {
	if authorization == "" {
		return w.anonymous(), true
	}
	scheme, text, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "bearer") && !strings.EqualFold(scheme, "token") {
		return nil, false
	}
	text = strings.TrimSpace(text)
	t, known := w.tokens[text]
	if !known && !w.strict() && w.tokens["?"+text] == nil {
		t = &token{Access: Access{Scopes: []string{"repo", "read:project"}}, text: text, user: w.account("octocat", false), budget: map[string]*budget{}, recent: map[string]*minute{}}
		w.tokens["?"+text] = t
	}
	if t == nil {
		t = w.tokens["?"+text]
	}
	return t, t != nil && !(known && w.tokens[text] == nil)
}

// strict tells whether only tokens count that the builder made known.
func (w *World) strict() bool {
	for text := range w.tokens {
		if text != "" && !strings.HasPrefix(text, "?") {
			return true
		}
	}
	return false
}

// anonymous is who asks without a token: public repositories, 60 requests an hour.
func (w *World) anonymous() *token {
	t := w.tokens[""]
	if t == nil {
		t = &token{budget: map[string]*budget{}, recent: map[string]*minute{}}
		w.tokens[""] = t
	}
	return t
}

func (t *token) fineGrained() bool { return t.Permissions != nil }

// sees tells whether the token knows that the repository exists.
func (t *token) sees(r *Repository) bool {
	if !r.private {
		return true
	}
	if t.user == nil {
		return false
	}
	if t.fineGrained() {
		return len(t.Repositories) == 0 || slices.ContainsFunc(t.Repositories, func(n string) bool { return fold(n) == fold(r.fullName()) })
	}
	return slices.Contains(t.Scopes, "repo")
}

// mayWrite tells whether the token may write at all: a classic one needs a scope for it (GitHub docs, "Scopes for OAuth
// apps"), a fine-grained one has permissions instead, and nobody writes without signing in.
func (t *token) mayWrite() bool {
	return t.user != nil && (t.fineGrained() || slices.Contains(t.Scopes, "repo") || slices.Contains(t.Scopes, "public_repo"))
}

// may tells whether the token has a permission in a repository that it sees.
// Public repositories are readable with any token, but checks are never with a
// fine-grained one (GitHub docs, "Permissions required for fine-grained personal
// access tokens": there is no Checks permission).
func (t *token) may(permission, level string, r *Repository) bool {
	switch {
	case permission == "" || permission == "metadata" || !t.fineGrained():
		return true
	case permission == "checks":
		return false
	case !r.private && level == "read":
		return true
	}
	granted := t.Permissions[permission]
	return granted == "write" || granted == level
}
