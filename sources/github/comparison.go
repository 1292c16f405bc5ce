package github

import (
	"context"
	"net/url"
	"regexp"
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

// wireComparison leaves out the patches, most of an answer's bytes.
type wireComparison struct {
	Status  string                     `json:"status"`
	Ahead   *int                       `json:"ahead_by"`
	Behind  *int                       `json:"behind_by"`
	Total   int                        `json:"total_commits"`
	HTMLURL string                     `json:"html_url"`
	Commits []*github.RepositoryCommit `json:"commits"`
	Files   []struct {
		Filename string `json:"filename"`
		Previous string `json:"previous_filename"`
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
			for _, f := range w.Files {
				out.Paths = appendPath(out.Paths, f.Previous, f.Filename)
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

var (
	mergeTitle  = regexp.MustCompile(`^Merge pull request #([0-9]{1,9}) from \S+`)
	squashTitle = regexp.MustCompile(`^(.*\S)\s*\(#([0-9]{1,9})\)$`)
)

// pullRequest reads the pull request from a commit's message.
func pullRequest(c model.Commit, message, page string) (model.PullRequest, bool) {
	first, rest, _ := strings.Cut(strings.ReplaceAll(message, "\r\n", "\n"), "\n")
	var pr model.PullRequest
	number := ""
	if m := mergeTitle.FindStringSubmatch(first); m != nil {
		number = m[1]
		pr.Title = title(strings.TrimLeft(rest, "\n"))
		if pr.Title == "" {
			pr.Title = c.Title
		}
	} else if m := squashTitle.FindStringSubmatch(first); m != nil {
		number, pr.Title = m[2], model.Clean(m[1])
	}
	n, err := strconv.Atoi(number)
	if err != nil || n == 0 {
		return pr, false
	}
	pr.Number, pr.Author = n, c.Author
	if i := strings.Index(page, "/compare/"); i > 0 {
		pr.URL = page[:i] + "/pull/" + number
	}
	return pr, true
}

func appendPull(list []model.PullRequest, pr model.PullRequest) []model.PullRequest {
	if slices.ContainsFunc(list, func(have model.PullRequest) bool { return have.Number == pr.Number }) {
		return list
	}
	return append(list, pr)
}
