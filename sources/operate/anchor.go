package operate

import (
	"context"
	"fmt"

	"gonogo/cache/journal"
	"gonogo/model/operation"
)

// Anchors are what the shared refs of the fleet's repositories tell of journals. Everybody's are among them; Verify
// compares those of the journal that it verifies.
func (e *Engine) Anchors(ctx context.Context) ([]journal.Anchor, error) {
	var all []journal.Anchor
	asked := map[string]bool{}
	fleet := e.o.Fleet()
	for i := range fleet.Services {
		repo := fleet.Services[i].DeployRepo()
		if asked[repo.String()] {
			continue
		}
		asked[repo.String()] = true
		c, err := e.o.Clients(repo.Host)
		if err != nil {
			return nil, fmt.Errorf("read what was told of the journal: %w", err)
		}
		for _, place := range []string{operation.RefRoot, operation.RefFallback} {
			refs, err := c.MatchingRefs(ctx, repo, place)
			if err != nil {
				return nil, fmt.Errorf("read what was told of the journal: %w", err)
			}
			for _, at := range refs {
				if !at.Tag {
					continue
				}
				text, err := c.TagMessage(ctx, repo, at.Object)
				if err != nil {
					return nil, fmt.Errorf("read what was told of the journal: %w", err)
				}
				m, err := operation.ReadMark(text)
				if err != nil || m.Journal == "" {
					continue // nobody can be held to what they didn't tell
				}
				if a, err := journal.ParseAnchor(m.Journal); err == nil {
					all = append(all, a)
				}
			}
		}
	}
	return all, nil
}
