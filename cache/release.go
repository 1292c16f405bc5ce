package cache

import "gonogo/model"

const putRelease = `
INSERT INTO release (service, tag, sha, name, channel, draft, published_at, author, url)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (service, tag, sha) DO UPDATE SET
	name = excluded.name, channel = excluded.channel, draft = excluded.draft,
	published_at = excluded.published_at, author = excluded.author, url = excluded.url`

// PutReleases replaces the service's releases and tags: one that is no longer there was deleted, and one whose tag was
// moved is another.
func (t *Tx) PutReleases(s model.Service, list []model.Release) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	if _, err := t.conn.exec(`DELETE FROM release WHERE service = ?`, id); err != nil {
		return err
	}
	for _, r := range list {
		if _, err := t.conn.exec(putRelease, id, r.Tag, r.SHA, r.Name, r.Channel, r.Draft, r.PublishedAt, r.Author, r.URL); err != nil {
			return err
		}
	}
	return nil
}

// maxReleases is how many of the newest releases Facts holds; those that a deployment carried come on top.
const maxReleases = 60

const newestReleases = `
SELECT tag, sha, name, channel, draft, published_at, author, url
FROM   release INDEXED BY release_newest
WHERE  service = ?
ORDER  BY published_at DESC, tag
LIMIT  ?`

const releasesOfCommit = `
SELECT tag, sha, name, channel, draft, published_at, author, url
FROM   release INDEXED BY release_sha
WHERE  service = ? AND sha = ?
ORDER  BY published_at DESC, tag
LIMIT  5`

func releases(n *conn, service int64) (list []model.Release, err error) {
	list = make([]model.Release, 0, maxReleases)
	err = n.query(newestReleases, func(r *row) { list = append(list, release(r)) }, service, maxReleases)
	return list, err
}

// olderReleases appends the releases of deployed commits that are too old to be among the newest.
func olderReleases(n *conn, service int64, list []model.Release, deployed []model.Deployment) ([]model.Release, error) {
	if len(list) < maxReleases {
		return list, nil
	}
	known := make(map[model.SHA]bool, len(list))
	for _, r := range list {
		known[r.SHA] = true
	}
	for _, d := range deployed {
		if known[d.SHA] {
			continue
		}
		known[d.SHA] = true
		if err := n.query(releasesOfCommit, func(r *row) { list = append(list, release(r)) }, service, d.SHA); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func release(r *row) model.Release {
	return model.Release{
		Tag: r.text(), SHA: model.SHA(r.text()), Name: model.Text(r.text()), Channel: model.Channel(r.text()),
		Draft: r.bool(), PublishedAt: r.time(), Author: model.Text(r.text()), URL: r.text(),
	}
}
