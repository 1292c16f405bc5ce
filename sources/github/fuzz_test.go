package github_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/github"
)

// FuzzAnswers gives every reader any bytes for an answer: it neither panics nor hands on text that a terminal would obey.
func FuzzAnswers(f *testing.F) {
	sha := strings.Repeat("a", 40)
	for _, seed := range []string{
		`{"workflow_runs":[{"id":5,"head_sha":"` + sha + `","status":"completed","created_at":"2026-03-01T00:00:00Z","display_title":"\u001b[31m"}],"jobs":[{"id":1,"status":"queued","steps":[null]}]}`,
		`[{"id":1,"sha":"` + sha + `","environment":"p\u202e","created_at":"2026-03-01T00:00:00Z","payload":"x","state":"success","tag_name":"v1","name":"v1","commit":{"sha":"` + sha + `"}},null]`,
		`{"environments":[{"name":"p","protection_rules":[{"type":"required_reviewers","reviewers":[{"reviewer":null}]}],"deployment_branch_policy":{"custom_branch_policies":true}}],"branch_policies":[{}]}`,
		`{"full_name":"a/b","default_branch":"main","size":0,"name":"main","sha":"` + sha + `","commit":{"sha":"` + sha + `","commit":{"message":"x (#1)"}},"files":[{"filename":"a\u009b"}],"status":"ahead","ahead_by":1,"behind_by":0,"commits":[null,{}],"login":"x","statuses":[null],"check_runs":[{}]}`,
		`{"data":{"r0":{"nameWithOwner":"a/b","defaultBranchRef":null,"releases":{"nodes":[null]},"refs":{"nodes":[{"name":"v\u001b","target":{"__typename":"Tag","target":null}}]},"d0":{"nodes":[{"databaseId":1,"commitOid":"` + sha + `","environment":"e","createdAt":"2026-03-01T00:00:00Z","statuses":{"nodes":[null]}}]},"environments":{"nodes":[{"name":"e","protectionRules":{"nodes":[{"reviewers":{"nodes":[null]}}]}}]}},"c0":{"object":{"statusCheckRollup":{"contexts":{"nodes":[null]}}}}},"errors":[{"path":[1,"r0"],"message":"\u001b"}]}`,
		`{"data":{"repositoryOwner":{"projectV2":{"title":"\u001b","url":"https://x/\u202e","fields":{"nodes":[{"name":"Sprint","dataType":"ITERATION","configuration":{"iterations":[{"id":"i","title":"\u009b","startDate":"2026-03-01","duration":14}]}}]},"items":{"pageInfo":{"hasNextPage":true,"endCursor":"c"},"nodes":[null,{"id":"a\u001b","iteration":{"iterationId":"i"},"status":{"name":"\u001b"},"points":{"number":1},"content":{"__typename":"Issue","id":"n","title":"\u202e","issueState":"OPEN","repository":{"nameWithOwner":"a/b"}}}]}}},"nodes":[null,{"id":"n","labels":{"nodes":[null,{"name":"\u001b"}]},"assignees":{"nodes":[null]},"closedByPullRequestsReferences":{"nodes":[null,{"number":1,"state":"MERGED","mergeCommit":{"oid":"x"}}]}}]}}`,
		`[{"id":1,"name":"Sprint","data_type":"iteration","configuration":{"iterations":[{"id":"i","title":{"raw":"\u001b"},"start_date":"2026-03-01","duration":14}]},"node_id":"n","content_type":"Issue","content":{"title":"\u202e","html_url":"https://h/a/b/issues/1","labels":["x",{"name":"\u001b"}],"assignees":[null]},"fields":[{"name":"Sprint","value":{"id":"i"}},{"data_type":"linked_pull_requests","value":[null,{}]}],"number":1,"title":"\u001b","state":"open","due_on":"2026-03-01T00:00:00Z","milestone":{"number":1},"labels":[],"pull_request":{}}]`,
		`null`, `[`, ``, `[[]]`, `{"workflow_runs":null}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		base := roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
		})
		c, err := github.New(github.Options{Transport: base, Clock: clock.NewDriven(start), Rand: rand.New(rand.NewPCG(1, 2))})
		if err != nil {
			t.Fatal(err)
		}
		ctx := background()
		sha := model.SHA(sha)
		check(t)(c.Repository(ctx, api, nil))
		check(t)(c.Branch(ctx, api, "main", nil))
		check(t)(c.Viewer(ctx, nil))
		check(t)(c.Releases(ctx, api, "", nil))
		check(t)(c.Environments(ctx, api, []string{"p", "e"}, nil))
		check(t)(c.Runs(ctx, api, nil))
		check(t)(c.Jobs(ctx, api, 1, 0, nil))
		check(t)(c.Pending(ctx, api, 1, nil))
		check(t)(c.CommitChecks(ctx, api, sha, nil, nil))
		check(t)(c.Commit(ctx, api, sha, nil))
		check(t)(c.Comparison(ctx, api, sha, sha, 0, nil))
		check(t)(c.Deployments(ctx, api, github.DeploymentsWanted{}, nil))
		source := model.SprintSource{ProjectOwner: "acme", ProjectNumber: 1, Iteration: "Sprint", Status: "Status", Points: "Estimate"}
		b, err := c.Board(ctx, github.BoardWanted{Source: source}, nil)
		harmless(t, b.Value, err)
		b, err = c.Board(ctx, github.BoardWanted{Source: source, NoGraphQL: true}, nil)
		harmless(t, b.Value, err)
		b, err = c.Milestones(ctx, github.MilestonesWanted{Source: source, Repos: []model.Repo{api}}, nil)
		harmless(t, b.Value, err)
		o, err := c.Overview(ctx, []github.Wanted{{Repo: api, Branches: []string{"main"}, Environments: []string{"e"}}})
		harmless(t, o[api], err)
		releases, _, _ := o[api].ReleasesOf("")
		harmless(t, releases, nil)
		k, err := c.OverviewChecks(ctx, []github.CommitWanted{{Repo: api, SHA: sha}})
		harmless(t, k[github.CommitWanted{Repo: api, SHA: sha}], err)
	})
}

func check(t *testing.T) func(v any, err error) {
	return func(v any, err error) { harmless(t, v, err) }
}

// harmless fails at a control character anywhere in what was read, or in the sentence of a problem.
func harmless(t *testing.T, v any, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, context.Canceled) {
		obeyed(t, err.Error())
	}
	raw, e := json.Marshal(v)
	if e != nil {
		t.Skip("not every time can be written as JSON")
	}
	var decoded any
	if e := json.Unmarshal(raw, &decoded); e != nil {
		t.Fatal(e)
	}
	walk(decoded, func(s string) { obeyed(t, s) })
}

func obeyed(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return r < 0x20 && r != '\n' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
	}) {
		t.Fatalf("a terminal would obey %q", s)
	}
}

func walk(v any, each func(string)) {
	switch v := v.(type) {
	case string:
		each(v)
	case []any:
		for _, one := range v {
			walk(one, each)
		}
	case map[string]any:
		for k, one := range v {
			each(k)
			walk(one, each)
		}
	}
}
