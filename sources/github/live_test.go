package github_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/contract"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
	"gonogo/sources/token"
)

// TestLive runs every reader against the real GitHub, reads only, and reports each answer that GitHub's description or
// our types don't expect:
//
//	GONOGO_LIVE=owner/repo GH_TOKEN=… go test ./sources/github -run TestLive -v
//
// GONOGO_LIVE may name another host before the owner (ghe.acme.dev/owner/repo, with GONOGO_LIVE_TOKEN).
func TestLive(t *testing.T) {
	target := os.Getenv("GONOGO_LIVE")
	if target == "" {
		t.Skip("set GONOGO_LIVE=owner/repo and GONOGO_LIVE_TOKEN or GH_TOKEN to read from the real GitHub")
	}
	repo := model.Repo{Host: "github.com"}
	parts := strings.Split(target, "/")
	if len(parts) == 3 {
		repo.Host, parts = parts[0], parts[1:]
	}
	if len(parts) != 2 {
		t.Fatalf("GONOGO_LIVE is %q; write owner/repo or host/owner/repo", target)
	}
	repo.Owner, repo.Name = parts[0], parts[1]
	found := os.Getenv("GONOGO_LIVE_TOKEN")
	if found == "" && repo.Host == "github.com" { // GH_TOKEN is for github.com alone
		found = os.Getenv("GH_TOKEN")
	}
	if found == "" {
		t.Fatalf("GONOGO_LIVE is set, but no token for %s: set GONOGO_LIVE_TOKEN (or GH_TOKEN for github.com)", repo.Host)
	}
	edition, root := contract.GitHubCom, "https://api.github.com/"
	if strings.HasSuffix(repo.Host, ".ghe.com") {
		root = "https://api." + repo.Host + "/"
	} else if repo.Host != "github.com" {
		edition, root = contract.Enterprise, "https://"+repo.Host+"/api/v3/"
	}
	u, err := url.Parse(root)
	if err != nil {
		t.Fatal(err)
	}
	recorder := contract.NewRecorder(t, edition)
	plain := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(plain.CloseIdleConnections)
	client := must[*github.Client](t)(github.New(github.Options{
		Host: repo.Host, Token: token.New(repo.Host, found, "the environment"), Clock: clock.Real(), Transport: recorder.Transport(plain, u),
	}))
	survey(t, client, repo)
	t.Logf("%d exchanges were held against GitHub's description; %+v", recorder.Seen(), client.Budget())
}

// TestTheLiveCheckItself keeps the check above from rotting: nobody runs it here.
func TestTheLiveCheckItself(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, _ *shop) {
		survey(t, s.client, api)
		if s.recorder.Seen() < 25 {
			t.Errorf("only %d exchanges", s.recorder.Seen())
		}
	})
	t.Run("with a token that may little", func(t *testing.T) {
		s := open(t, simulator.Options{}, func(w *simulator.World) {
			buildShop(w)
			w.Token(secret, simulator.Access{User: "octocat", Permissions: map[string]string{"contents": "read"}})
		})
		survey(t, s.client, api)
	})
}

// survey reads everything of a repository, twice: the second time nothing, or little, may have changed.
func survey(t *testing.T, c *github.Client, repo model.Repo) {
	t.Helper()
	ctx, cancel := context.WithTimeout(background(), 5*time.Minute)
	defer cancel()
	facts, err := c.Repository(ctx, repo, nil)
	if err != nil {
		t.Fatal(err)
	}
	head, err := c.Branch(ctx, repo, facts.Value.DefaultBranch, nil)
	tell(t, "branch", err)
	runs, err := c.Runs(ctx, repo, nil)
	tell(t, "runs", err)
	protections, err := c.Environments(ctx, repo, nil, nil)
	tell(t, "environments", err)
	var envs []string
	for _, p := range protections.Value {
		if len(envs) < 5 {
			envs = append(envs, p.Environment)
		}
	}
	deployments, err := c.Deployments(ctx, repo, github.DeploymentsWanted{Environments: envs}, nil)
	tell(t, "deployments", err)

	sha, parent, run := head.Value.Head.SHA, head.Value.Head.SHA, int64(0)
	if parents := head.Value.Head.Parents; len(parents) > 0 {
		parent = parents[0]
	}
	if len(runs.Value) > 0 {
		run = runs.Value[0].ID
		_, err = c.RunHistory(ctx, repo, runs.Value[0].File(), 1, nil)
		tell(t, "run history", err)
		_, err = c.Jobs(ctx, repo, run, 1, nil)
		tell(t, "jobs of the first attempt", err)
	}
	for _, d := range deployments.Value[:min(1, len(deployments.Value))] {
		_, err = c.DeploymentStatuses(ctx, repo, d, nil)
		tell(t, "deployment statuses", err)
		_, err = c.DeploymentHistory(ctx, repo, d.Environment, 1, nil)
		tell(t, "deployment history", err)
	}
	for _, r := range readers(c, repo, parent, sha, run, func() []model.Deployment { return deployments.Value }) {
		if run == 0 && (r.name == "jobs" || r.name == "pending") || sha == "" && (r.name == "commit" || r.name == "comparison" || r.name == "checks" || r.name == "runs of a commit") {
			t.Logf("%s: not asked, for there is none", r.name)
			continue
		}
		_, known, err := r.ask(ctx, nil)
		if !tell(t, r.name, err) {
			continue
		}
		unchanged, _, err := r.ask(ctx, known)
		tell(t, r.name+" again", err)
		t.Logf("%s: %d validators, unchanged at once: %t", r.name, len(known), unchanged)
	}
	_, err = c.Overview(ctx, []github.Wanted{{Repo: repo, Branches: []string{facts.Value.DefaultBranch}, Environments: envs}})
	tell(t, "overview", err)
	if sha != "" {
		_, err = c.OverviewChecks(ctx, []github.CommitWanted{{Repo: repo, SHA: sha}})
		tell(t, "checks of several commits", err)
	}
}

// tell reports an error of a reading: what a token may not read is normal, all else is news.
func tell(t *testing.T, what string, err error) bool {
	t.Helper()
	switch kind := github.KindOf(err); kind {
	case model.NoProblem:
		return err == nil
	case model.ProblemForbidden, model.ProblemMissing:
		t.Logf("%s: %v", what, err)
	default:
		t.Errorf("%s: %v", what, err)
	}
	return false
}
