package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
)

func releaseRoutes() []*route {
	return []*route{
		get("releases", "contents", (*call).listReleases),
		get("releases/latest", "contents", (*call).showLatest),
		get("releases/tags/{tag...}", "contents", (*call).showReleaseByTag),
		get("releases/assets/{id}", "contents", (*call).showAsset),
		get("releases/{id}", "contents", (*call).showRelease),
		get("releases/{id}/assets", "contents", (*call).listAssets),
	}
}

// seesDrafts: drafts show to those who may push (REST docs, "List releases").
func (c *call) seesDrafts() bool {
	return c.token.user != nil && (!c.token.fineGrained() || c.token.Permissions["contents"] == "write")
}

func (c *call) releases() []*Release {
	var visible []*Release
	for _, l := range newestFirst(c.repo.releases) {
		if !l.draft || c.seesDrafts() {
			visible = append(visible, l)
		}
	}
	return visible
}

func (c *call) listReleases() answer { return list(c, c.releases(), (*Release).show) }

func (c *call) showLatest() answer {
	if l := c.repo.latest(); l != nil {
		return found(l.show())
	}
	return missing()
}

func (c *call) showReleaseByTag() answer {
	for _, l := range newestFirst(c.repo.releases) {
		if l.TagName == c.args["tag"] && !l.draft {
			return found(l.show())
		}
	}
	return missing()
}

func (c *call) release() *Release {
	for _, l := range c.releases() {
		if l.ID == c.number("id") {
			return l
		}
	}
	return nil
}

func (c *call) showRelease() answer {
	if l := c.release(); l != nil {
		return found(l.show())
	}
	return missing()
}

func (c *call) listAssets() answer {
	l := c.release()
	if l == nil {
		return missing()
	}
	return list(c, l.assets, func(a *Asset) any { return l.showAsset(a) })
}

// showAsset answers what is known of an asset, or sends whoever wants the bytes
// to the storage host (REST docs, "Get a release asset").
func (c *call) showAsset() answer {
	for _, l := range c.releases() {
		for _, a := range l.assets {
			if a.ID != c.number("id") {
				continue
			}
			if c.http.Header.Get("Accept") == "application/octet-stream" {
				return c.world.sign(a.Name, "application/octet-stream", func() []byte { return []byte(a.Content) })
			}
			return found(l.showAsset(a))
		}
	}
	return failure(http.StatusNotFound, "Not Found")
}

func (l *Release) show() any {
	r := l.repo
	api, tag := r.url("/releases/"+itoa(l.ID)), escapePath(l.TagName)
	o := object{
		"url": api, "html_url": r.page("/releases/tag/" + tag), "assets_url": api + "/assets",
		"upload_url": api + "/assets{?name,label}", "id": l.ID, "node_id": nodeID("RE", l.ID), "tag_name": l.TagName,
		"target_commitish": r.defaultBranch, "name": orNull(l.name), "body": l.body, "draft": l.draft, "prerelease": l.prerelease,
		"immutable": false, "created_at": stamp(l.CreatedAt), "published_at": maybe(l.publishedAt), "updated_at": stamp(l.updatedAt),
		"author": l.author.show(), "assets": showAll(l.assets, func(a *Asset) any { return l.showAsset(a) }),
		"tarball_url": r.url("/tarball/" + tag), "zipball_url": r.url("/zipball/" + tag),
	}
	if l.draft { // a draft has neither tag nor archives yet
		o["tarball_url"], o["zipball_url"] = nil, nil
		o["html_url"] = r.page("/releases/tag/untagged-" + r.hash("draft", itoa(l.ID))[:20])
	}
	return o
}

func (l *Release) showAsset(a *Asset) object {
	sum := sha256.Sum256([]byte(a.Content))
	return object{
		"url": l.repo.url("/releases/assets/" + itoa(a.ID)), "id": a.ID, "node_id": nodeID("RA", a.ID), "name": a.Name, "label": nil,
		"state": "uploaded", "content_type": "application/octet-stream", "size": len(a.Content), "digest": "sha256:" + hex.EncodeToString(sum[:]),
		"download_count": 0, "created_at": stamp(a.CreatedAt), "updated_at": stamp(a.CreatedAt), "uploader": a.uploader.show(),
		"browser_download_url": l.repo.page("/releases/download/" + escapePath(l.TagName) + "/" + escape(a.Name)),
	}
}
