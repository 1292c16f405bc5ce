package simulator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// everything is a question for all that the simulator tells of a board.
const everything = `
fragment field on ProjectV2FieldConfiguration {
  __typename
  ... on ProjectV2FieldCommon { id databaseId name dataType createdAt updatedAt project { number } }
  ... on ProjectV2SingleSelectField { options { id name nameHTML color description descriptionHTML } chosen: options(names: ["Done"]) { name } }
  ... on ProjectV2IterationField { configuration { duration startDay iterations { ...iteration } completedIterations { ...iteration } } }
}
fragment iteration on ProjectV2IterationFieldIteration { id title titleHTML startDate duration }
fragment value on ProjectV2ItemFieldValue {
  __typename
  ... on ProjectV2ItemFieldValueCommon { id databaseId createdAt updatedAt creator { login } field { ... on ProjectV2FieldCommon { name } } item { id } }
  ... on ProjectV2ItemFieldSingleSelectValue { name nameHTML optionId color description }
  ... on ProjectV2ItemFieldIterationValue { iterationId title titleHTML startDate duration }
  ... on ProjectV2ItemFieldNumberValue { number }
  ... on ProjectV2ItemFieldTextValue { text }
  ... on ProjectV2ItemFieldDateValue { date }
}
{
  repositoryOwner(login: "acme") { ... on ProjectV2Owner {
    projectsV2(first: 2) { totalCount nodes { number } }
    projectV2(number: 1) {
      id databaseId fullDatabaseId number title url resourcePath public closed closedAt createdAt updatedAt template readme shortDescription
      creator { login } owner { id } field(name: "status") { ...field } none: field(name: "none") { ...field }
      fields(first: 50) { totalCount nodes { ...field } }
      items(first: 2) { totalCount pageInfo { hasNextPage endCursor } nodes {
        id databaseId fullDatabaseId type isArchived createdAt updatedAt creator { login } project { number }
        status: fieldValueByName(name: "Status") { ...value } nothing: fieldValueByName(name: "nothing") { ...value }
        fieldValues(first: 20) { nodes { ...value } }
        content {
          __typename
          ... on Issue {
            id databaseId number title body url resourcePath issueState: state stateReason closed closedAt createdAt updatedAt publishedAt author { login }
            labels(first: 5) { nodes { name } } assignees(first: 5) { nodes { login } } repository { nameWithOwner }
            milestone { id number title state closed closedAt dueOn createdAt updatedAt description progressPercentage url resourcePath repository { name } }
            closedByPullRequestsReferences(first: 5, includeClosedPrs: true) { totalCount nodes { number } } open: closedByPullRequestsReferences(first: 5) { totalCount }
            projectItems(first: 5) { totalCount }
          }
          ... on PullRequest { id number closingIssuesReferences(first: 5) { nodes { number } } assignees(first: 5) { nodes { login } } milestone { title } projectItems(first: 5) { totalCount } }
          ... on DraftIssue { id title bodyText createdAt updatedAt creator { login } assignees(first: 5) { nodes { login } } projectV2Items(first: 1) { totalCount } projectsV2(first: 1) { totalCount } }
        }
      } }
    }
  } }
}`

func board(w *simulator.World) {
	r := w.Repository("acme/api")
	r.Push(simulator.Change{Message: "First"})
	planned(w, r)
}

func TestABoardIsAnsweredWithAllThatIsOnIt(t *testing.T) {
	for _, edition := range []simulator.Edition{simulator.GitHubCom, simulator.EnterpriseServer319} {
		q := ask(t, simulator.Options{Edition: edition}, board)
		text := everything
		seen := ""
		for page := 1; ; page++ {
			a := q.ask(text, nil)
			if len(a.Errors) > 0 {
				t.Fatalf("%v", a.Errors)
			}
			seen += a.text
			project := a.Data["repositoryOwner"].(map[string]any)["projectV2"].(map[string]any)
			items := project["items"].(map[string]any)
			if n := items["totalCount"]; n != float64(6) {
				t.Errorf("%v items", n)
			}
			info := items["pageInfo"].(map[string]any)
			if info["hasNextPage"] != true {
				if page != 3 {
					t.Errorf("6 items are %d pages", page)
				}
				break
			}
			text = strings.Replace(everything, "items(first: 2)", fmt.Sprintf("items(first: 2, after: %q)", info["endCursor"]), 1)
		}
		for _, part := range []string{
			`"title":"Sprint 1","titleHTML":"Sprint 1","startDate":"2026-02-12","duration":14`, `"type":"DRAFT_ISSUE"`, `"type":"PULL_REQUEST"`, `"isArchived":true`,
			`"text":"a \u003c b"`, `"date":"2026-03-05"`, `"number":2.5`, `"stateReason":"NOT_PLANNED"`, `"progressPercentage":`, `"nothing":null`, `"none":null`,
			`"completedIterations":[{"id":`, `"chosen":[{"name":"Done"}]`, `"closedByPullRequestsReferences":{"totalCount":1,`, `"open":{"totalCount":0}`,
		} {
			if !strings.Contains(seen, part) {
				t.Errorf("nothing says %s", part)
			}
		}
	}
}

// What a token may not see is redacted, refused or hidden, as it is on GitHub.
func TestBoardsAreShownToWhomTheyMayBe(t *testing.T) {
	const question = `{organization(login:"acme"){projectV2(number:1){title items(last:1){nodes{type content{__typename}}}}}}`
	q := ask(t, simulator.Options{}, func(w *simulator.World) {
		board(w)
		w.Token("classic", simulator.Access{User: "mona", Scopes: []string{"repo"}})
		w.Token("scoped", simulator.Access{User: "mona", Scopes: []string{"repo", "read:project"}})
		w.Token("fine", simulator.Access{User: "mona", Permissions: map[string]string{"issues": "read"}})
		w.Token("granted", simulator.Access{User: "mona", Permissions: map[string]string{"issues": "read", "organization_projects": "read"}, Repositories: []string{"acme/api"}})
	})
	for token, want := range map[string]string{
		"classic": `"type":"INSUFFICIENT_SCOPES"`, "fine": `"type":"FORBIDDEN","path":["organization","projectV2"]`,
		"scoped": `"nodes":[{"type":"ISSUE","content":{"__typename":"Issue"}}]`, "granted": `"nodes":[{"type":"REDACTED","content":null}]`,
	} {
		q.token = token
		if a := q.ask(question, nil); !strings.Contains(a.text, want) || a.status != 200 || token == "classic" && a.Data != nil {
			t.Errorf("%s is answered %s", token, a.text)
		}
	}
	q.token = "scoped"
	if a := q.ask(`{organization(login:"acme"){projectV2(number:7){title}}}`, nil); !strings.Contains(a.text, `"type":"NOT_FOUND"`) {
		t.Error(a.text)
	}
	if a := q.ask(`{viewer{login}}`, nil); a.Data == nil {
		t.Error("a question that has nothing to do with boards is refused too: " + a.text)
	}
}

// Time alone completes iterations, and what is merged or closed moves by itself where the board says so.
func TestABoardMoves(t *testing.T) {
	q := ask(t, simulator.Options{}, board)
	state := func() string {
		return q.data(`{organization(login:"acme"){projectV2(number:1){field(name:"Sprint"){...on ProjectV2IterationField{configuration{completedIterations{title}iterations{title}}}}
			items(first:1){nodes{fieldValueByName(name:"Status"){...on ProjectV2ItemFieldSingleSelectValue{name}}}}}}}`)
	}
	before := state()
	q.clock.now = q.clock.now.Add(12 * 24 * time.Hour)
	q.Repositories()[0].Issues()[0].Close("mona")
	after := state()
	if !strings.Contains(before, `"completedIterations":[{"title":"Sprint 1"}]`) || !strings.Contains(before, "In Progress") ||
		!strings.Contains(after, `"completedIterations":[{"title":"Sprint 2"},{"title":"Sprint 1"}]`) || !strings.Contains(after, `"name":"Done"`) {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}
