package dialog

import (
	"slices"

	"gonogo/model"
	"gonogo/sources/operate"
)

// changes says what is no longer as it was shown, of what a person gives their word for. That less is against it now is no
// reason to ask anew.
func changes(shown, now *operate.Draft) (said []string) {
	was, is := &shown.Plan, &now.Plan
	if was.Release.SHA != is.Release.SHA || was.Release.Tag != is.Release.Tag {
		said = append(said, orNone(is.Release)+" would go, not "+orNone(was.Release)+" as was shown before.")
	}
	if was.Replaces.SHA != is.Replaces.SHA {
		said = append(said, "Now it would replace "+orNone(is.Replaces)+", not "+orNone(was.Replaces)+" as was shown before.")
	}
	if shown.Direction != "" && shown.Direction != now.Direction {
		said = append(said, string(now.Direction))
	}
	for _, list := range [][2][]model.Finding{{shown.Against, now.Against}, {shown.Acknowledge, now.Acknowledge}} {
		for _, f := range list[1] {
			if !slices.ContainsFunc(list[0], func(o model.Finding) bool { return o.Gate == f.Gate }) {
				said = append(said, string(f.Gate)+" is against it now: "+string(f.Why))
			}
		}
	}
	return said
}

func orNone(r model.Release) string {
	if r.Zero() {
		return "nothing"
	}
	return r.Title()
}

// forget takes back every word that was typed for what was shown before, and goes to the first that is wanted anew.
func (a *act) forget() {
	for i := len(a.fields) - 1; i >= 0; i-- {
		if a.fields[i].exact != "" {
			a.fields[i].text, a.at = nil, min(a.at, i)
		}
	}
}
