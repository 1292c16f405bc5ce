package contract_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
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

// TestTheRealGitHub runs every reader against a real repository, read-only, and
// reports each answer that GitHub's description or our types don't expect:
//
//	GONOGO_LIVE=[HOST/]OWNER/REPO go test -run TheRealGitHub -v ./sources/contract
//
// The token is the one that gonogo would use: GH_TOKEN, or gh's own.
func TestTheRealGitHub(t *testing.T) {
	name := os.Getenv("GONOGO_LIVE")
	if name == "" {
		t.Skip("set GONOGO_LIVE=[HOST/]OWNER/REPO to ask the real GitHub")
	}
	parts := strings.Split(name, "/")
	if len(parts) == 2 {
		parts = append([]string{"github.com"}, parts...)
	}
	if len(parts) != 3 {
		t.Fatalf("GONOGO_LIVE=%s is no [HOST/]OWNER/REPO", name)
	}
	repo := model.Repo{Host: strings.ToLower(parts[0]), Owner: parts[1], Name: parts[2]}
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	finder := token.Finder{Getenv: os.Getenv, Home: home, Hosts: []string{repo.Host}, Gh: token.LookGh(os.Getenv)}
	secret, err := finder.For(t.Context(), repo.Host)
	if err != nil {
		t.Fatal(err)
	}
	edition, root := contract.Enterprise, "https://"+repo.Host+"/api/v3/"
	if repo.Host == "github.com" {
		edition, root = contract.GitHubCom, "https://api.github.com/"
	} else if strings.HasSuffix(repo.Host, ".ghe.com") {
		edition, root = contract.GitHubCom, "https://api."+repo.Host+"/"
	}
	s := newSurvey(t, github.Options{Host: repo.Host, Token: secret}, edition, root, repo)
	s.everything(t.Context())
	t.Logf("%d exchanges were judged; GitHub charged %d requests", s.recorder.Seen(), s.client.Budget().Charged)
	for _, surprise := range s.surprises {
		t.Error(surprise)
	}
}

// The same survey of the simulated GitHub keeps the survey itself honest.
func TestTheSimulatedGitHubSurprisesNobody(t *testing.T) {
	for _, edition := range []struct {
		name, host string
		plays      simulator.Edition
		contract   contract.Edition
	}{
		{"github.com", "github.com", simulator.GitHubCom, contract.GitHubCom},
		{"Enterprise Server", "github.example.com", simulator.EnterpriseServer319, contract.Enterprise},
	} {
		t.Run(edition.name, func(t *testing.T) {
			at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
			clocks := clock.NewDriven(at)
			world, _ := simulator.Demo(simulator.Options{Seed: 1, Now: clocks.Now, Edition: edition.plays})
			server, err := world.Serve()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = server.Close() }()
			root, err := url.Parse(server.URL())
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"payments", "api"} {
				o := github.Options{Host: edition.host, Root: root, Token: token.New(edition.host, "ghp_test", "test"), Clock: clocks}
				s := newSurvey(t, o, edition.contract, server.URL(), model.Repo{Host: edition.host, Owner: "acme", Name: name})
				s.everything(t.Context())
				if s.recorder.Seen() < 15 {
					t.Errorf("only %d exchanges were judged", s.recorder.Seen())
				}
				for _, surprise := range s.surprises {
					t.Errorf("acme/%s: %s", name, surprise)
				}
			}
		})
	}
}

// survey reads everything there is of one repository, and notes what surprises.
type survey struct {
	t         *testing.T
	client    *github.Client
	recorder  *contract.Recorder
	repo      model.Repo
	surprises []string
}

func newSurvey(t *testing.T, o github.Options, e contract.Edition, root string, repo model.Repo) *survey {
	t.Helper()
	u, err := url.Parse(root)
	if err != nil {
		t.Fatal(err)
	}
	recorder := contract.NewRecorder(t, e)
	base := http.DefaultTransport.(*http.Transport).Clone()
	o.Transport = recorder.Transport(readOnly{base}, u)
	client, err := github.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); base.CloseIdleConnections() })
	return &survey{t: t, client: client, recorder: recorder, repo: repo}
}

// readOnly lets nothing through that could change anything.
type readOnly struct{ base http.RoundTripper }

var errWrite = errors.New("a survey reads only")

func (r readOnly) RoundTrip(req *http.Request) (*http.Response, error) {
	asksGraphQL := req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/graphql")
	if req.Method != http.MethodGet && !asksGraphQL {
		return nil, fmt.Errorf("%s %s: %w", req.Method, req.URL.Path, errWrite)
	}
	return r.base.RoundTrip(req)
}

// missed notes an error of a reader. What the token may not read, or what isn't
// there, is no surprise, but worth a line.
func (s *survey) missed(what string, err error) bool {
	switch github.KindOf(err) {
	case model.NoProblem:
		if err == nil {
			return false
		}
	case model.ProblemForbidden, model.ProblemMissing, model.ProblemToken, model.ProblemLimit:
		s.t.Logf("%s: not read: %v", what, err)
		return true
	}
	s.surprise("%s: %v", what, err)
	return true
}

func (s *survey) surprise(format string, a ...any) {
	s.surprises = append(s.surprises, fmt.Sprintf(format, a...))
}

func (s *survey) everything(ctx context.Context) {
	c, repo := s.client, s.repo
	if viewer, err := c.Viewer(ctx, nil); !s.missed("viewer", err) && viewer.Value == "" {
		s.surprise("the token's owner has no login")
	}
	about, err := c.Repository(ctx, repo, nil)
	if s.missed("repository", err) {
		return
	}
	branch, err := c.Branch(ctx, repo, about.Value.DefaultBranch, nil)
	if !s.missed("branch", err) {
		s.commit(ctx, branch.Value.Head.SHA)
	}
	releases, err := c.Releases(ctx, repo, "", nil)
	if !s.missed("releases", err) {
		s.releases(ctx, releases.Value)
	}
	s.runs(ctx)
	protections, err := c.Environments(ctx, repo, nil, nil)
	s.missed("environments", err)
	var environments []string
	for _, p := range protections.Value {
		environments = append(environments, p.Environment)
	}
	deployments := s.deployments(ctx, environments)
	s.overview(ctx, environments, deployments, branch.Value.Head.SHA)
}

func (s *survey) commit(ctx context.Context, sha model.SHA) {
	_, err := s.client.Commit(ctx, s.repo, sha, nil)
	s.missed("commit", err)
	checks, err := s.client.CommitChecks(ctx, s.repo, sha, nil, nil)
	s.missed("checks", err)
	for _, k := range checks.Value {
		s.status("check "+k.Name, k.Status, k.Conclusion)
	}
	runs, err := s.client.CommitRuns(ctx, s.repo, sha, nil)
	s.missed("runs of a commit", err)
	for _, r := range runs.Value {
		if r.SHA != sha {
			s.surprise("run %d is of %s, asked for %s", r.ID, r.SHA, sha)
		}
	}
}

func (s *survey) releases(ctx context.Context, list []model.Release) {
	withSHA := slices.DeleteFunc(slices.Clone(list), func(r model.Release) bool { return r.SHA == "" })
	if len(withSHA) > 1 {
		_, err := s.client.Comparison(ctx, s.repo, withSHA[1].SHA, withSHA[0].SHA, 1, nil)
		s.missed("comparison", err)
	}
}

func (s *survey) runs(ctx context.Context) {
	runs, err := s.client.Runs(ctx, s.repo, nil)
	if s.missed("runs", err) {
		return
	}
	for i, r := range runs.Value {
		s.status(fmt.Sprintf("run %d", r.ID), r.Status, r.Conclusion)
		if i > 0 && runs.Value[i-1].CreatedAt.Before(r.CreatedAt) {
			s.surprise("run %d is newer than the one before it", r.ID)
		}
		if r.Status == model.StatusWaiting {
			_, err := s.client.Pending(ctx, s.repo, r.ID, nil)
			s.missed("pending deployments", err)
		}
	}
	if len(runs.Value) == 0 {
		return
	}
	newest := runs.Value[0]
	jobs, err := s.client.Jobs(ctx, s.repo, newest.ID, 0, nil)
	s.missed("jobs", err)
	for _, j := range jobs.Value {
		s.status("job "+string(j.Name), j.Status, j.Conclusion)
		for _, step := range j.Steps {
			s.status("step "+string(step.Name), step.Status, step.Conclusion)
		}
	}
	s.artifacts(ctx)
	_, err = s.client.RunHistory(ctx, s.repo, newest.File(), 1, nil)
	s.missed("history of runs", err)
	again, err := s.client.Runs(ctx, s.repo, runs.Validators)
	if !s.missed("runs, again", err) {
		s.t.Logf("asked again, the runs were unchanged: %t", again.Unchanged)
	}
}

// artifacts reads what runs have left behind, and downloads a small one.
func (s *survey) artifacts(ctx context.Context) {
	all, err := s.client.Artifacts(ctx, s.repo, nil)
	if s.missed("artifacts", err) {
		return
	}
	for _, a := range all.Value {
		if a.Run == 0 || a.SHA == "" || a.CreatedAt.IsZero() {
			s.surprise("artifact %d is of no run, or of no time: %+v", a.ID, a)
		}
	}
	if i := slices.IndexFunc(all.Value, func(a github.Artifact) bool { return !a.Expired && a.Size < 5<<20 }); i >= 0 {
		small := all.Value[i]
		ofRun, err := s.client.RunArtifacts(ctx, s.repo, small.Run, nil)
		s.missed("artifacts of a run", err)
		if !slices.ContainsFunc(ofRun.Value, func(a github.Artifact) bool { return a.ID == small.ID }) {
			s.surprise("artifact %d is not among those of its run %d", small.ID, small.Run)
		}
		n, err := s.client.SaveArtifact(ctx, s.repo, small, io.Discard)
		if !s.missed("download of an artifact", err) && n != small.Size {
			s.t.Logf("artifact %d has %d bytes, and the list says %d", small.ID, n, small.Size)
		}
	}
}

func (s *survey) deployments(ctx context.Context, environments []string) []model.Deployment {
	list, err := s.client.Deployments(ctx, s.repo, github.DeploymentsWanted{Environments: environments}, nil)
	if s.missed("deployments", err) {
		return nil
	}
	for _, d := range list.Value {
		for _, status := range d.Statuses {
			s.state(d.ID, status.State)
		}
	}
	if len(environments) > 0 {
		_, err := s.client.DeploymentHistory(ctx, s.repo, environments[0], 1, nil)
		s.missed("history of deployments", err)
	}
	return list.Value
}

// overview reads the same over GraphQL and compares.
func (s *survey) overview(ctx context.Context, environments []string, deployments []model.Deployment, head model.SHA) {
	all, err := s.client.Overview(ctx, []github.Wanted{{Repo: s.repo, Environments: environments}})
	if s.missed("overview", err) {
		return
	}
	o := all[s.repo]
	for signal, p := range o.Problems {
		s.missed("overview of "+string(signal), p)
	}
	if b, ok := o.Branches[""]; ok && b.Head.SHA != head {
		s.surprise("GraphQL says that the head is %s, REST says %s", b.Head.SHA, head)
	}
	byREST := map[int64]model.Deployment{}
	for _, d := range deployments {
		byREST[d.ID] = d
	}
	for _, d := range o.Deployments {
		s.state(d.ID, d.State())
		same, known := byREST[d.ID]
		if known && (same.SHA != d.SHA || same.Environment != d.Environment || same.StatusesRead && d.StatusesRead && !same.FirstSuccess().Equal(d.FirstSuccess())) {
			s.surprise("deployment %d differs: GraphQL %+v, REST %+v", d.ID, d, same)
		}
		if !known && len(deployments) < 100 {
			s.surprise("deployment %d is known to GraphQL alone", d.ID)
		}
	}
	if head == "" {
		return
	}
	_, err = s.client.OverviewChecks(ctx, []github.CommitWanted{{Repo: s.repo, SHA: head}})
	s.missed("overview of checks", err)
}

func (s *survey) status(of string, status model.RunStatus, conclusion model.Conclusion) {
	switch status {
	case model.StatusRequested, model.StatusQueued, model.StatusPending, model.StatusWaiting, model.StatusInProgress, model.StatusCompleted:
	default:
		s.surprise("%s has status %q, which is new to us", of, status)
	}
	switch conclusion {
	case "", model.Success, model.Failure, model.Neutral, model.Cancelled, model.Skipped, model.TimedOut, model.ActionRequired, model.Stale, model.StartupFailure:
	default:
		s.surprise("%s has conclusion %q, which is new to us", of, conclusion)
	}
	if (status == model.StatusCompleted) != (conclusion != "") {
		s.surprise("%s is %s, but its conclusion is %q", of, status, conclusion)
	}
}

func (s *survey) state(deployment int64, state model.DeploymentState) {
	switch state {
	case model.DeploymentQueued, model.DeploymentPending, model.DeploymentWaiting, model.DeploymentInProgress, model.DeploymentSuccess,
		model.DeploymentFailure, model.DeploymentError, model.DeploymentInactive, model.DeploymentAbandoned, model.DeploymentDestroyed:
	default:
		s.surprise("deployment %d has state %q, which is new to us", deployment, state)
	}
}
