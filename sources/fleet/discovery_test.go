package fleet

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/config"
	"gonogo/sources/discover"
	"gonogo/sources/token"
)

// undiscoveredService is a simulation of one service that no configuration names, and what opens a fleet on it.
func undiscoveredService(t *testing.T) Options {
	t.Helper()
	_, o := simulated(t, 1)
	subject, err := discover.Named("acme/service-001", discover.Hosts{Known: []string{"github.com"}, Default: "github.com"}, "the test")
	if err != nil {
		t.Fatal(err)
	}
	o.Subject, o.Kept = &subject, discover.LoadKept(o.Folders.Cache, subject.Repo)
	o.Source = o.Kept.Source
	return o
}

func TestAFleetIsDiscoveredAndFoundAgain(t *testing.T) {
	o := undiscoveredService(t)
	f := open(t, o)
	b, err := f.Board(t.Context())
	if err != nil || len(b.Services) != 0 || !strings.Contains(b.Status.Discovery.Sentence(), "looking at acme/service-001 on github.com") {
		t.Errorf("before anything is known: %+v, %v", b, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	f.Select("service-001") // before it is known
	f.Start(ctx)
	if err := f.Discovered(ctx); err != nil {
		t.Fatal(err)
	}
	if err := f.WaitRead(ctx); err != nil {
		t.Fatal(err)
	}
	b, err = f.Board(ctx)
	shut(t, f)
	if err != nil || len(b.Services) != 1 || b.Services[0].Verdict != model.Go || b.Status.Trust != "" || !b.Status.Discovery.Found {
		t.Fatalf("%+v, %v", b, err)
	}
	for _, e := range f.Config().Services[0].Environments {
		if !e.ReadOnly {
			t.Errorf("something could be done in %s from what nobody wrote", e.Name)
		}
	}
	o.Kept = discover.LoadKept(o.Folders.Cache, o.Subject.Repo)
	o.Source = o.Kept.Source
	o.Roots["github.com"].Host = "127.0.0.1:1" // nobody answers there
	again := open(t, o)
	defer shut(t, again)
	b, err = again.Board(t.Context())
	if err != nil || len(b.Services) != 1 || b.Services[0].Verdict != model.Go {
		t.Errorf("the first frame of the next start: %+v, %v", b, err)
	}
	if err := again.Discovered(t.Context()); err != nil {
		t.Error(err)
	}
}

// A discovery that finds something else exchanges the fleet while it is looked at.
func TestAnOldDiscoveryIsMadeAgainWhileItIsLookedAt(t *testing.T) {
	o := undiscoveredService(t)
	found, err := Look(t.Context(), o, *o.Subject)
	if err != nil {
		t.Fatal(err)
	}
	if o.Kept, err = o.Kept.Keep(found, o.Clock.Now().Add(-2*discover.MaxAge)); err != nil {
		t.Fatal(err)
	}
	o.Kept.Source.Data = []byte(strings.Replace(string(o.Kept.Source.Data), "      - name: staging\n", "", 1))
	o.Source = o.Kept.Source
	f := open(t, o)
	if n := len(f.Config().Services[0].Environments); n != 1 {
		t.Fatalf("%d environments are kept", n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	f.Start(ctx)
	var looking sync.WaitGroup
	looking.Go(func() {
		for ctx.Err() == nil {
			if _, err := f.Board(ctx); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
			f.Select("service-001")
			f.Refresh()
			if len(f.Config().Services[0].Environments) == 2 {
				return
			}
			select {
			case <-f.Events():
			case <-ctx.Done():
			}
		}
	})
	looking.Wait()
	if err := f.WaitRead(ctx); err != nil {
		t.Error(err)
	}
	d, err := f.Detail(ctx, "service-001")
	if err != nil || len(d.Assessment.Environments) != 2 {
		t.Errorf("%+v, %v", d.Assessment, err)
	}
	shut(t, f)
}

// A discovery that fails says why; and one that is under way ends with the fleet.
func TestADiscoveryThatFailsOrIsLeftAlone(t *testing.T) {
	o := undiscoveredService(t)
	o.Tokens = func(context.Context, string) (token.Token, error) { return token.Token{}, errors.New("no token here") }
	f := open(t, o)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	f.Start(ctx)
	if err := f.Discovered(ctx); err == nil || !strings.Contains(err.Error(), "no token here") {
		t.Errorf("%v", err)
	}
	if s := f.Status().Discovery; s.Found || !strings.Contains(s.Sentence(), "could not be discovered") {
		t.Errorf("%+v", s)
	}
	shut(t, f)
	reached := make(chan struct{})
	o.Tokens = func(context.Context, string) (token.Token, error) {
		close(reached)
		return token.New("github.com", simulatedToken, "the test"), nil
	}
	f = open(t, o)
	f.Start(ctx)
	<-reached
	shut(t, f)
	if kept := discover.LoadKept(o.Folders.Cache, o.Subject.Repo); kept.Source.Origin != config.Discovered {
		t.Errorf("%+v", kept)
	}
}
