package github_test

import (
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

func TestReadWhatAReleaseStillNeeds(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		repo := s.World.Repository("acme/api")
		l := repo.Release(simulator.ReleaseOf{Tag: "v9.0.0", At: sh.third.SHA, Assets: map[string]string{"api-linux.tar.gz": "bytes", "notes.txt": "text"}})
		release := model.Release{Tag: "v9.0.0", SHA: model.SHA(sh.third.SHA)}
		asset, bundle := model.ArtifactRule{ReleaseAsset: "api-*.tar.gz"}, model.ArtifactRule{Actions: "bundle"}
		look := func(r model.Release, rule model.ArtifactRule, known github.Validators) github.Reading[model.Needed] {
			t.Helper()
			return must[github.Reading[model.Needed]](t)(s.client.Needed(background(), api, r, rule, known))
		}
		first := look(release, asset, nil)
		if !first.Value.There {
			t.Errorf("its asset: %+v", first.Value)
		}
		if again := look(release, asset, first.Validators); !again.Unchanged {
			t.Errorf("nothing has changed: %+v", again)
		}
		l.Detach("api-linux.tar.gz")
		if now := look(release, asset, first.Validators).Value; now.There || now.Why != "its release has no asset api-*.tar.gz" {
			t.Errorf("without it: %+v", now)
		}
		if now := look(model.Release{Tag: "v77", SHA: release.SHA}, asset, nil).Value; now.There || now.Why != "v77 has no release any more" {
			t.Errorf("without a release: %+v", now)
		}
		if now := look(release, bundle, nil).Value; now.There || now.Why != "no run of its commit has left bundle" {
			t.Errorf("without an artifact: %+v", now)
		}
		left := sh.failed.Artifact("bundle", map[string]string{"api": "bytes"})
		if now := look(release, bundle, nil).Value; !now.There || now.Until.Sub(s.clock.Now()) < 80*24*time.Hour {
			t.Errorf("with an artifact: %+v", now)
		}
		if now := look(model.Release{SHA: model.SHA(sh.first.SHA)}, bundle, nil).Value; now.There {
			t.Errorf("another commit's: %+v", now)
		}
		left.Expire()
		if now := look(release, bundle, nil).Value; now.There || now.Why != "bundle of its runs has expired" {
			t.Errorf("an expired one: %+v", now)
		}
	})
}

// What lies behind the newest artifacts of a name is looked for run by run.
func TestReadAnArtifactBehindTheNewest(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		sh.failed.Artifact("bundle", map[string]string{"api": "bytes"})
		for range 101 {
			s.clock.Advance(time.Second)
			sh.waits.Artifact("bundle", map[string]string{"api": "bytes"})
		}
		got := must[github.Reading[model.Needed]](t)(s.client.Needed(background(), api, model.Release{SHA: model.SHA(sh.third.SHA)}, model.ArtifactRule{Actions: "bundle"}, nil))
		if !got.Value.There || len(got.Validators) > 0 {
			t.Errorf("it says %+v, to be asked again by %v", got.Value, got.Validators)
		}
	})
}
