package model

import "time"

// SprintBoard is what a team works on: a GitHub project's iterations, or a repository's milestones.
type SprintBoard struct {
	Source  string // acme/7, or acme/api for milestones
	Title   Text
	URL     string
	Sprints []Sprint // oldest first, with past and coming ones
	Items   []Item   // of the sprints that are kept
	History []ItemMoment
	Cut     bool // GitHub's bounds or ours cut the items
	// Redacted counts items that the token may not see.
	Redacted int
}

// Sprint is an iteration of a project board, or a milestone.
type Sprint struct {
	ID    string
	Title Text
	Start time.Time // first day, midnight UTC; zero for a milestone without any
	End   time.Time // midnight UTC after the last day; zero for a milestone without a due date
	Done  bool      // GitHub counts it as completed or closed
	URL   string
	Repo  Repo // of a milestone; zero for an iteration, which is the whole board's
}

// ItemKind is what an item of a board is.
type ItemKind string

// The kinds of items.
const (
	ItemIssue    ItemKind = "issue"
	ItemPull     ItemKind = "pull request"
	ItemDraft    ItemKind = "draft"
	ItemRedacted ItemKind = "redacted" // the token may not see it
)

// Item is an item of a board.
type Item struct {
	ID         string // of the board's item
	Kind       ItemKind
	Sprint     string // its sprint's ID; empty: none
	Repo       Repo   // zero for drafts and redacted ones
	Number     int
	Title      Text
	URL        string
	State      string // open, closed, merged; empty for drafts
	NotPlanned bool   // closed as not planned
	Status     Text   // the board's column; for milestones empty
	Done       bool   // by the configuration's columns, or closed where there are none
	Blocker    bool   // by the configuration's labels
	Points     *float64
	Assignees  []Text
	Labels     []Text
	Archived   bool
	Pulls      []ItemChange // pull requests that close it, or itself; newest first
	UpdatedAt  time.Time
	ClosedAt   time.Time
}

// ItemChange is a pull request or commit that belongs to an item.
type ItemChange struct {
	Repo     Repo
	Number   int // 0 for a commit
	Title    Text
	State    string // open, closed, merged
	Merge    SHA    // the commit that brought it to its branch; empty while it isn't merged
	Base     string // the branch it goes to
	MergedAt time.Time
	URL      string
}

// ItemMoment is what the cache saw of an item when something that a burndown counts had changed.
type ItemMoment struct {
	At     time.Time
	Item   string
	Sprint string // empty: it left the sprint it was in, also by being archived or closed as not planned
	Points *float64
	Done   bool
}
