package discover

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/sources/config"
)

// MaxAge is how old a discovery may be before it is made again.
const MaxAge = 24 * time.Hour

// Kept is a discovery as it is kept beside the cache, so that the next start needs no network.
type Kept struct {
	Source config.Source // without Data: nothing was discovered yet
	At     time.Time
	Notes  []string
}

// The lines at the head of the kept file; the configuration begins after the first empty line.
const (
	keptHead = "# gonogo discovered this; it may be deleted at any time. To have a file of your own: gonogo init"
	keptAt   = "# at: "
	keptNote = "# note: "
)

// LoadKept reads what was discovered of a repository. What is missing or damaged is as if nothing was discovered: it is
// found again.
func LoadKept(cacheHome string, repo model.Repo) Kept {
	k := Kept{Source: config.Source{Path: keptPath(cacheHome, repo), Origin: config.Discovered}}
	data, err := readSmall(k.Source.Path, config.MaxSize)
	if err != nil {
		return k
	}
	head, body, ok := strings.Cut(string(data), "\n\n")
	if !ok || !strings.HasPrefix(head, keptHead) {
		return k
	}
	if _, err := config.Load(k.Source.Path, []byte(body)); err != nil {
		return k // another version of gonogo wrote it
	}
	for line := range strings.Lines(head) {
		line = strings.TrimSpace(line)
		if at, ok := strings.CutPrefix(line, strings.TrimSpace(keptAt)); ok {
			k.At, err = time.Parse(time.RFC3339, strings.TrimSpace(at))
			if err != nil {
				return k
			}
		}
		if note, ok := strings.CutPrefix(line, keptNote); ok {
			k.Notes = append(k.Notes, cleaned(note))
		}
	}
	k.Source.Data = []byte(body)
	return k
}

// Keep writes what was found in the place of what was kept of the repository.
func (k Kept) Keep(d Found, now time.Time) (Kept, error) {
	next := Kept{Source: k.Source, At: now.UTC().Truncate(time.Second), Notes: d.Notes()}
	next.Source.Data = d.Configuration()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%s%s\n", keptHead, keptAt, next.At.Format(time.RFC3339))
	for _, n := range next.Notes {
		fmt.Fprintf(&b, "%s%s\n", keptNote, cleaned(n))
	}
	b.WriteByte('\n')
	b.Write(next.Source.Data)
	err := os.MkdirAll(filepath.Dir(k.Source.Path), 0o700)
	if err == nil {
		err = put(k.Source.Path, b.Bytes(), 0o600, true)
	}
	if err != nil {
		return next, fmt.Errorf("keep what was discovered: %w", err)
	}
	return next, nil
}

// keptPath is one for each repository, whatever folder its clones are in, with its name in it for whoever looks.
func keptPath(cacheHome string, repo model.Repo) string {
	sum := sha256.Sum256([]byte(strings.ToLower(repo.Host + "/" + repo.FullName())))
	return filepath.Join(cacheHome, "gonogo", repo.Name[:min(len(repo.Name), 40)]+"-"+hex.EncodeToString(sum[:8])+".yml")
}

// put puts a file in its place as a whole, so that a reader never sees half of it. Where it may not replace one, a file
// that is there is fs.ErrExist, also one that comes at the same moment.
func put(path string, data []byte, mode fs.FileMode, replace bool) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(data)
	if err = cmp.Or(err, file.Chmod(mode), file.Sync(), file.Close()); err != nil {
		return err
	}
	if replace {
		return os.Rename(file.Name(), path)
	}
	err = os.Link(file.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, there := os.Lstat(path); there == nil { // a file system without hard links
		return fs.ErrExist
	}
	return os.Rename(file.Name(), path)
}

// Write writes a file of the person's own: readable by others, as what is committed is. The error is fs.ErrExist where
// there is one and it may not be replaced.
func Write(path string, data []byte, replace bool) error {
	if err := put(path, data, 0o644, replace); err != nil {
		return fmt.Errorf("write %s: %w", cleaned(path), err)
	}
	return nil
}
