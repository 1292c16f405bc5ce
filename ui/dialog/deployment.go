package dialog

import (
	"cmp"
	"strconv"

	"gonogo/model"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// deploymentSheet tells of a deployment and its statuses.
type deploymentSheet struct {
	still
	id int64
}

func (d deploymentSheet) find(s *sheet) *model.Deployment {
	if s.detail == nil {
		return nil
	}
	for i := range s.detail.Facts.Deployments {
		if s.detail.Facts.Deployments[i].ID == d.id {
			return &s.detail.Facts.Deployments[i]
		}
	}
	return nil
}

func (d deploymentSheet) title(s *sheet) (string, bool) {
	title := s.service + ": deployment " + strconv.FormatInt(d.id, 10)
	found := d.find(s)
	if found == nil {
		return title, false
	}
	name, tier := environmentNamed(s, found.Environment)
	return s.kit.Theme.Where(s.service, name) + ": deployment " + strconv.FormatInt(d.id, 10), tier == model.Production
}

// log is that of the run that deploys.
func (d deploymentSheet) log(s *sheet) pane.Target {
	found := d.find(s)
	if found == nil {
		return pane.Target{}
	}
	return pane.LogOfDeployment(s.service, found)
}

// environmentNamed is the service's own name of an environment on GitHub, and its tier.
func environmentNamed(s *sheet, github string) (string, model.Tier) {
	for _, e := range s.detail.Facts.Service.Environments {
		if e.GitHub == github {
			return e.Name, e.Tier
		}
	}
	return github, model.Other
}

func (d deploymentSheet) rows(b *builder) {
	t, now := b.t, b.kit.Now()
	found := d.find(b.s)
	if found == nil {
		b.text(t.Faint, "This deployment is no longer among those that are kept.")
		return
	}
	b.state("state", t.Deployment(found.State()), lastWord(found))
	b.field("environment", t.Text, found.Environment, "")
	if r := releaseOf(b.d, found.SHA); !r.Zero() {
		b.field("release", t.Version, r.Title(), r.URL)
	}
	b.field("commit", t.Text, string(found.SHA), "")
	b.field("ref", t.Text, found.Ref, "")
	if found.Task != "" && found.Task != "deploy" {
		b.field("task", t.Text, found.Task, "")
	}
	b.field("made by", t.Text, cmp.Or(string(found.Creator), "somebody unknown")+", "+cell.Clock(found.CreatedAt, now)+", "+cell.Ago(found.CreatedAt, now), "")
	b.field("says", t.Text, string(found.Description), "")
	if first := found.FirstSuccess(); !first.IsZero() {
		b.field("succeeded", t.Text, cell.Clock(first, now)+", after "+cell.Took(first.Sub(found.CreatedAt)), "")
	}
	if found.RunID != 0 {
		name := cmp.Or(string(found.RunName), "run "+strconv.FormatInt(found.RunID, 10))
		b.row(pane.Row{Search: name, Target: b.target(pane.RunKind, "", "", found.RunID)}, func(l *cell.Line) {
			l.Col(t.Faint, "run", fieldWidth).Put(t.Text, name)
		})
	}
	b.link("page", found.URL)
	b.field("payload", t.Faint, found.Payload, "")
	note := "oldest first"
	if !found.StatusesRead {
		note = "not all of them were read"
	}
	b.heading("Statuses", note)
	for _, s := range found.Statuses {
		link := cmp.Or(s.LogURL, s.EnvironmentURL)
		b.row(pane.Row{Search: string(s.State) + " " + string(s.Description), Link: link}, func(l *cell.Line) {
			l.Col(t.Faint, cell.Clock(s.At, now), 17).Gap(1).State(t.Deployment(s.State), 14)
			l.Gap(1).Put(t.Text, string(s.Description)).End()
			if s.Creator != "" {
				l.Put(t.Faint, " "+string(s.Creator))
			}
		})
	}
	switch {
	case len(found.Statuses) == 0 && !found.StatusesRead:
		b.text(t.Faint, "They have not been read: only what a verdict needs of an old deployment is.")
	case len(found.Statuses) == 0:
		b.text(t.Faint, "None yet: it is queued.")
	}
}

// lastWord is what the newest status says.
func lastWord(d *model.Deployment) string {
	if n := len(d.Statuses); n > 0 {
		return string(d.Statuses[n-1].Description)
	}
	return ""
}

// releaseOf is the release of a commit, if it has one.
func releaseOf(d *pane.Detail, sha model.SHA) model.Release {
	for _, r := range d.Facts.Releases {
		if r.SHA == sha && !r.Draft {
			return r
		}
	}
	return model.Release{}
}
