package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// decode reads one repository's part of an answer.
func (o *Overview) decode(w Wanted, raw json.RawMessage) {
	var fields map[string]json.RawMessage
	err := json.Unmarshal(raw, &fields)
	if err != nil || fields == nil {
		if err == nil {
			err = errors.New("the repository is missing")
		}
		o.fail(w, model.SignalRepository, err)
		return
	}
	o.check(w, model.SignalRepository, o.facts(raw))
	o.check(w, model.SignalBranch, o.branches(w, fields))
	o.check(w, model.SignalReleases, o.released(fields))
	o.check(w, model.SignalDeployments, o.deployed(w, fields))
	o.check(w, model.SignalEnvironments, o.protections(w, fields))
}

func (o *Overview) check(w Wanted, s model.Signal, err error) {
	if err != nil {
		o.fail(w, s, err)
	}
}

type graphCommit struct {
	Typename  string    `json:"__typename"`
	OID       string    `json:"oid"`
	Message   string    `json:"message"`
	Committed time.Time `json:"committedDate"`
	URL       string    `json:"url"`
	CommitURL string    `json:"commitUrl"`
	Author    *struct {
		Name string      `json:"name"`
		User *graphActor `json:"user"`
	} `json:"author"`
	Target *graphCommit `json:"target"` // of an annotated tag
}

type graphActor struct {
	Login string `json:"login"`
}

func (a *graphActor) login() model.Text {
	if a == nil {
		return ""
	}
	return model.Clean(a.Login)
}

func (g *graphCommit) author() model.Text {
	if g.Author == nil {
		return ""
	}
	if login := g.Author.User.login(); login != "" {
		return login
	}
	return model.Clean(g.Author.Name)
}

func (g *graphCommit) commit() model.Commit {
	return model.Commit{SHA: sha(g.OID), Title: title(g.Message), Author: g.author(), At: g.Committed.UTC(), URL: cleanURL(g.URL)}
}

type pageInfo struct {
	HasNextPage bool `json:"hasNextPage"`
}

type graphRef struct {
	Name   string       `json:"name"`
	Target *graphCommit `json:"target"`
}

func (o *Overview) facts(raw json.RawMessage) error {
	var f struct {
		NameWithOwner string     `json:"nameWithOwner"`
		Archived      bool       `json:"isArchived"`
		Empty         bool       `json:"isEmpty"`
		Private       bool       `json:"isPrivate"`
		PushedAt      *time.Time `json:"pushedAt"`
		URL           string     `json:"url"`
		Admin         bool       `json:"viewerCanAdminister"`
		Default       *struct {
			Name string `json:"name"`
		} `json:"defaultBranchRef"`
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return err
	}
	if f.NameWithOwner == "" {
		return errors.New("nameWithOwner is missing")
	}
	o.Repository = model.Repository{
		FullName: name(f.NameWithOwner), Archived: f.Archived, Empty: f.Empty, Private: f.Private, CanWrite: f.Admin, URL: cleanURL(f.URL),
	}
	if f.PushedAt != nil {
		o.Repository.PushedAt = f.PushedAt.UTC()
	}
	if f.Default != nil {
		o.Repository.DefaultBranch = name(f.Default.Name)
	}
	return nil
}

func (o *Overview) branches(w Wanted, fields map[string]json.RawMessage) error {
	o.Branches = map[string]model.Branch{}
	add := func(field, wanted string) error {
		ref, err := part[*graphRef](fields, field)
		if err != nil || ref == nil {
			return err // null: there is no such branch
		}
		if ref.Target == nil || sha(ref.Target.OID) == "" {
			return fmt.Errorf("%s has no commit", field)
		}
		o.Branches[wanted] = model.Branch{Name: name(ref.Name), Head: ref.Target.commit()}
		return nil
	}
	err := add("defaultBranchRef", "")
	for j, branch := range w.Branches {
		err = errors.Join(err, add(fmt.Sprintf("b%d", j), branch))
	}
	return err
}

func (o *Overview) released(fields map[string]json.RawMessage) error {
	type graphRelease struct {
		Tag        string      `json:"tagName"`
		Name       string      `json:"name"`
		Draft      bool        `json:"isDraft"`
		Prerelease bool        `json:"isPrerelease"`
		Created    time.Time   `json:"createdAt"`
		Published  *time.Time  `json:"publishedAt"`
		URL        string      `json:"url"`
		Author     *graphActor `json:"author"`
		Commit     *struct {
			OID string `json:"oid"`
		} `json:"tagCommit"`
	}
	list, err := part[*struct {
		Page  pageInfo        `json:"pageInfo"`
		Nodes []*graphRelease `json:"nodes"`
	}](fields, "releases")
	if err != nil || list == nil {
		return orMissing(err, "releases")
	}
	o.releasesCut = list.Page.HasNextPage
	for _, g := range list.Nodes {
		if g == nil || g.Tag == "" && !g.Draft {
			return errors.New("a release has no tagName")
		}
		r := model.Release{Tag: name(g.Tag), Name: model.Clean(g.Name), Draft: g.Draft, Channel: model.Public, PublishedAt: g.Created.UTC(), Author: g.Author.login(), URL: cleanURL(g.URL)}
		if g.Prerelease {
			r.Channel = model.Internal
		}
		if g.Published != nil {
			r.PublishedAt = g.Published.UTC()
		}
		if g.Commit != nil {
			r.SHA = sha(g.Commit.OID)
		}
		o.releases = append(o.releases, r)
	}
	newestFirst(o.releases)
	return o.tagged(fields)
}

// tagged reads the bare tags, which stand for releases where a service has none.
func (o *Overview) tagged(fields map[string]json.RawMessage) error {
	list, err := part[*struct {
		Page  pageInfo    `json:"pageInfo"`
		Nodes []*graphRef `json:"nodes"`
	}](fields, "refs")
	if err != nil || list == nil {
		return orMissing(err, "refs")
	}
	o.tagsCut = list.Page.HasNextPage
	for _, ref := range list.Nodes {
		if ref == nil || ref.Target == nil {
			continue
		}
		at := ref.Target
		for range 5 { // a tag of a tag is legal
			if at.Typename == "Tag" && at.Target != nil {
				at = at.Target
			}
		}
		if at.Typename != "Commit" || sha(at.OID) == "" {
			continue // a tag of a tree or a file is no release
		}
		o.tags = append(o.tags, model.Release{Tag: name(ref.Name), SHA: sha(at.OID), PublishedAt: at.Committed.UTC(), Author: at.author()})
	}
	return nil
}

func orMissing(err error, what string) error {
	if err == nil {
		return errors.New(what + " is null")
	}
	return err
}

type graphDeployment struct {
	ID          int64           `json:"databaseId"`
	Commit      string          `json:"commitOid"`
	Environment string          `json:"environment"`
	Task        string          `json:"task"`
	Payload     json.RawMessage `json:"payload"`
	Description string          `json:"description"`
	Created     time.Time       `json:"createdAt"`
	Updated     time.Time       `json:"updatedAt"`
	Creator     *graphActor     `json:"creator"`
	Ref         *graphRef       `json:"ref"`
	Statuses    struct {
		Total int `json:"totalCount"`
		Nodes []*struct {
			State          string      `json:"state"`
			Created        time.Time   `json:"createdAt"`
			Description    string      `json:"description"`
			LogURL         string      `json:"logUrl"`
			EnvironmentURL string      `json:"environmentUrl"`
			Creator        *graphActor `json:"creator"`
		} `json:"nodes"`
	} `json:"statuses"`
}

func (g *graphDeployment) deployment() model.Deployment {
	d := model.Deployment{
		ID: g.ID, Environment: name(g.Environment), SHA: sha(g.Commit), Task: name(g.Task), Creator: g.Creator.login(),
		CreatedAt: g.Created.UTC(), UpdatedAt: g.Updated.UTC(), Description: model.Clean(g.Description), Payload: payload(g.Payload),
		StatusesRead: g.Statuses.Total <= len(g.Statuses.Nodes),
	}
	if g.Ref != nil {
		d.Ref = name(g.Ref.Name)
	}
	for _, s := range g.Statuses.Nodes {
		if s == nil || s.State == "" {
			d.StatusesRead = false
			continue
		}
		d.Statuses = append(d.Statuses, model.DeploymentStatus{
			State: model.DeploymentState(strings.ToLower(name(s.State))), At: s.Created.UTC(), Creator: s.Creator.login(),
			Description: model.Clean(s.Description), LogURL: cleanURL(s.LogURL), EnvironmentURL: cleanURL(s.EnvironmentURL),
		})
	}
	finishStatuses(&d)
	return d
}

func (o *Overview) deployed(w Wanted, fields map[string]json.RawMessage) error {
	for j := range w.environments() {
		field := fmt.Sprintf("d%d", j)
		list, err := part[*struct {
			Page  pageInfo           `json:"pageInfo"`
			Nodes []*graphDeployment `json:"nodes"`
		}](fields, field)
		if err != nil || list == nil {
			return orMissing(err, field)
		}
		o.DeploymentsCut = o.DeploymentsCut || list.Page.HasNextPage
		for n, g := range list.Nodes {
			if g == nil || g.ID <= 0 || sha(g.Commit) == "" || g.Environment == "" || g.Created.IsZero() {
				return fmt.Errorf("item %d of %s has no id, commit, environment or time", n+1, field)
			}
			o.Deployments = append(o.Deployments, g.deployment())
		}
	}
	newestDeploymentsFirst(o.Deployments)
	o.Deployments = slices.CompactFunc(o.Deployments, func(a, b model.Deployment) bool { return a.ID == b.ID })
	return nil
}

func (o *Overview) protections(w Wanted, fields map[string]json.RawMessage) error {
	if len(w.Environments) == 0 {
		return nil
	}
	type graphRule struct {
		Type       string `json:"type"`
		Timeout    int    `json:"timeout"`
		SelfReview *bool  `json:"preventSelfReview"`
		Reviewers  struct {
			Nodes []*struct {
				Typename string `json:"__typename"`
				Login    string `json:"login"`
				Slug     string `json:"slug"`
			} `json:"nodes"`
		} `json:"reviewers"`
	}
	list, err := part[*struct {
		Page  pageInfo `json:"pageInfo"`
		Nodes []*struct {
			Name  string `json:"name"`
			Rules struct {
				Nodes []*graphRule `json:"nodes"`
			} `json:"protectionRules"`
		} `json:"nodes"`
	}](fields, "environments")
	if err != nil || list == nil {
		return orMissing(err, "environments")
	}
	for _, g := range list.Nodes {
		if g == nil || g.Name == "" {
			return errors.New("an environment has no name")
		}
		p := model.Protection{Environment: name(g.Name), Exists: true, AdminsBypass: true}
		for _, rule := range g.Rules.Nodes {
			if rule == nil {
				return fmt.Errorf("a protection rule of %s is null", name(g.Name))
			}
			switch rule.Type {
			case "WAIT_TIMER":
				p.WaitTimer = time.Duration(max(0, rule.Timeout)) * time.Minute
			case "REQUIRED_REVIEWERS":
				p.PreventSelfReview = p.PreventSelfReview || rule.SelfReview != nil && *rule.SelfReview
				for _, r := range rule.Reviewers.Nodes {
					if r == nil {
						p.Reviewers = append(p.Reviewers, model.Reviewer{Name: "unknown reviewer"})
						continue
					}
					p.Reviewers = append(p.Reviewers, model.Reviewer{Type: name(r.Typename), Name: model.Clean(r.Login + r.Slug)})
				}
			case "BRANCH_POLICY":
				p.Policy = model.PolicyUnread
			default:
				p.Custom = append(p.Custom, model.Clean(strings.ToLower(rule.Type)))
			}
		}
		o.Protections = append(o.Protections, p)
	}
	o.Protections = withMissing(o.Protections, w.environments(), list.Page.HasNextPage)
	return nil
}
