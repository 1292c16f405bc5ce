package dialog

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// Prereleases makes the list of a service's releases that are not public yet.
func Prereleases(kit *pane.Kit, src pane.Source, actor pane.Actor, ctx context.Context, service, environment string) pane.Layer {
	if actor == nil {
		return nil
	}
	return newSheet(kit, src, ctx, service, &prereleasesSheet{environment: environment, actor: actor})
}

// prereleasesSheet lists prereleases, newest first, with where each runs. What runs in the environment that it was opened
// from is selected.
type prereleasesSheet struct {
	still
	environment string
	actor       pane.Actor
	chosen      bool
}

func (p *prereleasesSheet) title(s *sheet) (string, bool) { return s.service + ": make public", false }

func (p *prereleasesSheet) place() string { return p.environment }

func (p *prereleasesSheet) rows(b *builder) {
	t, now := b.t, b.kit.Now()
	f := &b.d.Facts
	if f.Service.Deploy.Release {
		b.text(t.Text, "Making a release of "+b.s.service+" public deploys it: promote it, with all that a promotion asks.")
		return
	}
	in := map[model.SHA][]string{}
	for i := range b.d.Assessment.Environments {
		e := &b.d.Assessment.Environments[i]
		if c := &e.Current; c.Known && !c.None {
			in[c.Release.SHA] = append(in[c.Release.SHA], e.Name)
		}
	}
	b.heading("Prereleases", "newest first; enter asks before anything is done")
	found := false
	for _, r := range f.Releases {
		if r.Draft || r.Channel != model.Internal || f.Service.Tags != "" && !model.Glob(f.Service.Tags, r.Tag) {
			continue
		}
		found = true
		row := pane.Row{ID: "release:" + r.Tag, Search: r.Title() + " " + string(r.Name), Link: r.URL, Copy: r.Title(), Word: "make public"}
		kit, actor, ctx, service := b.kit, p.actor, b.s.ctx, b.s.service
		row.Enter = func() tea.Cmd { return kit.Ask(pane.PushMsg{Layer: publishing(kit, actor, ctx, service, r)}) }
		if !p.chosen && slices.Contains(in[r.SHA], p.environment) {
			p.chosen, b.s.choose = true, row.ID
		}
		where := "runs nowhere now"
		if len(in[r.SHA]) > 0 {
			where = "runs in " + strings.Join(in[r.SHA], ", ")
		}
		b.row(row, func(l *cell.Line) {
			l.Col(t.Version, r.Title(), 16).Gap(1).Right(t.Faint, cell.Ago(r.PublishedAt, now), 12).Gap(2)
			l.Put(t.Text, where)
		})
	}
	if !found {
		b.text(t.Text, "None: every release that was read is public.")
	}
}

// publishing makes the dialog that makes a prerelease public.
func publishing(kit *pane.Kit, actor pane.Actor, ctx context.Context, service string, r model.Release) pane.Layer {
	a := newAct(kit, actor, ctx, service+" "+r.Title()+": make public", func(b *builder, a *act) {
		b.text(b.t.Text, "Nobody can take that back from those who have seen it.")
		b.release(r)
	})
	a.add("p", "make it public", "publishing", "asked to make "+service+" "+r.Title()+" public", operate.Request{Kind: operation.Publish, Service: service, Release: r.Tag})
	return a
}
