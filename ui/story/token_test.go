package story_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

func TestTheTokenIsNowhereButInRequestsToItsOwnHost(t *testing.T) {
	l := demoLab(t)
	log := l.home + "/log"
	c := l.open(160, 48, "--log", log)
	c.See("NO-GO", "UP TO DATE")
	c.Press("2", "enter", "esc", "4", "enter", "esc", "r", "?", "esc").See("payments")
	if bytes.Contains(c.Raw(), []byte(secret)) {
		t.Error("the token was on the screen")
	}
	c.Press("q").Exited(2 * time.Second)
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
