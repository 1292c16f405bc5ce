package github

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

const (
	comparePage = 250 // commits a page (REST docs, "Compare two commits")
	compareMost = 40  // pages: 10,000 commits
	compareFile = 300 // files, all on the first page
)

type wireComparison struct {
	Status  string                     `json:"status"`
	Ahead   *int                       `json:"ahead_by"`
	Behind  *int                       `json:"behind_by"`
	Total   int                        `json:"total_commits"`
	HTMLURL string                     `json:"html_url"`
	Commits []*github.RepositoryCommit `json:"commits"`
	Files   []struct {
		Filename  string  `json:"filename"`
		Previous  string  `json:"previous_filename"`
		Status    string  `json:"status"`
		Additions int     `json:"additions"`
		Patch     *string `json:"patch"` // absent for what is binary or too large to be shown
	} `json:"files"`
}

// Comparison reads what lies between two commits: commits newest first, changed paths, and the pull requests that
// brought them. The pull requests cost no call: they are read from the messages that GitHub writes when it merges
// ("Merge pull request #12 from …") or squashes ("… (#12)"); one rebased on is not recognised. It takes a page for
// each 250 commits, at most pages of them; 0 means all.
func (c *Client) Comparison(ctx context.Context, repo model.Repo, base, head model.SHA, pages int, known Validators) (Reading[model.Comparison], error) {
	a, path, err := c.on(repo, "compare "+base.Short()+" with "+head.Short(), "Contents: read")
	if err == nil {
		err = a.checkSHA(base)
	}
	if err == nil {
		err = a.checkSHA(head)
	}
	if err != nil {
		return Reading[model.Comparison]{}, err
	}
	if pages <= 0 || pages > compareMost {
		pages = compareMost
	}
	a.missing = name(repo.String()) + " lacks one of the two commits, they have no common history, or the token can't see them"
	l, err := c.list(ctx, a, path+"/compare/"+string(base)+"..."+string(head), url.Values{"per_page": {strconv.Itoa(comparePage)}}, pages, known, nil)
	if err != nil || l.unchanged {
		return reading(l, model.Comparison{}), err
	}
	out := model.Comparison{Base: base, Head: head}
	total := 0
	for i, p := range l.pages {
		w, err := decode[wireComparison](a, p)
		if err != nil {
			return reading(l, model.Comparison{}), err
		}
		if i == 0 {
			if w.Status == "" || w.Ahead == nil || w.Behind == nil {
				return reading(l, model.Comparison{}), a.malformed(l.request, "the comparison has no status or no counts", nil)
			}
			out.Status, out.Ahead, out.Behind, out.URL = name(w.Status), *w.Ahead, *w.Behind, cleanURL(w.HTMLURL)
			total = w.Total
			stretches := 0
			for _, f := range w.Files {
				out.Paths = appendPath(out.Paths, f.Previous, f.Filename)
				if f.Status == "removed" || f.Filename == "" {
					continue
				}
				change := model.FileChange{Path: name(f.Filename)}
				switch {
				case f.Patch != nil && stretches < patchesInAll:
					change.Added, change.Known = added(*f.Patch, f.Additions)
				case f.Patch == nil:
					change.Known = f.Additions == 0 // renamed, or binary: it has no lines
				}
				stretches += len(change.Added)
				out.Files = append(out.Files, change)
			}
			out.PathsCut = len(w.Files) >= compareFile
		}
		for n, rc := range w.Commits {
			cm := commit(rc)
			if cm.SHA == "" {
				return reading(l, model.Comparison{}), a.item(l, n, "no sha")
			}
			out.Commits = append(out.Commits, cm)
			if pr, ok := pullRequest(cm, rc.GetCommit().GetMessage(), out.URL); ok {
				out.PullRequests = appendPull(out.PullRequests, pr)
			}
		}
	}
	out.CommitsCut = l.cut || len(out.Commits) < max(total, out.Ahead)
	l.cut = out.CommitsCut || out.PathsCut
	slices.Reverse(out.Commits) // GitHub lists the oldest first
	slices.Reverse(out.PullRequests)
	return reading(l, out), nil
}

// pullRequest reads the pull request from a commit's message.
func pullRequest(c model.Commit, message, page string) (model.PullRequest, bool) {
	first, rest, _ := strings.Cut(strings.ReplaceAll(message, "\r\n", "\n"), "\n")
	pr := model.PullRequest{Author: c.Author}
	var number string
	if after, merged := strings.CutPrefix(first, "Merge pull request #"); merged {
		var from bool
		number, _, from = strings.Cut(after, " from ")
		pr.Title = cmp.Or(title(strings.TrimLeft(rest, "\n")), c.Title)
		if !from {
			return pr, false
		}
	} else if i := strings.LastIndex(first, "(#"); i > 0 && strings.HasSuffix(first, ")") {
		number, pr.Title = first[i+2:len(first)-1], model.Clean(strings.TrimSpace(first[:i]))
	}
	if number == "" || len(number) > 9 || strings.Trim(number, "0123456789") != "" {
		return pr, false
	}
	pr.Number, _ = strconv.Atoi(number) // at most nine digits
	if i := strings.Index(page, "/compare/"); i > 0 {
		pr.URL = page[:i] + "/pull/" + number
	}
	return pr, pr.Number > 0
}

func appendPull(list []model.PullRequest, pr model.PullRequest) []model.PullRequest {
	if slices.ContainsFunc(list, func(have model.PullRequest) bool { return have.Number == pr.Number }) {
		return list
	}
	return append(list, pr)
}
