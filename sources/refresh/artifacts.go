package refresh

import (
	"context"
	"sync"
	"time"

	"gonogo/model"
	"gonogo/sources/github"
)

// pagesFor is how long the list of a repository's newest artifacts is good for those of runs that ended before it.
const pagesFor = 30 * time.Minute

// pages are the lists of repositories' newest artifacts, shared by all that read some of them.
type pages struct {
	mu  sync.Mutex
	all map[model.Repo]*artifactPage
}

// artifactPage is one of them. Whoever holds its lock may be asking for it.
type artifactPage struct {
	mu   sync.Mutex
	read github.Reading[[]github.Artifact]
}

// of returns the list of a repository, if there can be one that knows all of a run which ended before a time; else an
// empty one that is cut. It is asked for once in a while, so that what is new since costs no more than its run's own list.
func (p *pages) of(ctx context.Context, c *github.Client, repo model.Repo, ended, now time.Time) (github.Reading[[]github.Artifact], error) {
	page := p.page(repo)
	page.mu.Lock()
	defer page.mu.Unlock()
	old := now.Sub(page.read.At) > pagesFor || page.read.At.After(now)
	if old && !ended.After(now) {
		got, err := c.Artifacts(ctx, repo, nil)
		if err != nil {
			return got, err
		}
		page.read = got
	}
	if page.read.At.Before(ended) || now.Sub(page.read.At) > pagesFor {
		return github.Reading[[]github.Artifact]{Cut: true}, nil
	}
	return page.read, nil
}

func (p *pages) page(repo model.Repo) *artifactPage {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[model.Repo]*artifactPage{}
	}
	page := p.all[repo]
	if page == nil {
		page = new(artifactPage)
		p.all[repo] = page
	}
	return page
}

// ofRun are a run's artifacts out of the repository's newest, and whether these are all: the list reaches back to before
// the run began.
func ofRun(page github.Reading[[]github.Artifact], run model.Run) (list []github.Artifact, all bool) {
	for _, a := range page.Value {
		if a.Run == run.ID {
			list = append(list, a)
		}
	}
	if !page.Cut {
		return list, true
	}
	if len(page.Value) == 0 {
		return nil, false
	}
	oldest := page.Value[len(page.Value)-1].CreatedAt
	return list, !oldest.IsZero() && oldest.Before(run.CreatedAt)
}
