package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"gonogo/sources/config"
	"gonogo/sources/discover"
	"gonogo/sources/token"
)

// DemoFactor is how much faster than real time the demo lives: slow enough to read, fast enough to see a run end.
const DemoFactor = 20

// DemoOptions say how to open the demo.
type DemoOptions struct {
	Folder string // keeps it from one start to the next; empty: fresh, in temporary files
	Log    *slog.Logger
	Seed   int64
	// ReadOnly says why the person wants nothing to be done in this session; empty: it may.
	ReadOnly string
}

// OpenDemo opens a fleet on a GitHub that lives in the process, over real HTTP on loopback, so that every line of the
// real client runs. No real token is read.
func OpenDemo(ctx context.Context, o DemoOptions) (*Fleet, error) {
	folder, remove, err := demoFolder(o.Folder)
	if err != nil {
		return nil, err
	}
	f, err := openDemoIn(ctx, o, folder)
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	f.OnClose(func() { _ = remove() }) // temporary files that can't be removed are the system's to clean
	return f, nil
}

func demoFolder(kept string) (folder string, remove func() error, err error) {
	if kept != "" {
		folder, err = filepath.Abs(kept)
		if err == nil {
			err = os.MkdirAll(folder, 0o700)
		}
		if err != nil {
			return "", nil, fmt.Errorf("make the demo's folder: %w", err)
		}
		return folder, func() error { return nil }, nil
	}
	folder, err = os.MkdirTemp("", "gonogo-demo-")
	if err != nil {
		return "", nil, fmt.Errorf("make the demo's folder: %w", err)
	}
	return folder, func() error { return os.RemoveAll(folder) }, nil
}

// demoState is what a kept demo remembers, so that the same world goes on where it was left.
type demoState struct {
	Seed int64     `json:"seed"`
	From time.Time `json:"from"`
	At   time.Time `json:"at"`
}

func openDemoIn(ctx context.Context, o DemoOptions, folder string) (*Fleet, error) {
	sim, state, own, err := simulateDemo(o, folder)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(folder, config.FileName)
	if err := os.WriteFile(path, []byte(sim.Config), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("write the demo's configuration: %w", err), sim.Close())
	}
	own.Source = config.Source{Path: path, Data: []byte(sim.Config), Origin: config.Flag}
	own.Folders = config.Folders{Config: folder, State: filepath.Join(folder, "state"), Cache: filepath.Join(folder, "cache")}
	f, err := Open(ctx, own)
	if err != nil {
		return nil, errors.Join(err, sim.Close())
	}
	f.OnClose(func() {
		state.At = sim.Clock.Now()
		_ = writeDemo(folder, state) // the next start then begins anew
		_ = sim.Close()
	})
	return f, nil
}

// simulateDemo starts the demo's GitHub where a kept demo left it, and says how to ask it.
func simulateDemo(o DemoOptions, folder string) (*Simulation, demoState, Options, error) {
	state, err := readDemo(folder, o.Seed)
	if err != nil {
		return nil, state, Options{}, err
	}
	sim, err := Simulate(SimulateOptions{Factor: DemoFactor, Seed: state.Seed, From: state.From, At: state.At})
	if err != nil {
		return nil, state, Options{}, err
	}
	root, err := url.Parse(sim.Root)
	if err != nil {
		return nil, state, Options{}, errors.Join(fmt.Errorf("read the simulation's address: %w", err), sim.Close())
	}
	return sim, state, Options{
		User: config.DefaultUser(), Clock: sim.Clock, Rand: rand.New(rand.NewPCG(uint64(state.Seed), 1)), Log: o.Log,
		Tokens: func(_ context.Context, host string) (token.Token, error) {
			return token.New(host, sim.Token, "the demo"), nil
		},
		KnownHosts: func() []string { return nil },
		Roots:      map[string]*url.URL{sim.Host: root}, Demo: true, Factor: DemoFactor, ReadOnly: o.ReadOnly,
	}, nil
}

// LookDemo discovers a repository of the demo.
func LookDemo(ctx context.Context, o DemoOptions, s discover.Subject) (found discover.Found, err error) {
	sim, _, own, err := simulateDemo(o, o.Folder)
	if err != nil {
		return discover.Found{}, err
	}
	defer func() { err = errors.Join(err, sim.Close()) }()
	return Look(ctx, own, s)
}

// readDemo reads what a kept demo remembers, or begins a new one now.
func readDemo(folder string, seed int64) (demoState, error) {
	state := demoState{Seed: seed, From: time.Now().UTC()}
	data, err := os.ReadFile(filepath.Join(folder, "demo.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return state, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &state)
	}
	if err != nil {
		return state, fmt.Errorf("read what the demo in %s remembers: %w; delete demo.json there to begin anew", folder, err)
	}
	return state, nil
}

func writeDemo(folder string, state demoState) error {
	data, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "demo.json"), data, 0o600)
}
