package readiness

import "gonogo/model"

// awaits reports whether the configuration asks for a gate that nothing judges yet. The lock and the hold are nobody's to
// ask for: nothing can be locked or held before anybody can act.
func (w *world) awaits(i int, g model.Gate) bool {
	env := w.env(i)
	if _, named := env.Gates[g]; named && g != model.GateLock && g != model.GateHold {
		return true
	}
	return g == model.GateChecklist && len(env.Checklist) > 0
}

// level is a gate's level in an environment. Coverage is required where a limit is set; without one it is shown.
func (w *world) level(i int, g model.Gate) model.Level {
	env := w.env(i)
	if _, named := env.Gates[g]; g == model.GateCoverage && !named {
		if c := w.f.Service.Coverage; c == nil || c.Minimum == nil && c.MaxDrop == nil {
			return model.Advisory
		}
	}
	return env.Level(g)
}

// unbuilt is the result of a gate that is configured and that nothing judges yet: unknown, as all that is configured and
// missing.
func unbuilt(g model.Gate) judged {
	return unknown(say("%s is configured, and this version does not judge it", string(g)), say("gates: {%s: off} for this environment, until it does", string(g)), nil)
}
