package github

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gonogo/model"
)

// restBoard reads a board over REST: what the board is, its fields, then its items with the fields that matter. Asked
// again, GitHub answers 304 where nothing has changed, which costs nothing. It tells no archived items.
func (c *Client) restBoard(ctx context.Context, a act, w BoardWanted, known Validators) (BoardReading, error) {
	b := newBoardRead(a, c, w)
	question := wantedNote("items", w.Source.Iteration, w.Source.Status, w.Source.Points, strings.Join(w.Source.Done, ","), strings.Join(w.Source.Blockers, ","))
	known = sameQuestion(known, question)
	out := BoardReading{Reading: Reading[model.SprintBoard]{At: c.clock.Now(), Validators: Validators{}}}
	path, first, err := c.restPath(ctx, a, w.Source, known)
	out.Request = "GET " + first.key
	if err != nil {
		return out, err
	}
	if first.unchanged {
		changed, err := c.anyChanged(ctx, a, path, known, Validators{first.key: ""})
		if err != nil {
			return out, err
		}
		if !changed {
			out.Unchanged, out.Validators = true, known
			return out, nil
		}
		if first, err = c.get(ctx, a, path, nil, ""); err != nil {
			return out, err
		}
	}
	note(out.Validators, first)
	if err := b.restHead(first); err != nil {
		return out, err
	}
	ids, err := c.restFields(ctx, b, path, out.Validators)
	if err != nil {
		return out, err
	}
	query := url.Values{"per_page": {strconv.Itoa(maxPage)}, "fields": {strings.Join(ids, ",")}}
	cut, err := c.cursorPages(ctx, a, path+"/items", query, maxBoardPages, func(p page) error {
		note(out.Validators, p)
		return b.restItems(p)
	})
	if err != nil {
		return out, err
	}
	for i := range b.board.Items {
		b.judge(&b.board.Items[i])
	}
	b.board.Cut = cut
	out.Validators[wantedKey] = question
	out.Value, out.Cut = b.board, cut
	return out, nil
}

// restPath finds whether the owner is an organisation or a user: only one of the two paths has the board.
func (c *Client) restPath(ctx context.Context, a act, s model.SprintSource, known Validators) (string, page, error) {
	paths := []string{
		fmt.Sprintf("orgs/%s/projectsV2/%d", segment(s.ProjectOwner), s.ProjectNumber),
		fmt.Sprintf("users/%s/projectsV2/%d", segment(s.ProjectOwner), s.ProjectNumber),
	}
	if known["/"+paths[1]] != "" {
		slices.Reverse(paths)
	}
	var p page
	var err error
	for _, path := range paths {
		if p, err = c.get(ctx, a, path, nil, known["/"+path]); KindOf(err) != model.ProblemMissing {
			return path, p, err
		}
	}
	return "", p, err
}

// cursorPages reads a list whose pages are linked by cursors.
func (c *Client) cursorPages(ctx context.Context, a act, path string, query url.Values, most int, each func(page) error) (cut bool, err error) {
	query = maps.Clone(query)
	for n := 1; ; n++ {
		p, err := c.get(ctx, a, path, query, "")
		if err != nil {
			return false, err
		}
		if err := each(p); err != nil {
			return false, err
		}
		switch {
		case p.after == "" || p.after == query.Get("after"):
			return false, nil
		case n == most:
			return true, nil
		}
		query.Set("after", p.after)
	}
}

// restHead reads what the board is. REST doesn't tell its address for people.
func (b *boardRead) restHead(p page) error {
	var head struct {
		Title string `json:"title"`
		Owner *struct {
			URL  string `json:"html_url"`
			Kind string `json:"type"`
		} `json:"owner"`
	}
	if err := json.Unmarshal(p.body, &head); err != nil {
		return b.act.malformed("GET "+p.key, place(err), err)
	}
	b.board.Title = model.Clean(head.Title)
	if head.Owner == nil {
		return nil
	}
	kind := "users"
	if head.Owner.Kind == "Organization" {
		kind = "orgs"
	}
	if page, err := url.Parse(cleanURL(head.Owner.URL)); err == nil && page.Host != "" { // else it has no link
		page.Path = fmt.Sprintf("/%s/%s/projects/%d", kind, b.source.ProjectOwner, b.source.ProjectNumber)
		b.board.URL = cleanURL(page.String())
	}
	return nil
}

// restText is a text as REST writes it on boards, or a plain one.
type restText struct{ text string }

func (t *restText) UnmarshalJSON(raw []byte) error {
	var both struct {
		Raw string `json:"raw"`
	}
	if json.Unmarshal(raw, &both) == nil {
		t.text = both.Raw
		return nil
	}
	_ = json.Unmarshal(raw, &t.text) // anything else is no text
	return nil
}

// restFields reads the board's fields and returns the numbers of those that items are asked for.
func (c *Client) restFields(ctx context.Context, b *boardRead, path string, into Validators) (ids []string, err error) {
	type field struct {
		ID            int64  `json:"id"`
		Name          string `json:"name"`
		Kind          string `json:"data_type"`
		Configuration *struct {
			Iterations []struct {
				ID    string   `json:"id"`
				Title restText `json:"title"`
				Start string   `json:"start_date"`
				Days  int      `json:"duration"`
				Done  bool     `json:"completed"`
			} `json:"iterations"`
		} `json:"configuration"`
	}
	var fields []field
	if _, err = c.cursorPages(ctx, b.act, path+"/fields", perPage(), 2, func(p page) error {
		note(into, p)
		list, err := decode[[]field](b.act, p)
		fields = append(fields, list...)
		return err
	}); err != nil {
		return nil, err
	}
	for _, f := range fields {
		if f.Name != "" {
			b.fields = append(b.fields, boardField{name(f.Name), strings.ReplaceAll(strings.ToLower(name(f.Kind)), "_", " ")})
		}
	}
	if err := b.checkFields(); err != nil {
		return nil, err
	}
	for _, f := range fields {
		called := name(f.Name)
		if strings.EqualFold(called, b.source.Iteration) || strings.EqualFold(called, b.source.Status) || strings.EqualFold(called, b.source.Points) || f.Kind == "linked_pull_requests" {
			ids = append(ids, strconv.FormatInt(f.ID, 10))
		}
		if f.Configuration == nil || !strings.EqualFold(called, b.source.Iteration) {
			continue
		}
		for _, i := range f.Configuration.Iterations {
			b.addSprint(i.ID, i.Title.text, i.Start, i.Days, i.Done)
		}
	}
	b.sortSprints()
	return ids, nil
}

type restItem struct {
	Node     string       `json:"node_id"`
	Kind     string       `json:"content_type"`
	Content  *restContent `json:"content"`
	Created  *time.Time   `json:"created_at"`
	Updated  *time.Time   `json:"updated_at"`
	Archived *time.Time   `json:"archived_at"`
	Fields   []struct {
		Name  string          `json:"name"`
		Kind  string          `json:"data_type"`
		Value json.RawMessage `json:"value"`
	} `json:"fields"`
}

// restContent is an issue, a pull request or a draft.
type restContent struct {
	Number    int           `json:"number"`
	Title     string        `json:"title"`
	URL       string        `json:"html_url"`
	State     string        `json:"state"`
	Reason    string        `json:"state_reason"`
	Labels    []restLabel   `json:"labels"`
	Assignees []*graphActor `json:"assignees"`
	Created   *time.Time    `json:"created_at"`
	Updated   *time.Time    `json:"updated_at"`
	Closed    *time.Time    `json:"closed_at"`
	Merged    *time.Time    `json:"merged_at"`
	Merge     string        `json:"merge_commit_sha"`
	Base      *struct {
		Ref  string `json:"ref"`
		Repo *struct {
			FullName string `json:"full_name"`
		} `json:"repo"`
	} `json:"base"`
	Pull *struct {
		Merged *time.Time `json:"merged_at"`
	} `json:"pull_request"`
	Node      string `json:"node_id"`
	Milestone *struct {
		Number int `json:"number"`
	} `json:"milestone"`
}

// restLabel is a label, of which issues may tell the name alone.
type restLabel struct{ name string }

func (l *restLabel) UnmarshalJSON(raw []byte) error {
	var whole struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(raw, &whole) == nil {
		l.name = whole.Name
		return nil
	}
	return json.Unmarshal(raw, &l.name)
}

func (b *boardRead) restItems(p page) error {
	list, err := decode[[]*restItem](b.act, p)
	if err != nil {
		return err
	}
	for n, r := range list {
		if r == nil || r.Node == "" {
			return b.act.malformed("GET "+p.key, fmt.Sprintf("item %d has no node_id", n+1), nil)
		}
		b.restItem(r)
	}
	return nil
}

func (b *boardRead) restItem(r *restItem) {
	i := model.Item{ID: name(r.Node), Kind: model.ItemRedacted, Archived: r.Archived != nil, AddedAt: utc(r.Created), UpdatedAt: utc(r.Updated), Detailed: true}
	if r.Content != nil {
		b.restContent(&i, r.Kind, r.Content)
	}
	for _, f := range r.Fields {
		switch called := name(f.Name); {
		case strings.EqualFold(called, b.source.Iteration):
			var v *struct {
				ID string `json:"id"`
			}
			if json.Unmarshal(f.Value, &v) == nil && v != nil {
				i.Sprint = name(v.ID)
			}
		case strings.EqualFold(called, b.source.Status):
			i.Status = model.Clean(strings.TrimSpace(chosen(f.Value)))
		case strings.EqualFold(called, b.source.Points):
			i.Points = restPoints(f.Value)
		case f.Kind == "linked_pull_requests" && i.Kind == model.ItemIssue:
			var pulls []*restContent
			_ = json.Unmarshal(f.Value, &pulls) // what is no list of pull requests links none
			for _, p := range pulls {
				if p != nil {
					i.Pulls = append(i.Pulls, b.restChange(p))
				}
			}
			newestChange(i.Pulls)
		}
	}
	if i.Kind == model.ItemRedacted {
		b.board.Redacted++
	}
	b.board.Items = append(b.board.Items, i)
}

// chosen is the name of an option, or a text.
func chosen(raw json.RawMessage) string {
	var option struct {
		Name *restText `json:"name"`
	}
	if json.Unmarshal(raw, &option) == nil && option.Name != nil {
		return option.Name.text
	}
	var plain restText
	_ = plain.UnmarshalJSON(raw) // which refuses nothing
	return plain.text
}

func restPoints(raw json.RawMessage) *float64 {
	var n *float64
	if json.Unmarshal(raw, &n) == nil {
		return n
	}
	return pointsOf(chosen(raw))
}

func (b *boardRead) restContent(i *model.Item, kind string, r *restContent) {
	switch kind {
	case "Issue":
		i.Kind, i.NotPlanned = model.ItemIssue, r.Reason == "not_planned"
	case "PullRequest":
		i.Kind = model.ItemPull
		change := b.restChange(r)
		i.Pulls, r.State = []model.ItemChange{change}, change.State
	case "DraftIssue":
		i.Kind = model.ItemDraft
	default:
		return
	}
	b.fill(i, r)
}

// fill takes what issues, pull requests and drafts have in common.
func (b *boardRead) fill(i *model.Item, r *restContent) {
	i.Number, i.Title, i.URL, i.State = r.Number, model.Clean(r.Title), cleanURL(r.URL), name(r.State)
	i.Repo = b.repoOfPage(r.URL)
	for _, l := range r.Labels {
		i.Labels = append(i.Labels, model.Clean(l.name))
	}
	for _, a := range r.Assignees {
		if login := a.login(); login != "" {
			i.Assignees = append(i.Assignees, login)
		}
	}
	i.CreatedAt, i.ClosedAt, i.UpdatedAt = utc(r.Created), utc(r.Closed), later(i.UpdatedAt, utc(r.Updated))
}

// restChange is a pull request. The merge commit of one that isn't merged is an attempt of GitHub's, and is left out.
func (b *boardRead) restChange(r *restContent) model.ItemChange {
	out := model.ItemChange{
		Repo: b.repoOfPage(r.URL), Number: r.Number, Title: model.Clean(r.Title), State: name(r.State), MergedAt: utc(r.Merged), URL: cleanURL(r.URL),
	}
	if r.Pull != nil {
		out.MergedAt = utc(r.Pull.Merged)
	}
	if !out.MergedAt.IsZero() {
		out.State, out.Merge = "merged", sha(r.Merge)
	}
	if r.Base != nil {
		out.Base = name(r.Base.Ref)
	}
	return out
}

// repoOfPage is the repository that the page of an issue or a pull request lies in.
func (b *boardRead) repoOfPage(page string) model.Repo {
	u, err := url.Parse(page)
	if err != nil {
		return model.Repo{}
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) < 2 {
		return model.Repo{}
	}
	return b.repo(parts[0] + "/" + parts[1])
}
