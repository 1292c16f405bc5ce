package github

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

func (c *Client) on(repo model.Repo, doing, permission string) (act, string, error) {
	a := act{doing: doing + " of " + name(repo.String()), permission: permission, scope: "repo", repo: repo, anonymous: c.wire.token.Zero()}
	if err := checkRepo(repo); err != nil {
		return a, "", a.problem(model.ProblemMissing, err.Error(), "check repo: in the configuration", err)
	}
	return a, "repos/" + repo.Owner + "/" + repo.Name, nil
}

// Repository reads what GitHub says of a repository itself. Under a former name it is found too, and FullName tells
// its name of today.
func (c *Client) Repository(ctx context.Context, repo model.Repo, known Validators) (Reading[model.Repository], error) {
	a, path, err := c.on(repo, "read the repository", "Metadata: read")
	if err != nil {
		return Reading[model.Repository]{}, err
	}
	a.doing = "read the repository " + name(repo.String())
	l, err := c.list(ctx, a, path, nil, 1, known, nil)
	if err != nil || l.unchanged {
		return reading(l, model.Repository{}), err
	}
	r, err := decode[*github.Repository](a, l.pages[0])
	if err != nil {
		return reading(l, model.Repository{}), err
	}
	if r.GetFullName() == "" || r.GetDefaultBranch() == "" {
		return reading(l, model.Repository{}), a.malformed(l.request, "the repository has no name or no default branch", nil)
	}
	out := model.Repository{
		FullName: name(r.GetFullName()), DefaultBranch: name(r.GetDefaultBranch()), Archived: r.GetArchived(),
		Private: r.GetPrivate(), PushedAt: r.GetPushedAt().UTC(), CanWrite: r.GetPermissions()["push"], URL: cleanURL(r.GetHTMLURL()),
	}
	if r.PushedAt == nil {
		out.PushedAt = r.GetPushedAt().Time
	}
	if r.GetSize() == 0 { // also of a small new one: the size is counted later
		if out.Empty, err = c.empty(ctx, a, path); err != nil {
			return reading(l, model.Repository{}), err
		}
	}
	return reading(l, out), nil
}

// empty asks for a commit: an empty repository answers 409 (REST docs, "List commits").
func (c *Client) empty(ctx context.Context, a act, path string) (bool, error) {
	_, err := c.get(ctx, a, path+"/commits", url.Values{"per_page": {"1"}}, "")
	var refused *github.ErrorResponse
	if errors.As(err, &refused) && refused.Response.StatusCode == http.StatusConflict {
		return true, nil
	}
	if KindOf(err) == model.ProblemForbidden {
		return false, nil // a token without Contents can't tell
	}
	return false, err
}

// Branch reads a branch and the commit at its head.
func (c *Client) Branch(ctx context.Context, repo model.Repo, branch string, known Validators) (Reading[model.Branch], error) {
	a, path, err := c.on(repo, "read branch "+name(branch), "Contents: read")
	if err != nil {
		return Reading[model.Branch]{}, err
	}
	a.missing = name(repo.String()) + " has no branch " + name(branch) + ", or the token can't see it"
	l, err := c.list(ctx, a, path+"/branches/"+segment(branch), nil, 1, known, nil)
	if err != nil || l.unchanged {
		return reading(l, model.Branch{}), err
	}
	b, err := decode[*github.Branch](a, l.pages[0])
	if err != nil {
		return reading(l, model.Branch{}), err
	}
	head := commit(b.GetCommit())
	if head.SHA == "" {
		return reading(l, model.Branch{}), a.malformed(l.request, "the branch has no commit", nil)
	}
	return reading(l, model.Branch{Name: name(b.GetName()), Head: head}), nil
}

// Viewer reads whose token it is: a login. An app's installation token has no user and is refused.
func (c *Client) Viewer(ctx context.Context, known Validators) (Reading[string], error) {
	a := act{doing: "read whose token it is on " + name(c.host), missing: "the token belongs to nobody", scope: "read:user", anonymous: c.wire.token.Zero()}
	l, err := c.list(ctx, a, "user", nil, 1, known, nil)
	if err != nil || l.unchanged {
		return reading(l, ""), err
	}
	u, err := decode[*github.User](a, l.pages[0])
	if err == nil && u.GetLogin() == "" {
		err = a.malformed(l.request, "the user has no login", nil)
	}
	if err != nil {
		return reading(l, ""), err
	}
	return reading(l, name(u.GetLogin())), nil
}
