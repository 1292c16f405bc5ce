package story_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"gonogo/ui/terminal"
)

// TestPicture makes the README's picture from the real program; and, always, sees that there is a screen to picture.
func TestPicture(t *testing.T) {
	l := demoLab(t)
	c := terminal.Start(t, l.bare("--demo", "--theme", "dark"), 160, 48)
	c.See("NO-GO", "UP TO DATE", "WAIT", "degraded").NotSee("first reading")
	c.Press("j", "j").See("4 Deployments web", "2 CI web", "pull requests")
	c.Until("a whole frame", func(e *terminal.Emulator) bool { return !e.Mode("?2026") })
	picture := terminal.Picture(c.Cells())
	c.Press("q").Exited(2 * time.Second)
	if os.Getenv("GONOGO_PICTURE") == "" {
		return
	}
	if err := os.WriteFile(filepath.Join("..", "..", "testdata", "cockpit.svg"), []byte(picture), 0o644); err != nil {
		t.Fatal(err)
	}
}
