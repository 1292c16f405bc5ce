package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gonogo/model"
)

const (
	checksBatch    = 25
	checksContexts = 100
)

// CommitWanted is a commit whose checks are wanted.
type CommitWanted struct {
	Repo model.Repo
	SHA  model.SHA
}

// CommitChecksFound is what a query told of a commit.
type CommitChecksFound struct {
	Checks  []model.CommitCheck // without App, which GraphQL's schema here lacks
	Cut     bool
	At      time.Time
	Request string
	Problem *Problem
}

// checksSelection is read of each commit; oid is its variable.
func checksSelection(oid string) string {
	return fmt.Sprintf(`
    object(oid: %s) { ... on Commit { statusCheckRollup { contexts(first: %d) {
      pageInfo { hasNextPage }
      nodes {
        __typename
        ... on StatusContext { context state description targetUrl createdAt }
        ... on CheckRun { name status conclusion title startedAt completedAt permalink checkSuite { workflowRun { databaseId } } }
      }
    } } } }
  `, oid, checksContexts)
}

// OverviewChecks reads statuses and check runs of several commits, a point for a hundred of them. It is a query of its
// own, because a fine-grained token may not read check runs and GitHub then refuses the roll-up: the Problem of the
// commit, or the error, is of kind Forbidden, and CommitChecks reads what may be read.
func (c *Client) OverviewChecks(ctx context.Context, wanted []CommitWanted) (map[CommitWanted]CommitChecksFound, error) {
	out := make(map[CommitWanted]CommitChecksFound, len(wanted))
	for len(wanted) > 0 {
		n := min(len(wanted), checksBatch)
		if err := c.overviewChecks(ctx, wanted[:n], out); err != nil {
			return out, err
		}
		wanted = wanted[n:]
	}
	return out, nil
}

func (c *Client) overviewChecks(ctx context.Context, wanted []CommitWanted, into map[CommitWanted]CommitChecksFound) error {
	a := act{doing: fmt.Sprintf("read statuses of %d commits", len(wanted))}
	variables := map[string]any{}
	var declared, b strings.Builder
	for i, w := range wanted {
		if err := checkRepo(w.Repo); err != nil {
			return a.problem(model.ProblemMissing, err.Error(), "check repo: in the configuration", err)
		}
		variables[fmt.Sprintf("o%d", i)], variables[fmt.Sprintf("n%d", i)], variables[fmt.Sprintf("s%d", i)] = w.Repo.Owner, w.Repo.Name, string(w.SHA)
		fmt.Fprintf(&declared, ", $o%d: String!, $n%d: String!, $s%d: GitObjectID!", i, i, i)
		fmt.Fprintf(&b, "  c%d: repository(owner: $o%d, name: $n%d) {%s}\n", i, i, i, checksSelection(fmt.Sprintf("$s%d", i)))
	}
	sent := c.clock.Now()
	answer, err := c.query(ctx, a, "query checks("+declared.String()[2:]+") {\n  "+costs+"\n"+b.String()+"}", variables)
	if err != nil {
		return err
	}
	for i, w := range wanted {
		alias := fmt.Sprintf("c%d", i)
		one := act{doing: "read statuses of commit " + w.SHA.Short() + " of " + name(w.Repo.String()), repo: w.Repo}
		found := CommitChecksFound{At: sent, Request: "POST /graphql (checks)"}
		for _, e := range answer.Errors {
			if e.at(0) == alias && found.Problem == nil {
				found.Problem = one.partial(e)
			}
		}
		if found.Problem == nil {
			if err := found.decode(w.SHA, answer.Data[alias]); err != nil {
				found.Problem = one.malformed(found.Request, place(err), err)
			}
		}
		into[w] = found
	}
	return nil
}

type graphContext struct {
	Typename    string     `json:"__typename"`
	Context     string     `json:"context"`
	State       string     `json:"state"`
	Description string     `json:"description"`
	TargetURL   string     `json:"targetUrl"`
	Created     time.Time  `json:"createdAt"`
	Name        string     `json:"name"`
	Status      string     `json:"status"`
	Conclusion  string     `json:"conclusion"`
	Title       string     `json:"title"`
	Started     *time.Time `json:"startedAt"`
	Completed   *time.Time `json:"completedAt"`
	Permalink   string     `json:"permalink"`
	Suite       *struct {
		Run *struct {
			ID int64 `json:"databaseId"`
		} `json:"workflowRun"`
	} `json:"checkSuite"`
}

func (f *CommitChecksFound) decode(of model.SHA, raw json.RawMessage) error {
	var repository *struct {
		Object *struct {
			Rollup *struct {
				Contexts *struct {
					Page  pageInfo        `json:"pageInfo"`
					Nodes []*graphContext `json:"nodes"`
				} `json:"contexts"`
			} `json:"statusCheckRollup"`
		} `json:"object"`
	}
	if err := json.Unmarshal(raw, &repository); err != nil {
		return err
	}
	switch {
	case repository == nil || repository.Object == nil:
		return errors.New("the commit is missing")
	case repository.Object.Rollup == nil: // nothing ever reported
		return nil
	case repository.Object.Rollup.Contexts == nil:
		return errors.New("contexts are missing")
	}
	contexts := repository.Object.Rollup.Contexts
	f.Cut = contexts.Page.HasNextPage
	for n, g := range contexts.Nodes {
		check, ok := g.check(of)
		if !ok {
			return fmt.Errorf("item %d has no name or no state", n+1)
		}
		f.Checks = append(f.Checks, check)
	}
	return nil
}

func (g *graphContext) check(of model.SHA) (model.CommitCheck, bool) {
	if g == nil {
		return model.CommitCheck{}, false
	}
	c := model.CommitCheck{SHA: of, Status: model.StatusCompleted}
	if g.Typename == "StatusContext" {
		c.Name, c.Summary, c.URL, c.StartedAt = name(g.Context), model.Clean(g.Description), cleanURL(g.TargetURL), g.Created.UTC()
		switch g.State {
		case "SUCCESS":
			c.Conclusion = model.Success
		case "FAILURE", "ERROR":
			c.Conclusion = model.Failure
		case "PENDING", "EXPECTED":
			c.Status = model.StatusInProgress
		default:
			c.Conclusion = model.Conclusion(strings.ToLower(name(g.State)))
		}
		if c.Status == model.StatusCompleted {
			c.CompletedAt = c.StartedAt
		}
		return c, c.Name != "" && g.State != ""
	}
	c.Name, c.Summary, c.URL = name(g.Name), model.Clean(g.Title), cleanURL(g.Permalink)
	c.Status, c.Conclusion = model.RunStatus(strings.ToLower(name(g.Status))), model.Conclusion(strings.ToLower(name(g.Conclusion)))
	if g.Started != nil {
		c.StartedAt = g.Started.UTC()
	}
	if g.Completed != nil {
		c.CompletedAt = g.Completed.UTC()
	}
	c.FromActions = g.Suite != nil && g.Suite.Run != nil
	return c, c.Name != "" && g.Status != ""
}
