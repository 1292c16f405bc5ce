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
	"gonogo/model/operation"
)

const (
	// maxReleasePages: GitHub lists 10,000 releases at most (REST docs, "List releases"); 1,000 suffice to find the
	// newest of each service of a repository.
	maxReleasePages = 10
	maxTagPages     = 10
	// enoughReleases ends the list early.
	enoughReleases = 100
	// maxResolved bounds the calls for single tags that the list of tags doesn't hold.
	maxResolved = 10
	// bareTags is how many tags stand for releases where a service has none on GitHub.
	bareTags = 10
)

// Releases reads the newest releases whose tags match pattern (all for ""), newest first, each with the commit that its
// tag points at; drafts are among them. A service that publishes no releases but tags gets its newest tags, by semantic
// version, with their commits' times. A tag that could not be resolved has no SHA.
func (c *Client) Releases(ctx context.Context, repo model.Repo, pattern string, known Validators) (Reading[[]model.Release], error) {
	a, path, err := c.on(repo, "read releases", "Contents: read")
	if err != nil {
		return Reading[[]model.Release]{}, err
	}
	question := wantedNote(pattern)
	known = sameQuestion(known, question)
	if len(known) > 0 {
		changed, err := c.anyChanged(ctx, a, path, known, nil)
		l := listing{unchanged: true, validators: known, at: c.clock.Now(), request: "GET " + key(path+"/releases", perPage())}
		if err != nil || !changed {
			return reading[[]model.Release](l, nil), err
		}
	}
	l, releases, err := c.releases(ctx, a, path, pattern)
	if err != nil {
		return reading[[]model.Release](l, nil), err
	}
	tags, commits, err := c.tags(ctx, a, path, releases, pattern)
	for _, p := range tags.pages {
		note(l.validators, p)
	}
	if err != nil {
		return reading[[]model.Release](l, nil), err
	}
	l.validators[wantedKey] = question
	if err := c.resolve(ctx, a, path, releases, commits, tags.cut); err != nil {
		return reading[[]model.Release](l, nil), err
	}
	if !slices.ContainsFunc(releases, func(r model.Release) bool { return !r.Draft }) {
		bare, err := c.bare(ctx, a, path, commits, pattern)
		if err != nil {
			return reading[[]model.Release](l, nil), err
		}
		releases = append(releases, bare...)
		l.cut = l.cut || tags.cut
	}
	newestFirst(releases)
	return reading(l, releases), nil
}

func perPage() url.Values { return url.Values{"per_page": {strconv.Itoa(maxPage)}} }

func newestFirst(releases []model.Release) {
	slices.SortStableFunc(releases, func(a, b model.Release) int { return b.PublishedAt.Compare(a.PublishedAt) })
}

func (c *Client) releases(ctx context.Context, a act, path, pattern string) (listing, []model.Release, error) {
	found := 0
	l, err := c.list(ctx, a, path+"/releases", perPage(), maxReleasePages, nil, func(p page) (bool, error) {
		list, err := decode[[]*github.RepositoryRelease](a, p)
		for _, r := range list {
			if matches(pattern, r.GetTagName()) {
				found++
			}
		}
		return found >= enoughReleases, err
	})
	if err != nil {
		return l, nil, err
	}
	wire, err := decodeAll(a, l, plain[*github.RepositoryRelease])
	if err != nil {
		return l, nil, err
	}
	var out []model.Release
	for i, w := range wire {
		if w.GetTagName() == "" && !w.GetDraft() {
			return l, nil, a.item(l, i, "no tag_name")
		}
		if matches(pattern, w.GetTagName()) {
			out = append(out, release(w))
		}
	}
	return l, out, nil
}

// matches reports whether a tag may name a release of the service. What gonogo shares among the tags, where a server
// takes no other refs, names none.
func matches(pattern, tag string) bool {
	if strings.HasPrefix("refs/tags/"+tag, operation.RefFallback) {
		return false
	}
	return pattern == "" || model.Glob(pattern, tag)
}

func release(w *github.RepositoryRelease) model.Release {
	r := model.Release{
		Tag: name(w.GetTagName()), Name: model.Clean(w.GetName()), Draft: w.GetDraft(), Channel: model.Public,
		Author: model.Clean(w.GetAuthor().GetLogin()), URL: cleanURL(w.GetHTMLURL()), PublishedAt: at(w.PublishedAt),
	}
	if w.GetPrerelease() {
		r.Channel = model.Internal
	}
	if r.PublishedAt.IsZero() {
		r.PublishedAt = at(w.CreatedAt)
	}
	return r
}

// tags reads the tags' commits, until every release is resolved. GitHub lists tags by name, not by time.
func (c *Client) tags(ctx context.Context, a act, path string, releases []model.Release, pattern string) (listing, map[string]model.SHA, error) {
	a.doing = "read tags of " + name(a.repo.String())
	commits := map[string]model.SHA{}
	add := func(p page) error {
		list, err := decode[[]*github.RepositoryTag](a, p)
		for _, t := range list {
			if matches(pattern, t.GetName()) {
				commits[name(t.GetName())] = sha(t.GetCommit().GetSHA())
			}
		}
		return err
	}
	l, err := c.list(ctx, a, path+"/tags", perPage(), maxTagPages, nil, func(p page) (bool, error) {
		if err := add(p); err != nil {
			return false, err
		}
		lacking := slices.ContainsFunc(releases, func(r model.Release) bool { return !r.Draft && commits[r.Tag] == "" })
		return len(releases) > 0 && !lacking, nil
	})
	if err != nil {
		return l, nil, err
	}
	if n := len(l.pages); n > 0 {
		err = add(l.pages[n-1]) // the last one was not shown to the function above
	}
	return l, commits, err
}

// resolve fills in the releases' commits. Tags beyond the list are asked for one by one, the newest ones.
func (c *Client) resolve(ctx context.Context, a act, path string, releases []model.Release, commits map[string]model.SHA, cut bool) error {
	asked := 0
	for i := range releases {
		r := &releases[i]
		r.SHA = commits[r.Tag]
		if r.SHA != "" || r.Draft || !cut || asked == maxResolved {
			continue
		}
		asked++
		cm, err := c.commitOf(ctx, a, path, "tags/"+r.Tag)
		if err != nil && !tolerable(err) {
			return err
		}
		r.SHA = cm.SHA
	}
	return nil
}

// commitOf reads the commit that a ref points at, through an annotated tag if need be.
func (c *Client) commitOf(ctx context.Context, a act, path, ref string) (model.Commit, error) {
	p, err := c.get(ctx, a, path+"/commits/"+refPath(ref), url.Values{"per_page": {"1"}}, "")
	if err != nil {
		return model.Commit{}, err
	}
	rc, err := decode[*github.RepositoryCommit](a, p)
	if err != nil {
		return model.Commit{}, err
	}
	return commit(rc), nil
}

// bare makes releases of the newest tags. Each costs a call for its commit's time.
func (c *Client) bare(ctx context.Context, a act, path string, commits map[string]model.SHA, pattern string) ([]model.Release, error) {
	tags := make([]string, 0, len(commits))
	for tag, at := range commits {
		if at != "" {
			tags = append(tags, tag)
		}
	}
	slices.SortFunc(tags, func(x, y string) int { return cmp.Or(newerTag(x, y, pattern), cmp.Compare(y, x)) })
	var out []model.Release
	for _, tag := range tags[:min(len(tags), bareTags)] {
		cm, err := c.commitOf(ctx, a, path, string(commits[tag]))
		if err != nil {
			if tolerable(err) {
				continue
			}
			return nil, err
		}
		r := model.Release{Tag: tag, SHA: commits[tag], Channel: model.NoRelease, PublishedAt: cm.At, Author: cm.Author}
		if i := len(cm.URL) - len("/commit/") - len(cm.SHA); i > 0 && cm.URL[i:] == "/commit/"+string(cm.SHA) {
			r.URL = cleanURL(cm.URL[:i] + "/tree/" + segment(tag))
		}
		out = append(out, r)
	}
	return out, nil
}

// newerTag orders semantic versions before all else, the highest first.
func newerTag(x, y, pattern string) int {
	v, okV := model.ParseSemver(model.Release{Tag: x}.Version(pattern))
	w, okW := model.ParseSemver(model.Release{Tag: y}.Version(pattern))
	switch {
	case okV && okW:
		return w.Compare(v)
	case okV:
		return -1
	case okW:
		return 1
	}
	return 0
}
