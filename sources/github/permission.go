package github

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// Wrote is what an answer to a write tells of the token's permission.
type Wrote struct {
	Repo  model.Repo
	Write model.Write
	// Refused says why the token may not, and what would help; empty: it may.
	Refused string
}

// scopes are a classic token's. GitHub names them in every answer, and none to any other kind of token (GitHub docs,
// "Scopes for OAuth apps"); it is not known before the first answer which kind it is.
func (c *Client) scopes() (scopes []string, classic bool) {
	c.books.mu.Lock()
	defer c.books.mu.Unlock()
	return c.books.scopes, c.books.classic
}

// noteScopes keeps what an answer says of the token.
func (b *books) noteScopes(h http.Header) {
	values := h.Values("X-OAuth-Scopes")
	if len(values) == 0 {
		return
	}
	b.classic, b.scopes = true, nil
	for _, s := range strings.Split(strings.Join(values, ","), ",") {
		if s = strings.TrimSpace(s); s != "" {
			b.scopes = append(b.scopes, name(s))
		}
	}
}

// Forbids says why the token may write nothing at all to a repository as it was read, and what would help; empty: it may, or
// that isn't told. What a repository says of the person's role counts for classic tokens alone: of other kinds it says the
// role of a person, or nothing, and not what the token was given.
func (c *Client) Forbids(repo model.Repo, r model.Repository, role bool) string {
	scopes, classic := c.scopes()
	has := func(scope string) bool { return slices.Contains(scopes, scope) }
	switch {
	case r.Archived:
		return name(repo.String()) + " is archived: nobody can write there"
	case !classic || has("repo_deployment"): // which is for deployments alone
		return ""
	case !has("repo") && (r.Private || !has("public_repo")):
		has := "none"
		if len(scopes) > 0 {
			has = strings.Join(scopes, ", ") + " alone"
		}
		return fmt.Sprintf("the token lacks the scope repo and may not write to %s: it has %s", name(repo.String()), has)
	case role && !r.CanWrite:
		return "whose token it is may not push to " + name(repo.String()) + "; ask who administers it for the role Write"
	}
	return ""
}

// KnowsRole reports whether an overview's CanWrite is what a repository itself would say: GraphQL tells administrators alone.
// Of another kind than a classic token nothing more would be learnt.
func (c *Client) KnowsRole(r model.Repository) bool {
	_, classic := c.scopes()
	return r.CanWrite || !classic
}

// learnt tells what an answer to a write says of the token's permission, where it says anything.
func (c *Client) learnt(a act, err error) {
	area, level, _ := strings.Cut(a.permission, ": ")
	if c.wrote == nil || level != "write" {
		return
	}
	w := Wrote{Repo: a.repo, Write: model.Write(area)}
	if err != nil {
		var answer *github.ErrorResponse
		if !errors.As(err, &answer) || !refusesPermission(answer) {
			return
		}
		needs := permissionWords(answer.Response.Header.Get("X-Accepted-GitHub-Permissions"))
		if needs == "" {
			needs = a.permission
		}
		w.Refused = fmt.Sprintf("the token lacks the permission %s in %s", needs, name(a.repo.String()))
	}
	c.wrote(w)
}

// refusesPermission tells a permission that is missing from whatever else is forbidden: a limit, single sign-on, a rule of
// the repository.
func refusesPermission(answer *github.ErrorResponse) bool {
	return answer.Response.StatusCode == http.StatusForbidden && answer.Response.Header.Get("X-GitHub-SSO") == "" &&
		strings.HasPrefix(answer.Message, "Resource not accessible by")
}
