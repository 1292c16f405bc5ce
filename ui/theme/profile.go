package theme

import (
	"slices"
	"strconv"
	"strings"
)

// Profile is how many colours a terminal shows.
type Profile int

// The profiles, fewest colours first.
const (
	NoColor   Profile = iota // none, or NO_COLOR is set
	Colors16                 // the ANSI colours
	Colors256                // xterm's 256 colours
)

// DetectProfile tells from the environment (see os.Environ) how many colours the
// terminal shows. NO_COLOR, when not empty, means none (no-color.org).
func DetectProfile(env []string) Profile {
	term := lookup(env, "TERM")
	switch {
	case lookup(env, "NO_COLOR") != "", term == "", term == "dumb":
		return NoColor
	case strings.Contains(term, "256color"), strings.HasSuffix(term, "-direct"), lookup(env, "COLORTERM") != "":
		return Colors256
	case slices.ContainsFunc(strings.Split(term, "-"), func(part string) bool { // "kitty", "xterm-kitty"
		return slices.Contains([]string{"alacritty", "contour", "foot", "ghostty", "kitty", "rio", "tmux", "wezterm"}, part)
	}):
		return Colors256
	case strings.HasPrefix(term, "vt"):
		return NoColor // a DEC terminal, or something that is content to be one
	}
	return Colors16
}

// DarkBackground tells from COLORFGBG, which some terminals set to "fg;bg", whether
// the background is dark. Where nothing is said it is taken to be.
func DarkBackground(env []string) bool {
	value := lookup(env, "COLORFGBG")
	bg, err := strconv.Atoi(value[strings.LastIndexByte(value, ';')+1:])
	if err != nil {
		return true
	}
	return bg != 7 && (bg < 9 || bg > 15) // 8 is bright black
}

// lookup returns the last value that the environment has for a name.
func lookup(env []string, name string) string {
	for i := len(env) - 1; i >= 0; i-- {
		if value, found := strings.CutPrefix(env[i], name+"="); found {
			return value
		}
	}
	return ""
}
