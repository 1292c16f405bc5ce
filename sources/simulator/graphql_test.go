package simulator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"gonogo/sources/contract"
	"gonogo/sources/simulator"
)

// questions asks a world GraphQL questions; every answer is held to GitHub's schema.
type questions struct {
	*simulator.World
	t        *testing.T
	server   *simulator.Server
	clock    *clock
	recorder *contract.Recorder
	token    string
}

// ask starts a world that build has filled before it is served.
func ask(t *testing.T, o simulator.Options, build func(*simulator.World)) *questions {
	t.Helper()
	c := &clock{now: noon}
	edition := contract.GitHubCom
	if o.Edition == simulator.EnterpriseServer319 {
		edition = contract.Enterprise
	}
	recorder := contract.NewRecorder(t, edition)
	o.Now, o.OnExchange = c.Now, recorder.Record
	if o.Start.IsZero() {
		o.Start = noon.Add(-48 * time.Hour)
	}
	w := simulator.New(o)
	build(w)
	w.PassUntil(noon)
	s, err := w.Serve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &questions{World: w, t: t, server: s, clock: c, recorder: recorder, token: "ghp_test"}
}

// graphqlAnswer is an answer as read.
type graphqlAnswer struct {
	status int
	header http.Header
	Data   map[string]any `json:"data"`
	Errors []struct {
		Type, Message string
		Path          []any
	} `json:"errors"`
	text string
}

func (q *questions) ask(query string, variables map[string]any) graphqlAnswer {
	q.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		q.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, q.server.GraphQLURL(), bytes.NewReader(body))
	if err != nil {
		q.t.Fatal(err)
	}
	req.Header.Set("User-Agent", "test")
	if q.token != "" {
		req.Header.Set("Authorization", "Bearer "+q.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		q.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		q.t.Fatal(err)
	}
	a := graphqlAnswer{status: resp.StatusCode, header: resp.Header, text: string(text)}
	if err := json.Unmarshal(text, &a); err != nil {
		q.t.Fatalf("no JSON: %v\n%s", err, text)
	}
	return a
}

// data asks what must be answered without errors, and returns it as compact JSON.
func (q *questions) data(query string) string {
	q.t.Helper()
	a := q.ask(query, nil)
	if len(a.Errors) > 0 || a.status != http.StatusOK {
		q.t.Fatalf("%s\nwas answered %d %s", query, a.status, a.text)
	}
	text := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(a.text), `{"data":`), `}`)
	return text
}

func (q *questions) want(query, want string) {
	q.t.Helper()
	if got := q.data(query); got != want {
		q.t.Errorf("%s\n got %s\nwant %s", query, got, want)
	}
}

// shop is a repository with a CI workflow, two environments and some history.
func shop(w *simulator.World) {
	w.Team("acme", "Release Managers", "mona")
	r := w.Repository("acme/shop")
	r.Workflow(simulator.WorkflowPlan{Path: "ci.yml", Name: "CI", On: []string{"push", "pull_request"}, Branches: []string{"main"}, Jobs: []simulator.JobPlan{{Name: "test"}, {Name: "lint"}}})
	r.Workflow(simulator.WorkflowPlan{Path: "deploy.yml", Name: "Deploy", On: []string{"workflow_dispatch"}, Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "{environment}", Duration: time.Minute}}})
	r.Push(simulator.Change{Message: "Begin", By: "mona"})
	w.Pass(time.Hour)
	r.Release(simulator.ReleaseOf{Tag: "v1.0.0", By: "mona"})
	r.Environment("staging", simulator.Protection{})
	r.Environment("production", simulator.Protection{Reviewers: []string{"mona", "acme/release-managers"}, PreventSelfReview: true, WaitTimer: 5 * time.Minute, Tags: []string{"v*"}})
	for _, sha := range []string{"v1.0.0"} {
		r.Deploy("staging", sha)
		w.Pass(time.Hour)
		r.Deployment(simulator.DeploymentOf{Environment: "production", Ref: sha, By: "mona", Payload: map[string]any{"gate": "go"}, States: []string{simulator.InProgress, simulator.Success}})
	}
	w.Pass(time.Hour)
	p := r.Pull(simulator.Proposal{Title: "Sell more", By: "hubot", Labels: []string{"feature"}})
	w.Pass(10 * time.Minute)
	p.Merge("mona")
	w.Pass(time.Hour)
	r.AnnotatedTag("v1.1.0", "", "second", "mona")
	r.Release(simulator.ReleaseOf{Tag: "v1.1.0", Prerelease: true, By: "mona"})
	r.Release(simulator.ReleaseOf{Tag: "v1.2.0", Draft: true, By: "mona"})
	r.Deploy("staging", "v1.1.0")
}

func TestGraphQLTellsARepositorysStory(t *testing.T) {
	q := ask(t, simulator.Options{Seed: 1}, shop)
	const of = `{repository(owner:"acme",name:"SHOP"){`
	for _, c := range []struct{ name, query, want string }{
		{"what it is", `nameWithOwner isArchived isEmpty isPrivate owner{login __typename}`, `"nameWithOwner":"acme/shop","isArchived":false,"isEmpty":false,"isPrivate":true,"owner":{"login":"acme","__typename":"Organization"}`},
		{"deployments are ascending by default", `deployments(first:2,environments:["staging"]){totalCount nodes{environment state payload ref{name prefix}}}`,
			`"deployments":{"totalCount":2,"nodes":[{"environment":"staging","state":"INACTIVE","payload":"{}","ref":{"name":"v1.0.0","prefix":"refs/tags/"}},{"environment":"staging","state":"ACTIVE","payload":"{}","ref":{"name":"v1.1.0","prefix":"refs/tags/"}}]}`},
		{"and descending on request", `deployments(first:1,orderBy:{field:CREATED_AT,direction:DESC}){nodes{environment}pageInfo{hasNextPage hasPreviousPage}}`,
			`"deployments":{"nodes":[{"environment":"staging"}],"pageInfo":{"hasNextPage":true,"hasPreviousPage":false}}`},
		{"a deployment's statuses, newest first", `deployments(last:1,environments:["production"]){nodes{payload creator{login} statuses(first:5){nodes{state}}latestStatus{state deployment{environment}}}}`,
			`"deployments":{"nodes":[{"payload":"{\"gate\":\"go\"}","creator":{"login":"mona"},"statuses":{"nodes":[{"state":"SUCCESS"},{"state":"IN_PROGRESS"}]},"latestStatus":{"state":"SUCCESS","deployment":{"environment":"production"}}}]}`},
		{"the latest release is neither prerelease nor draft", `latestRelease{tagName isLatest isPrerelease} releases(first:5){totalCount}`, `"latestRelease":{"tagName":"v1.0.0","isLatest":true,"isPrerelease":false},"releases":{"totalCount":3}`},
		{"environments with their rules", `environments(first:5){nodes{name protectionRules(first:5){nodes{type timeout preventSelfReview reviewers(first:5){nodes{__typename ...on User{login}...on Team{combinedSlug}}}}}latestCompletedDeployment{commit{messageHeadline}}}}`,
			`"environments":{"nodes":[{"name":"production","protectionRules":{"nodes":[{"type":"WAIT_TIMER","timeout":5,"preventSelfReview":null,"reviewers":{"nodes":[]}},{"type":"REQUIRED_REVIEWERS","timeout":0,"preventSelfReview":true,"reviewers":{"nodes":[{"__typename":"User","login":"mona"},{"__typename":"Team","combinedSlug":"acme/release-managers"}]}},{"type":"BRANCH_POLICY","timeout":0,"preventSelfReview":null,"reviewers":{"nodes":[]}}]},"latestCompletedDeployment":{"commit":{"messageHeadline":"Begin"}}},{"name":"staging","protectionRules":{"nodes":[]},"latestCompletedDeployment":{"commit":{"messageHeadline":"Sell more (#1)"}}}]}`},
		{"what lies between two releases", `ref(qualifiedName:"refs/tags/v1.0.0"){compare(headRef:"main"){status aheadBy behindBy commits(first:10){totalCount nodes{messageHeadline associatedPullRequests(first:1){nodes{number state labels(first:3){nodes{name}}}}}}}}`,
			`"ref":{"compare":{"status":"AHEAD","aheadBy":1,"behindBy":0,"commits":{"totalCount":1,"nodes":[{"messageHeadline":"Sell more (#1)","associatedPullRequests":{"nodes":[{"number":1,"state":"MERGED","labels":{"nodes":[{"name":"feature"}]}}]}}]}}}`},
		{"an annotated tag leads to its commit", `ref(qualifiedName:"v1.1.0"){target{__typename ...on Tag{name message target{...on Commit{messageHeadline}}}}}`,
			`"ref":{"target":{"__typename":"Tag","name":"v1.1.0","message":"second","target":{"messageHeadline":"Sell more (#1)"}}}`},
		{"tags, newest first", `refs(refPrefix:"refs/tags/",first:1,orderBy:{field:TAG_COMMIT_DATE,direction:DESC}){totalCount nodes{name}}`, `"refs":{"totalCount":2,"nodes":[{"name":"v1.1.0"}]}`},
		{"the checks of the head", `defaultBranchRef{name target{...on Commit{statusCheckRollup{state contexts(first:10){totalCount checkRunCount statusContextCount nodes{...on CheckRun{name status conclusion checkSuite{workflowRun{event workflow{name}}}}}}}}}}`,
			`"defaultBranchRef":{"name":"main","target":{"statusCheckRollup":{"state":"SUCCESS","contexts":{"totalCount":2,"checkRunCount":2,"statusContextCount":0,"nodes":[{"name":"test","status":"COMPLETED","conclusion":"SUCCESS","checkSuite":{"workflowRun":{"event":"push","workflow":{"name":"CI"}}}},{"name":"lint","status":"COMPLETED","conclusion":"SUCCESS","checkSuite":{"workflowRun":{"event":"push","workflow":{"name":"CI"}}}}]}}}}`},
		{"an environment that doesn't exist", `environment(name:"moon"){name}`, `"environment":null`},
	} {
		t.Run(c.name, func(t *testing.T) {
			q.t = t
			q.want(of+c.query+`}}`, `{"repository":{`+c.want+`}}`)
		})
	}
	q.t = t
}

func TestGraphQLPagesAreWalkedByCursor(t *testing.T) {
	q := ask(t, simulator.Options{Seed: 1}, func(w *simulator.World) {
		r := w.Repository("acme/shop")
		for i := range 7 {
			r.Push(simulator.Change{Message: fmt.Sprintf("Commit %d", i), Quiet: true})
			w.Pass(time.Minute)
		}
	})
	var seen []string
	cursor := any(nil)
	for range 4 {
		a := q.ask(`query($after:String){repository(owner:"acme",name:"shop"){defaultBranchRef{target{...on Commit{history(first:3,after:$after){nodes{messageHeadline}pageInfo{hasNextPage endCursor}}}}}}}`, map[string]any{"after": cursor})
		h := a.Data["repository"].(map[string]any)["defaultBranchRef"].(map[string]any)["target"].(map[string]any)["history"].(map[string]any)
		for _, n := range h["nodes"].([]any) {
			seen = append(seen, strings.TrimPrefix(n.(map[string]any)["messageHeadline"].(string), "Commit "))
		}
		info := h["pageInfo"].(map[string]any)
		if info["hasNextPage"] == false {
			break
		}
		cursor = info["endCursor"]
		// A newer commit must not shift what follows the cursor.
		q.Repository("acme/shop").Push(simulator.Change{Message: "Newer", Quiet: true})
	}
	if got := strings.Join(seen, ""); got != "6543210" {
		t.Errorf("walked %q, want every commit once: 6543210", got)
	}
	a := q.ask(`{repository(owner:"acme",name:"shop"){releases(first:1,after:"nonsense"){nodes{tagName}}}}`, nil)
	if len(a.Errors) != 1 || a.Errors[0].Type != "INVALID_CURSOR_ARGUMENTS" {
		t.Errorf("a cursor of nobody's must be refused: %s", a.text)
	}
}

func TestGraphQLKnowsMoreDeploymentStatesThanREST(t *testing.T) {
	q := ask(t, simulator.Options{Seed: 1}, func(w *simulator.World) {
		r := w.Repository("acme/shop")
		r.Push(simulator.Change{Message: "Begin"})
		r.Workflow(simulator.WorkflowPlan{Path: "deploy.yml", Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "guarded"}}})
		r.Environment("guarded", simulator.Protection{Reviewers: []string{"mona"}})
		r.Deployment(simulator.DeploymentOf{Environment: "forgotten"})
		r.Deployment(simulator.DeploymentOf{Environment: "preview", Transient: true, States: []string{simulator.Success, simulator.Inactive}})
		r.Deployment(simulator.DeploymentOf{Environment: "old", States: []string{simulator.Success, simulator.Inactive}})
		r.Deployment(simulator.DeploymentOf{Environment: "broken", States: []string{simulator.Error}})
		w.PassUntil(noon.Add(-10 * time.Minute))
		r.Deployment(simulator.DeploymentOf{Environment: "young"})
		r.Run(simulator.RunOf{Workflow: "deploy.yml"})
	})
	q.want(`{repository(owner:"acme",name:"shop"){deployments(first:10){nodes{environment state latestStatus{state}}}}}`,
		`{"repository":{"deployments":{"nodes":[{"environment":"forgotten","state":"ABANDONED","latestStatus":null},{"environment":"preview","state":"DESTROYED","latestStatus":{"state":"INACTIVE"}},{"environment":"old","state":"INACTIVE","latestStatus":{"state":"INACTIVE"}},{"environment":"broken","state":"ERROR","latestStatus":{"state":"ERROR"}},{"environment":"young","state":"PENDING","latestStatus":null},{"environment":"guarded","state":"WAITING","latestStatus":{"state":"WAITING"}}]}}}`)
}

func TestGraphQLFindsNodesByTheIdentifiersOfREST(t *testing.T) {
	q := ask(t, simulator.Options{Seed: 1}, shop)
	req, err := http.NewRequest(http.MethodGet, q.server.URL()+"repos/acme/shop/actions/runs?per_page=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer ghp_test")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var runs struct {
		Runs []struct {
			Node string `json:"node_id"`
			ID   int64
		} `json:"workflow_runs"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&runs); err != nil || len(runs.Runs) != 1 {
		t.Fatalf("read a run over REST: %v, %+v", err, runs)
	}
	a := q.ask(`query($id:ID!){node(id:$id){__typename id ...on WorkflowRun{databaseId event pendingDeploymentRequests(first:1){totalCount}deploymentReviews(first:1){totalCount}checkSuite{status conclusion checkRuns(first:5){totalCount nodes{id name}}}}}nodes(ids:[$id,"W_none"]){id}}`, map[string]any{"id": runs.Runs[0].Node})
	node, _ := a.Data["node"].(map[string]any)
	if node["__typename"] != "WorkflowRun" || node["databaseId"] != float64(runs.Runs[0].ID) {
		t.Errorf("the run %+v is not found as a node: %s", runs.Runs[0], a.text)
	}
	if len(a.Errors) != 1 || a.Errors[0].Type != "NOT_FOUND" || fmt.Sprint(a.Errors[0].Path) != "[nodes 1]" {
		t.Errorf("want one error at nodes.1: %s", a.text)
	}
}

func TestGraphQLCountsItsCostAsGitHubDoes(t *testing.T) {
	q := ask(t, simulator.Options{Seed: 1, GraphQLLimit: 100}, shop)
	for _, c := range []struct {
		name, query string
		cost, nodes int
	}{
		{"no connection", `{viewer{login} %s}`, 1, 0},
		{"one page of each of a hundred", `{repository(owner:"acme",name:"shop"){releases(first:100){nodes{mentions:tagCommit{associatedPullRequests(first:10){totalCount}}}}} %s}`, 1, 1100},
		// GitHub docs, "Rate limits and query limits for the GraphQL API": 1 + 100 + 5,000 requests are 51 points.
		{"GitHub's own example", `{repository(owner:"acme",name:"shop"){pullRequests(first:100){nodes{commits:baseRef{associatedPullRequests(first:50){nodes{labels(first:60){totalCount}}}}}}} %s}`, 51, 305100},
	} {
		a := q.ask(fmt.Sprintf(c.query, `rateLimit{cost nodeCount limit used remaining resetAt}`), nil)
		limit, _ := a.Data["rateLimit"].(map[string]any)
		if limit["cost"] != float64(c.cost) || limit["nodeCount"] != float64(c.nodes) {
			t.Errorf("%s: cost %v, nodes %v, want %d and %d: %s", c.name, limit["cost"], limit["nodeCount"], c.cost, c.nodes, a.text)
		}
		if a.header.Get("X-RateLimit-Resource") != "graphql" || a.header.Get("X-RateLimit-Remaining") != fmt.Sprint(limit["remaining"]) {
			t.Errorf("%s: the headers tell another story than the answer: %v, %v", c.name, a.header, limit)
		}
	}
	if left := q.Remaining("ghp_test", "graphql"); left != 100-53 {
		t.Errorf("%d points are left, want 47", left)
	}
	if left := q.Remaining("ghp_test", "core"); left != 5000 {
		t.Errorf("GraphQL was booked as REST: %d left", left)
	}
	q.Exhaust("ghp_test", "graphql")
	if a := q.ask(`{viewer{login}}`, nil); a.status != http.StatusOK || len(a.Errors) != 1 || a.Errors[0].Type != "RATE_LIMITED" || a.header.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("an exhausted budget answers 200 with an error: %d %s", a.status, a.text)
	}
	q.clock.now = noon.Add(61 * time.Minute)
	if a := q.ask(`{viewer{login}}`, nil); len(a.Errors) != 0 {
		t.Errorf("an hour later there is a new budget: %s", a.text)
	}
}

func TestGraphQLRefusesWhatGitHubRefuses(t *testing.T) {
	w := ask(t, simulator.Options{Seed: 1}, shop)
	// Questions that the schema or GitHub's limits forbid are refused by the contract
	// too; they are asked past the recorder.
	q := ask(t, simulator.Options{Seed: 1}, shop)
	for _, c := range []struct{ name, query, wrong string }{
		{"a repository that doesn't exist", `{repository(owner:"acme",name:"nothing"){id}}`, "Could not resolve to a Repository with the name 'acme/nothing'."},
		{"a user that doesn't exist", `{user(login:"nobody"){id}}`, "Could not resolve to a User"},
		{"an organisation asked for as a user", `{user(login:"acme"){id}}`, "Could not resolve to a User"},
		{"a field that the simulator doesn't play", `{repository(owner:"acme",name:"shop"){diskUsage}}`, "does not resolve Repository.diskUsage"},
		{"a mutation that the simulator doesn't play", `mutation{deleteRef(input:{refId:"x"}){clientMutationId}}`, "does not resolve Mutation.deleteRef"},
		{"such a field that can't be null", `{repository(owner:"acme",name:"shop"){stargazerCount}}`, "does not resolve Repository.stargazerCount"},
	} {
		a := w.ask(c.query, nil)
		if len(a.Errors) != 1 || !strings.Contains(a.Errors[0].Message, c.wrong) || a.status != http.StatusOK {
			t.Errorf("%s: want %q: %d %s", c.name, c.wrong, a.status, a.text)
		}
	}
	schema, err := contract.GraphQL()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, query, wrong string }{
		{"an unknown field", `{repository(owner:"a",name:"b"){verdict}}`, "verdict"},
		{"no page size", `{repository(owner:"acme",name:"shop"){releases{nodes{id}}}}`, "You must provide a `first` or `last` value"},
		{"too large a page", `{repository(owner:"acme",name:"shop"){releases(first:101){nodes{id}}}}`, "exceeds the `first` limit of 100 records"},
		{"a subscription", `subscription{x}`, "does not support operation type"},
		{"no syntax", `{repository`, "Expected"},
	} {
		if schema.Query(c.query, nil) == nil {
			t.Errorf("%s: the contract lets it through", c.name)
		}
		if a := q.unheard(c.query); len(a.Errors) == 0 || !strings.Contains(a.Errors[0].Message, c.wrong) || a.Data != nil {
			t.Errorf("%s: want %q: %s", c.name, c.wrong, a.text)
		}
	}
	const many = `{repository(owner:"acme",name:"shop"){releases(first:100){nodes{tagCommit{associatedPullRequests(first:100){nodes{labels(first:100){totalCount}}}}}}}}`
	if a := q.unheard(many); len(a.Errors) != 1 || a.Errors[0].Type != "MAX_NODE_LIMIT_EXCEEDED" {
		t.Errorf("a million nodes: %s", a.text)
	}
}

func TestGraphQLShowsATokenOnlyWhatItMaySee(t *testing.T) {
	q := ask(t, simulator.Options{Seed: 1}, func(w *simulator.World) {
		shop(w)
		w.Repository("acme/secret").Push(simulator.Change{Message: "Begin"})
		w.Token("fine", simulator.Access{User: "hubot", Permissions: map[string]string{"contents": "read", "actions": "read"}, Repositories: []string{"acme/shop"}})
		w.Token("mute", simulator.Access{NoGraphQL: true})
		w.Repository("acme/former").Push(simulator.Change{Message: "Begin"})
		w.Repository("acme/former").Rename("acme/latter")
		w.Token("classic", simulator.Access{Scopes: []string{"repo"}})
	})
	q.token = "fine"
	a := q.ask(`{viewer{login}repository(owner:"acme",name:"shop"){deployments(first:1){totalCount}}}`, nil)
	if len(a.Errors) != 1 || a.Errors[0].Type != "FORBIDDEN" || fmt.Sprint(a.Errors[0].Path) != "[repository deployments]" || a.Data["repository"] != nil || a.Data["viewer"] == nil {
		t.Errorf("deployments are forbidden and can't be null, so the repository is, and nothing else: %s", a.text)
	}
	a = q.ask(`{repository(owner:"acme",name:"shop"){nameWithOwner defaultBranchRef{target{...on Commit{oid statusCheckRollup{state contexts(first:1){totalCount}}}}}}}`, nil)
	if len(a.Errors) != 1 || a.Errors[0].Type != "FORBIDDEN" || fmt.Sprint(a.Errors[0].Path) != "[repository defaultBranchRef target statusCheckRollup contexts]" || !strings.Contains(a.text, `"statusCheckRollup":null`) {
		t.Errorf("the contexts of checks are forbidden, the rest is there: %s", a.text)
	}
	a = q.ask(`{repository(owner:"acme",name:"shop"){releases(first:5){nodes{tagName}}defaultBranchRef{target{...on Commit{statusCheckRollup{state}}}}}}`, nil)
	if len(a.Errors) != 0 || strings.Contains(a.text, "v1.2.0") || !strings.Contains(a.text, `"state":"SUCCESS"`) {
		t.Errorf("the state is readable, the draft is not: %s", a.text)
	}
	if a := q.ask(`{repository(owner:"acme",name:"secret"){id}}`, nil); len(a.Errors) != 1 || a.Errors[0].Type != "NOT_FOUND" {
		t.Errorf("a repository that the token doesn't know: %s", a.text)
	}
	q.token = "mute"
	if a := q.ask(`{viewer{login}}`, nil); a.status != http.StatusForbidden {
		t.Errorf("GraphQL refused: %d %s", a.status, a.text)
	}
	q.token = ""
	if a := q.ask(`{viewer{login}}`, nil); a.status != http.StatusUnauthorized {
		t.Errorf("without a token: %d %s", a.status, a.text)
	}
	q.token = "classic"
	q.want(`{repository(owner:"acme",name:"former"){nameWithOwner}}`, `{"repository":{"nameWithOwner":"acme/latter"}}`)
}

func TestTheSimulatorAndTheContractHaveOneSchema(t *testing.T) {
	ours, err := os.ReadFile("github-graphql.graphql")
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.ReadFile("../contract/github-graphql.graphql")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(ours, theirs) {
		t.Error("github-graphql.graphql differs from the contract's copy")
	}
}

func TestGraphQLOnAnEnterpriseServer(t *testing.T) {
	q := ask(t, simulator.Options{Seed: 1, Edition: simulator.EnterpriseServer319}, shop)
	if !strings.HasSuffix(q.server.GraphQLURL(), "/api/graphql") {
		t.Errorf("GraphQL is at %s", q.server.GraphQLURL())
	}
	q.want(`{repository(owner:"acme",name:"shop"){url}}`, `{"repository":{"url":"https://github.example.com/acme/shop"}}`)
	if err := q.server.Close(); err != nil { // an exchange is judged after it was answered
		t.Error(err)
	}
	if q.recorder.Seen() == 0 {
		t.Error("no exchange was held to the schema")
	}
}

// unheard asks a question in a world of the same making that nobody listens to.
func (q *questions) unheard(query string) graphqlAnswer {
	q.t.Helper()
	c := &clock{now: noon}
	w := simulator.New(simulator.Options{Seed: 1, Now: c.Now, Start: noon.Add(-48 * time.Hour)})
	shop(w)
	s, err := w.Serve()
	if err != nil {
		q.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	return (&questions{World: w, t: q.t, server: s, clock: c, token: "ghp_test"}).ask(query, nil)
}
