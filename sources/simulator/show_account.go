package simulator

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"strings"
)

// nodeID is the identifier that GraphQL knows a thing by; the prefix tells its kind.
func nodeID(prefix string, id int64) string {
	var b [9]byte
	b[0] = 0xce
	binary.BigEndian.PutUint64(b[1:], uint64(id))
	return prefix + "_" + base64.RawURLEncoding.EncodeToString(b[:])
}

// numberOf reads the number back out of a nodeID; 0 for what is none.
func numberOf(id string) int64 {
	_, text, _ := strings.Cut(id, "_")
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) != 9 || b[0] != 0xce {
		return 0
	}
	return int64(binary.BigEndian.Uint64(b[1:]))
}

// show writes a user as answers embed it (schema simple-user).
func (a *Account) show() json.RawMessage {
	if a.shown == nil {
		a.shown = found(a.simple()).body
	}
	return a.shown
}

func (a *Account) simple() object {
	w := a.world
	kind, api := "User", w.base+"users/"+escape(a.Login)
	switch {
	case a.Organisation:
		kind = "Organization"
	case a.Bot:
		kind = "Bot"
	}
	return object{
		"login": a.Login, "id": a.ID, "node_id": a.node(), "avatar_url": "https://avatars.githubusercontent.com/u/" + itoa(a.ID) + "?v=4",
		"gravatar_id": "", "url": api, "html_url": w.html("%s", escape(a.Login)), "followers_url": api + "/followers",
		"following_url": api + "/following{/other_user}", "gists_url": api + "/gists{/gist_id}",
		"starred_url": api + "/starred{/owner}{/repo}", "subscriptions_url": api + "/subscriptions",
		"organizations_url": api + "/orgs", "repos_url": api + "/repos", "events_url": api + "/events{/privacy}",
		"received_events_url": api + "/received_events", "type": kind, "user_view_type": "public", "site_admin": false,
	}
}

func (a *Account) node() string {
	if a.Organisation {
		return nodeID("O", a.ID)
	}
	return nodeID("U", a.ID)
}

// showUser writes the token's own user (schema private-user).
func (c *call) showUser() answer {
	a := c.token.user
	if a == nil {
		return failure(http.StatusUnauthorized, "Requires authentication")
	}
	o := a.simple()
	for k, v := range (object{
		"name": a.Name, "company": nil, "blog": "", "location": nil, "email": a.Email, "hireable": nil, "bio": nil,
		"twitter_username": nil, "notification_email": a.Email, "public_repos": 2, "public_gists": 0, "followers": 20,
		"following": 0, "created_at": stamp(a.CreatedAt), "updated_at": stamp(a.CreatedAt), "private_gists": 0,
		"total_private_repos": 10, "owned_private_repos": 0, "disk_usage": 0, "collaborators": 0,
		"two_factor_authentication": true, "user_view_type": "private",
		"plan": object{"name": "free", "space": 976562499, "collaborators": 0, "private_repos": 10000},
	}) {
		o[k] = v
	}
	return found(o)
}

// show writes a team as reviewers embed it (schema team).
func (t *Team) show() object {
	w := t.Organisation.world
	api := w.base + "organizations/" + itoa(t.Organisation.ID) + "/team/" + itoa(t.ID)
	return object{
		"id": t.ID, "node_id": nodeID("T", t.ID), "name": t.Name, "slug": t.Slug, "description": nil, "privacy": "closed",
		"notification_setting": "notifications_enabled", "permission": "push", "url": api,
		"html_url":    w.html("orgs/%s/teams/%s", escape(t.Organisation.Login), escape(t.Slug)),
		"members_url": api + "/members{/member}", "repositories_url": api + "/repos", "type": "organization",
		"organization_id": t.Organisation.ID, "parent": nil,
	}
}

// show writes an app (schema integration).
func (a *App) show() object {
	w := a.Owner.world
	return object{
		"id": a.ID, "slug": a.Slug, "node_id": nodeID("A", a.ID), "client_id": "Iv1." + a.Slug, "owner": a.Owner.show(),
		"name": a.Name, "description": a.Name, "external_url": "https://" + escape(a.Slug) + ".example.com",
		"html_url": w.html("apps/%s", escape(a.Slug)), "created_at": stamp(a.CreatedAt), "updated_at": stamp(a.CreatedAt),
		"permissions": object{"checks": "write", "contents": "read", "metadata": "read", "deployments": "write"},
		"events":      []string{"push", "check_suite"},
	}
}
