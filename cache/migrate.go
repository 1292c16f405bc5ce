package cache

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"path"
)

// migrations are applied in the order of their names; the schema's version (PRAGMA user_version) is how many were.
// One that was released is never changed again.
//
//go:embed migrations/*.sql
var migrations embed.FS

// version is that of the schema this program writes: the number of its migrations.
const version = 9

// application marks our files among SQLite's (PRAGMA application_id): "gono".
const application = 0x676f6e6f

// migrate brings the schema up to date. When it is, nothing but two numbers of the file's header are read.
func migrate(ctx context.Context, n *conn) error {
	at, err := schemaVersion(n)
	if err != nil || at == version {
		return err
	}
	return transaction(ctx, n, "BEGIN IMMEDIATE", func(n *conn) error {
		at, err := schemaVersion(n) // another process may have been quicker
		if err != nil {
			return err
		}
		files, err := migrations.ReadDir("migrations")
		if err != nil {
			return err
		}
		for i := at; i < version; i++ {
			name := files[i].Name()
			sql, err := migrations.ReadFile(path.Join("migrations", name))
			if err != nil {
				return err
			}
			if err := n.script(ctx, string(sql)); err != nil {
				return fmt.Errorf("migrate the cache with %s: %w", name, err)
			}
		}
		return n.script(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", application, version))
	})
}

// schemaVersion is 0 for an empty file. It refuses newer files and those of other programs.
func schemaVersion(n *conn) (int, error) {
	var at, app, tables int
	_, err := n.one("PRAGMA user_version", func(r *row) { at = int(r.int()) })
	if err != nil || at == version {
		return at, err
	}
	_, err = n.one("PRAGMA application_id", func(r *row) { app = int(r.int()) })
	if err == nil {
		_, err = n.one("SELECT count(*) FROM sqlite_schema", func(r *row) { tables = int(r.int()) })
	}
	switch {
	case err != nil:
		return 0, err
	case tables > 0 && app != application:
		return 0, errForeign
	case at > version:
		return 0, fmt.Errorf("its schema has version %d, this gonogo knows %d: %w", at, version, ErrNewer)
	case at < 0 || at > 0 && tables == 0:
		return 0, errors.Join(errForeign, fmt.Errorf("schema version %d without tables", at))
	}
	return at, nil
}
