package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// FileName is what a configuration is called.
const FileName = "gonogo.yml"

// ErrNone reports that there is no configuration anywhere; its text says what to do.
var ErrNone error = noneError{}

// None is ErrNone with the reason why nothing could be discovered either.
func None(why string) error { return noneError{why} }

type noneError struct{ why string }

func (e noneError) Error() string {
	because := ""
	if e.why != "" {
		because = "\nNothing to discover either: " + e.why + "."
	}
	return "no " + FileName + " in this folder, nor in your configuration folder." + because + "\nLook around with: gonogo --demo\n" +
		"or begin with the shortest file that works, " + FileName + ":\n\n" + indent(Shortest)
}

// Is makes errors.Is find ErrNone whatever the reason is.
func (e noneError) Is(target error) bool {
	_, ok := target.(noneError)
	return ok
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n    ")
}

// Origin is where a configuration was found; it decides whether the file is trusted as it is.
type Origin string

// The origins.
const (
	Flag          Origin = "--config"
	WorkingFolder Origin = "working folder"
	UserFolder    Origin = "configuration folder"
	// Discovered is what gonogo found out itself and keeps beside the cache. It is restricted as what somebody else wrote.
	Discovered Origin = "discovered"
)

// Source is a configuration as it was found.
type Source struct {
	Path   string // absolute
	Data   []byte // the very bytes that are parsed and trusted
	Origin Origin
}

// Hash tells one content from another, for what is derived from it.
func (s Source) Hash() string {
	sum := sha256.Sum256(s.Data)
	return hex.EncodeToString(sum[:])
}

// Find looks for a configuration: the one that the flag names, else ./gonogo.yml, else gonogo/gonogo.yml in configHome,
// the user's configuration folder. The error is ErrNone where there is none.
func Find(flag, workdir, configHome string) (Source, error) {
	if flag != "" {
		if !filepath.IsAbs(flag) {
			flag = filepath.Join(workdir, flag)
		}
		return open(flag, Flag)
	}
	candidates := []Source{{Path: filepath.Join(workdir, FileName), Origin: WorkingFolder}}
	if configHome != "" {
		candidates = append(candidates, Source{Path: filepath.Join(configHome, "gonogo", FileName), Origin: UserFolder})
	}
	for _, c := range candidates {
		source, err := open(c.Path, c.Origin)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && c.Origin == WorkingFolder && len(candidates) > 1 && sameFile(source.Path, candidates[1].Path) {
			source.Origin = UserFolder
		}
		return source, err
	}
	return Source{}, ErrNone
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// open reads a configuration. Only the flag may name something that isn't a regular file, such as a pipe: reading one
// that lies in the working folder would hang.
func open(path string, origin Origin) (Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Source{}, fmt.Errorf("read configuration: %w", err)
	}
	if info.IsDir() {
		return Source{}, fmt.Errorf("read configuration: %s is a folder; name the file in it", path)
	}
	if !info.Mode().IsRegular() && origin != Flag {
		return Source{}, fmt.Errorf("read configuration: %s is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return Source{}, fmt.Errorf("read configuration: %w", err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, MaxSize+1)) // one more than Load takes, so that Load says so
	if err != nil {
		return Source{}, fmt.Errorf("read configuration: %w", err)
	}
	return Source{Path: path, Data: data, Origin: origin}, nil
}

// Folders are the user's own folders, each without gonogo's part.
type Folders struct {
	Config string // configuration
	State  string // what must outlive the cache: trust, the journal
	Cache  string // what may be deleted at any time
}

// UserFolders are the user's folders: the XDG base directories where their variables are set and absolute (XDG Base
// Directory Specification 0.8), else the system's own.
func UserFolders(getenv func(string) string, goos string) (Folders, error) {
	home := getenv("HOME")
	config, state, cache := ".config", ".local/state", ".cache"
	if goos == "darwin" {
		config, state, cache = "Library/Application Support", "Library/Application Support", "Library/Caches"
	}
	pick := func(variable, below string) string {
		if dir := getenv(variable); filepath.IsAbs(dir) {
			return dir
		}
		if home == "" {
			return ""
		}
		return filepath.Join(home, filepath.FromSlash(below))
	}
	f := Folders{
		Config: pick("XDG_CONFIG_HOME", config), State: pick("XDG_STATE_HOME", state), Cache: pick("XDG_CACHE_HOME", cache),
	}
	if f.Config == "" || f.State == "" || f.Cache == "" {
		return f, errors.New("find your folders: HOME is not set; set it, or XDG_CONFIG_HOME, XDG_STATE_HOME and XDG_CACHE_HOME")
	}
	return f, nil
}

// CachePath is the cache's file of a configuration, in the user's cache folder: one for each path that a configuration
// has, with the folder's name in it for whoever looks. That of a discovered one lies beside it.
func CachePath(cacheHome string, source Source) string {
	if source.Origin == Discovered {
		return strings.TrimSuffix(source.Path, filepath.Ext(source.Path)) + ".sqlite"
	}
	sum := sha256.Sum256([]byte(source.Path))
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, filepath.Base(filepath.Dir(source.Path)))
	if len(name) > 40 {
		name = name[:40]
	}
	return filepath.Join(cacheHome, "gonogo", strings.TrimPrefix(name+"-"+hex.EncodeToString(sum[:8]), "-")+".sqlite")
}
