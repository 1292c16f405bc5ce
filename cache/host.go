package cache

import (
	"context"
	"time"
)

const (
	putViewer    = `INSERT INTO host (name, viewer, no_graphql) VALUES (?, ?, 0) ON CONFLICT (name) DO UPDATE SET viewer = excluded.viewer`
	putNoGraphQL = `INSERT INTO host (name, viewer, no_graphql) VALUES (?, '', ?) ON CONFLICT (name) DO UPDATE SET no_graphql = excluded.no_graphql`
	getHost      = `SELECT viewer, no_graphql FROM host WHERE name = ?`
)

// Host is what is remembered of a GitHub host.
type Host struct {
	Viewer string // login of the token's owner; empty where unknown
	// NoGraphQL is when GraphQL was last refused; zero where it wasn't.
	NoGraphQL time.Time
}

// PutViewer keeps the login of the token's owner.
func (t *Tx) PutViewer(host, login string) error {
	_, err := t.conn.exec(putViewer, host, login)
	return err
}

// PutNoGraphQL keeps when the host refused GraphQL; the zero time says that it answered.
func (t *Tx) PutNoGraphQL(host string, at time.Time) error {
	_, err := t.conn.exec(putNoGraphQL, host, at)
	return err
}

func host(n *conn, name string) (h Host, err error) {
	_, err = n.one(getHost, func(r *row) { h = Host{Viewer: r.text(), NoGraphQL: r.time()} }, name)
	return h, err
}

// Host returns what is remembered of a GitHub host.
func (c *Cache) Host(ctx context.Context, name string) (Host, error) {
	var h Host
	err := c.read(ctx, func(n *conn) (err error) {
		h, err = host(n, name)
		return err
	})
	return h, err
}
