package cache

import (
	"context"
	"strings"
	"time"

	"gonogo/model"
)

const (
	putPermission = `
INSERT INTO permission (host, repo, token, kind, why, until) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (host, repo, token, kind) DO UPDATE SET why = excluded.why, until = excluded.until`
	dropPermission  = `DELETE FROM permission WHERE host = ? AND repo = ? AND token = ? AND kind = ?`
	dropPermissions = `DELETE FROM permission WHERE until <= ?`
	getPermissions  = `SELECT repo, kind, why, until FROM permission WHERE host = ? AND token = ? AND until > ? ORDER BY repo, kind`
)

// PutPermission keeps that a token may not write. token is its hash, salted with Salt.
func (t *Tx) PutPermission(token string, p model.Permission, now time.Time) error {
	if _, err := t.conn.exec(dropPermissions, now); err != nil {
		return err
	}
	_, err := t.conn.exec(putPermission, p.Repo.Host, strings.ToLower(p.Repo.FullName()), token, string(p.Write), string(p.Why), p.Until)
	return err
}

// DropPermission forgets that a token may not write, so that it is tried again.
func (t *Tx) DropPermission(token string, repo model.Repo, w model.Write) error {
	_, err := t.conn.exec(dropPermission, repo.Host, strings.ToLower(repo.FullName()), token, string(w))
	return err
}

// Permissions are what a token may not write on a host, as far as that is remembered.
func (c *Cache) Permissions(ctx context.Context, host, token string, now time.Time) (list []model.Permission, err error) {
	err = c.read(ctx, func(n *conn) error {
		list = nil
		return n.query(getPermissions, func(r *row) {
			owner, name, _ := strings.Cut(r.text(), "/")
			list = append(list, model.Permission{
				Repo: model.Repo{Host: host, Owner: owner, Name: name}, Write: model.Write(r.text()), Why: model.Clean(r.text()), Until: r.time(),
			})
		}, host, token, now)
	})
	return list, err
}
