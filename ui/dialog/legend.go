package dialog

import (
	"gonogo/model"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// verdicts explains the words that the screen uses.
func (b *builder) verdicts() {
	t := b.t
	say := func(s theme.State, text string) {
		b.row(pane.Row{Search: s.Word + " " + text}, func(l *cell.Line) { l.State(s, 14).Gap(1).Put(t.Text, text) })
	}
	b.heading("Verdicts", "")
	say(t.Verdict(model.Go), "every required gate passes")
	say(t.Verdict(model.UpToDate), "nothing newer could go there")
	say(t.Verdict(model.Waiting), "a gate waits for something that goes on")
	say(t.Verdict(model.Undecided), "something is missing or too old to tell; the gate names what would settle it")
	say(t.Verdict(model.NoGo), "a required gate fails")
	say(t.Verdict(model.Erroneous), "the service can't be read at all")
	b.heading("Health", "")
	say(t.Health(model.Healthy), "every required check passes")
	say(t.Health(model.Progressing), "a deployment is under way, or another version answers")
	say(t.Health(model.Degraded), "slower or worse than configured, but working")
	say(t.Health(model.Unhealthy), "a required check fails")
	say(t.Health(model.HealthUnknown), "a check was not answered lately")
	b.heading("Numbers", "")
	b.row(pane.Row{Search: "behind"}, func(l *cell.Line) {
		l.Col(t.Faint, t.Symbols.Behind+"12", 14).Gap(1).Put(t.Text, "commits behind the environment before it; the first one, behind the branch")
	})
	b.row(pane.Row{Search: "cut"}, func(l *cell.Line) {
		l.Col(t.Faint, "text"+t.Symbols.Ellipsis, 14).Gap(1).Put(t.Text, "cut where there is no more room; copying takes all of it")
	})
	b.row(pane.Row{Search: "age"}, func(l *cell.Line) {
		l.Col(t.Faint, "3m 5h 6d 8w", 14).Gap(1).Put(t.Text, "ages: minutes, hours, days, weeks")
	})
}
