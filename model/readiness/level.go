package readiness

import "gonogo/model"

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
