package operate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gonogo/cache/journal"
	"gonogo/model"
	"gonogo/model/operation"
)

// Anchors are what the shared refs of the fleet's repositories tell of journals, and the payloads of the deployments that
// were made through the API. Everybody's are among them; Verify compares those of the journal that it verifies. What could
// be read is told beside an error.
func (e *Engine) Anchors(ctx context.Context) ([]journal.Anchor, error) {
	var all []journal.Anchor
	var problems []error
	asked := map[string]bool{}
	fleet := e.o.Fleet()
	for i := range fleet.Services {
		s := &fleet.Services[i]
		known, err := e.carriedAnchors(ctx, s)
		all, problems = append(all, known...), append(problems, err)
		repo := s.DeployRepo()
		if asked[repo.String()] {
			continue
		}
		asked[repo.String()] = true
		known, err = e.sharedAnchors(ctx, repo)
		all, problems = append(all, known...), append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return all, fmt.Errorf("read what was told of the journal: %w", err)
	}
	return all, nil
}

// sharedAnchors are told by a repository's locks, holds, vetoes and ticks.
func (e *Engine) sharedAnchors(ctx context.Context, repo model.Repo) (all []journal.Anchor, err error) {
	c, err := e.o.Clients(repo.Host)
	if err != nil {
		return nil, err
	}
	for _, place := range []string{operation.RefRoot, operation.RefFallback} {
		refs, err := c.MatchingRefs(ctx, repo, place)
		if err != nil {
			return all, err
		}
		for _, at := range refs {
			if !at.Tag {
				continue
			}
			text, err := c.TagMessage(ctx, repo, at.Object)
			if err != nil {
				return all, err
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
	return all, nil
}

// carriedAnchors are told by the payloads of a service's deployments: as the cache has them, and, where deployments are how
// it is deployed, as GitHub has them now.
func (e *Engine) carriedAnchors(ctx context.Context, s *model.Service) (all []journal.Anchor, err error) {
	add := func(list []model.Deployment) {
		for i := range list {
			if a, ok := carriedAnchor(list[i].Payload); ok {
				all = append(all, a)
			}
		}
	}
	if f, err := e.o.Facts(ctx, s.Name); err == nil { // without a cache GitHub tells
		add(f.Deployments)
	}
	if !s.Deploy.Deployment {
		return all, nil
	}
	c, err := e.o.Clients(s.DeployRepo().Host)
	if err != nil {
		return all, err
	}
	for i := range s.Environments {
		newest, err := c.DeploymentHistory(ctx, s.DeployRepo(), s.Environments[i].GitHub, 1, nil) // older anchors reach less far
		if err != nil {
			return all, err
		}
		add(newest.Value)
	}
	return all, nil
}

// carriedAnchor is what a payload of ours tells of a journal. It may be cut behind that.
func carriedAnchor(payload string) (journal.Anchor, bool) {
	if !strings.Contains(payload, `"gonogo_operation"`) {
		return journal.Anchor{}, false
	}
	_, rest, _ := strings.Cut(payload, `"journal"`)
	_, rest, _ = strings.Cut(rest, `"`)
	text, _, whole := strings.Cut(rest, `"`)
	a, err := journal.ParseAnchor(text)
	return a, whole && err == nil
}
