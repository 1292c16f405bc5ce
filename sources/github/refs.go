package github

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"gonogo/model"
)

// zeroOID says in updateRefs that a ref must not exist, or is to be deleted (GraphQL schema, RefUpdate).
const zeroOID = "0000000000000000000000000000000000000000"

// RefAt is a ref and the object that it points at.
type RefAt struct {
	Name   string // refs/gonogo/lock/api/production
	Object string
	Tag    bool // the object is an annotated tag's
}

type wireRef struct {
	Ref    string `json:"ref"`
	Object struct {
		SHA  string `json:"sha"`
		Type string `json:"type"`
	} `json:"object"`
}

func (w wireRef) at() RefAt {
	return RefAt{Name: name(w.Ref), Object: string(sha(w.Object.SHA)), Tag: w.Object.Type == "tag"}
}

// Ref reads what a ref points at now; false: there is none.
func (c *Client) Ref(ctx context.Context, repo model.Repo, ref string) (RefAt, bool, error) {
	list, err := c.MatchingRefs(ctx, repo, ref)
	for _, r := range list {
		if r.Name == ref {
			return r, true, err
		}
	}
	return RefAt{}, false, err
}

// MatchingRefs reads the refs whose names begin so (REST docs, "List matching references": none is an empty list).
func (c *Client) MatchingRefs(ctx context.Context, repo model.Repo, prefix string) ([]RefAt, error) {
	a, path, err := c.on(repo, "read refs", "Contents: read")
	if err != nil {
		return nil, err
	}
	l, err := c.list(ctx, a, path+"/git/matching-refs/"+refPath(strings.TrimPrefix(prefix, "refs/")), nil, 1, nil, nil)
	if err != nil {
		return nil, err
	}
	wire, err := decodeAll(a, l, plain[wireRef])
	if err != nil {
		return nil, err
	}
	list := make([]RefAt, 0, len(wire))
	for i, w := range wire {
		r := w.at()
		if r.Object == "" || !strings.HasPrefix(r.Name, "refs/") {
			return nil, a.item(l, i, "no object")
		}
		list = append(list, r)
	}
	return list, nil
}

// TagMessage reads the message of an annotated tag's object.
func (c *Client) TagMessage(ctx context.Context, repo model.Repo, object string) (string, error) {
	a, path, err := c.on(repo, "read a shared ref", "Contents: read")
	if err == nil {
		err = a.checkSHA(model.SHA(object))
	}
	if err != nil {
		return "", err
	}
	l, err := c.list(ctx, a, path+"/git/tags/"+object, nil, 1, nil, nil)
	if err != nil {
		return "", err
	}
	w, err := decode[struct {
		Message *string `json:"message"`
	}](a, l.pages[0])
	if err != nil {
		return "", err
	}
	return text(w.Message), nil
}

// CreateTagObject makes an annotated tag's object, which no ref points at yet, and returns its name.
func (c *Client) CreateTagObject(ctx context.Context, repo model.Repo, tag, message string, of model.SHA) (string, error) {
	a, path, err := c.on(repo, "write what a shared ref says", "Contents: write")
	if err != nil {
		return "", &WriteError{Fate: NotSent, problem: asProblem(err)}
	}
	out, err := c.write(ctx, a, http.MethodPost, path+"/git/tags", map[string]any{"tag": tag, "message": message, "object": string(of), "type": "commit"})
	if err != nil {
		return "", undone(a, err)
	}
	made, _ := answered[struct {
		SHA string `json:"sha"`
	}](out)
	object := string(sha(made.SHA))
	if object == "" {
		return "", &WriteError{Fate: Unknown, Status: http.StatusCreated, problem: a.malformed("POST /"+path+"/git/tags", "no sha", nil)}
	}
	return object, nil
}

// CreateRef makes a ref, unless there is one of that name: creation is atomic (REST docs, "Create a reference").
func (c *Client) CreateRef(ctx context.Context, repo model.Repo, ref, object string) error {
	a, path, err := c.on(repo, "make "+name(ref), "Contents: write")
	if err != nil {
		return &WriteError{Fate: NotSent, problem: asProblem(err)}
	}
	_, err = c.write(ctx, a, http.MethodPost, path+"/git/refs", map[string]any{"ref": ref, "sha": object})
	return undone(a, err)
}

// DeleteRef deletes a ref if it still points at an object. GraphQL compares and deletes in one step; without GraphQL it is
// read, compared and deleted, and atomic is false. A ref that is gone or points elsewhere is left alone: done is false
// then, without an error.
func (c *Client) DeleteRef(ctx context.Context, repo model.Repo, ref, object string) (done, atomic bool, err error) {
	a, path, err := c.on(repo, "delete "+name(ref), "Contents: write")
	if err != nil {
		return false, false, &WriteError{Fate: NotSent, problem: asProblem(err)}
	}
	now, there, err := c.Ref(ctx, repo, ref)
	if err != nil || !there || now.Object != object {
		return false, false, err
	}
	deleted, refused, err := c.updateRef(ctx, a, repo, ref, object, zeroOID)
	if !refused {
		return deleted, true, err
	}
	if now, there, err = c.Ref(ctx, repo, ref); err != nil || !there || now.Object != object {
		return false, false, err
	}
	_, err = c.write(ctx, a, http.MethodDelete, path+"/git/"+refPath(ref), nil)
	return err == nil, false, undone(a, err)
}

// ReplaceRef makes a ref point at another object in one step, if it still points at the one that it is believed to. A ref
// that is gone or points elsewhere is left alone: done is false then, without an error. refused says that GraphQL can't be
// asked here: there is no other way to compare and replace.
func (c *Client) ReplaceRef(ctx context.Context, repo model.Repo, ref, before, after string) (done, refused bool, err error) {
	a, _, err := c.on(repo, "replace "+name(ref), "Contents: write")
	if err != nil {
		return false, false, &WriteError{Fate: NotSent, problem: asProblem(err)}
	}
	return c.updateRef(ctx, a, repo, ref, before, after)
}

// updateRef moves or deletes a ref by GraphQL if it is where it is believed to be. refused says that GraphQL can't be
// asked here; done is false where the ref was elsewhere.
func (c *Client) updateRef(ctx context.Context, a act, repo model.Repo, ref, before, after string) (done, refused bool, err error) {
	id, err := c.nodeOf(ctx, a, repo)
	if err != nil {
		return false, KindOf(err) == model.ProblemForbidden, err
	}
	out, err := c.write(ctx, a, http.MethodPost, graphqlPath, map[string]any{
		"query": `mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`,
		"variables": map[string]any{"input": map[string]any{"repositoryId": id, "refUpdates": []any{
			map[string]any{"name": ref, "beforeOid": before, "afterOid": after, "force": after != zeroOID}, // no tag object is another's descendant
		}}},
	})
	if fate, status := FateOf(err); err != nil && fate == Refused && status != http.StatusTooManyRequests {
		return false, true, err // there is no GraphQL here
	}
	if err != nil {
		return false, false, err
	}
	c.books.spend(1)
	var answer answerGraphQL
	if json.Unmarshal(out, &answer) != nil {
		return false, false, &WriteError{Fate: Unknown, problem: a.malformed("POST /graphql", "no JSON", nil)}
	}
	for _, e := range answer.Errors {
		if e.Type == "FORBIDDEN" || e.Type == "INSUFFICIENT_SCOPES" {
			return false, true, a.partial(e)
		}
	}
	return len(answer.Errors) == 0, false, nil
}

// nodeOf is GraphQL's name of a repository.
func (c *Client) nodeOf(ctx context.Context, a act, repo model.Repo) (string, error) {
	out, err := c.query(ctx, a, `query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id } `+costs+` }`, map[string]any{"owner": repo.Owner, "name": repo.Name})
	if err != nil {
		return "", err
	}
	var r *struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(out.Data["repository"], &r); err != nil || r == nil || r.ID == "" {
		return "", a.absent("", err)
	}
	return r.ID, nil
}

// TagSHA is the commit that a tag points at now, through an annotated tag's object; empty: there is no such tag.
func (c *Client) TagSHA(ctx context.Context, repo model.Repo, tag string) (model.SHA, error) {
	a, path, err := c.on(repo, "read the tag "+name(tag), "Contents: read")
	if err != nil {
		return "", err
	}
	a.missing = name(repo.String()) + " has no tag " + name(tag)
	commit, err := c.commitOf(ctx, a, path, "refs/tags/"+tag)
	if KindOf(err) == model.ProblemMissing {
		return "", nil
	}
	return commit.SHA, err
}
