package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"gonogo/model"
)

const defaultURL = "https://github.com"

// Names are checked by hand: expressions for them would be compiled at every start.

// validOwner follows GitHub's rules: letters, digits and hyphens, and the underscore before an enterprise's short code.
func validOwner(s string) bool {
	return len(s) >= 1 && len(s) <= 100 && onlyOf(s, "-_") && strings.Trim(s, "-") == s && s[0] != '_'
}

// validRepo follows GitHub's rules: letters, digits, dots, hyphens and underscores, but no path.
func validRepo(s string) bool {
	return len(s) >= 1 && len(s) <= 100 && onlyOf(s, "._-") && s != "." && s != ".."
}

// validLabel is one part of a host's name, in lower case.
func validLabel(s string) bool {
	return len(s) >= 1 && len(s) <= 63 && onlyOf(s, "_-") && strings.Trim(s, "-") == s && strings.ToLower(s) == s
}

// onlyOf reports whether s has only letters and digits of ASCII, and the others.
func onlyOf(s, others string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return true
}

// repo reads [HOST/]OWNER/REPO.
func (b *builder) repo(t text) model.Repo {
	repo, wrong := parseRepo(t.v, b.host)
	if wrong.message != "" {
		b.errorAt(t.at, wrong.suggestion, "%s", wrong.message)
	}
	return repo
}

// ParseRepo reads [HOST/]OWNER/REPO as gh writes it; without a host it is on the one given.
func ParseRepo(s, host string) (model.Repo, error) {
	repo, wrong := parseRepo(s, host)
	switch {
	case wrong.message == "":
		return repo, nil
	case wrong.suggestion != "":
		return repo, fmt.Errorf("%s; %s", model.Clean(wrong.message), model.Clean(wrong.suggestion))
	}
	return repo, errors.New(string(model.Clean(wrong.message)))
}

// wrong is what is wrong with a text, and what to write instead.
type wrong struct{ message, suggestion string }

// parseRepo reads [HOST/]OWNER/REPO. Names reach the paths of URLs, so nothing but GitHub's own characters is let in.
func parseRepo(s, host string) (model.Repo, wrong) {
	parts := strings.Split(s, "/")
	repo := model.Repo{Host: host}
	switch {
	case strings.Contains(s, "://") || strings.HasPrefix(s, "git@"):
		return model.Repo{}, wrong{"a repository is [HOST/]OWNER/REPO, not a URL", "write " + fromURL(s)}
	case len(parts) == 2:
		repo.Owner, repo.Name = parts[0], parts[1]
	case len(parts) == 3:
		repo.Host, repo.Owner, repo.Name = strings.ToLower(parts[0]), parts[1], parts[2]
	default:
		return model.Repo{}, wrong{fmt.Sprintf("%q is not [HOST/]OWNER/REPO", s), "as in acme/api or ghe.acme.dev/acme/api"}
	}
	switch {
	case !validHost(repo.Host):
		return model.Repo{}, wrong{fmt.Sprintf("%q is not the name of a host", parts[0]), ""}
	case strings.HasSuffix(repo.Host, ".github.com"):
		return model.Repo{}, wrong{fmt.Sprintf("%q is not where repositories are", parts[0]), "write github.com"}
	case !validOwner(repo.Owner):
		return model.Repo{}, wrong{fmt.Sprintf("%q is not the name of an owner on GitHub", repo.Owner), ""}
	case !validRepo(repo.Name):
		return model.Repo{}, wrong{fmt.Sprintf("%q is not the name of a repository on GitHub", repo.Name), ""}
	case strings.HasSuffix(repo.Name, ".git"):
		return model.Repo{}, wrong{"a repository is named without .git", "write " + strings.TrimSuffix(s, ".git")}
	}
	return repo, wrong{}
}

// fromURL is [HOST/]OWNER/REPO of a URL that was written instead.
func fromURL(s string) string {
	s = strings.TrimSuffix(s, ".git")
	if _, after, found := strings.Cut(s, "://"); found {
		s = after
	} else {
		s = strings.Replace(strings.TrimPrefix(s, "git@"), ":", "/", 1)
	}
	parts := strings.Split(strings.Trim(s, "/"), "/")
	if len(parts) < 3 {
		return "OWNER/REPO"
	}
	return strings.TrimPrefix(strings.Join(parts[:3], "/"), "github.com/")
}

// validHost reports whether s names a host, in lower case, perhaps with a port.
func validHost(s string) bool {
	host := s
	if h, port, err := net.SplitHostPort(s); err == nil {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return false
		}
		host = h
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	if len(host) > 253 {
		return false
	}
	for _, label := range strings.Split(host, ".") {
		if !validLabel(label) {
			return false
		}
	}
	return true
}

// loopback reports whether a host, without its port, is this machine.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// url reads github.url.
func (b *builder) url(t text) string {
	u, err := url.Parse(t.v)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "":
		b.errorAt(t.at, "as in https://ghe.acme.dev", "%q is not a URL", t.v)
	case u.Scheme != "https" && u.Scheme != "http":
		b.errorAt(t.at, "write https://"+u.Host, "%s: is not a scheme for GitHub", u.Scheme)
	case u.User != nil:
		b.errorAt(t.at, "leave out what is before @; tokens come from gh or the environment", "a URL with credentials")
	case !validHost(strings.ToLower(u.Host)):
		b.errorAt(t.at, "", "%q is not the name of a host", u.Host)
	case u.Scheme == "http" && !loopback(strings.ToLower(u.Hostname())):
		b.errorAt(t.at, "write https://"+u.Host, "plain http would show the token to everybody on the way; it is for loopback only")
	case strings.HasSuffix(strings.ToLower(u.Host), ".github.com"):
		b.errorAt(t.at, "write "+defaultURL, "%q is not where repositories are", u.Host)
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		b.errorAt(t.at, "write "+u.Scheme+"://"+u.Host, "the URL goes on after the host")
	default:
		return u.Scheme + "://" + strings.ToLower(u.Host)
	}
	return defaultURL
}

// project reads OWNER/NUMBER.
func (b *builder) project(t text) (string, int) {
	owner, digits, _ := strings.Cut(t.v, "/")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || !validOwner(owner) {
		b.errorAt(t.at, "as in acme/7, from github.com/orgs/acme/projects/7", "%q is not OWNER/NUMBER of a project", t.v)
		return "", 0
	}
	return owner, n
}
