package dialog

import (
	"cmp"
	"strconv"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/model/sprint"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// itemSheet tells of an item of the sprint: how it stands, and how far each of its changes has come.
type itemSheet struct {
	onBoard
	id string
}

func (i *itemSheet) title(*sheet) (string, bool) {
	if item := i.item(i.id); item != nil {
		return called(item), false
	}
	return "an item of the sprint", false
}

// called is how a title names an item: acme/api#412 Log in with a passkey.
func called(item *model.Item) string {
	if item.Number == 0 {
		return cmp.Or(string(item.Title), "a draft")
	}
	return item.Repo.String() + "#" + strconv.Itoa(item.Number) + " " + string(item.Title)
}

func (i *itemSheet) rows(b *builder) {
	t := b.t
	if i.missing(b) {
		return
	}
	item := i.item(i.id)
	if item == nil {
		b.text(t.Faint, "This item is no longer in the sprint.")
		return
	}
	j := i.roads.Journey(item)
	b.state("state", pane.ItemState(t, item, &j), string(item.Title))
	b.field("kind", t.Text, string(item.Kind), "")
	b.field("column", t.Text, string(item.Status), "")
	if item.Blocker && sprint.Open(item) {
		b.field("blocker", t.Bad, "it blocks the release of "+cmp.Or(item.Repo.FullName(), "every service")+" by its labels", "")
	}
	for _, s := range i.board.Sprint.Sprints {
		if s.ID == item.Sprint {
			b.field("sprint", t.Text, string(s.Title), s.URL)
		}
	}
	points := pane.PointsText(item.Points)
	b.field("points", t.Text, cmp.Or(points, "none"), "")
	b.field("assignees", t.Text, pane.Names(item.Assignees), "")
	b.field("labels", t.Text, pane.Names(item.Labels), "")
	if !item.Detailed && item.Kind != model.ItemDraft {
		b.field("labels", t.Faint, "not read", "")
	}
	b.moment("added", item.AddedAt)
	b.moment("changed", item.UpdatedAt)
	b.moment("closed", item.ClosedAt)
	b.link("page", item.URL)
	i.travel(b, item, &j)
	i.asRead(b)
}

// travel tells how far the item has come, and each of its pull requests through each environment.
func (i *itemSheet) travel(b *builder, item *model.Item, j *readiness.Journey) {
	t := b.t
	word := pane.TravelWord(j)
	if len(j.Parts) > 1 && word != "" {
		word += ", as far as the least of its parts"
	}
	b.heading("Travelled", cmp.Or(word, "it has no pull request"))
	for k := range j.Parts {
		i.part(b, &j.Parts[k])
	}
	for _, c := range item.Pulls {
		if c.State != "open" && c.State != "merged" {
			b.paragraph(0, t.Faint, change(c)+" was closed without being merged", pane.Row{Link: c.URL})
		}
	}
}

// change is how a pull request or commit is called.
func change(c model.ItemChange) string {
	name := c.Repo.FullName()
	switch {
	case c.Number > 0:
		name += "#" + strconv.Itoa(c.Number)
	case c.Merge != "":
		name += " " + c.Merge.Short()
	}
	if c.Title != "" {
		name += " " + string(c.Title)
	}
	return name
}

// part is one change on its way through one service: a line for each stop.
func (i *itemSheet) part(b *builder, p *readiness.Part) {
	t, now := b.t, b.kit.Now()
	of := ""
	if p.Service != "" {
		of = " (" + p.Service + ")"
	}
	b.blank()
	b.row(pane.Row{ID: "part:" + p.Service + strconv.Itoa(p.Change.Number) + string(p.Change.Merge), Search: change(p.Change) + of, Copy: change(p.Change), Link: p.Change.URL}, func(l *cell.Line) {
		l.Link(t.Strong, change(p.Change), p.Change.URL, max(l.Room()-cell.Width(of)-1, 8)).End()
		l.Put(t.Faint, of)
	})
	yes := func(word string) theme.State {
		return theme.State{Symbol: t.Symbols.Pass, Word: word, Style: t.Good}
	}
	if p.Stage == readiness.StageReview {
		b.state("  review", theme.State{Symbol: t.Symbols.Running, Word: "open", Style: t.Active}, "it goes to "+cmp.Or(p.Change.Base, "a branch that isn't known"))
	} else {
		text := "into " + cmp.Or(p.Change.Base, "a branch that isn't known")
		if p.Change.Merge != "" {
			text += " as " + p.Change.Merge.Short()
		}
		if !p.Change.MergedAt.IsZero() {
			text += " " + cell.Ago(p.Change.MergedAt, now)
		}
		b.state("  merged", yes("merged"), text)
	}
	for k, name := range p.Environments {
		target := pane.Target{Kind: pane.EnvironmentKind, Service: p.Service, Environment: name}
		state := theme.State{Symbol: t.Symbols.NotApplicable, Word: "not there", Style: t.Faint}
		switch p.In[k] {
		case readiness.Present:
			state = yes("there")
		case readiness.Unsure:
			state = theme.State{Symbol: t.Symbols.Unknown, Word: "not known", Style: t.Unknown}
		}
		runs := i.runs(p.Service, name)
		b.row(pane.Row{ID: "stop:" + p.Service + name + string(p.Change.Merge) + strconv.Itoa(p.Change.Number), Search: name + " " + state.Word, Target: target}, func(l *cell.Line) {
			l.Col(t.Faint, "  "+name, fieldWidth).State(state, 12).End()
			if runs != "" {
				l.Gap(1).Put(t.Faint, "it runs ").Put(t.Version, runs)
			}
		})
	}
	if p.Why != "" {
		b.paragraph(2, t.Unknown, string(p.Why), pane.Row{})
	}
}

// runs is what an environment runs, as far as that is known.
func (i *itemSheet) runs(service, environment string) string {
	for k := range i.board.Services {
		s := &i.board.Services[k]
		for n := range s.Environments {
			if e := &s.Environments[n]; s.Service == service && e.Name == environment {
				return string(e.Version)
			}
		}
	}
	return ""
}
