package cockpit

import (
	"gonogo/model/board"
	"gonogo/model/operation"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
)

// forbid turns off what the token may not do in the environment that is selected, with the permission that is missing. What
// nobody has tried stays on.
func (c *Cockpit) forbid(uses []intent.Use) []intent.Use {
	p, ok := c.top().(pane.Placed)
	if !ok || len(c.kit.Denied) == 0 {
		return uses
	}
	service, environment := p.Place()
	for i := range uses {
		var kind operation.Kind
		switch uses[i].Action {
		case intent.Promote:
			kind = operation.Promote
		case intent.RollBack:
			kind = operation.RollBack
		case intent.Marks:
			kind = operation.Hold
		case intent.Publish:
			kind = operation.Publish
		default:
			continue
		}
		if why := board.WhyDenied(c.kit.Denied, kind, service, environment); why != "" {
			uses[i].Off = why
		}
	}
	return uses
}
