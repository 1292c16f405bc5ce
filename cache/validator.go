package cache

import (
	"context"
	"crypto/rand"

	"gonogo/model"
)

const (
	dropValidators = `DELETE FROM validator WHERE service = ? AND signal = ? AND subject = ? AND token = ?`
	putValidator   = `INSERT INTO validator (service, signal, subject, token, url, etag) VALUES (?, ?, ?, ?, ?, ?)`
	getValidators  = `SELECT url, etag FROM validator WHERE service = ? AND signal = ? AND subject = ? AND token = ?`
)

// PutValidators replaces the ETags, by URL, of what a signal was read from. They belong to the rows that were read with
// them, so they are written in the same transaction. token is a hash of the token, salted with Salt: ETags differ from
// token to token.
func (t *Tx) PutValidators(s model.Service, signal model.Signal, subject, token string, etags map[string]string) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	if _, err := t.conn.exec(dropValidators, id, signal, subject, token); err != nil {
		return err
	}
	for url, etag := range etags {
		if _, err := t.conn.exec(putValidator, id, signal, subject, token, url, etag); err != nil {
			return err
		}
	}
	return nil
}

// Validators returns the ETags, by URL, of what a signal was last read from with a token.
func (c *Cache) Validators(ctx context.Context, s model.Service, signal model.Signal, subject, token string) (map[string]string, error) {
	etags := map[string]string{}
	err := c.of(ctx, s, func(n *conn, service int64) error {
		clear(etags)
		return n.query(getValidators, func(r *row) { etags[r.text()] = r.text() }, service, signal, subject, token)
	})
	return etags, err
}

// Salt is the file's own random salt: what goes into the hash of a token beside the token.
func (c *Cache) Salt(ctx context.Context) ([]byte, error) {
	var salt []byte
	take := func(r *row) { salt = r.blob() }
	err := c.read(ctx, func(n *conn) error {
		_, err := n.one(getSalt, take)
		return err
	})
	if err != nil || salt != nil {
		return salt, err
	}
	err = c.Write(ctx, func(t *Tx) error {
		fresh := make([]byte, 16)
		_, _ = rand.Read(fresh) // never fails (package documentation)
		if _, err := t.conn.exec(putSalt, fresh); err != nil {
			return err
		}
		_, err := t.conn.one(getSalt, take)
		return err
	})
	return salt, err
}

const (
	getSalt = `SELECT value FROM setting WHERE name = 'salt'`
	putSalt = `INSERT INTO setting (name, value) VALUES ('salt', ?) ON CONFLICT (name) DO NOTHING`
)
