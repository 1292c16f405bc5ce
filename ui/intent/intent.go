// Package intent holds the one table of what a person can mean. Keys, palette, footer,
// help and mouse are all drawn from it, so that they cannot disagree.
package intent

import tea "github.com/charmbracelet/bubbletea"

// Action is something that a person can mean.
type Action string

// The actions. What each means in a place is said by that place (see Use).
const (
	Fleet       Action = "fleet"
	Sprint      Action = "sprint"
	CI          Action = "ci"
	Coverage    Action = "coverage"
	Deployments Action = "deployments"
	Next        Action = "next-pane"
	Previous    Action = "previous-pane"
	Up          Action = "up"
	Down        Action = "down"
	Left        Action = "left"
	Right       Action = "right"
	PageUp      Action = "page-up"
	PageDown    Action = "page-down"
	First       Action = "first"
	Last        Action = "last"
	Details     Action = "details"
	Back        Action = "back"
	Zoom        Action = "zoom"
	Filter      Action = "filter"
	Open        Action = "open"
	Copy        Action = "copy"
	Refresh     Action = "refresh"
	Operations  Action = "operations"
	Redraw      Action = "redraw"
	Palette     Action = "palette"
	Help        Action = "help"
	Suspend     Action = "suspend"
	Quit        Action = "quit"
)

// The actions that change something: each opens a dialog.
const (
	Promote   Action = "promote"
	RollBack  Action = "roll-back"
	Marks     Action = "hold"
	Approve   Action = "approve"
	Rerun     Action = "re-run"
	CancelRun Action = "cancel-run"
	Publish   Action = "publish"
	Elevate   Action = "lift-read-only"
)

// The actions of logs.
const (
	Logs          Action = "logs"
	NextError     Action = "next-error"
	PreviousError Action = "previous-error"
	NextMatch     Action = "next-match"
	PreviousMatch Action = "previous-match"
	FoldAll       Action = "fold-all"
	Times         Action = "times"
)

// Kind groups actions in the help.
type Kind string

// The kinds, in the order in which the help lists them.
const (
	Moving  Kind = "Move"
	Looking Kind = "Look"
	Acting  Kind = "Act"
	Reading Kind = "Read a log"
	Taking  Kind = "Take along"
	Program Kind = "Program"
)

// Kinds lists the kinds in the order of the help.
func Kinds() []Kind { return []Kind{Moving, Looking, Acting, Reading, Taking, Program} }

// Entry is one row of the table.
type Entry struct {
	Action Action
	Kind   Kind
	Keys   []string // as Bubble Tea names them; the first one is shown
	Word   string   // in the footer
	Help   string   // a phrase, in the help and the palette
	Quiet  bool     // known to everybody: not in the footer
}

// Table lists every action with its keys.
func Table() []Entry {
	return []Entry{
		{Fleet, Moving, []string{"0"}, "fleet", "Go to the fleet", false},
		{Sprint, Moving, []string{"1"}, "sprint", "Go to the sprint", false},
		{CI, Moving, []string{"2"}, "CI", "Go to CI", false},
		{Coverage, Moving, []string{"3"}, "coverage", "Go to Coverage", false},
		{Deployments, Moving, []string{"4"}, "deployments", "Go to Deployments", false},
		{Operations, Moving, []string{"w"}, "operations", "Watch what is under way, and see what was done", false},
		{Next, Moving, []string{"tab"}, "next", "Go to the next pane", true},
		{Previous, Moving, []string{"shift+tab"}, "previous", "Go to the pane before", true},
		{Down, Moving, []string{"j", "down"}, "down", "Go down", true},
		{Up, Moving, []string{"k", "up"}, "up", "Go up", true},
		{Left, Moving, []string{"left"}, "left", "Go left", true},
		{Right, Moving, []string{"right"}, "right", "Go right", true},
		{PageDown, Moving, []string{"pgdown", "ctrl+f", " "}, "page down", "Go a page down", true},
		{PageUp, Moving, []string{"pgup", "ctrl+b"}, "page up", "Go a page up", true},
		{First, Moving, []string{"g", "home"}, "first", "Go to the first row", true},
		{Last, Moving, []string{"G", "end"}, "last", "Go to the last row", true},
		{Details, Looking, []string{"enter"}, "details", "Show the details", false},
		{Back, Looking, []string{"esc", "backspace"}, "back", "Go back", false},
		{Zoom, Looking, []string{"z"}, "zoom", "Give this pane the whole screen, or take it back", false},
		{Filter, Looking, []string{"/"}, "filter", "Show only the rows that match", false},
		{Refresh, Looking, []string{"r"}, "refresh", "Read again from GitHub and the checks", false},
		{Logs, Looking, []string{"l"}, "log", "Show the log of a job, from its first error on", false},
		{Promote, Acting, []string{"p"}, "promote", "Bring the release that is next to an environment there", false},
		{RollBack, Acting, []string{"b"}, "roll back", "Bring an environment back to a release that ran there", false},
		{Approve, Acting, []string{"a"}, "review", "Approve or reject what waits for a review", false},
		{Marks, Acting, []string{"h"}, "hold", "Hold an environment, veto a release, break a lock; or take that back", true},
		{Rerun, Acting, []string{"R"}, "re-run", "Run a workflow's run again, or its failed jobs", false},
		{CancelRun, Acting, []string{"x"}, "cancel", "Cancel a run that is queued or under way", false},
		{Publish, Acting, []string{"P"}, "publish", "Make a prerelease public, where that deploys nothing", true},
		{NextError, Reading, []string{"e"}, "next error", "Go to the next error, or what looks like one", false},
		{PreviousError, Reading, []string{"E"}, "error before", "Go to the error before", true},
		{NextMatch, Reading, []string{"n"}, "next match", "Go to the next line that matches the search", false},
		{PreviousMatch, Reading, []string{"N"}, "match before", "Go to the match before", true},
		{FoldAll, Reading, []string{"f"}, "fold all", "Fold all steps and groups, or open them", false},
		{Times, Reading, []string{"T"}, "times", "Show the time of each line, or its number", false},
		{Open, Taking, []string{"o"}, "link", "Copy the link; the terminal opens the underlined one", false},
		{Copy, Taking, []string{"y"}, "copy", "Copy the row's text", false},
		{Palette, Program, []string{":", "ctrl+p"}, "actions", "Find an action by its name", false},
		{Help, Program, []string{"?"}, "help", "Show every key", false},
		{Elevate, Program, []string{"U"}, "lift read-only", "Lift your own read-only for 15 minutes", true},
		{Redraw, Program, []string{"ctrl+l"}, "redraw", "Draw the screen again", true},
		{Suspend, Program, []string{"ctrl+z"}, "suspend", "Put gonogo to sleep; the shell's fg wakes it", true},
		{Quit, Program, []string{"q", "ctrl+c"}, "quit", "Quit", false},
	}
}

// Use is an action in the place where a person is now.
type Use struct {
	Action Action
	Off    string         // why it can't be done now; empty: it can
	Word   string         // in the footer, where it differs from the table's
	Means  func() tea.Cmd // what it does
}

// Enabled reports whether it can be done now.
func (u Use) Enabled() bool { return u.Off == "" && u.Means != nil }

// Find returns the use of an action among uses.
func Find(uses []Use, a Action) (Use, bool) {
	for _, u := range uses {
		if u.Action == a {
			return u, true
		}
	}
	return Use{}, false
}
