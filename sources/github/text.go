package github

import (
	"net/url"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// maxURL is the longest link that is kept.
const maxURL = 2000

// cleanURL returns a web link that is safe to open and to draw, without user name and password; anything else is "".
func cleanURL(raw string) string {
	if raw == "" || len(raw) > maxURL {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	u.User = nil
	if s := u.String(); string(model.Clean(s)) == s && !strings.ContainsRune(s, ' ') {
		return s
	}
	return ""
}

// name cleans an identifier from outside: names, refs, paths. What git and GitHub allow in practice is unchanged, so that
// it still compares equal with what the configuration says.
func name(s string) string { return string(model.Clean(s)) }

// title is the first line of a message.
func title(message string) model.Text {
	line, _, _ := strings.Cut(strings.TrimLeft(message, "\r\n"), "\n")
	return model.Clean(strings.TrimRight(line, "\r"))
}

func at(t *github.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Time.UTC()
}

// sha returns an object name, or "" for what is none.
func sha(s string) model.SHA {
	s = strings.ToLower(s)
	if !objectName(s) {
		return ""
	}
	return model.SHA(s)
}
