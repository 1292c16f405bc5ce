package github_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

// sent counts the requests with a method that arrived.
func (s *stage) sent(method string) (n int) {
	for _, r := range s.Requests() {
		if r.Method == method && !strings.HasSuffix(r.Path, "/graphql") {
			n++
		}
	}
	return n
}

var staging = map[string]string{"environment": "staging"}

func TestDispatchNamesItsRunWhereTheHostTells(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, shop *shop) {
		before := len(shop.repo.Runs())
		run, err := s.client.Dispatch(background(), api, "deploy.yml", "v1.1.0", staging, true)
		made := shop.repo.Runs()
		if fate, status := github.FateOf(err); s.client.Budget().Enterprise != "" {
			if fate != github.Refused || status != http.StatusBadRequest || len(made) != before {
				t.Fatalf("an Enterprise Server answered %v, %d, and there are %d runs more", err, status, len(made)-before)
			}
			if run, err = s.client.Dispatch(background(), api, "deploy.yml", "v1.1.0", staging, false); err != nil || run != 0 {
				t.Fatalf("%d, %v", run, err)
			}
			made = shop.repo.Runs()
		} else if err != nil || run != made[0].ID {
			t.Fatalf("%d, %v", run, err)
		}
		if len(made) != before+1 || made[0].Branch != "v1.1.0" || made[0].Title != "Deploy to staging" {
			t.Errorf("%d runs more; the newest is %q on %s", len(made)-before, made[0].Title, made[0].Branch)
		}
		found := must[[]model.Run](t)(s.client.Dispatched(background(), api, "deploy.yml", s.clock.Now().Add(-time.Minute)))
		if len(found) != 1 || found[0].ID != made[0].ID {
			t.Errorf("it is not found again among %d", len(found))
		}
		left := must[[]model.Run](t)(s.client.Unfinished(background(), api, "deploy.yml"))
		if len(left) != 2 { // and the one that waits for its reviewer
			t.Errorf("%d runs are unfinished", len(left))
		}
	})
}

func TestWritesToRunsDeploymentsAndReleases(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, shop *shop) {
		ctx := background()
		id, err := s.client.CreateDeployment(ctx, api, github.DeploymentMade{Ref: "v1.1.0", Environment: "staging", Task: "deploy", Payload: map[string]any{"gonogo": "op-1"}})
		if err != nil || id == 0 {
			t.Fatalf("%d, %v", id, err)
		}
		if err := s.client.Rerun(ctx, api, shop.failed.ID, true); err != nil || shop.failed.Attempt() != 2 {
			t.Errorf("attempt %d, %v", shop.failed.Attempt(), err)
		}
		if err := s.client.Cancel(ctx, api, shop.failed.ID); err != nil {
			t.Error(err)
		}
		if err := s.client.Cancel(ctx, api, shop.failed.ID); !fated(err, github.Refused, http.StatusConflict) {
			t.Errorf("cancelling what has ended: %v", err)
		}
		s.clock.Advance(time.Hour) // the wait timer
		if err := s.client.Review(ctx, api, shop.waits.ID, "production eu/1", true, "go"); err != nil {
			t.Error(err)
		}
		if status, _ := shop.waits.Status(); status == simulator.Waiting {
			t.Error("it still waits")
		}
		if err := s.client.Review(ctx, api, shop.waits.ID, "Production EU/1", true, "go"); !fated(err, github.NotSent, 0) {
			t.Errorf("reviewed twice: %v", err)
		}
		before := must[operation.ReleaseState](t)(s.client.ReleaseAt(ctx, api, "v1.1.0"))
		if public, err := s.client.Publish(ctx, api, before.ID, "v1.1.0"); err != nil || !public || before.Public() {
			t.Errorf("%v, %v, before %+v", public, err, before)
		}
		if now := must[operation.ReleaseState](t)(s.client.ReleaseAt(ctx, api, "v1.1.0")); !now.Public() || now.ID != before.ID {
			t.Errorf("%+v", now)
		}
		if _, err := s.client.Publish(ctx, api, 1<<40, "v1.1.0"); !fated(err, github.Refused, http.StatusNotFound) {
			t.Errorf("a release that isn't there: %v", err)
		}
		if none := must[operation.ReleaseState](t)(s.client.ReleaseAt(ctx, api, "nothing/of it")); none != (operation.ReleaseState{}) {
			t.Errorf("%+v", none)
		}
		for _, r := range must[github.Reading[[]model.Release]](t)(s.client.Releases(ctx, api, "", nil)).Value {
			if r.Channel == model.Internal {
				t.Errorf("%s is still internal", r.Tag)
			}
		}
	})
}

func fated(err error, fate github.Fate, status int) bool {
	f, s := github.FateOf(err)
	return err != nil && f == fate && s == status
}

func TestRefsAreComparedBeforeTheyAreDeleted(t *testing.T) {
	const lock = "refs/gonogo/lock/api/production"
	for _, c := range []struct {
		name    string
		options simulator.Options
		atomic  bool
	}{
		{"github.com", simulator.Options{}, true},
		{"Enterprise Server", simulator.Options{Edition: simulator.EnterpriseServer319}, true},
		{"without GraphQL", simulator.Options{NoGraphQL: true}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sh *shop
			s := open(t, c.options, func(w *simulator.World) { sh = buildShop(w) })
			ctx := background()
			mine := must[string](t)(s.client.CreateTagObject(ctx, api, "gonogo", "gonogo lock by ada\n\n{}", model.SHA(sh.first.SHA)))
			other := must[string](t)(s.client.CreateTagObject(ctx, api, "gonogo", "gonogo lock by bob\n\n{}", model.SHA(sh.first.SHA)))
			if err := s.client.CreateRef(ctx, api, lock, mine); err != nil {
				t.Fatal(err)
			}
			if err := s.client.CreateRef(ctx, api, lock, other); !fated(err, github.Refused, http.StatusUnprocessableEntity) {
				t.Errorf("a second lock: %v", err)
			}
			at, there, err := s.client.Ref(ctx, api, lock)
			if err != nil || !there || at.Object != mine || !at.Tag {
				t.Fatalf("%+v, %v, %v", at, there, err)
			}
			if said := must[string](t)(s.client.TagMessage(ctx, api, at.Object)); !strings.HasPrefix(said, "gonogo lock by ada") {
				t.Errorf("it says %q", said)
			}
			if done, _, err := s.client.DeleteRef(ctx, api, lock, other); done || err != nil {
				t.Errorf("another's lock was deleted: %v, %v", done, err)
			}
			if done, refused, err := s.client.ReplaceRef(ctx, api, lock, other, mine); done || refused == c.atomic || c.atomic && err != nil {
				t.Errorf("another's lock was replaced: %v, refused %v, %v", done, refused, err)
			}
			if c.atomic {
				for _, step := range [][2]string{{mine, other}, {other, mine}} {
					if done, refused, err := s.client.ReplaceRef(ctx, api, lock, step[0], step[1]); !done || refused || err != nil {
						t.Errorf("replaced %v, refused %v, %v", done, refused, err)
					}
					if now, _, err := s.client.Ref(ctx, api, lock); err != nil || now.Object != step[1] {
						t.Errorf("it is at %+v, %v", now, err)
					}
				}
			}
			if done, atomic, err := s.client.DeleteRef(ctx, api, lock, mine); !done || atomic != c.atomic || err != nil {
				t.Errorf("done %v, atomic %v, %v", done, atomic, err)
			}
			if done, _, err := s.client.DeleteRef(ctx, api, lock, mine); done || err != nil {
				t.Errorf("deleted twice: %v, %v", done, err)
			}
			if list := must[[]github.RefAt](t)(s.client.MatchingRefs(ctx, api, "refs/gonogo/")); len(list) != 0 {
				t.Errorf("%v is left", list)
			}
		})
	}
}

func TestRefsOutsideHeadsAndTagsMayBeRefused(t *testing.T) {
	var sh *shop
	s := open(t, simulator.Options{NoCustomRefs: true}, func(w *simulator.World) { sh = buildShop(w) })
	object := must[string](t)(s.client.CreateTagObject(background(), api, "gonogo", "x", model.SHA(sh.first.SHA)))
	if err := s.client.CreateRef(background(), api, "refs/gonogo/lock/api/production", object); !fated(err, github.Refused, http.StatusUnprocessableEntity) {
		t.Errorf("%v", err)
	}
	if err := s.client.CreateRef(background(), api, "refs/tags/gonogo/lock/api/production", object); err != nil {
		t.Error(err)
	}
}

// What is known of a dispatch by each way in which the network and GitHub may answer, whether it was done, and that it
// was sent once.
func TestTheFateOfADispatch(t *testing.T) {
	bend := func(f simulator.Fault) func(*stage) {
		return func(s *stage) {
			f.Method, f.Times = http.MethodPost, 1
			s.Fault(f)
		}
	}
	for _, c := range []struct {
		name   string
		before func(*stage)
		fate   github.Fate
		status int
		done   bool
		says   string
	}{
		{"nothing is wrong", func(*stage) {}, github.Done, 200, true, ""},
		{"reset before it was processed", bend(simulator.Fault{Cut: simulator.CutBefore}), github.Unknown, 0, false, "whether GitHub did it isn't known"},
		{"cut off after it was processed", bend(simulator.Fault{Cut: simulator.CutMiddle}), github.Unknown, 0, true, "whether GitHub did it isn't known"},
		{"502 after it was processed", bend(simulator.Fault{Status: 502}), github.Unknown, 502, true, "GitHub has trouble (502)"},
		{"no answer in time", bend(simulator.Fault{Delay: 30 * time.Second}), github.Unknown, 0, true, "no answer within"},
		{"401", func(s *stage) { s.Token("another", simulator.Access{}) }, github.Refused, 401, false, "does not accept the token"},
		{"403", func(s *stage) {
			s.Token(secret, simulator.Access{Permissions: map[string]string{"actions": "read"}})
		}, github.Refused, 403, false, "give it the permission Actions: write"},
		{"404", func(s *stage) { s.Repository("acme/api").Remove() }, github.Refused, 404, false, "the token may not write it"},
		{"422", func(s *stage) { s.Repository("acme/api").RemoveTag("v1.1.0") }, github.Refused, 422, false, "No ref found for: v1.1.0"},
		{"429", bend(simulator.Fault{Status: 429, Instead: true}), github.Refused, 429, false, ""},
		{"409", bend(simulator.Fault{Status: 409, Instead: true}), github.Refused, 409, false, "GitHub refuses it (409)"},
		{"a redirect", func(s *stage) { s.Repository("acme/api").Rename("acme/renamed") }, github.Refused, 307, false, "the repository has moved (307)"},
		{"no connection", func(s *stage) { _ = s.server.Close() }, github.NotSent, 0, false, "nothing was sent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sh *shop
			s := open(t, simulator.Options{}, func(w *simulator.World) { sh = buildShop(w) })
			client := s.connect(secret, func(o *github.Options) { o.Timeout = 300 * time.Millisecond })
			before := len(sh.repo.Runs())
			c.before(s)
			s.ForgetRequests()
			_, err := client.Dispatch(context.Background(), api, "deploy.yml", "v1.1.0", staging, true)
			fate, status := github.FateOf(err)
			if fate != c.fate || status != c.status {
				t.Errorf("fate %d, status %d: %v", fate, status, err)
			}
			if done := len(sh.repo.Runs()) == before+1; done != c.done {
				t.Errorf("done: %v", done)
			}
			if err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("it says %q, not %q", err, c.says)
			}
			if n := s.sent(http.MethodPost); n != 1 && c.fate != github.NotSent {
				t.Errorf("it was sent %d times", n)
			}
			if err != nil && strings.Contains(fmt.Sprintf("%+v", err), secret) {
				t.Error("the token is in the error")
			}
		})
	}
}
