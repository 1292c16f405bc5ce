package github

import (
	"context"
	"slices"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// maxCommitPages: a commit lists 300 files a page and 3,000 at most (REST docs, "Get a commit").
const maxCommitPages = 10

// CommitPaths is a commit with the paths that it changed against its first parent. It converts to readiness.CommitPaths.
type CommitPaths struct {
	Commit model.Commit
	Paths  []string
	Cut    bool // GitHub's bound of 3,000 files cut the list
}

// Commit reads a commit with its parents and the paths that it changed, both names of a renamed one. Cut says that
// GitHub's bound of 3,000 files cut the list.
func (c *Client) Commit(ctx context.Context, repo model.Repo, of model.SHA, known Validators) (Reading[CommitPaths], error) {
	a, path, err := c.on(repo, "read commit "+of.Short(), "Contents: read")
	if err == nil {
		err = a.checkSHA(of)
	}
	if err != nil {
		return Reading[CommitPaths]{}, err
	}
	a.missing = name(repo.String()) + " has no commit " + of.Short() + ", or the token can't see it"
	l, err := c.list(ctx, a, path+"/commits/"+string(of), nil, maxCommitPages, known, nil)
	if err != nil || l.unchanged {
		return reading(l, CommitPaths{}), err
	}
	var out CommitPaths
	for i, p := range l.pages {
		rc, err := decode[*github.RepositoryCommit](a, p)
		if err != nil {
			return reading(l, CommitPaths{}), err
		}
		if i == 0 {
			out.Commit = commit(rc)
		}
		for _, f := range rc.Files {
			out.Paths = appendPath(out.Paths, f.GetFilename(), f.GetPreviousFilename())
		}
	}
	if out.Commit.SHA == "" {
		return reading(l, CommitPaths{}), a.malformed(l.request, "the commit has no SHA", nil)
	}
	out.Cut = l.cut
	return reading(l, out), nil
}

func (a act) checkSHA(s model.SHA) error {
	if objectName(string(s)) {
		return nil
	}
	return a.problem(model.ProblemMissing, name(string(s))+" is no commit's name", "", nil)
}

// commit turns go-github's commit into ours; without SHA where it is none. Its author is the login where GitHub knows it.
func commit(rc *github.RepositoryCommit) model.Commit {
	if rc == nil {
		return model.Commit{}
	}
	inner := rc.GetCommit()
	out := model.Commit{SHA: sha(rc.GetSHA()), Title: title(inner.GetMessage()), URL: cleanURL(rc.GetHTMLURL())}
	for _, p := range rc.Parents {
		if parent := sha(p.GetSHA()); parent != "" {
			out.Parents = append(out.Parents, parent)
		}
	}
	author, committer := inner.GetAuthor(), inner.GetCommitter()
	out.Author = model.Clean(rc.GetAuthor().GetLogin())
	if out.Author == "" {
		out.Author = model.Clean(author.GetName())
	}
	if committer != nil && committer.Date != nil {
		out.At = at(committer.Date)
	} else if author != nil {
		out.At = at(author.Date)
	}
	return out
}

// appendPath adds a file's names, each once.
func appendPath(paths []string, names ...string) []string {
	for _, n := range names {
		if n = name(n); n != "" && !slices.Contains(paths[max(0, len(paths)-2):], n) {
			paths = append(paths, n)
		}
	}
	return paths
}
