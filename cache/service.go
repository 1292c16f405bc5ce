package cache

import (
	"strings"
	"time"

	"gonogo/model"
)

// identity is what makes a service's facts its own: the repositories they are read from, its branch and its tags. When
// one of them changes in the configuration the service starts with nothing, rather than with another's facts.
func identity(s *model.Service) string {
	return strings.ToLower(s.Repo.String()+" "+s.DeployRepo().String()) + " " + s.Branch + " " + s.Tags
}

const findService = `SELECT id FROM service WHERE name = ? AND identity = ?`

// serviceID is 0 where nothing was ever stored of the service.
func serviceID(n *conn, s *model.Service) (id int64, err error) {
	_, err = n.one(findService, func(r *row) { id = r.int() }, s.Name, identity(s))
	return id, err
}

// touchService is written about once a day only: it decides when the rows of a service that left are dropped.
const (
	addService   = `INSERT INTO service (name, identity, seen_at) VALUES (?, ?, ?) RETURNING id`
	touchService = `UPDATE service SET seen_at = ?2 WHERE id = ?1 AND seen_at < ?2 - 86400000`
)

func (t *Tx) service(s *model.Service) (int64, error) {
	key := s.Name + "\x00" + identity(s)
	if id, ok := t.services[key]; ok {
		return id, nil
	}
	id, err := serviceID(t.conn, s)
	if err == nil && id == 0 {
		_, err = t.conn.one(addService, func(r *row) { id = r.int() }, s.Name, identity(s), t.now)
	} else if err == nil {
		_, err = t.conn.exec(touchService, id, t.now)
	}
	if err != nil {
		return 0, err
	}
	t.services[key] = id
	return id, nil
}

// dropServices removes what was read of services that have not been written for so long.
const dropServices = `DELETE FROM service WHERE seen_at < ?`

func (t *Tx) dropServices(before time.Time) error {
	_, err := t.conn.exec(dropServices, before)
	return err
}
