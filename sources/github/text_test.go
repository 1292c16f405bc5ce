package github

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"gonogo/model"
)

func TestPullRequestsAreReadFromMessages(t *testing.T) {
	const page = "https://github.com/acme/api/compare/a...b"
	for _, c := range []struct {
		name, message string
		number        int
		title         string
	}{
		{"a merge", "Merge pull request #12 from mona/topic\n\nMake it fast", 12, "Make it fast"},
		{"a merge with Windows line ends", "Merge pull request #12 from mona/topic\r\n\r\nMake it fast", 12, "Make it fast"},
		{"a merge without a title", "Merge pull request #12 from mona/topic", 12, "the commit's title"},
		{"a squash", "Make it fast (#345)\n\n* one\n* two (#7)", 345, "Make it fast"},
		{"a squash of a revert", `Revert "Make it fast (#345)" (#346)`, 346, `Revert "Make it fast (#345)"`},
		{"a plain commit", "Make it fast", 0, ""},
		{"an issue in the midst", "Fix (#3) at last", 0, ""},
		{"only a number", "(#3)", 0, ""},
		{"no number", "Fix (#)", 0, ""},
		{"too large a number", "Fix (#99999999999999)", 0, ""},
		{"not a pull request", "Merge pull request #x from y", 0, ""},
		{"not from anywhere", "Merge pull request #5", 0, ""},
		{"hostile", "\x1b[31mred (#8)", 8, "␛[31mred"},
		{"nothing", "", 0, ""},
	} {
		pr, ok := pullRequest(model.Commit{Title: "the commit's title", Author: "mona"}, c.message, page)
		if ok != (c.number > 0) || ok && (pr.Number != c.number || string(pr.Title) != c.title || pr.Author != "mona" || pr.URL == "") {
			t.Errorf("%s: %+v, %t", c.name, pr, ok)
		}
	}
}

func TestRunsAreReadFromLinks(t *testing.T) {
	for link, want := range map[string]int64{
		"https://github.com/acme/api/actions/runs/123":                     123,
		"https://ghe.acme.dev/acme/api/actions/runs/123/job/456":           123,
		"https://github.com/acme/api/actions/runs/17000000023?pr=1#step:2": 17000000023,
		"https://github.com/acme/api/actions/runs/":                        0,
		"https://github.com/acme/api/actions/runs/-1":                      0,
		"https://github.com/acme/api/actions/runs/12x":                     0,
		"https://jenkins.acme.dev/job/1":                                   0,
		"":                                                                 0,
	} {
		if got := runOf(link); got != want {
			t.Errorf("%q is run %d, want %d", link, got, want)
		}
	}
}

func TestOnlyWebLinksAreKept(t *testing.T) {
	for raw, want := range map[string]string{
		"https://github.com/acme/api":       "https://github.com/acme/api",
		"http://build.acme.dev:8080/a?b=c":  "http://build.acme.dev:8080/a?b=c",
		"https://user:secret@build.acme.ev": "https://build.acme.ev",
		"javascript:alert(1)":               "",
		"file:///etc/passwd":                "",
		"https://":                          "",
		"/relative":                         "",
		"https://a/\x1b]8;;":                "",
		"https://a/\u202e":                  "https://a/%E2%80%AE",
		"https://\u202e.dev/":               "https://%E2%80%AE.dev/",
		"https://a b/":                      "",
	} {
		if got := cleanURL(raw); got != want {
			t.Errorf("%q becomes %q, want %q", raw, got, want)
		}
	}
}

func TestPayloadsAreJSONOrText(t *testing.T) {
	for raw, want := range map[string]string{
		`{"version": "v1"}`:          `{"version": "v1"}`,
		`"{\"version\": \"v1\"}"`:    `{"version": "v1"}`,
		`"v1.2.3"`:                   `v1.2.3`,
		`""`:                         "",
		`{}`:                         "",
		`null`:                       "",
		``:                           "",
		"{\"a\":\n1}":                "{\"a\":\n1}",
		"\"\\u001b[31m\"":            "␛[31m",
		`"` + "\\u202e" + `evil"`:    "⟨U+202E⟩evil",
		`{"key":"` + "\u202e" + `"}`: `{"key":"⟨U+202E⟩"}`,
	} {
		if got := payload(json.RawMessage(raw)); got != want {
			t.Errorf("%s becomes %q, want %q", raw, got, want)
		}
	}
}

func TestMovesAreLearntFromPermanentRedirectsOnly(t *testing.T) {
	from := func(status int, to string) *http.Response {
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		return &http.Response{Request: &http.Request{URL: u, Response: &http.Response{StatusCode: status}}}
	}
	m := newMoves()
	m.learn("repos/acme/api/tags", from(302, "https://api.github.com/repositories/7/tags"))
	m.learn("repos/acme/web/tags", from(301, "https://api.github.com/repos/acme/site/tags"))
	m.learn("user", from(301, "https://api.github.com/repositories/7"))
	if len(m.to) != 0 {
		t.Errorf("learnt %v", m.to)
	}
	m.learn("repos/Acme/API/tags?per_page=1", from(301, "https://ghe.acme.dev/api/v3/repositories/7/tags?per_page=1"))
	for path, want := range map[string]string{
		"repos/acme/api/tags?per_page=1": "repositories/7/tags?per_page=1",
		"repos/acme/api":                 "repos/acme/api", // it is asked by its name
		"repos/acme/apis/tags":           "repos/acme/apis/tags",
		"user":                           "user",
	} {
		if got := m.rewrite(path); got != want {
			t.Errorf("%s goes to %s, want %s", path, got, want)
		}
	}
	m.learn("repos/acme/api", &http.Response{Request: &http.Request{URL: &url.URL{}}}) // answered under its own name again
	if got := m.rewrite("repos/acme/api/tags"); got != "repos/acme/api/tags" {
		t.Errorf("another repository has taken the name, but %s is asked", got)
	}
}

func TestRootsOfHosts(t *testing.T) {
	for host, want := range map[string]string{
		"":                  "https://api.github.com/",
		"github.com":        "https://api.github.com/",
		"GitHub.com":        "https://api.github.com/",
		"acme.ghe.com":      "https://api.acme.ghe.com/",
		"ghe.acme.dev:8443": "https://ghe.acme.dev:8443/api/v3/",
	} {
		u, err := rootOf(host, "")
		if err != nil || u.String() != want {
			t.Errorf("%q has its root at %v, want %s (%v)", host, u, want, err)
		}
	}
}
