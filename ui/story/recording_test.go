package story_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gonogo/ui/terminal"
)

// A newcomer who has just started the demo sees which environment a bad release made unhealthy, takes it back guided by
// nothing but the screen, and sees it verified, within two minutes. The same makes the README's recording.
func TestANewcomerGoesBackWithinTwoMinutes(t *testing.T) {
	l := demoLab(t)
	began := time.Now()
	c := terminal.Start(t, l.bare("--demo", "--theme", "dark"), 80, 24)
	var frames []terminal.Frame
	shot := func(length time.Duration) {
		c.Until("a whole frame", func(e *terminal.Emulator) bool { return !e.Mode("?2026") })
		frames = append(frames, terminal.Frame{Cells: c.Cells(), For: length})
	}
	c.See("notifications ✗ NO-GO", "✗ unhealthy", "UP TO DATE").NotSee("first reading")
	shot(3 * time.Second)
	c.Press("j").See("b roll back")
	shot(2 * time.Second)
	c.Press("b").See("roll back to", "is what runs here", "best      v3.3.3", "enter go back")
	shot(4 * time.Second)
	c.Press("enter").See("v3.3.3", "is vetoed and production held", "first type production")
	shot(3 * time.Second)
	c.Type("produ")
	c.See("produ_")
	shot(time.Second)
	c.Type("ction\r").See("g go back")
	shot(2 * time.Second)
	c.Press("g").See("roll back v3.3.3", "✓ sent")
	shot(2 * time.Second)
	c.See("▸ running", "deploying")
	shot(2 * time.Second)
	c.See("▸ verifying")
	shot(3 * time.Second)
	c.See("error ratio   2 healthy") // it is long enough for the patience of two
	shot(3 * time.Second)
	c.See("✓ succeeded")
	shot(4 * time.Second)
	if d := time.Since(began); d > 2*time.Minute {
		t.Errorf("it took %v", d)
	}
	c.Press("esc", "esc", "q").Exited(2 * time.Second)
	recording := terminal.Recording(frames)
	for d := xml.NewDecoder(strings.NewReader(recording)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the recording is no XML: %v", err)
		}
	}
	if os.Getenv("GONOGO_PICTURE") == "" {
		return
	}
	if err := os.WriteFile(filepath.Join("..", "..", "testdata", "rollback.svg"), []byte(recording), 0o644); err != nil {
		t.Fatal(err)
	}
}
