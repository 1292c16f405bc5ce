package pane

import "cmp"

// Placed is a pane or layer in which an environment may be selected.
type Placed interface {
	// Place is the selected environment and its service; empty: none is.
	Place() (service, environment string)
}

// Place is the environment that a row is about.
func (r *Row) Place() (service, environment string) {
	return r.Target.Service, cmp.Or(r.Environment, r.Target.Environment)
}

// Place is the environment of the selected row.
func (b *base) Place() (service, environment string) {
	row := b.list.Selected()
	return row.Place()
}
