package theme

// Symbols are the characters that the screen draws with, each one cell wide but for the
// ellipsis of ASCII. Those
// that tell a state are of neutral width in Unicode (East Asian Width), so that
// they are one cell wide everywhere.
type Symbols struct {
	Go, NoGo, Unknown, Wait, UpToDate, Error string

	Pass, Fail, Warn, NotApplicable string

	Running, Queued, Cancelled, Skipped string

	Degraded, Unhealthy, Progressing string

	Cursor    string // before the selected row
	Ellipsis  string // where text was cut
	Separator string // between two things on one line
	Behind    string // before a number of commits
	Arrow     string // from here to there
	Open      string // an opened node
	Closed    string // a closed one
	Branch    string // a child in a tree
	LastChild string // the last child
	Trunk     string // the line past other children
}

func symbols(ascii bool) Symbols {
	if ascii {
		return Symbols{
			Go: "+", NoGo: "x", Unknown: "?", Wait: "~", UpToDate: "=", Error: "!",
			Pass: "+", Fail: "x", Warn: "!", NotApplicable: "-",
			Running: ">", Queued: ".", Cancelled: "/", Skipped: "-",
			Degraded: "!", Unhealthy: "x", Progressing: ">",
			Cursor: ">", Ellipsis: "..", Separator: "|", Behind: "<", Arrow: ">",
			Open: "v", Closed: ">", Branch: "|-", LastChild: "`-", Trunk: "| ",
		}
	}
	return Symbols{
		Go: "✓", NoGo: "✗", Unknown: "?", Wait: "◔", UpToDate: "=", Error: "!",
		Pass: "✓", Fail: "✗", Warn: "▴", NotApplicable: "-",
		Running: "▸", Queued: "◌", Cancelled: "⊘", Skipped: "»",
		Degraded: "▴", Unhealthy: "✗", Progressing: "▸",
		Cursor: "›", Ellipsis: "…", Separator: "·", Behind: "↓", Arrow: "→",
		Open: "▾", Closed: "▸", Branch: "├╴", LastChild: "└╴", Trunk: "│ ",
	}
}
