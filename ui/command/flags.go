package command

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"gonogo/sources/config"
)

// flags are those that every command shares.
type flags struct {
	config string
	demo   string // "-" for a fresh one, else the folder that keeps it
	ascii  bool
	theme  string
	mouse  bool
	roots  []string // HOST=URL, hidden: where a host's API is, on loopback only
	log    string
	// readOnly is the person's wish that nothing be done.
	readOnly bool
}

// freshDemo is --demo without a folder.
const freshDemo = "-"

func (f *flags) register(root *cobra.Command) {
	p := root.PersistentFlags()
	p.StringVar(&f.config, "config", "", "read the fleet from this `file` (default ./gonogo.yml, then gonogo/gonogo.yml in your configuration folder)")
	p.StringVar(&f.demo, "demo", "", "use the GitHub that lives in the process; =`FOLDER` keeps it there")
	p.Lookup("demo").NoOptDefVal = freshDemo
	p.BoolVar(&f.readOnly, "read-only", false, "do nothing on GitHub; the cockpit lifts that for a while, with a reason")
	p.StringVar(&f.log, "log", "", "write what is asked and answered to this `file`, without tokens")
	p.StringArrayVar(&f.roots, "api-root", nil, "`HOST=URL` of the API, on loopback only")
	_ = p.MarkHidden("api-root") // fails only for a flag that doesn't exist

	l := root.Flags()
	l.StringVar(&f.theme, "theme", "", "auto, dark, light, 16 or mono")
	l.BoolVar(&f.ascii, "ascii", false, "draw with ASCII alone")
	l.BoolVar(&f.mouse, "mouse", true, "let the mouse select and scroll")
}

// quiet is why the person wants nothing to be done; empty: it may.
func (f *flags) quiet(user *config.UserSettings) string {
	switch {
	case f.readOnly:
		return "gonogo was started with --read-only"
	case user.ReadOnly:
		return "your own " + config.UserFileName + " says read_only: true"
	}
	return ""
}

// apiRoots are the hidden flag's hosts and roots. Loopback only: a token must not be sent elsewhere by a flag.
func (f *flags) apiRoots() (map[string]*url.URL, error) {
	roots := make(map[string]*url.URL, len(f.roots))
	for _, text := range f.roots {
		host, raw, ok := strings.Cut(text, "=")
		if !ok {
			return nil, fmt.Errorf("read --api-root %q: it is HOST=URL", text)
		}
		u, err := url.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("read --api-root %q: %w", text, err)
		}
		if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsLoopback() || u.User != nil {
			return nil, fmt.Errorf("read --api-root %q: %s is not an address on loopback", text, u.Host)
		}
		if !strings.HasSuffix(u.Path, "/") {
			u.Path += "/"
		}
		roots[host] = u
	}
	return roots, nil
}
