package fleet

import (
	"fmt"
	"time"

	"gonogo/model"
	"gonogo/sources/config"
	"gonogo/sources/discover"
)

// configured is what a configuration says, taken as far as it is trusted. It is exchanged as a whole.
type configured struct {
	fleet      *model.Fleet
	hash       string // of what assessments are made with
	trust      string // empty, or why not everything is done
	restricted bool   // no checks are run
}

// configure reads a configuration, and restricts one that somebody else wrote and the person hasn't trusted.
func configure(o Options, source config.Source) (*configured, error) {
	if source.Origin == config.Discovered && source.Data == nil {
		return undiscovered(o.Subject), nil
	}
	fleet, err := config.Load(source.Path, source.Data)
	if err != nil {
		return nil, err
	}
	c := &configured{fleet: fleet, hash: source.Hash()}
	if o.Demo {
		c.hash = "demo" // its addresses are others at each start, and nothing else
		return c, nil
	}
	trusted, err := config.NewTrust(o.Folders.State).Trusted(source)
	if err != nil || trusted {
		return c, err
	}
	var restrictions []config.Restriction
	c.fleet, restrictions = config.Restrict(fleet, o.KnownHosts())
	c.hash += " untrusted"
	c.restricted = true
	if source.Origin != config.Discovered { // it wasn't written by anybody
		c.trust = trustSentence(restrictions)
	}
	return c, nil
}

// undiscovered is a fleet before anything is known of it.
func undiscovered(s *discover.Subject) *configured {
	return &configured{
		fleet: &model.Fleet{Name: s.Repo.Owner, URL: s.URL(), Keep: undiscoveredKeep}, hash: "undiscovered", restricted: true,
	}
}

// undiscoveredKeep is how long history is kept where no configuration says it.
const undiscoveredKeep = 90 * 24 * time.Hour

// trustSentence says what isn't done, and how to change that.
func trustSentence(restrictions []config.Restriction) string {
	why := "nothing is done from here"
	if len(restrictions) > 0 {
		why = string(restrictions[0].Why)
	}
	if more := len(restrictions) - 1; more > 0 {
		why += fmt.Sprintf(" (and %d more)", more)
	}
	return "gonogo.yml is not trusted: " + why + "; read it, then: gonogo trust"
}
