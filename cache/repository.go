package cache

import (
	"context"

	"gonogo/model"
)

const putRepository = `
INSERT INTO repository (service, full_name, default_branch, archived, empty, private, pushed_at, can_write, url)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (service) DO UPDATE SET
	full_name = excluded.full_name, default_branch = excluded.default_branch, archived = excluded.archived,
	empty = excluded.empty, private = excluded.private, pushed_at = excluded.pushed_at,
	can_write = excluded.can_write, url = excluded.url`

// PutRepository keeps what is known of the service's repository.
func (t *Tx) PutRepository(s model.Service, r model.Repository) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	_, err = t.conn.exec(putRepository, id, r.FullName, r.DefaultBranch, r.Archived, r.Empty, r.Private, r.PushedAt, r.CanWrite, r.URL)
	return err
}

const getRepository = `
SELECT full_name, default_branch, archived, empty, private, pushed_at, can_write, url
FROM   repository
WHERE  service = ?`

func repository(n *conn, service int64) (found model.Repository, err error) {
	_, err = n.one(getRepository, func(r *row) {
		found = model.Repository{
			FullName: r.text(), DefaultBranch: r.text(), Archived: r.bool(), Empty: r.bool(), Private: r.bool(),
			PushedAt: r.time(), CanWrite: r.bool(), URL: r.text(),
		}
	}, service)
	return found, err
}

// Repository returns what is known of the service's repository.
func (c *Cache) Repository(ctx context.Context, s model.Service) (model.Repository, error) {
	var found model.Repository
	err := c.of(ctx, s, func(n *conn, service int64) (err error) {
		found, err = repository(n, service)
		return err
	})
	return found, err
}
