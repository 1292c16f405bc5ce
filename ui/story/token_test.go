package story_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"gonogo/sources/simulator"
)

func TestTheTokenIsNowhereButInRequestsToItsOwnHost(t *testing.T) {
	l := demoLab(t)
	log := l.home + "/log"
	c := l.open(160, 48, "--log", log)
	c.See("NO-GO", "UP TO DATE", "degraded", "failure").NotSee("first reading")
	c.Press("2", "enter").See("web: ci.yml #")
	c.Press("r", "?").See("Show the details")
	if bytes.Contains(c.Raw(), []byte(secret)) {
		t.Error("the token was on the screen")
	}
	c.Press("q").Exited(soon)
	status := l.run(l.command("status", "--json", "--log", log))
	if strings.Contains(status.out+status.err, secret) {
		t.Error("status printed the token")
	}
	files := l.files("")
	if len(files) < 2 {
		t.Fatalf("nothing was written at all: %v", files)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("%s holds the token", file)
		}
		if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o077 != 0 && !strings.HasSuffix(file, "gonogo.yml") {
			t.Errorf("%s can be read by others: %v", file, info.Mode())
		}
	}
	if leaks := l.world.Leaks(); len(leaks) > 0 {
		t.Errorf("the token came to another host: %v", leaks)
	}
	sent := 0
	for _, r := range l.world.Requests() {
		if r.Token == secret {
			sent++
		}
	}
	if sent == 0 {
		t.Error("no request had the token, so that this test proves nothing")
	}
}

// Where the way is wrong or the token is, its text is not said either, and a redirect to another host doesn't get it.
func TestTheTokenIsNotInWhatIsSaidOfTrouble(t *testing.T) {
	l := troubleLab(t, func(w *simulator.World) {
		w.Revoke(secret)
		first(w).Rename("acme/renamed")
	})
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Errorf("another host was given %q", r.Header.Get("Authorization"))
		}
	}))
	defer thief.Close()
	l.world.Fault(simulator.Fault{Path: "**/service-002/**", Status: http.StatusFound, Header: map[string]string{"Location": strings.Replace(thief.URL, "127.0.0.1", "localhost", 1) + "/stolen"}})
	log := l.home + "/log"
	got := l.run(l.command("status", "--log", log, "--timeout", "4s"))
	written, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"the table": got.out, "the errors": got.err, "the log": string(written)} {
		if strings.Contains(text, secret) || strings.Contains(text, "Bearer") {
			t.Errorf("%s says the token:\n%s", where, text)
		}
	}
	if got.code != 2 {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
}
