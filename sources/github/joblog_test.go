package github_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

// logOf reads a job's log whole.
func logOf(c *github.Client, job int64) (string, error) {
	d, err := c.JobLog(background(), api, job)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(d)
	return string(text), errors.Join(err, d.Close())
}

func TestAJobsLogComesFromTheStorageWithoutTheToken(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		var log bytes.Buffer
		client := s.connect(secret, func(o *github.Options) {
			o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		s.charged()
		text, err := logOf(client, sh.failed.JobID("test"))
		if err != nil || !strings.Contains(text, "##[error]Process completed with exit code 1.") {
			t.Fatalf("the log is %q, %v", text, err)
		}
		if leaks := s.Leaks(); len(leaks) > 0 {
			t.Errorf("the storage host saw a token: %+v", leaks)
		}
		if sent, counted := s.charged(); sent != 2 || counted != 1 {
			t.Errorf("%d requests, %d of them charged; want one to the API and one to the storage", sent, counted)
		}
		if log.Len() == 0 || strings.Contains(log.String(), secret) || strings.Contains(log.String(), "sig=") {
			t.Errorf("what is secret or signed is in the log:\n%s", &log)
		}
	})
}

func TestALogThatIsNotThereSaysWhy(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		run := sh.repo.Run(simulator.RunOf{Workflow: "ci.yml"})
		s.clock.Advance(30 * time.Second)
		_, err := logOf(s.client, run.JobID("build"))
		if p := problem(t, err, model.ProblemMissing); !strings.Contains(p.Error(), "GitHub has no log of this job") || !strings.Contains(p.Error(), "404 from its storage") {
			t.Errorf("of a job that runs it says %q", p.Error())
		}
		_, err = logOf(s.client, 999_999)
		if p := problem(t, err, model.ProblemMissing); !strings.Contains(p.Error(), "read the log of job 999999 of acme/api: GitHub has no log of this job") {
			t.Errorf("of no job it says %q", p.Error())
		}
		s.clock.Advance(91 * 24 * time.Hour)
		_, err = logOf(s.client, sh.failed.JobID("test"))
		if p := problem(t, err, model.ProblemMissing); !strings.Contains(p.Error(), "no longer keeps the log of this job (410)") {
			t.Errorf("after 91 days it says %q", p.Error())
		}
		s.Fault(simulator.Fault{Status: 403, Times: 1, Body: `{"message":"Resource not accessible by personal access token"}`})
		_, err = logOf(s.client, sh.failed.JobID("test"))
		if p := problem(t, err, model.ProblemForbidden); !strings.Contains(p.Error(), "the token may not read Actions (403)") {
			t.Errorf("without the permission it says %q", p.Error())
		}
	})
}

func TestTheStoragesTroubleIsNoFactOfGitHub(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault simulator.Fault
		kind  model.Problem
		says  string
	}{
		{"a 403", simulator.Fault{Status: 403}, model.ProblemServer, "the address that GitHub gave was refused"},
		{"a 503", simulator.Fault{Status: 503}, model.ProblemServer, "GitHub's storage has trouble (503"},
		{"cut before it begins", simulator.Fault{Cut: simulator.CutBefore}, model.ProblemNetwork, ""},
		{"cut in the middle", simulator.Fault{Cut: simulator.CutMiddle}, model.ProblemNetwork, "cut off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sh *shop
			s := open(t, simulator.Options{}, func(w *simulator.World) { sh = buildShop(w) })
			c.fault.Storage = true
			s.Fault(c.fault)
			_, err := logOf(s.client, sh.failed.JobID("test"))
			if p := problem(t, err, c.kind); !strings.Contains(p.Error(), c.says) || strings.Contains(p.Error(), "sig=") {
				t.Errorf("it says %q", p.Error())
			}
			if b := s.client.Budget(); !b.BlockedUntil.IsZero() {
				t.Error("the storage's refusal was taken for a limit of the API")
			}
		})
	}
}

func TestALogOfARenamedRepositoryIsFound(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		sh.repo.Rename("acme/gateway")
		for range 2 {
			if text, err := logOf(s.client, sh.failed.JobID("test")); err != nil || text == "" {
				t.Fatalf("%d bytes, %v", len(text), err)
			}
		}
		if len(s.Leaks()) > 0 {
			t.Error("the storage host saw a token")
		}
	})
}

func TestOnlyAStorageIsDownloadedFrom(t *testing.T) {
	for _, location := range []string{"http://storage.example/log", "ftp://127.0.0.1/log", "file:///etc/passwd", "https://mona:secret@storage.example/log", ""} {
		client := answering(t, clock.Real(), func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Location"] = []string{location}
			w.WriteHeader(http.StatusFound)
		}, nil)
		_, err := logOf(client, 1)
		problem(t, err, model.ProblemMalformed)
	}
	client := answering(t, clock.Real(), func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "no redirect") }, nil)
	_, err := logOf(client, 1)
	problem(t, err, model.ProblemMalformed)
}

func TestADownloadThatStallsEnds(t *testing.T) {
	release := make(chan struct{})
	client := answering(t, clock.Real(), func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/storage") {
			fmt.Fprintln(w, "one line")
			_ = http.NewResponseController(w).Flush()
			select {
			case <-release:
			case <-r.Context().Done():
			}
			return
		}
		http.Redirect(w, r, "/storage/log", http.StatusFound)
	}, func(o *github.Options) { o.Timeout = 50 * time.Millisecond })
	t.Cleanup(func() { close(release) })
	text, err := logOf(client, 1)
	if p := problem(t, err, model.ProblemTimeout); text != "one line\n" || !strings.Contains(p.Error(), "sends nothing any more") {
		t.Errorf("%q, %v", text, err)
	}
	ctx, cancel := context.WithCancel(background())
	d, err := client.JobLog(ctx, api, 1)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.ReadAll(d); !errors.Is(err, context.Canceled) {
		t.Errorf("called off: %v", err)
	}
	_ = d.Close()
}
