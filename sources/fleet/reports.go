package fleet

import (
	"context"
	"fmt"
	"time"

	"gonogo/model"
)

// CoverageFiles is every file of a commit's coverage, sorted by path.
func (f *Fleet) CoverageFiles(ctx context.Context, service string, of model.SHA) ([]model.FileCoverage, error) {
	s, err := f.reported(service)
	if err != nil {
		return nil, err
	}
	return f.cache.CoverageFiles(ctx, *s, of)
}

// CoverageHistory is the coverage of the service's commits since a moment, oldest first.
func (f *Fleet) CoverageHistory(ctx context.Context, service string, since time.Time) ([]model.CoveragePoint, error) {
	s, err := f.reported(service)
	if err != nil {
		return nil, err
	}
	return f.cache.CoverageHistory(ctx, *s, since)
}

func (f *Fleet) reported(service string) (*model.Service, error) {
	s := f.Config().Service(service)
	if s == nil {
		return nil, fmt.Errorf("look at the reports of %s: the configuration has no such service", service)
	}
	return s, nil
}
