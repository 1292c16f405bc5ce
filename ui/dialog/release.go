package dialog

import (
	"strconv"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// releaseSheet tells what promoting a candidate would ship.
type releaseSheet struct {
	still
	environment string
}

func (r releaseSheet) place() string { return r.environment }

func (r releaseSheet) title(s *sheet) (string, bool) {
	arrow := " " + s.kit.Theme.Symbols.Arrow + " "
	title := s.service + arrow + r.environment + ": what would ship"
	if s.detail != nil {
		if e := s.detail.Assessment.Environment(r.environment); e != nil && e.Candidate.Exists() {
			title = s.service + " " + e.Candidate.Release.Title() + arrow + r.environment + ": what would ship"
		}
	}
	return title, production(s, r.environment)
}

func (r releaseSheet) rows(b *builder) {
	t := b.t
	e := b.d.Assessment.Environment(r.environment)
	if e == nil {
		b.text(t.Faint, r.environment+" is no longer an environment of "+b.s.service+".")
		return
	}
	c := e.Candidate
	if !c.Exists() {
		b.text(t.Text, string(c.Why))
		b.field("to settle it", t.Strong, string(c.Settle), "")
		return
	}
	b.release(c.Release)
	b.field("why this one", t.Text, string(c.Why), "")
	b.field("runs now", t.Version, e.Current.Title(), e.Current.Release.URL)
	b.shipment(e.Ship, -1)
}

// release tells of a release itself.
func (b *builder) release(r model.Release) {
	t := b.t
	b.field("release", t.Version, r.Title(), r.URL)
	if r.Name != "" && string(r.Name) != r.Tag {
		b.field("called", t.Text, string(r.Name), "")
	}
	b.field("commit", t.Text, string(r.SHA), "")
	if r.Channel != model.NoRelease {
		b.field("channel", t.Text, string(r.Channel), "")
	}
	if !r.PublishedAt.IsZero() {
		by := ""
		if r.Author != "" {
			by = " by " + string(r.Author)
		}
		b.field("published", t.Text, cell.Clock(r.PublishedAt, b.kit.Now())+by+", "+cell.Ago(r.PublishedAt, b.kit.Now()), "")
	}
}

// shipment lists what would ship, at most limit of each kind; a negative limit is none.
func (b *builder) shipment(s readiness.Shipment, limit int) {
	t := b.t
	if !s.Known {
		b.heading("What would ship", "not known: the comparison was not read yet")
		return
	}
	b.heading("What would ship", pane.Ships(s, " "+t.Symbols.Separator+" "))
	if s.TakenBack > 0 {
		b.text(t.Warn, cell.Count(s.TakenBack, "commit", false)+" that run here now are not in it: they would be taken back.")
	}
	b.link("comparison", s.URL)
	b.items(s, limit)
	if len(s.PullRequests) > 0 {
		b.heading("Pull requests", cell.Count(len(s.PullRequests), "pull request", s.CommitsCut))
		for i, p := range s.PullRequests {
			if limit >= 0 && i == limit {
				break
			}
			b.row(pane.Row{Search: string(p.Title) + " " + string(p.Author), Link: p.URL, Copy: "#" + strconv.Itoa(p.Number) + " " + string(p.Title)}, func(l *cell.Line) {
				number := "#" + strconv.Itoa(p.Number)
				l.Link(t.Version, number, p.URL, 8)
				l.Gap(1).To(2+8).Col(t.Text, string(p.Title), l.Room()-18).End()
				l.Gap(1).Put(t.Faint, string(p.Author))
			})
		}
	}
	b.commits(s, limit)
	if limit >= 0 {
		return
	}
	b.heading("Changed paths", cell.Count(len(s.Paths), "path", s.PathsCut))
	for _, p := range s.Paths {
		b.row(pane.Row{Search: p, Copy: p}, func(l *cell.Line) { l.Put(t.Text, p) })
	}
}

// items lists the sprint's items that would ship.
func (b *builder) items(s readiness.Shipment, limit int) {
	t := b.t
	if len(s.Items) == 0 {
		return
	}
	b.heading("Items of the sprint", cell.Count(len(s.Items), "item", s.CommitsCut))
	for i := range s.Items {
		if limit >= 0 && i == limit {
			b.text(t.Faint, strconv.Itoa(len(s.Items)-limit)+" more")
			break
		}
		item := &s.Items[i]
		b.row(pane.Row{Search: called(item), Link: item.URL, Copy: called(item), Target: pane.Target{Kind: pane.ItemKind, Name: item.ID}}, func(l *cell.Line) {
			l.Link(t.Version, "#"+strconv.Itoa(item.Number), item.URL, 8)
			l.Gap(1).To(2+8).Col(t.Text, string(item.Title), l.Room()-18).End()
			l.Gap(1).Put(t.Faint, pane.Names(item.Assignees))
		})
	}
}

func (b *builder) commits(s readiness.Shipment, limit int) {
	t := b.t
	if len(s.Commits) == 0 {
		return
	}
	b.heading("Commits", cell.Count(len(s.Commits), "commit", s.CommitsCut))
	for i, c := range s.Commits {
		if limit >= 0 && i == limit {
			more := strconv.Itoa(len(s.Commits)-limit) + " more"
			if s.CommitsCut {
				more = "at least " + more
			}
			b.text(t.Faint, more)
			break
		}
		b.row(pane.Row{Search: string(c.Title) + " " + string(c.Author) + " " + string(c.SHA), Link: c.URL, Copy: string(c.SHA) + " " + string(c.Title)}, func(l *cell.Line) {
			l.Link(t.Version, c.SHA.Short(), c.URL, 7)
			l.Gap(1).Col(t.Text, string(c.Title), l.Room()-24).End()
			l.Gap(1).Col(t.Faint, string(c.Author), 16).Gap(1).Right(t.Faint, cell.Age(c.At, b.kit.Now()), 4)
		})
	}
}
