// Package pane holds what shows one thing each: the fleet, CI, Deployments. A pane sees
// model values and narrow ports, keeps rows that are ready to draw, and draws again only
// what has changed.
package pane

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model/board"
	"gonogo/sources/operate"
	"gonogo/ui/intent"
	"gonogo/ui/theme"
)

// Area is the room that a pane is drawn in, and whether it has the focus.
type Area struct {
	Width, Height int
	Focused       bool
	Tabs          string // drawn in place of the title where one pane is shown at a time
	TabsWidth     int
}

// Pane is a part of the screen. It is told every message and takes what is its own.
type Pane interface {
	// Focus is the action that goes to this pane.
	Focus() intent.Action
	// Name is how the pane is called in its frame and in the tabs.
	Name() string
	// Update takes a message; what is to be done is returned.
	Update(tea.Msg) tea.Cmd
	// View draws exactly as many lines as the area is high, each exactly as wide. The
	// lines belong to the pane and stand until it is drawn again.
	View(Area) []string
	// Actions are what can be done here and now.
	Actions() []intent.Use
	// Typing reports that keys are text now.
	Typing() bool
	// Counting reports that something drawn here changes by the passing of time, soon.
	Counting() bool
}

// Layer is a pane that lies over the others until it is closed.
type Layer interface {
	Pane
	// Start is the command that the layer begins with.
	Start() tea.Cmd
	// Floats reports that what lies below stays visible around it; Size is then how much
	// of an area it wants.
	Floats() bool
	Size(width, height int) (int, int)
}

// The messages that panes understand.
type (
	// BoardMsg brings the fleet anew.
	BoardMsg struct{ Board *Board }
	// SelectedMsg says which service is shown from now on, with what is known of it. An
	// empty service is the whole fleet.
	SelectedMsg struct {
		Service string
		Detail  *Detail // nil for the whole fleet, or where it could not be read
		Err     error
	}
	// NewsMsg says what has changed in the cache.
	NewsMsg struct{ Changed map[string]bool } // by service
	// MovingMsg says that other operations are under way, or have come on.
	MovingMsg struct{}
	// BeatMsg is the beat on which all ages change together.
	BeatMsg struct{ Now time.Time }
	// ClickMsg is a click on a row and column of the pane's area.
	ClickMsg struct {
		X, Y  int
		Again bool // the second click on the same row
	}
	// WheelMsg scrolls by rows, down if positive.
	WheelMsg struct{ Rows int }
)

// What panes and layers ask the root for, by Kit.Ask.
type (
	// SelectMsg says that the cursor of the fleet has moved.
	SelectMsg struct{}
	// PushMsg opens a layer on top.
	PushMsg struct{ Layer Layer }
	// CloseMsg closes the topmost layer.
	CloseMsg struct{}
	// SayMsg is a sentence for the status line; it fades with the next key.
	SayMsg struct {
		Text string
		Bad  bool
	}
	// DoMsg asks for an action as if its key had been pressed.
	DoMsg struct{ Action intent.Action }
	// FocusMsg asks for the focus.
	FocusMsg struct{ Action intent.Action }
)

// Kind is what a target is.
type Kind string

// The kinds of things that have details.
const (
	ServiceKind     Kind = "service"
	EnvironmentKind Kind = "environment"
	GateKind        Kind = "gate"
	RunKind         Kind = "run"
	DeploymentKind  Kind = "deployment"
	ReleaseKind     Kind = "release"
	CheckKind       Kind = "check"
	LogKind         Kind = "log"
	CoverageKind    Kind = "coverage" // of the release that an environment is assessed for; Name is a package, or empty
	TestKind        Kind = "test"
	SprintKind      Kind = "sprint"
	ItemKind        Kind = "item"
	OperationKind   Kind = "operation" // Name is its ID
	JournalKind     Kind = "journal"   // of the operation whose ID Name is
)

// Target names a thing that has details. The zero value names nothing.
type Target struct {
	Kind        Kind
	Service     string
	Environment string // of an environment, gate, check, or of the release that could go there
	Name        string // of a gate or check; the tag or commit of a release; suite, class and name of a test; an item's ID; a sprint's service
	ID          int64  // of a run or deployment; of the run that reported a test, or that a log belongs to
	Job         int64  // of a log; 0: of the job that is worth reading most
	Step        int    // of a log: its number; 0: where the first error is
}

// OpenMsg asks for the details of a target.
type OpenMsg struct{ Target Target }

// CopyMsg asks to put text on the clipboard; What is said about it.
type CopyMsg struct{ Text, What string }

// Kit is what every pane draws with.
type Kit struct {
	Theme *theme.Theme
	Keys  intent.Keys
	// Offline says why nothing can be read now; empty while something can.
	Offline string
	// Discovery says how the fleet was found where no configuration says it; nil: one does.
	Discovery *board.Discovery
	// Acts says that something can be done from here.
	Acts bool
	// Moving are the operations under way. Only the cockpit changes it, and tells MovingMsg.
	Moving []operate.Operation
	// Denied are what the tokens may not do. Only the cockpit changes it.
	Denied []board.Denied
	// After is a command that gives its message after a while of real time.
	After func(time.Duration, tea.Msg) tea.Cmd
	beat  time.Time
	asked []tea.Msg
}

// NewKit makes a kit; now is the moment that ages are counted from until the next beat.
func NewKit(t *theme.Theme, keys intent.Keys, now time.Time) *Kit {
	return &Kit{Theme: t, Keys: keys, beat: now}
}

// Operation is the operation under way in an environment; nil: none is.
func (k *Kit) Operation(service, environment string) *operate.Operation {
	for i := range k.Moving {
		if p := &k.Moving[i].Plan; p.Service == service && p.Environment == environment {
			return &k.Moving[i]
		}
	}
	return nil
}

// Ask asks the root for something that a key or click means. It is done before the next
// message is taken: a command's message is a goroutine's, and the next key may overtake it.
// What it returns is no command, so that an intent can end with it.
func (k *Kit) Ask(msg tea.Msg) tea.Cmd {
	k.asked = append(k.asked, msg)
	return nil
}

// Asked is what was asked for since the last time, in that order. Only the cockpit takes it.
func (k *Kit) Asked() []tea.Msg {
	asked := k.asked
	k.asked = nil
	return asked
}

// Now is the beat on which everything on the screen is drawn, so that ages agree.
func (k *Kit) Now() time.Time { return k.beat }

// Beat moves to another beat. Only the cockpit does it.
func (k *Kit) Beat(now time.Time) { k.beat = now }
