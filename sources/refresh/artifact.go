package refresh

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/report"
)

// atOnce is how many workers of a host may be downloading: artifacts are large, and what decides is small.
const atOnce = 2

// downloads reports whether reading the unit may take artifacts.
func (u *unit) downloads() bool {
	return u.signal == model.SignalReports || u.signal == signalHistory && u.subjectOf() == ofCoverage
}

// artifactFiles are the files that artifacts are downloaded to.
const artifactFiles = "gonogo-artifact-*"

// readArtifact downloads an artifact and reads its reports. That it can never be read, or not in full, is part of what
// was found; an error says that it may be read another time.
func (r *Refresher) readArtifact(ctx context.Context, c *github.Client, repo model.Repo, a github.Artifact) (cache.Report, *report.Found, error) {
	kept := cache.Report{Artifact: a.ID, SHA: a.SHA, Run: a.Run, Name: a.Name, At: a.CreatedAt}
	found, err := r.unpack(ctx, c, repo, a)
	if err == nil {
		kept.Found, err = found.Encode()
	}
	return kept, found, err
}

func (r *Refresher) unpack(ctx context.Context, c *github.Client, repo model.Repo, a github.Artifact) (*report.Found, error) {
	file, err := r.temporary()
	if err != nil {
		return nil, fmt.Errorf("download the artifact %s of %s: %w", a.Name, repo, err)
	}
	defer func() { _ = file.Close() }() // it has no name any more
	size, err := c.SaveArtifact(ctx, repo, a, file)
	var problem *github.Problem
	switch {
	case err == nil:
		return report.Read(ctx, file, size, report.Coverage|report.Tests, report.Limits{})
	case !errors.As(err, &problem):
		return nil, err
	case problem.Kind == model.ProblemMissing, problem.Kind == model.ProblemMalformed:
		return &report.Found{Problems: []report.Problem{{Kind: report.Coverage | report.Tests, Why: string(problem.Why), Lost: true}}}, nil
	case problem.Kind == model.ProblemNetwork:
		// GitHub has just answered: it is the storage that can't be reached, and everything else goes on.
		storage := *problem
		storage.Kind = model.ProblemServer
		return nil, &storage
	}
	return nil, problem
}

// temporary opens a file for an artifact. Its name is removed at once, so that nothing is left behind however the program
// ends.
func (r *Refresher) temporary() (*os.File, error) {
	folder := r.o.Temporary
	if folder == "" {
		folder = os.TempDir()
	}
	file, err := os.CreateTemp(folder, artifactFiles) // with mode 0600
	if err != nil && folder != os.TempDir() {
		file, err = os.CreateTemp(os.TempDir(), artifactFiles)
	}
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// tidy removes files of artifacts that a process left which was killed in the one moment in which they have a name.
func (r *Refresher) tidy() {
	if r.o.Temporary == "" {
		return // others use that folder as well
	}
	left, err := filepath.Glob(filepath.Join(r.o.Temporary, artifactFiles))
	if err != nil {
		return
	}
	for _, name := range left {
		_ = os.Remove(name)
	}
}
