package github_test

import (
	"net/http"
	"strings"
	"testing"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

// What a repository and a classic token's scopes say of its rights is told; of other tokens nothing is.
func TestWhatATokenMayNotWriteAtAll(t *testing.T) {
	scopes := func(all ...string) *simulator.Access { return &simulator.Access{User: "mona", Scopes: all} }
	mine := model.Repository{CanWrite: true}
	for _, c := range []struct {
		name   string
		access *simulator.Access
		repo   model.Repository
		role   bool
		says   string
	}{
		{"all rights", scopes("repo"), mine, true, ""},
		{"no scope", scopes(), mine, true, "the token lacks the scope repo and may not write to acme/api: it has none"},
		{"other scopes", scopes("read:org", "gist"), mine, true, "it has read:org, gist alone"},
		{"public repositories alone", scopes("public_repo"), mine, true, ""},
		{"public repositories alone, and this one is private", scopes("public_repo"), model.Repository{CanWrite: true, Private: true}, true, "lacks the scope repo"},
		{"deployments alone", scopes("repo_deployment"), mine, true, ""},
		{"who may only read", scopes("repo"), model.Repository{}, true, "whose token it is may not push to acme/api; ask who administers it for the role Write"},
		{"a role that nobody has told", scopes("repo"), model.Repository{}, false, ""},
		{"archived", scopes("repo"), model.Repository{CanWrite: true, Archived: true}, true, "acme/api is archived: nobody can write there"},
		{"a fine-grained token", &simulator.Access{User: "mona", Permissions: map[string]string{}}, model.Repository{}, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w); w.Token("other", *c.access) })
			client := s.connect("other", nil)
			if why := client.Forbids(api, mine, true); why != "" {
				t.Errorf("before it has answered: %q", why)
			}
			if _, err := client.Viewer(background(), nil); err != nil {
				t.Fatal(err)
			}
			if why := client.Forbids(api, c.repo, c.role); !strings.Contains(why, c.says) || c.says == "" && why != "" {
				t.Errorf("it says %q, want %q", why, c.says)
			}
		})
	}
}

// A write that GitHub refuses for want of a permission is told, and one that it does; what is refused otherwise tells nothing.
func TestWhatAWriteTellsOfThePermission(t *testing.T) {
	var told []github.Wrote
	s := open(t, simulator.Options{}, func(w *simulator.World) {
		buildShop(w)
		w.Token("fine", simulator.Access{User: "mona", Permissions: map[string]string{"actions": "write", "contents": "read", "deployments": "read"}})
	})
	client := s.connect("fine", func(o *github.Options) { o.Wrote = func(w github.Wrote) { told = append(told, w) } })
	err := client.CreateRef(background(), api, "refs/gonogo/lock/api/production", strings.Repeat("a", 40))
	if !fated(err, github.Refused, http.StatusForbidden) || len(told) != 1 || told[0].Write != model.WriteContents || told[0].Repo != api ||
		told[0].Refused != "the token lacks the permission Contents: write in acme/api" {
		t.Errorf("%v; it told %+v", err, told)
	}
	told = nil
	if _, err := client.Dispatch(background(), api, "deploy.yml", "v1.1.0", map[string]string{"environment": "staging"}, true); err != nil || len(told) != 1 || told[0].Write != model.WriteActions || told[0].Refused != "" {
		t.Errorf("%v; it told %+v", err, told)
	}
	told = nil
	if _, err := client.Dispatch(background(), api, "deploy.yml", "v9", map[string]string{"environment": "staging"}, true); err == nil || len(told) > 0 {
		t.Errorf("%v; it told %+v", err, told)
	}
}
