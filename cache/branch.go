package cache

import "gonogo/model"

const putBranch = `
INSERT INTO branch (service, name, head) VALUES (?, ?, ?)
ON CONFLICT (service) DO UPDATE SET name = excluded.name, head = excluded.head`

// PutBranch keeps the service's branch and its head.
func (t *Tx) PutBranch(s model.Service, b model.Branch) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	e := encode()
	encodeCommit(e, b.Head)
	_, err = t.conn.exec(putBranch, id, b.Name, e.buf)
	return err
}

const getBranch = `SELECT name, head FROM branch WHERE service = ?`

func branch(n *conn, service int64) (found model.Branch, err error) {
	var bad error
	_, err = n.one(getBranch, func(r *row) {
		name := r.text()
		d := decode(r.blob())
		head := decodeCommit(d)
		if bad = d.err; bad == nil {
			found = model.Branch{Name: name, Head: head}
		}
	}, service)
	return found, err
}
