package config

import (
	"fmt"
	"strings"
	"time"

	"gonogo/model"
)

const defaultKeep = 90 * 24 * time.Hour

func orDefault(d duration, otherwise time.Duration) time.Duration {
	if d.at == nil {
		return otherwise
	}
	return d.v
}

func (b *builder) environment(f *environmentFile, last bool) model.Environment {
	e := model.Environment{
		Name: f.Name.v, GitHub: orText(f.GitHub, f.Name.v), Platform: f.Platform.v, Site: f.Site.v,
		Soak: f.Soak.v, Settle: f.Settle.v, Checklist: values(f.Checklist), ReadOnly: f.ReadOnly.v,
	}
	b.missing(&f.place, "name", "add name:", "an environment without a name")
	b.name(f.Name)
	b.name(f.GitHub)
	e.Tier = tier(model.Tier(f.Tier.v), e.Name, e.GitHub, last)
	if limit := orDefault(b.keep, defaultKeep); e.Soak > limit {
		b.errorAt(f.Soak.at, "shorten it, or lengthen keep", "a soak longer than history is kept (%s) is never seen to end", days(limit))
	}
	e.Rollback, e.RollbackBy = b.rollback(f.Rollback)
	e.Checks = b.checks(f.Health)
	e.Bake = orDefault(f.Bake, 5*slowest(e.Checks))
	e.Gates = b.gates(f.Gates, e.Checklist)
	return e
}

// tier is the configured one, else production for the last environment and for any whose name contains prod.
func tier(configured model.Tier, name, github string, last bool) model.Tier {
	switch {
	case configured != "":
		return configured
	case last || strings.Contains(strings.ToLower(name+"\n"+github), "prod"):
		return model.Production
	}
	return model.Other
}

// slowest is the longest every of the checks, for bake.
func slowest(checks []model.Check) time.Duration {
	every := time.Duration(0)
	for _, c := range checks {
		every = max(every, c.Every)
	}
	if every == 0 {
		return model.DefaultEvery
	}
	return every
}

func days(d time.Duration) string { return fmt.Sprintf("%dd", d/(24*time.Hour)) }

func (b *builder) rollback(f rollback) (model.RollbackMode, *model.RollbackWorkflow) {
	if f.by == nil {
		if f.mode.v == "" {
			return model.RollbackOffer, nil
		}
		return model.RollbackMode(f.mode.v), nil
	}
	b.missing(&f.by.place, "workflow", "add workflow: rollback.yml", "a rollback by inputs without a workflow to take them")
	return model.RollbackWorkflows, &model.RollbackWorkflow{Workflow: b.workflow(f.by.Workflow), Inputs: b.templates(f.by.Inputs)}
}

func (b *builder) gates(f pairs, checklist []string) map[model.Gate]model.Level {
	if len(f.list) == 0 {
		return nil
	}
	gates := map[model.Gate]model.Level{}
	for _, p := range f.list {
		gate, level := model.Gate(p.key.v), model.Level(p.value.v)
		switch {
		case (gate == model.GateLock || gate == model.GateApproval) && level != model.Required:
			b.errorAt(p.value.at, "leave it out", "the gate %s always holds", gate)
		case gate == model.GateSprint && level == model.Required && b.file.Sprint == nil:
			b.errorAt(p.key.at, "add sprint: {project: OWNER/NUMBER}, or sprint: {milestones: true}", "the gate sprint is required, and there is no sprint")
		case gate == model.GateChecklist && level == model.Required && len(checklist) == 0:
			b.errorAt(p.key.at, "add checklist:, a list of what to tick", "the gate checklist is required, and there is no checklist")
		}
		gates[gate] = level
	}
	return gates
}

// templates checks each value that may use a release's fields.
func (b *builder) templates(p pairs) map[string]string {
	for _, one := range p.list {
		b.template(one.value)
	}
	return p.toMap()
}

// template notes a field that doesn't exist, or a brace that isn't closed.
func (b *builder) template(t text) {
	if t.at == nil {
		return
	}
	if _, err := model.Expand(t.v, model.Values{}); err != nil {
		suggestion := ""
		if _, after, found := strings.Cut(t.v, "{{"); found {
			inside, _, closed := strings.Cut(after, "}}")
			if near := nearest(strings.Trim(inside, " ."), model.TemplateFields()); closed && near != "" {
				suggestion = fmt.Sprintf("did you mean {{.%s}}?", near)
			}
		}
		b.errorAt(t.at, suggestion, "%v", err)
	}
}

// environmentsApart notes environments of one service that are called alike, here or on GitHub, which knows no case.
func (b *builder) environmentsApart(files []environmentFile, environments []model.Environment) {
	names, github := map[string]int{}, map[string]int{}
	for i, e := range environments {
		if e.Name == "" {
			continue
		}
		if first, found := names[strings.ToLower(e.Name)]; found {
			b.errorAt(files[i].key("name"), "", "two environments are called %q, the first in line %d", e.Name, files[first].key("name").Line)
			continue
		}
		names[strings.ToLower(e.Name)] = i
		if first, found := github[strings.ToLower(e.GitHub)]; found {
			b.errorAt(files[i].key("github"), "", "%s and %s are one environment on GitHub, %q", environments[first].Name, e.Name, e.GitHub)
			continue
		}
		github[strings.ToLower(e.GitHub)] = i
	}
}
