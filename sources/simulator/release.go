package simulator

import (
	"slices"
	"time"
)

// Release is a release of a tag.
type Release struct {
	ID        int64
	TagName   string
	CreatedAt time.Time // of the commit, as GitHub has it

	repo        *Repository
	commit      *Commit
	name, body  string
	draft       bool
	prerelease  bool
	author      *Account
	publishedAt time.Time // zero for a draft
	updatedAt   time.Time
	assets      []*Asset
}

// Asset is a file of a release.
type Asset struct {
	ID        int64
	Name      string
	Content   string
	CreatedAt time.Time
	uploader  *Account
}

// ReleaseOf says what release to make.
type ReleaseOf struct {
	Tag        string
	At         string // commit by any name, where the tag does not exist yet; "" is the default branch's head
	Name       string
	Body       string
	Prerelease bool
	Draft      bool
	By         string
	Assets     map[string]string // content by name
}

// Release makes a release, and its tag if it does not exist and the release is
// no draft (GitHub docs, "Managing releases": the tag of a draft is made when
// it is published).
func (r *Repository) Release(o ReleaseOf) *Release {
	defer r.world.enter()()
	w := r.world
	rel := &Release{
		ID: w.next("release"), TagName: o.Tag, repo: r, name: o.Name, body: o.Body, draft: o.Draft,
		prerelease: o.Prerelease, author: w.account(o.By, false), updatedAt: w.now,
	}
	if rel.name == "" {
		rel.name = o.Tag
	}
	if t := r.tags[o.Tag]; t != nil {
		rel.commit = t.Commit
	} else {
		rel.commit = r.must(o.At)
	}
	rel.CreatedAt = rel.commit.Time
	for _, name := range sortedKeys(o.Assets) {
		rel.assets = append(rel.assets, &Asset{ID: w.next("asset"), Name: name, Content: o.Assets[name], CreatedAt: w.now, uploader: rel.author})
	}
	r.releases = append(r.releases, rel)
	if !rel.draft {
		rel.fire("created", rel.author) // never for drafts (GitHub docs, "Events that trigger workflows", release)
		rel.publish(rel.author)
	}
	return rel
}

// Releases lists the repository's releases, newest first.
func (r *Repository) Releases() []*Release {
	defer r.world.enter()()
	return newestFirst(r.releases)
}

// Publish makes a draft public, or a prerelease the real thing. The latter
// fires "released", not "published" (github/docs#19982).
func (l *Release) Publish(by string) {
	defer l.repo.world.enter()()
	l.makePublic(l.repo.world.account(by, false))
}

// makePublic is somebody's doing, who becomes the actor of what it starts.
func (l *Release) makePublic(by *Account) {
	switch {
	case l.draft:
		l.draft = false
		l.publish(by)
	case l.prerelease:
		l.prerelease = false
		l.updatedAt = l.repo.world.now
		l.fire("released", by) // once (jonassaa/platypusgit#21)
	}
}

func (l *Release) publish(by *Account) {
	r := l.repo
	if r.tags[l.TagName] == nil {
		r.tag(l.TagName, l.commit.SHA, "", nil)
	}
	l.publishedAt, l.updatedAt = r.world.now, r.world.now
	l.fire("published", by)
	if l.prerelease {
		l.fire("prereleased", by)
	} else {
		l.fire("released", by)
	}
}

// fire starts what listens to a release, on its tag: the run's commit is the tag's and its branch the tag (GitHub docs,
// "Events that trigger workflows", release: GITHUB_SHA, GITHUB_REF).
func (l *Release) fire(activity string, by *Account) {
	l.repo.fire(trigger{event: "release", activity: activity, commit: l.commit, ref: l.TagName, tag: true, actor: by, title: l.name})
}

// IsDraft tells whether the release is still being written.
func (l *Release) IsDraft() bool { defer l.repo.world.enter()(); return l.draft }

// Assets lists the release's files.
func (l *Release) Assets() []*Asset { defer l.repo.world.enter()(); return l.assets }

// Attach adds a file to the release, beside those it has.
func (l *Release) Attach(name, content string) {
	defer l.repo.world.enter()()
	w := l.repo.world
	l.assets = append(l.assets, &Asset{ID: w.next("asset"), Name: name, Content: content, CreatedAt: w.now, uploader: l.author})
	l.updatedAt = w.now
}

// Detach removes the files of that name.
func (l *Release) Detach(name string) {
	defer l.repo.world.enter()()
	l.assets = slices.DeleteFunc(l.assets, func(a *Asset) bool { return a.Name == name })
	l.updatedAt = l.repo.world.now
}

// IsPrerelease tells whether the release is only for those inside.
func (l *Release) IsPrerelease() bool { defer l.repo.world.enter()(); return l.prerelease }

// latest is the release GitHub calls so: the newest by its commit's date that is
// neither draft nor prerelease (REST docs, "Get the latest release").
func (r *Repository) latest() *Release {
	var found *Release
	for _, l := range r.releases {
		if !l.draft && !l.prerelease && (found == nil || !l.CreatedAt.Before(found.CreatedAt)) {
			found = l
		}
	}
	return found
}
