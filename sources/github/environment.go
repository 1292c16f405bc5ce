package github

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gonogo/model"
)

const (
	maxEnvironmentPages = 10
	maxPolicyPages      = 3
)

// wireEnvironment is decoded by hand, for go-github v60 panics at a reviewer without type and refuses the whole list
// at one of a type that it doesn't know.
type wireEnvironment struct {
	Name        string     `json:"name"`
	HTMLURL     string     `json:"html_url"`
	AdminBypass *bool      `json:"can_admins_bypass"`
	Rules       []wireRule `json:"protection_rules"`
	Policy      *struct {
		Protected bool `json:"protected_branches"`
		Custom    bool `json:"custom_branch_policies"`
	} `json:"deployment_branch_policy"`
}

type wireRule struct {
	Type              string         `json:"type"`
	WaitTimer         int            `json:"wait_timer"`
	PreventSelfReview bool           `json:"prevent_self_review"`
	Reviewers         []wireReviewer `json:"reviewers"`
}

type wireReviewer struct {
	Type     string          `json:"type"`
	Reviewer json.RawMessage `json:"reviewer"`
}

// reviewers names who may approve. Of one that can't be understood there remains what it is.
func reviewers(wire []wireReviewer) []model.Reviewer {
	var out []model.Reviewer
	for _, w := range wire {
		var who struct {
			Login, Slug, Name, Type string
		}
		_ = json.Unmarshal(w.Reviewer, &who) // whatever was understood
		r := model.Reviewer{Type: name(w.Type)}
		switch {
		case who.Login != "":
			r.Name = model.Clean(who.Login)
		case who.Slug != "":
			r.Name = model.Clean(who.Slug)
		case who.Name != "":
			r.Name = model.Clean(who.Name)
		default:
			r.Name = "unknown reviewer"
		}
		if r.Type == "" {
			r.Type = name(who.Type)
		}
		out = append(out, r)
	}
	return out
}

// Environments reads every environment of a repository with its protection rules. Of those named in wanted it also
// reads the patterns of a custom branch policy and the apps that guard it, and says which of them GitHub doesn't know.
func (c *Client) Environments(ctx context.Context, repo model.Repo, wanted []string, known Validators) (Reading[[]model.Protection], error) {
	a, path, err := c.on(repo, "read environments", "Actions: read")
	if err != nil {
		return Reading[[]model.Protection]{}, err
	}
	question := wantedNote(wanted...)
	known = sameQuestion(known, question)
	r, err := c.environments(ctx, a, path, wanted, known)
	if err != nil {
		return r, err
	}
	if r.Unchanged { // the list is the same; patterns and guards are resources of their own
		changed, err := c.anyChanged(ctx, a, path, known, r.Validators)
		if err != nil || !changed {
			r.Validators = known
			return r, err
		}
		if r, err = c.environments(ctx, a, path, wanted, nil); err != nil {
			return r, err
		}
	}
	r.Validators[wantedKey] = question
	return r, nil
}

func (c *Client) environments(ctx context.Context, a act, path string, wanted []string, known Validators) (Reading[[]model.Protection], error) {
	l, err := c.list(ctx, a, path+"/environments", url.Values{"per_page": {strconv.Itoa(maxPage)}}, maxEnvironmentPages, known, nil)
	if err != nil || l.unchanged {
		return reading[[]model.Protection](l, nil), err
	}
	type wireEnvironments struct {
		Environments *[]wireEnvironment `json:"environments"`
	}
	wire, err := decodeAll(a, l, func(w wireEnvironments) ([]wireEnvironment, bool) {
		if w.Environments == nil {
			return nil, false
		}
		return *w.Environments, true
	})
	if err != nil {
		return reading[[]model.Protection](l, nil), err
	}
	protections := make([]model.Protection, 0, len(wire))
	for i := range wire {
		if wire[i].Name == "" {
			return reading[[]model.Protection](l, nil), a.item(l, i, "no name")
		}
		p := wire[i].protection()
		if named(wanted, wire[i].Name) {
			if err := c.deepen(ctx, a, path, wire[i].Name, &p, l.validators); err != nil {
				return reading[[]model.Protection](l, nil), err
			}
		}
		protections = append(protections, p)
	}
	return reading(l, withMissing(protections, wanted, l.cut)), nil
}

// withMissing adds the wanted environments that GitHub doesn't have. A list that was cut proves nothing.
func withMissing(have []model.Protection, wanted []string, cut bool) []model.Protection {
	for _, w := range wanted {
		found := cut
		for _, p := range have {
			found = found || strings.EqualFold(p.Environment, w)
		}
		if !found {
			have = append(have, model.Protection{Environment: w})
		}
	}
	return have
}

// named: environment names know no case (REST docs, "Deployment environments").
func named(wanted []string, one string) bool {
	for _, w := range wanted {
		if strings.EqualFold(w, one) {
			return true
		}
	}
	return false
}

func (w *wireEnvironment) protection() model.Protection {
	p := model.Protection{Environment: name(w.Name), Exists: true, AdminsBypass: w.AdminBypass == nil || *w.AdminBypass, URL: cleanURL(w.HTMLURL)}
	for _, r := range w.Rules {
		switch r.Type {
		case "wait_timer":
			p.WaitTimer = time.Duration(max(0, r.WaitTimer)) * time.Minute
		case "required_reviewers":
			p.Reviewers = append(p.Reviewers, reviewers(r.Reviewers)...)
			p.PreventSelfReview = p.PreventSelfReview || r.PreventSelfReview
		case "branch_policy":
		default: // an app's, or one not yet invented: it asks for something
			p.Custom = append(p.Custom, model.Clean(r.Type))
		}
	}
	switch {
	case w.Policy == nil:
	case w.Policy.Custom:
		p.Policy = model.PolicyCustom
	case w.Policy.Protected:
		p.Policy = model.PolicyProtected
	}
	return p
}

// deepen reads a custom policy's patterns and the apps that guard an environment. A token that may not, or a server
// that doesn't have them, leaves them unread; the rest is still true.
func (c *Client) deepen(ctx context.Context, a act, path, environment string, p *model.Protection, into Validators) error {
	base := path + "/environments/" + segment(environment)
	if p.Policy == model.PolicyCustom {
		patterns, err := c.patterns(ctx, a, base, into)
		if err != nil && !tolerable(err) {
			return err
		}
		p.Patterns, p.PatternsRead = patterns, err == nil
	}
	apps, err := c.guards(ctx, a, base, into)
	if err != nil && !tolerable(err) {
		return err
	}
	if len(apps) > 0 {
		p.Custom = apps
	}
	return nil
}

func tolerable(err error) bool {
	k := KindOf(err)
	return k == model.ProblemForbidden || k == model.ProblemMissing
}

func (c *Client) patterns(ctx context.Context, a act, base string, into Validators) ([]model.PolicyPattern, error) {
	type wirePolicies struct {
		Policies *[]struct {
			Name string `json:"name"`
			Type string `json:"type"`
		} `json:"branch_policies"`
	}
	l, err := c.list(ctx, a, base+"/deployment-branch-policies", url.Values{"per_page": {strconv.Itoa(maxPage)}}, maxPolicyPages, nil, nil)
	if err != nil {
		return nil, err
	}
	var out []model.PolicyPattern
	for _, p := range l.pages {
		w, err := decode[wirePolicies](a, p)
		if err != nil {
			return nil, err
		}
		if w.Policies == nil {
			return nil, a.malformed("GET "+p.key, "the list is missing", nil)
		}
		for _, one := range *w.Policies {
			kind := name(one.Type)
			if kind == "" {
				kind = "branch" // older servers know no other
			}
			out = append(out, model.PolicyPattern{Name: name(one.Name), Type: kind})
		}
		note(into, p)
	}
	return out, nil
}

func (c *Client) guards(ctx context.Context, a act, base string, into Validators) ([]model.Text, error) {
	type wireGuards struct {
		Rules []struct {
			Enabled *bool `json:"enabled"`
			App     struct {
				Slug string `json:"slug"`
			} `json:"app"`
		} `json:"custom_deployment_protection_rules"`
	}
	p, err := c.get(ctx, a, base+"/deployment_protection_rules", nil, "")
	if err != nil {
		return nil, err
	}
	w, err := decode[wireGuards](a, p)
	if err != nil {
		return nil, err
	}
	var out []model.Text
	for _, r := range w.Rules {
		if r.Enabled == nil || *r.Enabled {
			out = append(out, model.Clean(r.App.Slug))
		}
	}
	note(into, p)
	return out, nil
}

// note keeps a page's validator.
func note(into Validators, p page) {
	if p.etag != "" {
		into[p.key] = p.etag
	}
}
