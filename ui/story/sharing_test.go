package story_test

import (
	"testing"
	"time"

	"gonogo/sources/simulator"
)

func TestTwoProcessesShareOneCache(t *testing.T) {
	l := demoLab(t)
	a, b := l.open(120, 36), l.open(120, 36)
	a.See("NO-GO", "UP TO DATE", "✓ 1 GO")
	b.See("NO-GO", "UP TO DATE", "✓ 1 GO")
	a.Press("q").Exited(soon)
	b.Press("r").See("NO-GO").Press("q").Exited(soon)
	l.cacheIsWhole()
}

// What one process reads, the other shows, although GitHub no longer answers it: they share the news too.
func TestOneProcessSeesTheNewsOfTheOther(t *testing.T) {
	l := fleetLab(t, 1)
	l.run(l.command("status"))
	watcher := l.open(120, 36)
	watcher.See("service-001", "v1.1.1", "CI").Press("2", "z").See("2 CI").NotSee("Add a story")
	l.world.Repositories()[0].Push(simulator.Change{Message: "Add a story", By: "octocat"})
	reader := l.open(120, 36)
	reader.Press("2", "z", "r").See("Add a story")
	watcher.See("Add a story").Check()
	reader.Press("q").Exited(soon)
	watcher.Press("q").Exited(2 * time.Second)
	l.cacheIsWhole()
}
