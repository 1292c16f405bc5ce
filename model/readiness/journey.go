package readiness

import (
	"cmp"
	"slices"
	"strings"

	"gonogo/model"
)

// Stage is how far an item of the sprint has come, the least first.
type Stage int

// The stages of an item.
const (
	StageNone     Stage = iota // it doesn't travel: a draft, or closed without a pull request
	StageOpen                  // without a pull request
	StageReview                // a pull request is open
	StageMerged                // and in no environment, as far as is known
	StageDeployed              // in an environment
)

// Part is one change of an item on its way through one service. An item has come as far as the least of its parts.
type Part struct {
	Change       model.ItemChange
	Service      string // empty: none of the fleet's
	Stage        Stage
	Environments []string
	In           []Presence // one an environment
	Why          model.Text // why something of it isn't known
}

// Last is the last environment that the part is in; empty where it is in none.
func (p *Part) Last() string {
	if i := p.last(); i >= 0 {
		return p.Environments[i]
	}
	return ""
}

func (p *Part) last() int {
	for i := len(p.In) - 1; i >= 0; i-- {
		if p.In[i] == Present {
			return i
		}
	}
	return -1
}

// Through reports whether the part is in the last environment.
func (p *Part) Through() bool { return len(p.In) > 0 && p.In[len(p.In)-1] == Present }

// Unsure reports whether it isn't known of an environment whether the part is in it.
func (p *Part) Unsure() bool { return p.Why != "" }

// weight orders parts by how far they have come: by stage, then by the share of their environments.
func (p *Part) weight() float64 {
	w := float64(p.Stage)
	if n := len(p.In); n > 0 {
		w += float64(p.last()+1) / float64(n+1)
	}
	return w
}

// Journey is how far an item of the sprint has come, and each of its parts.
type Journey struct {
	Part         // the least-travelled one; where there is none only its stage says something
	Parts []Part // by service, then by pull request
}

// Roads are the ways of changes through a fleet, for the journeys of its items.
type Roads struct {
	services []Summary
	of       map[string][]int // services by repository
	passed   map[model.SHA][]passage
}

// passage is what a service knows of a merged change.
type passage struct {
	service int
	travel  *Travel
}

// NewRoads makes the roads of a fleet from what is known of every service.
func NewRoads(services []Summary) *Roads {
	r := &Roads{services: services, of: map[string][]int{}, passed: map[model.SHA][]passage{}}
	for i := range services {
		s := &services[i]
		key := roadKey(s.Repo)
		r.of[key] = append(r.of[key], i)
		for k := range s.Travels {
			t := &s.Travels[k]
			r.passed[t.Merge] = append(r.passed[t.Merge], passage{i, t})
		}
	}
	return r
}

func roadKey(r model.Repo) string {
	return strings.ToLower(cmp.Or(r.Host, "github.com") + "/" + r.FullName())
}

// Journey tells how far an item has come. What the facts don't show isn't claimed: a part whose commits can't be placed
// counts as merged.
func (r *Roads) Journey(item *model.Item) Journey {
	var j Journey
	for _, c := range item.Pulls {
		switch c.State {
		case "open":
			j.Parts = append(j.Parts, r.underReview(c)...)
		case "merged":
			j.Parts = append(j.Parts, r.merged(c)...)
		}
	}
	slices.SortStableFunc(j.Parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Change.Number, b.Change.Number))
	})
	if len(j.Parts) == 0 {
		if item.Kind != model.ItemDraft && item.Kind != model.ItemRedacted && item.State == "open" {
			j.Stage = StageOpen
		}
		return j
	}
	least := 0
	for i := range j.Parts {
		if j.Parts[i].weight() < j.Parts[least].weight() {
			least = i
		}
	}
	j.Part = j.Parts[least]
	return j
}

// underReview is an open pull request, once for each service that it is of.
func (r *Roads) underReview(c model.ItemChange) []Part {
	var parts []Part
	for _, i := range r.of[roadKey(c.Repo)] {
		s := &r.services[i]
		p := Part{Change: c, Service: s.Service, Stage: StageReview, Environments: stops(s), In: make([]Presence, len(s.Environments))}
		for k := range p.In {
			p.In[k] = Absent
		}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		parts = append(parts, Part{Change: c, Stage: StageReview, Why: notInFleet(c.Repo)})
	}
	return parts
}

// merged is a merged change, once for each service whose repository it went to: where one holds several services, it may
// be of any of them.
func (r *Roads) merged(c model.ItemChange) []Part {
	var parts []Part
	add := func(service int, t *Travel) {
		s := &r.services[service]
		p := Part{Change: c, Service: s.Service, Stage: StageMerged, Environments: stops(s), In: make([]Presence, len(s.Environments))}
		switch {
		case c.Merge == "":
			p.Why = "GitHub doesn't tell the commit by which it was merged"
		case t == nil || len(t.In) != len(p.In):
			p.Why = say("%s has not been looked at since it was merged", s.Service)
		default:
			copy(p.In, t.In)
			p.Why = t.Why
		}
		if p.last() >= 0 {
			p.Stage = StageDeployed
		}
		parts = append(parts, p)
	}
	known := map[int]bool{}
	if c.Merge != "" {
		for _, p := range r.passed[c.Merge] {
			known[p.service] = true
			add(p.service, p.travel)
		}
	}
	for _, i := range r.of[roadKey(c.Repo)] {
		if !known[i] {
			add(i, nil)
		}
	}
	if len(parts) == 0 {
		parts = append(parts, Part{Change: c, Stage: StageMerged, Why: notInFleet(c.Repo)})
	}
	return parts
}

func notInFleet(r model.Repo) model.Text { return say("%s is not in this fleet", r.String()) }

func stops(s *Summary) []string {
	names := make([]string, len(s.Environments))
	for i := range s.Environments {
		names[i] = s.Environments[i].Name
	}
	return names
}

// Lag is what is merged and not in an environment yet.
type Lag struct {
	Environment string
	Missing     []string // IDs of items that are merged as a whole and not there, or only in part
	Unsure      int      // items of which that isn't known
}

// Lags tell for every environment which of the items are merged and not there yet, in the environments' order. Of a
// service only its own parts count; an empty one is the whole fleet.
func (r *Roads) Lags(items []*model.Item, service string) []Lag {
	var lags []Lag
	at := map[string]int{}
	for i := range r.services {
		if service != "" && r.services[i].Service != service {
			continue
		}
		for _, name := range stops(&r.services[i]) {
			if _, there := at[name]; !there {
				at[name] = len(lags)
				lags = append(lags, Lag{Environment: name})
			}
		}
	}
	for _, item := range items {
		j := r.Journey(item)
		if j.Stage < StageMerged {
			continue
		}
		state := map[string]Presence{}
		for k := range j.Parts {
			p := &j.Parts[k]
			if service != "" && p.Service != service {
				continue
			}
			for n, name := range p.Environments {
				if was, there := state[name]; !there || p.In[n] == Absent || p.In[n] == Unsure && was == Present {
					state[name] = p.In[n]
				}
			}
		}
		for name, p := range state {
			lag := &lags[at[name]]
			switch p {
			case Absent:
				lag.Missing = append(lag.Missing, item.ID)
			case Unsure:
				lag.Unsure++
			}
		}
	}
	return lags
}
