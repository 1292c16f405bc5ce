package refresh

import (
	"gonogo/model"
	"gonogo/model/board"
)

// synchronising tells how far the services are whose first synchronisation isn't over.
func (r *Refresher) synchronising() []board.Progress {
	var list []board.Progress
	for _, s := range r.services {
		if !s.decided.IsZero() || s.config.Untrusted != "" {
			continue
		}
		p := board.Progress{Service: s.config.Name}
		for _, u := range s.units {
			if !u.decisive() {
				continue
			}
			switch {
			case u.running:
				p.Reading = append(p.Reading, u.signal)
			case u.problem != "" || u.waits:
				p.Failed = append(p.Failed, model.Read{Signal: u.signal, Subject: u.subject, At: u.at, TriedAt: u.tried, Problem: u.problem, Until: u.until})
			case !u.at.IsZero():
				p.Done = append(p.Done, u.signal)
			default:
				p.Waiting = append(p.Waiting, u.signal)
			}
		}
		list = append(list, p)
	}
	return list
}

// decisive reports whether the service's verdict may depend on the unit.
func (u *unit) decisive() bool { return u.base() || u.needed && u.decides }

// settled reports whether everything that a verdict depends on was read or has failed, itself or what it waits for.
func (s *service) settled() bool {
	for _, u := range s.units {
		if u.decisive() && u.tried.IsZero() && !u.waits {
			return false
		}
	}
	return true
}
