package dialog

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/pane"
)

// Details makes the sheet of a target; nil where there is none.
func Details(kit *pane.Kit, src pane.Source, actor pane.Actor, ctx context.Context, t pane.Target) pane.Layer {
	if t.Kind == pane.LogKind {
		return newLog(kit, src, ctx, t)
	}
	makers := map[pane.Kind]func(pane.Target) content{
		pane.ServiceKind:     func(pane.Target) content { return serviceSheet{} },
		pane.EnvironmentKind: func(t pane.Target) content { return environmentSheet{name: t.Environment} },
		pane.GateKind:        func(t pane.Target) content { return gateSheet{environment: t.Environment, gate: t.Name, actor: actor} },
		pane.RunKind:         func(t pane.Target) content { return &runSheet{id: t.ID} },
		pane.DeploymentKind:  func(t pane.Target) content { return deploymentSheet{id: t.ID} },
		pane.CoverageKind:    func(t pane.Target) content { return &coverageSheet{environment: t.Environment, chosen: t.Name} },
		pane.ReleaseKind:     func(t pane.Target) content { return releaseSheet{environment: t.Environment} },
		pane.TestKind:        func(t pane.Target) content { return testSheet{run: t.ID, key: t.Name} },
		pane.SprintKind:      func(t pane.Target) content { return &sprintSheet{service: t.Name} },
		pane.ItemKind:        func(t pane.Target) content { return &itemSheet{id: t.Name} },
		pane.CheckKind:       func(t pane.Target) content { return &checkSheet{environment: t.Environment, check: t.Name} },
	}
	if actor != nil {
		makers[pane.OperationKind] = func(t pane.Target) content { return &operationSheet{id: t.Name, actor: actor} }
		makers[pane.JournalKind] = func(t pane.Target) content { return &journalSheet{id: t.Name, actor: actor} }
	}
	maker, ok := makers[t.Kind]
	if !ok {
		return nil
	}
	return newSheet(kit, src, ctx, t.Service, maker(t))
}

// still is what contents have in common that read nothing more and count nothing.
type still struct{}

func (still) more(*sheet) tea.Cmd  { return nil }
func (still) take(tea.Msg) bool    { return false }
func (still) counting(*sheet) bool { return false }
