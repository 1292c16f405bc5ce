package config

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Trust is the person's word on configurations that others wrote: one small file for each trusted path, so that two
// processes can't lose each other's. It lies in the user's state folder; files have mode 0600, the folder 0700.
type Trust struct{ dir string }

// Trusted is one configuration that the person trusts.
type Trusted struct {
	Path   string    `json:"path"`
	SHA256 string    `json:"sha256"` // of the bytes that were trusted
	At     time.Time `json:"at"`
}

// NewTrust is the trust kept in the user's state folder. Nothing is read or made yet.
func NewTrust(stateHome string) *Trust {
	return &Trust{dir: filepath.Join(stateHome, "gonogo", "trust")}
}

// Trusted reports whether the configuration may act for the person: it was named by --config, lies in the user's own
// folder, or was trusted at this path with these very bytes.
func (t *Trust) Trusted(source Source) (bool, error) {
	if source.Origin == Flag || source.Origin == UserFolder {
		return true, nil
	}
	entry, err := t.read(t.file(source.Path))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read whether %s is trusted: %w", source.Path, err)
	}
	return entry.Path == source.Path && entry.SHA256 == source.Hash(), nil
}

// Trust trusts the configuration as it is now. A file that changes is not trusted any more.
func (t *Trust) Trust(source Source, now time.Time) error {
	data, err := json.MarshalIndent(Trusted{Path: source.Path, SHA256: source.Hash(), At: now.UTC()}, "", "  ")
	if err == nil {
		err = os.MkdirAll(t.dir, 0o700)
	}
	if err == nil {
		err = write(t.file(source.Path), append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("trust %s: %w", source.Path, err)
	}
	return nil
}

// write puts a file in its place as a whole, so that a reader never sees half of it.
func write(path string, data []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	err = cmp.Or(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

// Untrust takes the word back; it reports whether there was one.
func (t *Trust) Untrust(path string) (bool, error) {
	err := os.Remove(t.file(path))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("untrust %s: %w", path, err)
	}
	return true, nil
}

// List is everything that is trusted, by path.
func (t *Trust) List() ([]Trusted, error) {
	names, err := filepath.Glob(filepath.Join(t.dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list what is trusted: %w", err)
	}
	var list []Trusted
	for _, name := range names {
		entry, err := t.read(name)
		if err != nil {
			return list, fmt.Errorf("list what is trusted: %w", err)
		}
		list = append(list, entry)
	}
	slices.SortFunc(list, func(a, b Trusted) int { return cmp.Compare(a.Path, b.Path) })
	return list, nil
}

func (t *Trust) file(path string) string {
	sum := sha256.Sum256([]byte(path))
	return filepath.Join(t.dir, hex.EncodeToString(sum[:16])+".json")
}

func (t *Trust) read(file string) (Trusted, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Trusted{}, err
	}
	var entry Trusted
	if err := json.Unmarshal(data, &entry); err != nil {
		return Trusted{}, fmt.Errorf("%s is damaged; delete it and trust again: %w", file, err)
	}
	return entry, nil
}
