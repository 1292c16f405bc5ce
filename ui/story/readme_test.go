package story_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonogo/sources/fleet"
)

// TestTheReadmeShowsTheConfigurationThatIsTested keeps the README's example the one that the reader is tested with.
func TestTheReadmeShowsTheConfigurationThatIsTested(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile(filepath.Join("..", "..", "sources", "config", "testdata", "example.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "```yaml\n"+string(example)+"```\n") {
		t.Error("the README's example of gonogo.yml is not sources/config/testdata/example.yml")
	}
}

func TestTheReadmeSaysHowFastTheDemoRuns(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if says := fmt.Sprintf("its time runs %d times as fast", fleet.DemoFactor); !strings.Contains(string(readme), says) {
		t.Errorf("the README doesn't say that %s", says)
	}
}
