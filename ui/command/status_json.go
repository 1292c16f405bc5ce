package command

import (
	"encoding/json"
	"io"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
)

// statusVersion is the version of the JSON's shape. A field may be added without raising it; removing one, renaming one
// or giving one another meaning raises it.
const statusVersion = 1

type statusJSON struct {
	Version   int           `json:"version"`
	Fleet     string        `json:"fleet"`
	At        time.Time     `json:"at"`
	Verdict   string        `json:"verdict"`
	ExitCode  int           `json:"exit_code"`
	Trusted   bool          `json:"trusted"`
	Offline   bool          `json:"offline"`
	Demo      bool          `json:"demo"` // nothing in it is real
	Notices   []string      `json:"notices"`
	Services  []serviceJSON `json:"services"`
	Sprint    *sprintJSON   `json:"sprint"`     // null: no sprint board is configured
	TimeScale float64       `json:"time_scale"` // 1, or how much faster the demo's time runs
}

type serviceJSON struct {
	Name         string            `json:"name"`
	Repository   string            `json:"repository"`
	Verdict      string            `json:"verdict"`
	Environment  string            `json:"environment,omitempty"` // the one that decides
	Why          string            `json:"why"`
	Problem      string            `json:"problem,omitempty"`
	Settle       string            `json:"settle,omitempty"` // what would make it readable
	Notices      []string          `json:"notices"`
	ReadAt       *time.Time        `json:"read_at"`
	ValidUntil   *time.Time        `json:"valid_until"`
	Environments []environmentJSON `json:"environments"`
}

type environmentJSON struct {
	Name          string        `json:"name"`
	GitHub        string        `json:"github"`
	Tier          string        `json:"tier"`
	Verdict       string        `json:"verdict"`
	Why           string        `json:"why"`
	ReadAt        *time.Time    `json:"read_at"`
	Running       *runningJSON  `json:"running"` // null: unknown
	Candidate     *releaseJSON  `json:"candidate"`
	Tests         *testsJSON    `json:"tests"`    // of the candidate, as its reports say; null: none are known
	Coverage      *coverageJSON `json:"coverage"` // null: not known
	Health        healthJSON    `json:"health"`
	Behind        *behindJSON   `json:"behind"` // null: unknown
	NotApplicable int           `json:"gates_not_applicable"`
	Gates         []gateJSON    `json:"gates"`
	Targets       []targetJSON  `json:"rollback_targets"`
	Ships         *shipmentJSON `json:"ships"`
	Expected      *expectedJSON `json:"expected_duration"`
}

type coverageJSON struct {
	Release  releaseJSON  `json:"release"`  // the candidate; where there is none, what runs
	Percent  float64      `json:"percent"`  // of lines
	Lines    *coveredJSON `json:"lines"`    // null: stated by a service
	Branches *coveredJSON `json:"branches"` // null: not counted
	StatedBy string       `json:"stated_by,omitempty"`
	At       *time.Time   `json:"at"`
	Minimum  *float64     `json:"minimum"`
	MaxDrop  *float64     `json:"max_drop"`
	Drop     *float64     `json:"drop"` // percentage points below what runs; null: nothing to compare with
	Patch    *patchJSON   `json:"patch"`
}

type coveredJSON struct {
	Covered int `json:"covered"`
	Of      int `json:"of"`
}

// patchJSON is what would ship: the added lines that a test could cover.
type patchJSON struct {
	coveredJSON
	UnknownFiles int             `json:"unknown_files"`
	AtLeast      bool            `json:"at_least"`
	Uncovered    []uncoveredJSON `json:"uncovered"`
}

type uncoveredJSON struct {
	Path  string   `json:"path"`
	Lines [][2]int `json:"lines"` // first and last of each stretch
}

type releaseJSON struct {
	Tag string `json:"tag,omitempty"`
	SHA string `json:"sha"`
}

type runningJSON struct {
	None    bool         `json:"none"` // nothing was ever deployed
	Release *releaseJSON `json:"release"`
	Partly  *releaseJSON `json:"partly,omitempty"`
	Since   *time.Time   `json:"since"`
}

type testsJSON struct {
	Passed  int        `json:"passed"`
	Failed  int        `json:"failed"`
	Errored int        `json:"errored"`
	Skipped int        `json:"skipped"`
	Flaky   int        `json:"flaky"`
	Seconds float64    `json:"duration_seconds"` // of all tests, one after the other
	AtLeast bool       `json:"at_least"`         // a bound of ours cut the reports
	Failing []testJSON `json:"failing"`          // those that failed or errored, maxFailing at most
}

type testJSON struct {
	Name    string `json:"name"`
	Class   string `json:"class,omitempty"`
	Flaky   bool   `json:"flaky"`
	Message string `json:"message,omitempty"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
}

// maxFailing is how many failing tests are named; their number is told by the counts.
const maxFailing = 20

type healthJSON struct {
	State  string      `json:"state"` // n/a where no check is configured
	Why    string      `json:"why,omitempty"`
	At     *time.Time  `json:"at"`
	Checks []checkJSON `json:"checks"`
}

type checkJSON struct {
	Name           string     `json:"name"`
	State          string     `json:"state"`
	Required       bool       `json:"required"`
	Why            string     `json:"why,omitempty"`
	At             *time.Time `json:"at"`
	LatencySeconds float64    `json:"latency_seconds,omitempty"`
}

type behindJSON struct {
	Of      string `json:"of"`
	Commits int    `json:"commits"`
	AtLeast bool   `json:"at_least"`
}

type gateJSON struct {
	Gate     string         `json:"gate"`
	Level    string         `json:"level"`
	Result   string         `json:"result"`
	Why      string         `json:"why"`
	Settle   string         `json:"settle,omitempty"`
	Until    *time.Time     `json:"until,omitempty"`
	Evidence []evidenceJSON `json:"evidence"`
}

type evidenceJSON struct {
	What    string     `json:"what"`
	URL     string     `json:"url,omitempty"`
	At      *time.Time `json:"at"`
	Request string     `json:"request,omitempty"`
}

type targetJSON struct {
	Release        releaseJSON `json:"release"`
	Eligible       bool        `json:"eligible"`
	Why            string      `json:"why,omitempty"`
	HealthySeconds float64     `json:"healthy_seconds"`
}

type shipmentJSON struct {
	Commits      int      `json:"commits"`
	AtLeast      bool     `json:"at_least"`
	TakenBack    int      `json:"taken_back"`
	PullRequests []int    `json:"pull_requests"`
	Items        []string `json:"items"` // of the sprint board
}

type expectedJSON struct {
	MedianSeconds float64 `json:"median_seconds"`
	P90Seconds    float64 `json:"p90_seconds"`
	Runs          int     `json:"runs"`
}

// writeJSON prints the whole report: indented, or as one line where it is one of many.
func writeJSON(w io.Writer, r report, now time.Time, oneLine bool) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if !oneLine {
		enc.SetIndent("", "  ")
	}
	return enc.Encode(jsonOf(r, now))
}

func jsonOf(r report, now time.Time) statusJSON {
	doc := statusJSON{
		Version: statusVersion, Fleet: r.fleet, At: now.UTC(), Verdict: word(r.worst()), ExitCode: exitOf(r.worst()),
		Trusted: r.status.Trust == "", Offline: r.status.Offline, Notices: append([]string{}, r.notices()...), Demo: r.status.Demo,
		Services: make([]serviceJSON, len(r.services)), TimeScale: max(1, r.status.Factor),
	}
	doc.Sprint = r.sprintOf(now)
	for i, s := range r.services {
		doc.Services[i] = serviceOf(s, r.repos[s.Service])
	}
	return doc
}

func serviceOf(a readiness.Assessment, repo string) serviceJSON {
	s := serviceJSON{
		Name: a.Service, Repository: repo, Verdict: word(a.Verdict), Environment: a.Worst, Why: string(a.Headline),
		Problem: string(a.Problem), ReadAt: moment(a.ReadAt), ValidUntil: moment(a.ValidUntil),
		Environments: make([]environmentJSON, len(a.Environments)), Settle: string(a.Settle), Notices: make([]string, len(a.Notices)),
	}
	for i, n := range a.Notices {
		s.Notices[i] = string(n)
	}
	for i := range a.Environments {
		s.Environments[i] = environmentOf(&a.Environments[i])
	}
	return s
}

func environmentOf(e *readiness.Environment) environmentJSON {
	j := environmentJSON{
		Name: e.Name, GitHub: e.GitHub, Tier: string(e.Tier), Verdict: word(e.Verdict), Why: string(e.Headline),
		ReadAt: moment(e.ReadAt), Running: runningOf(e.Current), Health: healthOf(e.Health),
		NotApplicable: e.NotApplicable, Gates: make([]gateJSON, len(e.Findings)), Targets: make([]targetJSON, len(e.Targets)),
	}
	if e.Candidate.Exists() {
		j.Candidate = releaseOf(e.Candidate.Release)
	}
	if e.Tests != nil {
		j.Tests = testsOf(e.Tests)
	}
	if e.Coverage.Figure.Known {
		j.Coverage = coverageOf(&e.Coverage)
	}
	if e.Behind.Known {
		j.Behind = &behindJSON{Of: e.Behind.Of, Commits: e.Behind.Commits, AtLeast: e.Behind.AtLeast}
	}
	if e.Ship.Known {
		j.Ships = shipmentOf(e.Ship)
	}
	if e.Expected.Known {
		j.Expected = &expectedJSON{MedianSeconds: e.Expected.Median.Seconds(), P90Seconds: e.Expected.P90.Seconds(), Runs: e.Expected.N}
	}
	for i, f := range e.Findings {
		j.Gates[i] = gateOf(f)
	}
	for i, t := range e.Targets {
		j.Targets[i] = targetJSON{Release: *releaseOf(t.Release), Eligible: t.Eligible, Why: string(t.Why), HealthySeconds: t.Healthy.Seconds()}
	}
	return j
}

func runningOf(r readiness.Running) *runningJSON {
	switch {
	case !r.Known:
		return nil
	case r.None:
		return &runningJSON{None: true}
	}
	j := &runningJSON{Release: releaseOf(r.Release), Since: moment(r.Since)}
	if !r.Partly.Zero() {
		j.Partly = releaseOf(r.Partly)
	}
	return j
}

func testsOf(t *model.Tests) *testsJSON {
	j := &testsJSON{
		Passed: t.Counts.Passed, Failed: t.Counts.Failed, Errored: t.Counts.Errored, Skipped: t.Counts.Skipped, Flaky: t.Flaky,
		Seconds: t.Duration.Seconds(), AtLeast: t.Cut, Failing: make([]testJSON, min(len(t.Broken), maxFailing)),
	}
	for i := range j.Failing {
		c := &t.Broken[i]
		j.Failing[i] = testJSON{Name: string(c.Name), Class: string(c.Class), Flaky: c.Flaky, Message: string(c.Message), File: c.File, Line: c.Line}
	}
	return j
}

func coverageOf(c *readiness.Coverage) *coverageJSON {
	percent, _ := c.Figure.Percent()
	j := &coverageJSON{
		Release: *releaseOf(c.Release), Percent: percent, Branches: coveredOf(c.Figure.Branches), StatedBy: c.Figure.By, At: moment(c.Figure.At),
		Minimum: c.Minimum, MaxDrop: c.MaxDrop,
	}
	if c.Figure.Stated == nil {
		j.Lines = coveredOf(c.Figure.Lines)
	}
	if points, known := c.Drop(); known {
		j.Drop = &points
	}
	if p := &c.Patch; p.Known {
		j.Patch = &patchJSON{coveredJSON: coveredJSON{p.Lines.Hit, p.Lines.Total}, UnknownFiles: p.Unknown, AtLeast: p.Cut, Uncovered: []uncoveredJSON{}}
		for _, f := range p.Files {
			if f.Lines.Hit < f.Lines.Total {
				lines := [][2]int{}
				for _, l := range f.Uncovered.Stretches() {
					lines = append(lines, [2]int{l.From, l.To})
				}
				j.Patch.Uncovered = append(j.Patch.Uncovered, uncoveredJSON{f.Path, lines})
			}
		}
	}
	return j
}

func coveredOf(c model.Covered) *coveredJSON {
	if c.Total == 0 {
		return nil
	}
	return &coveredJSON{c.Hit, c.Total}
}

func releaseOf(r model.Release) *releaseJSON { return &releaseJSON{Tag: r.Tag, SHA: string(r.SHA)} }

func healthOf(h model.Health) healthJSON {
	j := healthJSON{State: "n/a", Checks: make([]checkJSON, len(h.Checks))}
	if h.Configured {
		j.State, j.Why, j.At = h.State.String(), string(h.Why), moment(h.At)
	}
	for i, c := range h.Checks {
		j.Checks[i] = checkJSON{
			Name: c.Check.Name, State: c.State.String(), Required: c.Check.Required, Why: string(c.Why),
			At: moment(c.Sample.At), LatencySeconds: c.Sample.Latency.Seconds(),
		}
	}
	return j
}

func shipmentOf(s readiness.Shipment) *shipmentJSON {
	j := &shipmentJSON{Commits: s.Ahead, AtLeast: s.CommitsCut, TakenBack: s.TakenBack, PullRequests: make([]int, len(s.PullRequests)), Items: itemNames(s.Items)}
	for i, p := range s.PullRequests {
		j.PullRequests[i] = p.Number
	}
	return j
}

func gateOf(f model.Finding) gateJSON {
	g := gateJSON{
		Gate: string(f.Gate), Level: string(f.Level), Result: f.Result.String(), Why: string(f.Why), Settle: string(f.Settle),
		Until: moment(f.Until), Evidence: make([]evidenceJSON, len(f.Evidence)),
	}
	for i, e := range f.Evidence {
		g.Evidence[i] = evidenceJSON{What: string(e.What), URL: e.URL, At: moment(e.At), Request: e.Request}
	}
	return g
}

// word is the verdict as a value to compare with: go, up-to-date, no-go, wait, unknown, error.
func word(v model.Verdict) string {
	return strings.ReplaceAll(strings.ToLower(v.String()), " ", "-")
}

// moment is null for a time that isn't known.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
