package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gonogo/model"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestTrustIsOfAPathAndItsBytes(t *testing.T) {
	state := t.TempDir()
	trust := NewTrust(state)
	found := Source{Path: "/clone/gonogo.yml", Data: []byte("services: []"), Origin: WorkingFolder}
	trusted := func(s Source) bool {
		t.Helper()
		ok, err := NewTrust(state).Trusted(s)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if trusted(found) {
		t.Error("a stranger's file is trusted")
	}
	if !trusted(Source{Path: "/x", Origin: Flag}) || !trusted(Source{Path: "/x", Origin: UserFolder}) {
		t.Error("the person's own file is not trusted")
	}
	if err := trust.Trust(found, noon); err != nil {
		t.Fatal(err)
	}
	changed, moved := found, found
	changed.Data = []byte("services: [{}]")
	moved.Path = "/elsewhere/gonogo.yml"
	if !trusted(found) || trusted(changed) || trusted(moved) {
		t.Errorf("trusted %t, changed %t, moved %t", trusted(found), trusted(changed), trusted(moved))
	}
	list, err := trust.List()
	if want := []Trusted{{Path: found.Path, SHA256: found.Hash(), At: noon}}; err != nil || !cmp.Equal(want, list) {
		t.Errorf("list %v, %v", list, err)
	}
	err = filepath.Walk(state, func(path string, info os.FileInfo, err error) error {
		if err == nil && path != state && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if had, err := trust.Untrust(found.Path); !had || err != nil || trusted(found) {
		t.Errorf("untrust: %t, %v", had, err)
	}
	if had, err := trust.Untrust(found.Path); had || err != nil {
		t.Errorf("untrust again: %t, %v", had, err)
	}
}

func TestADamagedTrustIsNoTrust(t *testing.T) {
	state := t.TempDir()
	trust := NewTrust(state)
	found := Source{Path: "/clone/gonogo.yml", Origin: WorkingFolder}
	if err := trust.Trust(found, noon); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(trust.file(found.Path), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if ok, err := trust.Trusted(found); ok || err == nil || !strings.Contains(err.Error(), "is damaged; delete it and trust again") {
		t.Errorf("%t, %v", ok, err)
	}
}

func TestAnUntrustedFileMayOnlyRead(t *testing.T) {
	text := `
sprint: {milestones: true}
services:
  - repo: acme/api
    ci_ignore: ["**"]
    environments:
      - name: staging
        health: [{tcp: 10.0.0.1:22, required: false}]
        gates: {ci: off, rollback: off, sprint: required}
      - name: production
        tier: other
        gates: {rollback: advisory, soak: required}
  - repo: ghe.acme.dev/acme/web
    environments: [{name: production}]
  - repo: evil.dev/acme/web
    name: evil
    environments: [{name: production}]
  - repo: acme/ops
    deploy: {repo: other.dev/acme/ops, ref: branch, version: payload}
    environments: [{name: production}]
`
	fleet := load(t, text)
	got, list := Restrict(fleet, []string{"github.com", "GHE.acme.dev"})
	if diff := cmp.Diff(load(t, text), fleet); diff != "" {
		t.Errorf("the fleet that was passed in has changed:\n%s", diff)
	}
	api := got.Services[0]
	staging, production := api.Environments[0], api.Environments[1]
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"ci_ignore", api.CIIgnore, []string(nil)},
		{"the check", [2]bool{staging.Checks[0].Untrusted, staging.Checks[0].Required}, [2]bool{true, true}},
		{"gates of staging", staging.Gates, map[model.Gate]model.Level{model.GateSprint: model.Required}},
		{"gates of production", production.Gates, map[model.Gate]model.Level{model.GateSoak: model.Required}},
		{"production's tier", production.Tier, model.Production},
		{"read only", staging.ReadOnly && production.ReadOnly, true},
		{"a host that gh knows", got.Services[1].Untrusted, model.Text("")},
		{"a stranger's host", got.Services[2].Untrusted, model.Text("evil.dev is not asked for evil: the configuration isn't trusted, and gh knows no such host")},
		{"a stranger's host to deploy", got.Services[3].Untrusted != "", true},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
	var said []string
	for _, r := range list {
		said = append(said, string(r.Why))
	}
	if diff := cmp.Diff([]string{
		"api: ci_ignore is not followed",
		"api staging: the gate ci stays required, not off",
		"api staging: the gate rollback stays advisory, not off",
		"api production counts as production",
		"api production: the gate rollback stays required, not advisory",
		"evil.dev is not asked for evil: the configuration isn't trusted, and gh knows no such host",
		"other.dev is not asked for ops: the configuration isn't trusted, and gh knows no such host",
		"1 check is not run",
		"nothing is promoted, rolled back or approved from here",
	}, said); diff != "" {
		t.Errorf("what is said (-want +got):\n%s", diff)
	}
}

// A board on a host that the person doesn't use isn't asked for.
func TestAnUntrustedBoardIsAskedWhereGhIs(t *testing.T) {
	text := "github: {url: https://evil.dev}\nsprint: {project: acme/7}\nservices:\n  - repo: github.com/acme/api\n    environments: [{name: production}]\n"
	fleet := load(t, text)
	const why = "evil.dev is not asked for the sprint board: the configuration isn't trusted, and gh knows no such host"
	got, list := Restrict(fleet, nil)
	if got.Sprint.Untrusted != why || fleet.Sprint.Untrusted != "" || list[0].Why != why {
		t.Errorf("%q; %q was changed; said is %v", got.Sprint.Untrusted, fleet.Sprint.Untrusted, list)
	}
	if of, ok := got.BoardOf(); !ok || of.Untrusted != why || of.Repo.Host != "evil.dev" {
		t.Errorf("%+v", of)
	}
	if got, _ := Restrict(fleet, []string{"Evil.dev"}); got.Sprint.Untrusted != "" {
		t.Error("a host that gh knows isn't asked")
	}
}
