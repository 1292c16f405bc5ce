package refresh

import (
	"context"
	"slices"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/github"
)

const (
	// refusedFor is how long a write that was refused is not tried again: whoever is told which permission is missing may
	// give it to the same token.
	refusedFor = 15 * time.Minute
	// roleFor is how long it counts what a repository says of a token. It is asked much more often, and answers anew when
	// that changes.
	roleFor = 30 * 24 * time.Hour
)

// putRepository keeps a repository, and whether it says that the token may not write there at all.
func putRepository(tx *cache.Tx, c *github.Client, salt []byte, s model.Service, repo model.Repo, r model.Repository, now time.Time) error {
	if err := tx.PutRepository(s, r); err != nil {
		return err
	}
	return putRole(tx, c, salt, repo, r, now)
}

// putRole keeps whether a repository says that the token may not write there at all.
func putRole(tx *cache.Tx, c *github.Client, salt []byte, repo model.Repo, r model.Repository, now time.Time) error {
	if len(salt) == 0 {
		return nil // then nothing can be kept of a token
	}
	token := c.Fingerprint(salt)
	if why := c.Forbids(repo, r, true); why != "" {
		return tx.PutPermission(token, model.Permission{Repo: repo, Why: model.Clean(why), Until: now.Add(roleFor)}, now)
	}
	return tx.DropPermission(token, repo, "")
}

// Learn keeps what an answer to a write has told of a token's permission, and reports whether that is news. What was done may
// be done, whatever was said before.
func Learn(ctx context.Context, c *cache.Cache, client *github.Client, w github.Wrote, now time.Time) (news bool, err error) {
	salt, err := c.Salt(ctx)
	if err != nil {
		return false, err
	}
	token := client.Fingerprint(salt)
	known, err := c.Permissions(ctx, client.Host(), token, now)
	if err != nil {
		return false, err
	}
	if w.Refused == "" && !slices.ContainsFunc(known, func(p model.Permission) bool {
		return p.Repo.Same(w.Repo) && (p.Write == w.Write || p.Write == "")
	}) {
		return false, nil
	}
	return true, c.Write(ctx, func(tx *cache.Tx) error {
		tx.Changed("", "")
		if w.Refused != "" {
			return tx.PutPermission(token, model.Permission{Repo: w.Repo, Write: w.Write, Why: model.Clean(w.Refused), Until: now.Add(refusedFor)}, now)
		}
		for _, kind := range []model.Write{w.Write, ""} {
			if err := tx.DropPermission(token, w.Repo, kind); err != nil {
				return err
			}
		}
		return nil
	})
}
