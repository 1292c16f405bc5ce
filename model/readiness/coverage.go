package readiness

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"gonogo/model"
)

// Coverage is how much of a release's code its tests cover, and what that is held against.
type Coverage struct {
	Release model.Release // the candidate; where there is none, what runs
	Figure  Figure        // unknown: the finding of the gate says why
	Base    model.Release // what the candidate is compared with: what runs; zero where nothing does
	Before  Figure        // of Base
	Minimum *float64      // percent
	MaxDrop *float64      // percentage points
	Patch   Patch
	// Configured says that the configuration wants a coverage; else one that is there anyway is shown.
	Configured bool
}

// Figure is the share of lines that are covered: counted in reports, or stated by a service.
type Figure struct {
	Known    bool
	Lines    model.Covered
	Branches model.Covered
	Stated   *float64 // percent; nil for reports
	By       string   // the service that states it
	At       time.Time
}

// share is the figure in percent, exactly.
func (f Figure) share() (*big.Rat, bool) {
	switch {
	case !f.Known:
		return nil, false
	case f.Stated != nil:
		return decimal(*f.Stated), true
	}
	return big.NewRat(100*int64(f.Lines.Hit), int64(f.Lines.Total)), true
}

// Percent is the figure in percent.
func (f Figure) Percent() (float64, bool) {
	return f.approximate()
}

// Text is the figure as a person reads it, 82.1 %, with as many digits as keep it on its side of a limit: 79.96 % is not
// 80 %.
func (f Figure) Text(limit *float64) string {
	if v, known := f.approximate(); known && f.Stated == nil && far(v, limit) {
		tenths := (2000*f.Lines.Hit + f.Lines.Total) / (2 * f.Lines.Total)
		return plain(strconv.Itoa(tenths/10)+"."+strconv.Itoa(tenths%10)) + " %"
	}
	share, known := f.share()
	if !known {
		return "unknown"
	}
	if limit == nil {
		return beside(share, nil) + " %"
	}
	return beside(share, decimal(*limit)) + " %"
}

// approximate is the figure without what it takes to be exact.
func (f Figure) approximate() (float64, bool) {
	switch {
	case !f.Known:
		return 0, false
	case f.Stated != nil:
		return *f.Stated, true
	}
	return f.Lines.Percent()
}

// far reports whether a number is so far from a limit that one digit after the point keeps it on its side.
func far(v float64, limit *float64) bool { return limit == nil || math.Abs(v-*limit) > 0.1 }

// comparable reports whether two figures count the same way: both from reports, or both stated by one service.
func (f Figure) comparable(g Figure) bool { return f.Known && g.Known && f.By == g.By }

// drop is how many percentage points the candidate covers less than what runs; false where that can't be told.
func (c *Coverage) drop() (*big.Rat, bool) {
	if !c.Figure.comparable(c.Before) {
		return nil, false
	}
	now, _ := c.Figure.share()
	before, _ := c.Before.share()
	return new(big.Rat).Sub(before, now), true
}

// Drop is how many percentage points the candidate covers less than what runs, negative where it covers more; false
// where that can't be told.
func (c *Coverage) Drop() (points float64, known bool) {
	d, known := c.drop()
	if !known {
		return 0, false
	}
	points, _ = d.Float64()
	return points, true
}

// CoverageSummary is what is told of an environment's coverage in one line.
type CoverageSummary struct {
	Result     model.Result // of the gate; 0 where it is off, or nothing was assessed
	Advisory   bool
	Configured bool
	Why        model.Text
	Of         model.Text // whose figure it is: the candidate's title, or that of what runs
	Figure     Figure
	Drop       *float64 // percentage points that it covers less than what runs; nil: not known
	Minimum    *float64
	MaxDrop    *float64
}

func (e *Environment) coverageSummary() CoverageSummary {
	f := e.Finding(model.GateCoverage)
	if f == nil {
		return CoverageSummary{}
	}
	c := &e.Coverage
	s := CoverageSummary{Result: f.Result, Advisory: f.Level == model.Advisory, Configured: c.Configured, Why: f.Why, Figure: c.Figure, Minimum: c.Minimum, MaxDrop: c.MaxDrop}
	if !c.Release.Zero() {
		s.Of = model.Text(c.Release.Title())
	}
	if points, known := c.Drop(); known {
		s.Drop = &points
	}
	return s
}

// demote takes back what may have changed since; what was measured of a commit stays so.
func (s CoverageSummary) demote() CoverageSummary {
	switch s.Result {
	case model.Pass, model.Warn, model.Wait:
		s.Result = model.Unknown
	}
	return s
}

// Patch is how much of what would ship is covered: the lines that the comparison adds and that a test could cover.
type Patch struct {
	Known   bool
	Lines   model.Covered
	Files   []PatchFile // those with lines that a test could cover, as the report lists them
	Unknown int         // files of the report whose changed lines aren't known
	Cut     bool        // GitHub lists no more files
	Stated  model.Text  // what a service says of it
}

// PatchFile is a file of what would ship.
type PatchFile struct {
	Path      string
	Lines     model.Covered
	Uncovered model.LineSet
}

// patchOf holds a report against a comparison up to its commit.
func patchOf(report *model.Coverage, c model.Comparison) Patch {
	if len(c.Files) == 0 && len(c.Paths) > 0 {
		return Patch{}
	}
	p := Patch{Known: true, Cut: c.PathsCut}
	changes := make(map[string]*model.FileChange, len(c.Files))
	for i := range c.Files {
		changes[c.Files[i].Path] = &c.Files[i]
	}
	for i := range report.Files {
		f := &report.Files[i]
		change, changed := changes[f.Path]
		switch {
		case !changed:
			continue
		case !change.Known:
			p.Unknown++
			continue
		}
		coverable := f.Coverable.Within(change.Added)
		uncovered := coverable.Without(f.Hit)
		lines := model.Covered{Hit: coverable.Len() - uncovered.Len(), Total: coverable.Len()}
		if lines.Total == 0 {
			continue
		}
		p.Lines = p.Lines.Add(lines)
		p.Files = append(p.Files, PatchFile{f.Path, lines, uncovered})
	}
	return p
}

// Text says how much of what would ship is covered.
func (p *Patch) Text() model.Text {
	switch {
	case p.Stated != "":
		return p.Stated
	case !p.Known:
		return ""
	}
	var text model.Text
	if p.Lines.Total == 0 {
		text = "no changed line that a test could cover"
	} else {
		text = say("%d of %s covered (%s %%)", p.Lines.Hit, count(p.Lines.Total, "changed line"), beside(big.NewRat(100*int64(p.Lines.Hit), int64(p.Lines.Total)), nil))
	}
	if p.Unknown > 0 {
		text += say("; not known for %s", count(p.Unknown, "file"))
	}
	if p.Cut {
		text += "; GitHub lists no more than 300 files"
	}
	return text
}

// Points is a difference of percentage points, written so that it stays on its side of a limit.
func Points(v float64, limit *float64) string {
	if limit == nil {
		limit = new(float64)
	}
	if far(v, limit) {
		return plain(strconv.FormatFloat(v, 'f', 1, 64))
	}
	return beside(decimal(v), decimal(*limit))
}

// Number is a number as a person wrote it.
func Number(v float64) string { return number(v) }

// decimal is the number that a person wrote: 70.7, not the nearest binary fraction.
func decimal(v float64) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'f', -1, 64))
	if !ok { // infinite or no number; the configuration allows neither
		return new(big.Rat)
	}
	return r
}

// beside writes a number with one digit after the point, or as many more as keep it on its side of a limit.
func beside(v, limit *big.Rat) string {
	const most = 8
	for digits := 1; digits < most; digits++ {
		text := v.FloatString(digits)
		written, _ := new(big.Rat).SetString(text)
		if limit == nil || written.Cmp(limit) == v.Cmp(limit) {
			return plain(text)
		}
	}
	// Nearer than anybody writes: cut on its own side.
	unit := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(most), nil))
	switch v.Cmp(limit) {
	case -1:
		v = new(big.Rat).Sub(limit, unit)
	case 1:
		v = new(big.Rat).Add(limit, unit)
	}
	return plain(v.FloatString(most))
}

// plain drops a zero after the point: 80, not 80.0.
func plain(text string) string { return strings.TrimSuffix(text, ".0") }
