package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"gonogo/model"
)

// One page of a board holds one connection, so it costs a point; labels, assignees and pull requests of 100 items each
// are six connections of the 100 nodes that a query names (GitHub docs, "Rate limits and query limits for the GraphQL
// API").
const (
	maxItemLabels    = 20
	maxItemAssignees = 10
	maxItemPulls     = 10
	maxBoardFields   = 100
)

const boardQuery = `query board($owner: String!, $number: Int!, $iteration: String!, $status: String!, $points: String!, $after: String) {
  ` + costs + `
  repositoryOwner(login: $owner) {
    ... on ProjectV2Owner {
      projectV2(number: $number) {%s
        items(first: 100, after: $after) {
          totalCount
          pageInfo { hasNextPage endCursor }
          nodes {
            id type isArchived createdAt updatedAt
            iteration: fieldValueByName(name: $iteration) { ... on ProjectV2ItemFieldIterationValue { iterationId } }
            status: fieldValueByName(name: $status) { ...chosen }
            points: fieldValueByName(name: $points) { ...chosen ... on ProjectV2ItemFieldNumberValue { number } }
            content {
              __typename
              ... on DraftIssue { id title createdAt updatedAt }
              ... on Issue { id number title url issueState: state stateReason createdAt updatedAt closedAt repository { nameWithOwner } }
              ... on PullRequest { ...change id createdAt updatedAt closedAt }
            }
          }
        }
      }
    }
  }
}
fragment chosen on ProjectV2ItemFieldValue {
  ... on ProjectV2ItemFieldSingleSelectValue { name }
  ... on ProjectV2ItemFieldTextValue { text }
}` + changeFragment

const changeFragment = `
fragment change on PullRequest { number title url state baseRefName mergedAt mergeCommit { oid } repository { nameWithOwner } }`

// boardHead is what the first page tells beside its items.
var boardHead = fmt.Sprintf(`
        title url
        fields(first: %d) {
          nodes {
            ... on ProjectV2FieldCommon { name dataType }
            ... on ProjectV2IterationField { configuration { iterations { ...iteration } completedIterations { ...iteration } } }
          }
        }`, maxBoardFields)

const iterationFragment = `
fragment iteration on ProjectV2IterationFieldIteration { id title startDate duration }`

var detailQuery = fmt.Sprintf(`query items($ids: [ID!]!) {
  `+costs+`
  nodes(ids: $ids) {
    ... on Issue {
      id labels(first: %[1]d) { nodes { name } } assignees(first: %[2]d) { nodes { login } }
      closedByPullRequestsReferences(first: %[3]d, includeClosedPrs: true) { nodes { ...change } }
    }
    ... on PullRequest { ...change id labels(first: %[1]d) { nodes { name } } assignees(first: %[2]d) { nodes { login } } }
    ... on DraftIssue { id assignees(first: %[2]d) { nodes { login } } }
  }
}`+changeFragment, maxItemLabels, maxItemAssignees, maxItemPulls)

type graphBoard struct {
	Title  string `json:"title"`
	URL    string `json:"url"`
	Fields struct {
		Nodes []*struct {
			Name          string `json:"name"`
			Kind          string `json:"dataType"`
			Configuration *struct {
				Coming []graphIteration `json:"iterations"`
				Over   []graphIteration `json:"completedIterations"`
			} `json:"configuration"`
		} `json:"nodes"`
	} `json:"fields"`
	Items *struct {
		Total int `json:"totalCount"`
		Page  struct {
			HasNext bool   `json:"hasNextPage"`
			End     string `json:"endCursor"`
		} `json:"pageInfo"`
		Nodes []*graphItem `json:"nodes"`
	} `json:"items"`
}

type graphIteration struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Start string `json:"startDate"`
	Days  int    `json:"duration"`
}

type graphItem struct {
	ID        string     `json:"id"`
	Type      string     `json:"type"`
	Archived  bool       `json:"isArchived"`
	Created   *time.Time `json:"createdAt"`
	Updated   *time.Time `json:"updatedAt"`
	Iteration *struct {
		ID string `json:"iterationId"`
	} `json:"iteration"`
	Status  *graphChosen  `json:"status"`
	Points  *graphChosen  `json:"points"`
	Content *graphContent `json:"content"`
}

// graphChosen is a field's value: the name of an option, a text or a number.
type graphChosen struct {
	Name   string   `json:"name"`
	Text   string   `json:"text"`
	Number *float64 `json:"number"`
}

type graphContent struct {
	Typename string `json:"__typename"`
	ID       string `json:"id"`
	graphChange
	Issue   string     `json:"issueState"`
	Reason  string     `json:"stateReason"`
	Created *time.Time `json:"createdAt"`
	Updated *time.Time `json:"updatedAt"`
	Closed  *time.Time `json:"closedAt"`
}

type graphChange struct {
	Number int        `json:"number"`
	Title  string     `json:"title"`
	URL    string     `json:"url"`
	State  string     `json:"state"`
	Base   string     `json:"baseRefName"`
	Merged *time.Time `json:"mergedAt"`
	Merge  *struct {
		OID string `json:"oid"`
	} `json:"mergeCommit"`
	Repository *struct {
		NameWithOwner string `json:"nameWithOwner"`
	} `json:"repository"`
}

// graphBoard reads a board over GraphQL.
func (c *Client) graphBoard(ctx context.Context, a act, w BoardWanted) (BoardReading, error) {
	b := newBoardRead(a, c, w)
	out := BoardReading{Reading: Reading[model.SprintBoard]{At: c.clock.Now(), Request: "POST /graphql (project " + b.board.Source + ")", Validators: Validators{}}}
	variables := map[string]any{
		"owner": w.Source.ProjectOwner, "number": w.Source.ProjectNumber, "iteration": w.Source.Iteration, "status": w.Source.Status, "points": w.Source.Points,
	}
	for page := 1; ; page++ {
		head, fragments := "", ""
		if page == 1 {
			head, fragments = boardHead, iterationFragment
		}
		p, points, err := c.boardPage(ctx, a, fmt.Sprintf(boardQuery, head)+fragments, variables)
		out.Points += points
		if err != nil {
			return out, err
		}
		if page == 1 {
			if err := b.graphHead(p); err != nil {
				return out, err
			}
		}
		for n, item := range p.Items.Nodes {
			if err := b.graphItem(item); err != nil {
				return out, a.malformed("POST /graphql", fmt.Sprintf("item %d of page %d %v", n+1, page, err), err)
			}
		}
		next := p.Items.Page.End
		if !p.Items.Page.HasNext || next == "" || next == variables["after"] {
			break
		}
		if page == maxBoardPages {
			b.board.Cut = true
			break
		}
		variables["after"] = next
	}
	points, err := c.details(ctx, b, b.take(w.Have))
	out.Points += points
	if err != nil {
		return out, err
	}
	for i := range b.board.Items {
		b.judge(&b.board.Items[i])
	}
	out.Value, out.Cut = b.board, b.board.Cut
	return out, nil
}

// boardPage asks for one page of a board.
func (c *Client) boardPage(ctx context.Context, a act, text string, variables map[string]any) (*graphBoard, int, error) {
	answer, err := c.query(ctx, a, text, variables)
	if e, ok := answer.insufficient(); ok {
		return nil, answer.points(), a.problem(model.ProblemForbidden, "the token may not read projects: GitHub says "+quote(e.Message), "give it the scope read:project, as with gh auth refresh --scopes read:project", nil)
	}
	if err != nil {
		return nil, 0, err
	}
	var owner *struct {
		Project *graphBoard `json:"projectV2"`
	}
	if err := json.Unmarshal(answer.Data["repositoryOwner"], &owner); err != nil {
		return nil, answer.points(), a.malformed("POST /graphql", place(err), err)
	}
	if owner == nil || owner.Project == nil || owner.Project.Items == nil {
		return nil, answer.points(), a.noBoard(answer.Errors)
	}
	return owner.Project, answer.points(), nil
}

// insufficient finds the error of a classic token that lacks a scope. GitHub executes nothing then, and tells no place
// of it.
func (a answerGraphQL) insufficient() (errorGraphQL, bool) {
	for _, e := range a.Errors {
		if e.Type == "INSUFFICIENT_SCOPES" {
			return e, true
		}
	}
	return errorGraphQL{}, false
}

// points is what the query cost.
func (a answerGraphQL) points() int {
	var rate struct {
		Cost int `json:"cost"`
	}
	_ = json.Unmarshal(a.Data["rateLimit"], &rate) // without it nothing is known
	return rate.Cost
}

// noBoard says why there is no board in an answer.
func (a act) noBoard(errs []errorGraphQL) error {
	for _, e := range errs {
		switch e.Type {
		case "NOT_FOUND":
			return a.absent("", nil)
		case "FORBIDDEN", "SAML_FAILURE", "SSO":
			return a.problem(model.ProblemForbidden, "the token may not read it: GitHub says "+quote(e.Message),
				"give a fine-grained token the organisation's permission Projects: read, a classic one the scope read:project", nil)
		}
	}
	for _, e := range errs {
		return a.problem(model.ProblemServer, "GitHub could not answer: "+quote(e.Message), "it is tried again later", nil)
	}
	return a.absent("", nil)
}

func (b *boardRead) graphHead(p *graphBoard) error {
	b.board.Title, b.board.URL = model.Clean(p.Title), cleanURL(p.URL)
	for _, f := range p.Fields.Nodes {
		if f != nil && f.Name != "" {
			b.fields = append(b.fields, boardField{name(f.Name), strings.ReplaceAll(strings.ToLower(name(f.Kind)), "_", " ")})
		}
	}
	if err := b.checkFields(); err != nil {
		return err
	}
	for _, f := range p.Fields.Nodes {
		if f == nil || f.Configuration == nil || !strings.EqualFold(name(f.Name), b.source.Iteration) {
			continue
		}
		for _, i := range f.Configuration.Over {
			b.addSprint(i.ID, i.Title, i.Start, i.Days, true)
		}
		for _, i := range f.Configuration.Coming {
			b.addSprint(i.ID, i.Title, i.Start, i.Days, false)
		}
	}
	b.sortSprints()
	return nil
}

// graphItem adds an item. What it is of may be missing, or of a kind that isn't known yet: it is counted as redacted.
func (b *boardRead) graphItem(g *graphItem) error {
	if g == nil {
		b.board.Redacted++ // an element that could not be answered
		return nil
	}
	if g.ID == "" {
		return errors.New("has no id")
	}
	i := model.Item{ID: name(g.ID), Kind: model.ItemRedacted, Archived: g.Archived, AddedAt: utc(g.Created), UpdatedAt: utc(g.Updated)}
	if g.Iteration != nil {
		i.Sprint = name(g.Iteration.ID)
	}
	if g.Status != nil {
		i.Status = model.Clean(strings.TrimSpace(g.Status.Name + g.Status.Text))
	}
	i.Points = g.Points.number()
	if content := g.Content; content != nil {
		b.graphContent(&i, content)
	}
	if i.Kind == model.ItemRedacted {
		b.board.Redacted++
	}
	b.board.Items = append(b.board.Items, i)
	return nil
}

func (b *boardRead) graphContent(i *model.Item, g *graphContent) {
	switch g.Typename {
	case "Issue":
		i.Kind, i.NotPlanned = model.ItemIssue, g.Reason == "NOT_PLANNED"
	case "PullRequest":
		i.Kind = model.ItemPull
		i.Pulls = []model.ItemChange{b.change(g.graphChange)}
	case "DraftIssue":
		i.Kind = model.ItemDraft
	default:
		return
	}
	b.nodes[i.ID] = g.ID
	i.Number, i.Title, i.URL, i.State = g.Number, model.Clean(g.Title), cleanURL(g.URL), strings.ToLower(name(g.State+g.Issue))
	i.CreatedAt, i.ClosedAt, i.UpdatedAt = utc(g.Created), utc(g.Closed), later(i.UpdatedAt, utc(g.Updated))
	if g.Repository != nil {
		i.Repo = b.repo(g.Repository.NameWithOwner)
	}
}

func (b *boardRead) change(g graphChange) model.ItemChange {
	out := model.ItemChange{Number: g.Number, Title: model.Clean(g.Title), State: strings.ToLower(name(g.State)), Base: name(g.Base), MergedAt: utc(g.Merged), URL: cleanURL(g.URL)}
	if g.Merge != nil && out.State == "merged" { // of an open one it would be an attempt
		out.Merge = sha(g.Merge.OID)
	}
	if g.Repository != nil {
		out.Repo = b.repo(g.Repository.NameWithOwner)
	}
	return out
}

// repo takes OWNER/NAME apart; what is none is the zero repository.
func (b *boardRead) repo(full string) model.Repo {
	owner, repo, _ := strings.Cut(full, "/")
	r := model.Repo{Host: b.host, Owner: owner, Name: repo}
	if checkRepo(r) != nil {
		return model.Repo{}
	}
	return r
}

// number reads points, also those that a team chooses from a list or writes as a text.
func (g *graphChosen) number() *float64 {
	switch {
	case g == nil:
		return nil
	case g.Number != nil:
		return g.Number
	}
	return pointsOf(g.Name + g.Text)
}

func pointsOf(text string) *float64 {
	n, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(text), ",", "."), 64)
	if err != nil || math.IsNaN(n) || n < 0 || n > 1e6 {
		return nil
	}
	return &n
}

func utc(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// graphDetail is what is read of an item beside what its board tells.
type graphDetail struct {
	ID string `json:"id"`
	graphChange
	Labels *struct {
		Nodes []*struct {
			Name string `json:"name"`
		} `json:"nodes"`
	} `json:"labels"`
	Assignees struct {
		Nodes []*graphActor `json:"nodes"`
	} `json:"assignees"`
	Pulls *struct {
		Nodes []*graphChange `json:"nodes"`
	} `json:"closedByPullRequestsReferences"`
}

// details reads labels, assignees and pull requests, 100 items at a time. An item of which nothing is told goes without.
func (c *Client) details(ctx context.Context, b *boardRead, lacking []*model.Item) (points int, err error) {
	for len(lacking) > 0 {
		n := min(len(lacking), maxPage)
		ids := make([]string, n)
		by := make(map[string]*model.Item, n)
		for i, item := range lacking[:n] {
			ids[i] = b.nodes[item.ID]
			by[ids[i]] = item
		}
		lacking = lacking[n:]
		answer, err := c.query(ctx, b.act, detailQuery, map[string]any{"ids": ids})
		points += answer.points()
		if err != nil {
			return points, err
		}
		var nodes []*graphDetail
		if err := json.Unmarshal(answer.Data["nodes"], &nodes); err != nil {
			return points, b.act.malformed("POST /graphql", place(err), err)
		}
		for _, d := range nodes {
			if d != nil && by[d.ID] != nil {
				b.detail(by[d.ID], d)
			}
		}
	}
	return points, nil
}

func (b *boardRead) detail(i *model.Item, d *graphDetail) {
	i.Detailed, i.Labels, i.Assignees = true, nil, nil
	if d.Labels != nil {
		for _, l := range d.Labels.Nodes {
			if l != nil {
				i.Labels = append(i.Labels, model.Clean(l.Name))
			}
		}
	}
	for _, a := range d.Assignees.Nodes {
		if login := a.login(); login != "" {
			i.Assignees = append(i.Assignees, login)
		}
	}
	if i.Kind == model.ItemPull {
		i.Pulls = []model.ItemChange{b.change(d.graphChange)}
	}
	if d.Pulls == nil {
		return
	}
	i.Pulls = nil
	for _, p := range d.Pulls.Nodes {
		if p != nil {
			i.Pulls = append(i.Pulls, b.change(*p))
		}
	}
	newestChange(i.Pulls)
}
