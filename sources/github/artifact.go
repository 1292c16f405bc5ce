package github

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// maxArtifactPages bounds a run's artifacts: a job of a matrix may leave ten, and there may be 256 of them, but nobody
// splits reports so.
const maxArtifactPages = 5

// MaxArtifact bounds an artifact's archive. Reports are a few MiB; what is larger holds something else as well.
const MaxArtifact = 1 << 30

var errDigest = errors.New("what came is not the artifact that GitHub names: its SHA-256 differs")

// Artifact is what GitHub says of an artifact of a run. Its content never changes; a re-run makes another of that name.
type Artifact struct {
	ID        int64
	Name      string
	Size      int64  // of its archive, in bytes
	Digest    string // sha256: and hex digits; empty where GitHub tells none
	Expired   bool
	CreatedAt time.Time
	ExpiresAt time.Time // zero: not told
	Run       int64     // 0: not told
	SHA       model.SHA // of the run; empty: not told
	Foreign   bool      // its run is of another repository's commit: a fork's
}

// RunArtifacts reads the artifacts of a run, of all its attempts, newest first.
func (c *Client) RunArtifacts(ctx context.Context, repo model.Repo, run int64, known Validators) (Reading[[]Artifact], error) {
	number := strconv.FormatInt(run, 10)
	a, path, err := c.on(repo, "read the artifacts of run "+number, "Actions: read")
	if err != nil {
		return Reading[[]Artifact]{}, err
	}
	a.missing = name(repo.String()) + " has no such run any more, or the token can't see it"
	got, err := c.artifacts(ctx, a, path+"/actions/runs/"+number+"/artifacts", "", maxArtifactPages, known)
	slices.SortFunc(got.Value, newestArtifact)
	return got, err
}

// Artifacts reads the newest 100 artifacts of a repository, of all its runs. Cut says that there are older ones. GitHub
// documents no order: a list that is cut and isn't of the newest tells nothing, and is empty.
func (c *Client) Artifacts(ctx context.Context, repo model.Repo, known Validators) (Reading[[]Artifact], error) {
	a, path, err := c.on(repo, "read the artifacts", "Actions: read")
	if err != nil {
		return Reading[[]Artifact]{}, err
	}
	got, err := c.artifacts(ctx, a, path+"/actions/artifacts", "", 1, known)
	if err == nil && got.Cut && !slices.IsSortedFunc(got.Value, func(a, b Artifact) int { return b.CreatedAt.Compare(a.CreatedAt) }) {
		got.Value = nil
	}
	slices.SortFunc(got.Value, newestArtifact)
	return got, err
}

func newestArtifact(a, b Artifact) int {
	return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
}

// artifacts reads a list of artifacts; with named only those that are called so.
func (c *Client) artifacts(ctx context.Context, a act, path, named string, most int, known Validators) (Reading[[]Artifact], error) {
	query := perPage()
	if named != "" {
		query.Set("name", named)
	}
	l, err := c.list(ctx, a, path, query, most, known, nil)
	if err != nil || l.unchanged {
		return reading[[]Artifact](l, nil), err
	}
	type wireArtifacts struct {
		Artifacts *[]wireArtifact `json:"artifacts"`
	}
	wire, err := decodeAll(a, l, func(w wireArtifacts) ([]wireArtifact, bool) {
		if w.Artifacts == nil {
			return nil, false
		}
		return *w.Artifacts, true
	})
	if err != nil {
		return reading[[]Artifact](l, nil), err
	}
	list := make([]Artifact, 0, len(wire))
	for i := range wire {
		if wire[i].ID <= 0 || wire[i].Name == "" {
			return reading[[]Artifact](l, nil), a.item(l, i, "no id or no name")
		}
		list = append(list, wire[i].artifact())
	}
	return reading(l, list), nil
}

// wireArtifact has the digest that go-github v60 doesn't know.
type wireArtifact struct {
	ID        int64             `json:"id"`
	Name      string            `json:"name"`
	Size      int64             `json:"size_in_bytes"`
	Expired   bool              `json:"expired"`
	Digest    *string           `json:"digest"`
	CreatedAt *github.Timestamp `json:"created_at"`
	ExpiresAt *github.Timestamp `json:"expires_at"`
	Run       *struct {
		ID             int64  `json:"id"`
		Repository     int64  `json:"repository_id"`
		HeadRepository int64  `json:"head_repository_id"`
		HeadSHA        string `json:"head_sha"`
	} `json:"workflow_run"`
}

func (w *wireArtifact) artifact() Artifact {
	a := Artifact{ID: w.ID, Name: name(w.Name), Size: w.Size, Digest: name(text(w.Digest)), Expired: w.Expired, CreatedAt: at(w.CreatedAt), ExpiresAt: at(w.ExpiresAt)}
	if w.Run != nil {
		a.Run, a.SHA, a.Foreign = w.Run.ID, sha(w.Run.HeadSHA), w.Run.Repository != w.Run.HeadRepository
	}
	return a
}

// SaveArtifact writes an artifact's archive to a file, or whatever else takes bytes, and returns its length. A Problem of
// kind ProblemMissing says that it can never be had any more, ProblemMalformed that it isn't what it should be.
func (c *Client) SaveArtifact(ctx context.Context, repo model.Repo, of Artifact, into io.Writer) (int64, error) {
	a, path, err := c.on(repo, "download the artifact "+name(of.Name), "Actions: read")
	if err != nil {
		return 0, err
	}
	a.missing, a.gone = "it was deleted, or the token can't see it", "it has expired"
	switch {
	case of.Expired:
		return 0, a.problem(model.ProblemMissing, a.gone, "run its workflow again", nil)
	case of.Size > MaxArtifact:
		return 0, a.tooLarge()
	}
	d, err := c.download(ctx, a, path+"/actions/artifacts/"+strconv.FormatInt(of.ID, 10)+"/zip")
	if err != nil {
		return 0, err
	}
	defer func() { _ = d.Close() }()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(into, sum), io.LimitReader(d, MaxArtifact+1))
	told, digested := strings.CutPrefix(strings.ToLower(of.Digest), "sha256:")
	var known *Problem
	switch {
	case errors.As(err, &known) || ctx.Err() != nil:
		return n, err
	case err != nil:
		return n, a.problem(model.ProblemServer, "it can't be kept while it is read: "+lastReason(err), "make room there", err)
	case n > MaxArtifact:
		return n, a.tooLarge()
	case d.Size >= 0 && n != d.Size:
		return n, a.problem(model.ProblemServer, fmt.Sprintf("%d bytes of %d came", n, d.Size), "it is tried again later", nil)
	case digested && told != hex.EncodeToString(sum.Sum(nil)):
		return n, a.problem(model.ProblemServer, errDigest.Error(), "it is tried again later", errDigest)
	}
	return n, nil
}

func (a act) tooLarge() error {
	return a.problem(model.ProblemMalformed, fmt.Sprintf("it is larger than %d MiB", MaxArtifact>>20), "put the reports into an artifact of their own", nil)
}
