package cache

import (
	"slices"
	"testing"
	"time"

	"gonogo/model"
)

// What a token may not write is kept for that token alone, for a while, and forgotten when it may.
func TestPermissionsAreOneTokens(t *testing.T) {
	c := fresh(t)
	repo := model.Repo{Host: "github.com", Owner: "Acme", Name: "api"}
	now := noon
	refused := func(w model.Write, until time.Duration) model.Permission {
		return model.Permission{Repo: repo, Write: w, Why: "the token may not", Until: now.Add(until)}
	}
	write(t, c, func(tx *Tx) error {
		for _, p := range []model.Permission{refused(model.WriteContents, time.Minute), refused(model.WriteActions, time.Hour), refused(model.WriteActions, 2*time.Minute)} {
			if err := tx.PutPermission("mine", p, now); err != nil {
				return err
			}
		}
		return nil
	})
	kinds := func(host, token string, at time.Time) (kinds []model.Write) {
		t.Helper()
		list, err := c.Permissions(t.Context(), host, token, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			if !p.Repo.Same(repo) || p.Why != "the token may not" {
				t.Errorf("%+v", p)
			}
			kinds = append(kinds, p.Write)
		}
		return kinds
	}
	if got := kinds("github.com", "mine", now); !slices.Equal(got, []model.Write{model.WriteActions, model.WriteContents}) {
		t.Errorf("%q", got)
	}
	if got := append(kinds("github.com", "another", now), kinds("ghe.example.com", "mine", now)...); len(got) > 0 {
		t.Errorf("another token, or host, may not write %q", got)
	}
	if got := kinds("github.com", "mine", now.Add(time.Minute)); !slices.Equal(got, []model.Write{model.WriteActions}) {
		t.Errorf("after a minute %q", got)
	}
	write(t, c, func(tx *Tx) error { return tx.DropPermission("mine", repo, model.WriteActions) })
	if got := kinds("github.com", "mine", now); !slices.Equal(got, []model.Write{model.WriteContents}) {
		t.Errorf("once it was done %q", got)
	}
}
