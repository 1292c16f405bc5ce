package github_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

func TestReadTheArtifactsOfARun(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		old := sh.failed.Artifact("coverage", map[string]string{"lcov.info": "SF:a.go\nend_of_record\n"})
		s.clock.Advance(time.Minute)
		fresh := sh.failed.Artifact("coverage", map[string]string{"lcov.info": "SF:b.go\nend_of_record\n"})
		sh.waits.Artifact("binary", map[string]string{"api": "bytes"})
		old.Expire()
		first := must[github.Reading[[]github.Artifact]](t)(s.client.RunArtifacts(background(), api, sh.failed.ID, nil))
		if len(first.Value) != 2 || first.Value[0].ID != fresh.ID || first.Value[1].ID != old.ID {
			t.Fatalf("artifacts: %+v", first.Value)
		}
		if a := first.Value[0]; a.Name != "coverage" || a.Run != sh.failed.ID || a.SHA != model.SHA(sh.third.SHA) || a.Expired || a.Foreign || a.Size == 0 || !a.CreatedAt.Equal(s.clock.Now()) {
			t.Errorf("the newest: %+v", a)
		}
		if !first.Value[1].Expired {
			t.Errorf("the expired one: %+v", first.Value[1])
		}
		s.charged()
		again := must[github.Reading[[]github.Artifact]](t)(s.client.RunArtifacts(background(), api, sh.failed.ID, first.Validators))
		if sent, counted := s.charged(); !again.Unchanged || sent != 1 || counted != 0 {
			t.Errorf("unchanged %t took %d requests, %d charged", again.Unchanged, sent, counted)
		}
		all := must[github.Reading[[]github.Artifact]](t)(s.client.Artifacts(background(), api, nil))
		if len(all.Value) != 3 || all.Cut {
			t.Errorf("of the repository: %+v", all.Value)
		}
		_, err := s.client.RunArtifacts(background(), api, 1, nil)
		problem(t, err, model.ProblemMissing)
	})
}

// A cut list of the repository's artifacts tells what a run left only if it is of the newest ones.
func TestACutListOfArtifactsTellsOnlyOfTheNewest(t *testing.T) {
	for body, want := range map[string]int{
		`[{"id":2,"name":"b","created_at":"2026-03-02T08:00:00Z"},{"id":1,"name":"a","created_at":"2026-03-02T07:00:00Z"}]`: 2,
		`[{"id":1,"name":"a","created_at":"2026-03-02T07:00:00Z"},{"id":2,"name":"b","created_at":"2026-03-02T08:00:00Z"}]`: 0,
	} {
		s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
		next := `<` + s.server.URL() + `repos/acme/api/actions/artifacts?page=2&per_page=100>; rel="next"`
		s.Fault(simulator.Fault{Path: "/repos/acme/api/actions/artifacts", Status: 200, Header: map[string]string{"Link": next}, Body: `{"total_count":300,"artifacts":` + body + `}`})
		all := must[github.Reading[[]github.Artifact]](t)(s.client.Artifacts(background(), api, nil))
		if len(all.Value) != want || !all.Cut {
			t.Errorf("of %s it takes %+v, cut %t", body, all.Value, all.Cut)
		}
	}
}

func TestAnArtifactOfAForksRunIsForeign(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
	fork := s.Repository("acme/api").Run(simulator.RunOf{Workflow: "ci.yml", Event: "pull_request", Fork: "stranger/api"})
	fork.Artifact("coverage", map[string]string{"lcov.info": "SF:a.go\nend_of_record\n"})
	list := must[github.Reading[[]github.Artifact]](t)(s.client.RunArtifacts(background(), api, fork.ID, nil))
	if len(list.Value) != 1 || !list.Value[0].Foreign {
		t.Errorf("artifacts: %+v", list.Value)
	}
}

// The storage host refuses tokens and remembers them.
func TestAnArtifactIsFetchedWithoutTheToken(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		sh.failed.Artifact("coverage", map[string]string{"a/lcov.info": "SF:a.go\nend_of_record\n"})
		list := must[github.Reading[[]github.Artifact]](t)(s.client.RunArtifacts(background(), api, sh.failed.ID, nil))
		var b bytes.Buffer
		n := must[int64](t)(s.client.SaveArtifact(background(), api, list.Value[0], &b))
		z, err := zip.NewReader(bytes.NewReader(b.Bytes()), n)
		if err != nil || len(z.File) != 1 || z.File[0].Name != "a/lcov.info" || n != list.Value[0].Size {
			t.Errorf("%d bytes came: %v", n, err)
		}
		if leaks := s.Leaks(); len(leaks) > 0 {
			t.Errorf("the token was sent to the storage host: %+v", leaks)
		}
		s.Repository("acme/api").Rename("acme/api2") // the old name redirects
		b.Reset()
		if n := must[int64](t)(s.client.SaveArtifact(background(), api, list.Value[0], &b)); n != list.Value[0].Size || len(s.Leaks()) > 0 {
			t.Errorf("under its old name %d bytes came, leaks: %+v", n, s.Leaks())
		}
	})
}

func TestWhatKeepsAnArtifactFromBeingRead(t *testing.T) {
	zipPath := "/repos/acme/api/actions/artifacts/*/zip"
	for name, c := range map[string]struct {
		fault  *simulator.Fault
		change func(*github.Artifact)
		kind   model.Problem
		says   string
	}{
		"expired by the list":             {nil, func(a *github.Artifact) { a.Expired = true }, model.ProblemMissing, "it has expired"},
		"expired since":                   {&simulator.Fault{Path: zipPath, Status: 410}, nil, model.ProblemMissing, "it has expired (410)"},
		"deleted since":                   {&simulator.Fault{Path: zipPath, Status: 404}, nil, model.ProblemMissing, "it was deleted"},
		"forbidden":                       {&simulator.Fault{Path: zipPath, Status: 403}, nil, model.ProblemForbidden, "may not read Actions"},
		"no address":                      {&simulator.Fault{Path: zipPath, Status: 200, Body: "PK"}, nil, model.ProblemMalformed, "no address"},
		"gone from the storage":           {&simulator.Fault{Storage: true, Status: 404}, nil, model.ProblemMissing, "404 from its storage"},
		"an address that has expired":     {&simulator.Fault{Storage: true, Status: 403}, nil, model.ProblemServer, "refused"},
		"a storage host in trouble":       {&simulator.Fault{Storage: true, Status: 503}, nil, model.ProblemServer, "503"},
		"cut in the middle":               {&simulator.Fault{Storage: true, Cut: simulator.CutMiddle}, nil, model.ProblemNetwork, "cut off"},
		"cut before":                      {&simulator.Fault{Storage: true, Cut: simulator.CutBefore}, nil, model.ProblemNetwork, "EOF"},
		"another content than was listed": {nil, func(a *github.Artifact) { a.Digest = "sha256:" + strings.Repeat("0", 64) }, model.ProblemServer, "SHA-256"},
		"a digest of another kind":        {nil, func(a *github.Artifact) { a.Digest = "blake3:00" }, model.NoProblem, ""},
		"far too large":                   {nil, func(a *github.Artifact) { a.Size = github.MaxArtifact + 1 }, model.ProblemMalformed, "larger than 1024 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			var sh *shop
			s := open(t, simulator.Options{}, func(w *simulator.World) { sh = buildShop(w) })
			driving(t, s.clock)
			sh.failed.Artifact("coverage", map[string]string{"lcov.info": strings.Repeat("SF:a.go\nend_of_record\n", 100)})
			list := must[github.Reading[[]github.Artifact]](t)(s.client.RunArtifacts(background(), api, sh.failed.ID, nil))
			a := list.Value[0]
			if c.change != nil {
				c.change(&a)
			}
			if c.fault != nil {
				s.Fault(*c.fault)
			}
			_, err := s.client.SaveArtifact(background(), api, a, io.Discard)
			if github.KindOf(err) != c.kind || err != nil && (!strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "download the artifact coverage of acme/api")) {
				t.Errorf("of kind %q: %v", github.KindOf(err), err)
			}
			if err != nil && strings.Contains(err.Error(), "sig=") {
				t.Errorf("the signed address is told: %v", err)
			}
			if leaks := s.Leaks(); len(leaks) > 0 {
				t.Errorf("the token was sent to the storage host: %+v", leaks)
			}
		})
	}
}

// GitHub sends the client to a host that it may read from, and nowhere else.
func TestAnArtifactIsNotFetchedFromJustAnywhere(t *testing.T) {
	var tokens []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tokens = append(tokens, r.Header.Get("Authorization")+r.Header.Get("Cookie"))
		http.Redirect(w, r, "http://storage.example/plain", http.StatusFound)
	}))
	defer elsewhere.Close()
	for name, location := range map[string]string{
		"another scheme":               "ftp://storage.example/x",
		"plain http":                   "http://storage.example/x",
		"a name and a password":        "https://user:secret@storage.example/x",
		"a file":                       "file:///etc/passwd",
		"one that sends on over plain": elsewhere.URL,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, simulator.Options{}, func(w *simulator.World) { buildShop(w) })
			s.Fault(simulator.Fault{Path: "/repos/acme/api/actions/artifacts/7/zip", Status: http.StatusFound, Header: map[string]string{"Location": location}, Body: "moved"})
			_, err := s.client.SaveArtifact(background(), api, github.Artifact{ID: 7, Name: "coverage"}, io.Discard)
			if err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("it said %v", err)
			}
		})
	}
	if len(tokens) != 1 || tokens[0] != "" {
		t.Errorf("another host was shown %q", tokens)
	}
}

func TestADownloadThatIsCalledOffEnds(t *testing.T) {
	var sh *shop
	s := open(t, simulator.Options{}, func(w *simulator.World) { sh = buildShop(w) })
	sh.failed.Artifact("coverage", map[string]string{"lcov.info": "SF:a.go\nend_of_record\n"})
	list := must[github.Reading[[]github.Artifact]](t)(s.client.RunArtifacts(background(), api, sh.failed.ID, nil))
	s.Fault(simulator.Fault{Storage: true, Delay: 10 * time.Second})
	ctx, cancel := context.WithTimeout(background(), 50*time.Millisecond)
	defer cancel()
	_, err := s.client.SaveArtifact(ctx, api, list.Value[0], io.Discard)
	if !errors.Is(err, context.DeadlineExceeded) || github.KindOf(err) != model.NoProblem {
		t.Errorf("it said %v", err)
	}
}

// full takes nothing, as a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAFullDiskIsNotTheNetworksFault(t *testing.T) {
	var sh *shop
	s := open(t, simulator.Options{}, func(w *simulator.World) { sh = buildShop(w) })
	sh.failed.Artifact("coverage", map[string]string{"lcov.info": "SF:a.go\nend_of_record\n"})
	list := must[github.Reading[[]github.Artifact]](t)(s.client.RunArtifacts(background(), api, sh.failed.ID, nil))
	_, err := s.client.SaveArtifact(background(), api, list.Value[0], full{})
	if p := problem(t, err, model.ProblemServer); !strings.Contains(p.Error(), "no space left on device; make room there") {
		t.Errorf("it said %v", p)
	}
}
