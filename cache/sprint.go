package cache

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/model/sprint"
)

// Bounds of what is read of a board: nobody looks at more of a sprint.
const (
	maxItems   = 500
	maxMoments = 5000
)

const (
	getBoard = `
SELECT source, title, url, sprints, cut, redacted, seen_at, read_at
FROM   board
WHERE  service = ?`

	putBoard = `
INSERT INTO board (service, source, title, url, sprints, cut, redacted, seen_at, read_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
ON CONFLICT (service) DO UPDATE SET
	source = excluded.source, title = excluded.title, url = excluded.url, sprints = excluded.sprints,
	cut = excluded.cut, redacted = excluded.redacted, read_at = excluded.read_at`

	putItem = `
INSERT INTO item (service, id, sprint, body) VALUES (?, ?, ?, ?)
ON CONFLICT (service, id) DO UPDATE SET sprint = excluded.sprint, body = excluded.body`

	dropItem = `DELETE FROM item WHERE service = ? AND id = ?`

	getItems = `SELECT id, sprint, body FROM item WHERE service = ?`

	getSprintItems = `SELECT id, sprint, body FROM item WHERE service = ? AND sprint = ? ORDER BY id LIMIT ?`
)

// PutBoard replaces the fleet's sprint board (model.Fleet.BoardOf) with what was read at a time, and remembers what has
// changed of its items. What was read before what is there already changes nothing: another process was quicker.
func (t *Tx) PutBoard(of model.Service, b model.SprintBoard, at time.Time) error {
	id, err := t.service(&of)
	if err != nil {
		return err
	}
	if newer, err := t.conn.one(getBoard+` AND read_at > ?`, func(*row) {}, id, at); err != nil || newer {
		return err
	}
	if _, err := t.conn.exec(putBoard, id, b.Source, b.Title, b.URL, encodeSprints(b.Sprints), b.Cut, b.Redacted, at); err != nil {
		return err
	}
	if err := t.putMoments(id, b.Items, b.Cut, at); err != nil {
		return err
	}
	return t.putItems(id, b.Items)
}

// putItems writes the items that have changed and drops those that are gone.
func (t *Tx) putItems(service int64, items []model.Item) error {
	have := map[string][]byte{}
	if err := t.conn.query(getItems, func(r *row) {
		id, _, body := r.text(), r.text(), r.blob()
		have[id] = bytes.Clone(body)
	}, service); err != nil {
		return err
	}
	for i := range items {
		item := &items[i]
		body := encodeItem(item)
		if old, known := have[item.ID]; !known || !bytes.Equal(old, body) {
			if _, err := t.conn.exec(putItem, service, item.ID, item.Sprint, body); err != nil {
				return err
			}
		}
		delete(have, item.ID)
	}
	for id := range have {
		if _, err := t.conn.exec(dropItem, service, id); err != nil {
			return err
		}
	}
	return nil
}

// Board returns the fleet's sprint board: its sprints, and of the current one (of milestones, one a repository) the items
// and what was seen of them. It is nil where none was read. It is bounded: 500 items, 5,000 moments a sprint.
func (c *Cache) Board(ctx context.Context, of model.Service) (*model.SprintBoard, model.Read, error) {
	var b *model.SprintBoard
	read := model.Read{Signal: model.SignalSprint}
	err := c.of(ctx, of, func(n *conn, service int64) (err error) {
		if read, err = readOf(n, service, model.SignalSprint, ""); err != nil {
			return err
		}
		if b, err = sprintBoard(n, service, model.Repo{}, c.options.Now()); err != nil || b == nil {
			return err
		}
		for _, id := range current(b, model.Repo{}, c.options.Now()) {
			of, err := moments(n, service, id)
			if err != nil {
				return err
			}
			b.History = append(b.History, of...)
		}
		slices.SortFunc(b.History, byTime)
		b.History = slices.CompactFunc(b.History, func(a, b model.ItemMoment) bool { return byTime(a, b) == 0 }) // it was in two of them
		return nil
	})
	return b, read, err
}

// WholeBoard returns the board with all its items and without history, for whoever reads it anew.
func (c *Cache) WholeBoard(ctx context.Context, of model.Service) (*model.SprintBoard, model.Read, error) {
	var b *model.SprintBoard
	read := model.Read{Signal: model.SignalSprint}
	err := c.of(ctx, of, func(n *conn, service int64) (err error) {
		if read, err = readOf(n, service, model.SignalSprint, ""); err != nil {
			return err
		}
		if b, err = bareBoard(n, service); err != nil || b == nil {
			return err
		}
		return items(n, b, getItems, service)
	})
	return b, read, err
}

// current are the sprints that are on for a repository (the zero one: for any), and those that will be before whoever
// reads this has judged it.
func current(b *model.SprintBoard, of model.Repo, now time.Time) (ids []string) {
	const soon = time.Minute
	for _, at := range []time.Time{now, now.Add(soon)} {
		for _, s := range sprint.Now(b, of, at).Sprints {
			if !slices.Contains(ids, s.ID) {
				ids = append(ids, s.ID)
			}
		}
	}
	return ids
}

// bareBoard is the board without items.
func bareBoard(n *conn, service int64) (b *model.SprintBoard, err error) {
	_, err = n.one(getBoard, func(r *row) {
		b = &model.SprintBoard{
			Source: r.text(), Title: model.Text(r.text()), URL: r.text(), Sprints: decodeSprints(r.blob()), Cut: r.bool(),
			Redacted: int(r.int()), Seen: r.time(),
		}
	}, service)
	return b, err
}

// sprintBoard is the board with the items of the sprints that are on for a repository.
func sprintBoard(n *conn, service int64, of model.Repo, now time.Time) (*model.SprintBoard, error) {
	b, err := bareBoard(n, service)
	if err != nil || b == nil {
		return nil, err
	}
	for _, id := range current(b, of, now) {
		if err := items(n, b, getSprintItems, service, id, maxItems+1); err != nil {
			return nil, err
		}
	}
	if len(b.Items) > maxItems {
		b.Items, b.Cut = b.Items[:maxItems], true
	}
	return b, nil
}

// items adds items to a board. One that can't be understood any more counts as cut off: it may be a blocker.
func items(n *conn, b *model.SprintBoard, sql string, args ...any) error {
	return n.query(sql, func(r *row) {
		id, of := r.text(), r.text()
		item, ok := decodeItem(r.blob())
		if !ok {
			b.Cut = true
			return
		}
		item.ID, item.Sprint = id, of
		b.Items = append(b.Items, item)
	}, args...)
}

// sprintFacts adds to a service's facts where sprints come from, and the board's current sprint without its history:
// that is the fleet's, not a service's.
func (c *Cache) sprintFacts(n *conn, fleet *model.Fleet, f *readiness.Facts) error {
	f.Sprint = fleet.Sprint
	of, ok := fleet.BoardOf()
	if !ok {
		return nil
	}
	id, err := serviceID(n, &of)
	if err != nil || id == 0 {
		return err
	}
	read, err := readOf(n, id, model.SignalSprint, "")
	if err != nil {
		return err
	}
	if !read.TriedAt.IsZero() {
		f.Reads = append(f.Reads, read)
	}
	f.Board, err = sprintBoard(n, id, f.Service.Repo, c.options.Now())
	return err
}

// lastMoments is what was last seen of each item; bare columns come from the row that holds the maximum (SQLite docs,
// "Bare columns in an aggregate query").
const (
	lastMoments = `SELECT item, sprint, points, done, max(at) FROM item_moment WHERE service = ? GROUP BY item`

	putMoment = `
INSERT INTO item_moment (service, item, at, sprint, points, done) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (service, item, at) DO UPDATE SET sprint = excluded.sprint, points = excluded.points, done = excluded.done`

	// Of an item that has left the sprint the history tells that it has.
	getMoments = `
SELECT item, at, sprint, points, done
FROM   item_moment
WHERE  service = ?1 AND item IN (SELECT item FROM item_moment WHERE service = ?1 AND sprint = ?2)
ORDER  BY at DESC, item LIMIT ?3`
)

// putMoments adds a moment for each item of which something has changed that a burndown counts. One that isn't there any
// more has left, unless the list was cut: then it may only be out of sight.
func (t *Tx) putMoments(service int64, items []model.Item, cut bool, at time.Time) error {
	last := map[string]model.ItemMoment{}
	if err := t.conn.query(lastMoments, func(r *row) {
		m := model.ItemMoment{Item: r.text(), Sprint: r.text(), Points: r.float(), Done: r.bool(), At: r.time()}
		last[m.Item] = m
	}, service); err != nil {
		return err
	}
	for i := range items {
		item := &items[i]
		was, known := last[item.ID]
		delete(last, item.ID)
		of := item.Sprint
		if item.Archived || item.NotPlanned {
			of = ""
		}
		if known && was.Sprint == of && was.Done == item.Done && samePoints(was.Points, item.Points) || !known && of == "" {
			continue
		}
		if _, err := t.conn.exec(putMoment, service, item.ID, at, of, item.Points, item.Done); err != nil {
			return err
		}
	}
	if cut {
		return nil
	}
	for id, was := range last {
		if was.Sprint == "" {
			continue
		}
		if _, err := t.conn.exec(putMoment, service, id, at, "", was.Points, was.Done); err != nil {
			return err
		}
	}
	return nil
}

func samePoints(a, b *float64) bool {
	return a == b || a != nil && b != nil && *a == *b
}

func byTime(a, b model.ItemMoment) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Item, b.Item))
}

// moments are the newest ones of the items that are or were in a sprint.
func moments(n *conn, service int64, of string) (list []model.ItemMoment, err error) {
	err = n.query(getMoments, func(r *row) {
		list = append(list, model.ItemMoment{Item: r.text(), At: r.time(), Sprint: r.text(), Points: r.float(), Done: r.bool()})
	}, service, of, maxMoments)
	return list, err
}

func encodeSprints(list []model.Sprint) []byte {
	e := encode()
	e.int(int64(len(list)))
	for _, s := range list {
		put(e, s.ID)
		put(e, s.Title)
		e.time(s.Start)
		e.time(s.End)
		e.bool(s.Done)
		put(e, s.URL)
		putRepo(e, s.Repo)
	}
	return e.buf
}

func decodeSprints(blob []byte) []model.Sprint {
	d := decode(blob)
	n := d.count()
	if n == 0 {
		return nil
	}
	list := make([]model.Sprint, n)
	for i := range list {
		list[i] = model.Sprint{ID: d.string(), Title: take[model.Text](d), Start: d.time(), End: d.time(), Done: d.bool(), URL: d.string(), Repo: takeRepo(d)}
	}
	if d.err != nil {
		return nil
	}
	return list
}

func encodeItem(i *model.Item) []byte {
	e := encode()
	put(e, i.Kind)
	putRepo(e, i.Repo)
	e.int(int64(i.Number))
	put(e, i.Title)
	put(e, i.URL, i.State)
	e.bool(i.NotPlanned)
	put(e, i.Status)
	e.bool(i.Done)
	e.bool(i.Blocker)
	e.float(i.Points)
	putAll(e, i.Assignees)
	putAll(e, i.Labels)
	e.bool(i.Archived)
	e.int(int64(len(i.Pulls)))
	for _, p := range i.Pulls {
		putRepo(e, p.Repo)
		e.int(int64(p.Number))
		put(e, p.Title)
		put(e, p.State)
		put(e, p.Merge)
		put(e, p.Base)
		e.time(p.MergedAt)
		put(e, p.URL)
	}
	e.time(i.CreatedAt)
	e.time(i.AddedAt)
	e.time(i.UpdatedAt)
	e.time(i.ClosedAt)
	e.bool(i.Detailed)
	return e.buf
}

func decodeItem(blob []byte) (model.Item, bool) {
	d := decode(blob)
	i := model.Item{
		Kind: take[model.ItemKind](d), Repo: takeRepo(d), Number: int(d.int()), Title: take[model.Text](d), URL: d.string(),
		State: d.string(), NotPlanned: d.bool(), Status: take[model.Text](d), Done: d.bool(), Blocker: d.bool(), Points: d.float(),
		Assignees: takeAll[model.Text](d), Labels: takeAll[model.Text](d), Archived: d.bool(),
	}
	if n := d.count(); n > 0 {
		i.Pulls = make([]model.ItemChange, n)
	}
	for p := range i.Pulls {
		i.Pulls[p] = model.ItemChange{
			Repo: takeRepo(d), Number: int(d.int()), Title: take[model.Text](d), State: d.string(), Merge: take[model.SHA](d),
			Base: d.string(), MergedAt: d.time(), URL: d.string(),
		}
	}
	i.CreatedAt, i.AddedAt, i.UpdatedAt, i.ClosedAt, i.Detailed = d.time(), d.time(), d.time(), d.time(), d.bool()
	return i, d.err == nil
}

func putRepo(e *encoder, r model.Repo) { put(e, r.Host, r.Owner, r.Name) }

func takeRepo(d *decoder) model.Repo {
	return model.Repo{Host: d.string(), Owner: d.string(), Name: d.string()}
}
