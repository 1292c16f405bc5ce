package fleet

import (
	"fmt"
	"path/filepath"
	"time"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/sources/config"
	"gonogo/sources/github"
	"gonogo/sources/refresh"
)

// budgetOf is what a host lets us ask, as the header shows it.
func budgetOf(c *github.Client) board.Budget {
	b := c.Budget()
	return board.Budget{
		Host: b.Host, Limit: b.Core.Limit, Remaining: b.Core.Remaining, Reset: b.Core.Reset, Until: b.BlockedUntil, Why: b.Why,
	}
}

// notableSkew is how wrong a clock must be to be worth a sentence: ages and countdowns are drawn in minutes.
const notableSkew = time.Minute

// skews are sentences about a clock that is wrong, this machine's or a host's.
func (c *clients) skews() []string {
	var list []string
	for _, client := range c.made() {
		b := client.Budget()
		word := "behind"
		skew := b.Skew
		if skew < 0 {
			word, skew = "ahead of", -skew
		}
		if skew >= notableSkew {
			list = append(list, fmt.Sprintf(
				"this machine's clock is %s %s %s's: ages and freezes are wrong by as much; set the clock", skew.Round(time.Minute), word, b.Host))
		}
	}
	return list
}

// heldUp says whether nothing can be reached at all, and what keeps the first host that doesn't answer from being read.
func heldUp(hosts []refresh.Host) (offline bool, why string) {
	silent := 0
	for _, h := range hosts {
		if h.Problem == model.NoProblem {
			continue
		}
		if why == "" {
			why = h.Why
		}
		if h.Problem == model.ProblemNetwork || h.Problem == model.ProblemTimeout {
			silent++
		}
	}
	return silent > 0 && silent == len(hosts), why
}

// refreshOptions are what the refresher works with. A configuration that isn't trusted runs no checks.
func (f *Fleet) refreshOptions() refresh.Options {
	set := f.set.Load()
	o := refresh.Options{
		Fleet: set.fleet, Config: set.hash, Cache: f.cache, Clients: f.clients.forHost, Probe: f.prober.Run, Past: f.prober.Range,
		Temporary: filepath.Dir(config.CachePath(f.o.Folders.Cache, f.o.Source)),
		Clock:     f.o.Clock, Rand: f.o.Rand, Changed: f.announce, Go: f.start,
	}
	if set.restricted {
		o.Probe, o.Past = nil, nil
	}
	return o
}
