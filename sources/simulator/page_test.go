package simulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// rels are the pages that a Link header names.
func rels(link string) string {
	var words []string
	for _, part := range strings.Split(link, ", ") {
		address, rel, ok := strings.Cut(part, `>; rel="`)
		if !ok {
			continue
		}
		u, err := url.Parse(strings.TrimPrefix(address, "<"))
		if err != nil {
			return err.Error()
		}
		words = append(words, strings.TrimSuffix(rel, `"`)+"="+u.Query().Get("page"))
	}
	return strings.Join(words, " ")
}

func TestPages(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	for range 65 {
		api.Push(simulator.Change{})
	}
	for query, want := range map[string]string{
		"":                   "30: next=2 last=3",
		"page=2":             "30: prev=1 next=3 last=3 first=1",
		"page=3":             "5: prev=2 first=1",
		"page=9":             "0: prev=3 first=1",
		"per_page=100":       "65: ",
		"per_page=1000":      "65: ",
		"per_page=0":         "30: next=2 last=3",
		"per_page=x":         "30: next=2 last=3",
		"per_page=64":        "64: next=2 last=2",
		"per_page=64&page=2": "1: prev=1 first=1",
	} {
		r := s.get("/repos/acme/api/commits?" + query)
		if got := fmt.Sprintf("%d: %s", strings.Count(r.body, `"comments_url"`), rels(r.Header.Get("Link"))); got != want {
			t.Errorf("%q answers %s, not %s", query, got, want)
		}
	}
	r := s.get("/repos/acme/api/commits?per_page=10&sha=main")
	next := fmt.Sprintf("<%srepositories/%d/commits?page=2&per_page=10&sha=main>; rel=\"next\"", s.Server.URL(), api.ID)
	if !strings.HasPrefix(r.Header.Get("Link"), next) {
		t.Errorf("Link: %s", r.Header.Get("Link"))
	}
	if r := s.get(strings.TrimSuffix(strings.TrimPrefix(strings.Split(next, ">")[0], "<"), ">")); r.StatusCode != http.StatusOK {
		t.Errorf("the next page answers %s", r.Status)
	}
}

func TestAFilteredListOfRunsEndsAtAThousand(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml"})
	api.Push(simulator.Change{})
	for range 1100 {
		api.Run(simulator.RunOf{Workflow: "ci.yml", Conclusion: simulator.Success})
	}
	for query, want := range map[string]string{
		"per_page=100&page=11":                       "100 of 1100, prev=10 first=1",
		"per_page=100&page=10&status=success":        "100 of 1100, prev=9 first=1",
		"per_page=100&page=11&status=success":        "0 of 1100, prev=10 first=1",
		"per_page=1&page=1000&created=*..2027-01-01": "1 of 1100, prev=999 first=1",
	} {
		address := "/repos/acme/api/actions/runs?" + query
		list := read[runs](s, address)
		if got := fmt.Sprintf("%d of %d, %s", len(list.Runs), list.Total, rels(s.get(address).Header.Get("Link"))); got != want {
			t.Errorf("%q answers %s, not %s", query, got, want)
		}
	}
}

type comparison struct {
	Status  string
	Ahead   int                  `json:"ahead_by"`
	Behind  int                  `json:"behind_by"`
	Total   int                  `json:"total_commits"`
	Base    struct{ SHA string } `json:"merge_base_commit"`
	Commits []struct {
		SHA    string
		Commit struct{ Message string }
	}
	Files []struct {
		Filename, Status     string
		Additions, Deletions int
		Patch                string
	}
}

func TestComparisons(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	root := api.Push(simulator.Change{Message: "root", Files: map[string]string{"a": "1\n2\n3\n", "b": "b\n", "c": "c\n"}})
	api.Branch("topic", root.SHA)
	api.Push(simulator.Change{Branch: "topic", Message: "t1", Files: map[string]string{"a": "1\ntwo\n3\n4\n"}})
	api.Push(simulator.Change{Branch: "topic", Message: "t2", Removed: []string{"b"}, Files: map[string]string{"d": "d\n"}})
	api.Push(simulator.Change{Message: "m1", Files: map[string]string{"c": "C\n"}})
	describe := func(c comparison) string {
		var commits, files []string
		for _, k := range c.Commits {
			commits = append(commits, k.Commit.Message)
		}
		for _, f := range c.Files {
			files = append(files, fmt.Sprintf("%s %s +%d-%d", f.Filename, f.Status, f.Additions, f.Deletions))
		}
		return fmt.Sprintf("%s %d/%d %d [%s] [%s]", c.Status, c.Ahead, c.Behind, c.Total, strings.Join(commits, " "), strings.Join(files, ", "))
	}
	for basehead, want := range map[string]string{
		"main...topic":             "diverged 2/1 2 [t1 t2] [a modified +2-1, b removed +0-1, d added +1-0]",
		"topic...main":             "diverged 1/2 1 [m1] [c modified +1-1]",
		root.SHA + "...topic":      "ahead 2/0 2 [t1 t2] [a modified +2-1, b removed +0-1, d added +1-0]",
		"topic..." + root.SHA[:10]: "behind 0/2 0 [] []",
		"main...main":              "identical 0/0 0 [] []",
		"acme:main...acme:topic":   "diverged 2/1 2 [t1 t2] [a modified +2-1, b removed +0-1, d added +1-0]",
	} {
		c := read[comparison](s, "/repos/acme/api/compare/"+basehead)
		if got := describe(c); got != want || strings.Contains(got, "diverged") && c.Base.SHA != root.SHA {
			t.Errorf("%s is %s from %s, not %s", basehead, got, c.Base.SHA, want)
		}
	}
	for _, basehead := range []string{"main...none", "main", "main..topic"} {
		if r := s.get("/repos/acme/api/compare/" + basehead); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %s", basehead, r.Status)
		}
	}
}

func TestTheBoundsOfAComparison(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	first := api.Push(simulator.Change{})
	many := map[string]string{}
	for i := range 400 {
		many[fmt.Sprintf("f%03d", i)] = "x"
	}
	api.Push(simulator.Change{Files: many})
	for i := range 500 {
		api.Push(simulator.Change{Message: fmt.Sprint("c", i)})
	}
	for query, want := range map[string]string{
		"": "250 from c250 to c499 of 501, 300 files, ", "?page=1": "250 from Change 2 to c248 of 501, 300 files, next=2 last=3",
		"?page=3": "1 from c499 to c499 of 501, 0 files, prev=2 first=1", "?page=2&per_page=100": "100 from c99 to c198 of 501, 0 files, prev=1 next=3 last=6 first=1",
	} {
		address := "/repos/acme/api/compare/" + first.SHA + "...main" + query
		c := read[comparison](s, address)
		got := fmt.Sprintf("%d from %s to %s of %d, %d files, %s", len(c.Commits), c.Commits[0].Commit.Message, c.Commits[len(c.Commits)-1].Commit.Message, c.Total, len(c.Files), rels(s.get(address).Header.Get("Link")))
		if got != want {
			t.Errorf("%q answers %s, not %s", query, got, want)
		}
	}
}

func TestHistory(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Push(simulator.Change{Message: "one", By: "mona", Files: map[string]string{"docs/a.md": "a"}})
	s.pass(time.Hour)
	pr := api.Pull(simulator.Proposal{Title: "two", By: "hubot", Files: map[string]string{"main.go": "m"}})
	s.pass(time.Hour)
	merged := pr.Merge("mona")
	s.pass(time.Hour)
	api.Push(simulator.Change{Message: "three", By: "mona", Files: map[string]string{"docs/b.md": "b"}})
	titles := func(query string) string {
		var words []string
		for _, c := range read[[]struct{ Commit struct{ Message string } }](s, "/repos/acme/api/commits?"+query) {
			words = append(words, c.Commit.Message)
		}
		return strings.Join(words, ", ")
	}
	for query, want := range map[string]string{
		"": "three, two (#1), one", "path=docs": "three, one", "path=docs/a.md": "one", "author=mona": "three, one",
		"since=2026-03-02T13:30:00Z": "three, two (#1)", "until=2026-03-02T13:30:00Z": "one", "sha=" + merged.SHA: "two (#1), one", "sha=change-1": "two, one",
	} {
		if got := titles(query); got != want {
			t.Errorf("%q lists %s, not %s", query, got, want)
		}
	}
	pulls := read[[]struct {
		Number   int
		Title    string
		MergedAt *string `json:"merged_at"`
		User     struct{ Login string }
	}](s, "/repos/acme/api/commits/"+merged.SHA+"/pulls")
	if len(pulls) != 1 || pulls[0].Number != 1 || pulls[0].Title != "two" || pulls[0].MergedAt == nil || pulls[0].User.Login != "hubot" {
		t.Errorf("pull requests: %+v", pulls)
	}
	for _, media := range []string{"application/vnd.github.sha", "application/vnd.github.v3.sha"} {
		if r := s.get("/repos/acme/api/commits/change-1", "Accept", media); r.body != pr.Head.SHA {
			t.Errorf("the hash alone is %q", r.body)
		}
	}
	file := read[struct{ Content, Encoding string }](s, "/repos/acme/api/contents/main.go?ref=change-1")
	if file.Encoding != "base64" || strings.TrimSpace(file.Content) != "bQ==" {
		t.Errorf("contents: %+v", file)
	}
	if r := s.get("/repos/acme/api/contents/docs/b.md?ref=" + merged.SHA); r.StatusCode != http.StatusNotFound {
		t.Errorf("a file before its time: %s", r.Status)
	}
}
