package model

import (
	"strings"
	"time"
)

// SHA is a commit's full object name in lower-case hex; empty when it isn't known.
type SHA string

// Short is the first seven digits, as GitHub shows them.
func (s SHA) Short() string {
	if len(s) > 7 {
		return string(s[:7])
	}
	return string(s)
}

// Channel says whom a release is for.
type Channel string

// The channels of a release. The channel restricts no environment.
const (
	Internal  Channel = "internal" // a prerelease on GitHub
	Public    Channel = "public"
	NoRelease Channel = "" // a commit alone, or a bare tag
)

// Release is an immutable version: a tag and the commit it points at, or a commit alone.
type Release struct {
	Tag         string // empty for a commit alone
	SHA         SHA    // the commit; empty when the tag could not be resolved
	Name        Text
	Channel     Channel
	Draft       bool      // drafts are no releases; they are kept only to be shown as such
	PublishedAt time.Time // for a bare tag or a commit alone: the commit's time
	Author      Text
	URL         string
}

// Zero reports whether there is no release.
func (r Release) Zero() bool { return r.Tag == "" && r.SHA == "" }

// Title is how a person calls the release: its tag, or the short commit.
func (r Release) Title() string {
	if r.Tag != "" {
		return string(Clean(r.Tag))
	}
	return r.SHA.Short()
}

// Version is the tag without the literal prefix of the service's tag pattern up to its last slash
// (api/v2.14.0 with the pattern api/v* is v2.14.0), and the SHA where there is no tag.
func (r Release) Version(pattern string) string {
	if r.Tag == "" {
		return string(r.SHA)
	}
	literal := pattern
	if i := strings.IndexAny(literal, "*?[{\\"); i >= 0 {
		literal = literal[:i]
	}
	prefix := literal[:strings.LastIndexByte(literal, '/')+1]
	return strings.TrimPrefix(r.Tag, prefix)
}

// Commit is a commit as lists show it.
type Commit struct {
	SHA     SHA
	Parents []SHA
	Title   Text // first line of the message
	Author  Text // login where GitHub knows it, else the name
	At      time.Time
	URL     string
}

// PullRequest is the pull request that brought a commit.
type PullRequest struct {
	Number int
	Title  Text
	Author Text
	URL    string
}

// Comparison is what lies between two commits: GitHub's compare of Base...Head.
type Comparison struct {
	Base, Head    SHA
	Status        string // ahead, behind, identical, diverged
	Ahead, Behind int    // commits
	Commits       []Commit
	PullRequests  []PullRequest
	Paths         []string // changed paths, both names of a renamed file
	Files         []FileChange
	// CommitsCut and PathsCut say that GitHub's bounds cut the lists: "at least" what is here. GitHub lists at most 300
	// files (REST docs, "Compare two commits").
	CommitsCut, PathsCut bool
	URL                  string
}

// FileChange is a file of a comparison that Head has.
type FileChange struct {
	Path string
	// Known says that Added is every line that Head's file has and Base's hasn't. GitHub sends no patch of what is
	// binary or large.
	Known bool
	Added []Lines
}

// Repository is what is known of a repository itself.
type Repository struct {
	FullName      string // owner/name as GitHub says now; differs from the configuration after a rename
	DefaultBranch string
	Archived      bool
	Empty         bool
	Private       bool
	PushedAt      time.Time
	CanWrite      bool // the token may push; false is only a hint for fine-grained tokens
	URL           string
}

// Branch is a branch and the commit at its head.
type Branch struct {
	Name string
	Head Commit
}
