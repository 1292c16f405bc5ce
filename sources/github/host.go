package github

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"gonogo/model"
)

// rootOf returns the REST root of a host: api.github.com, api.SUBDOMAIN.ghe.com with data residency, and below the
// host itself on an Enterprise Server (GitHub docs, "Getting started with the REST API").
func rootOf(host, scheme string) (*url.URL, error) {
	if host == "" {
		host = "github.com"
	}
	if scheme == "" {
		scheme = "https"
	}
	host = strings.ToLower(host)
	u := &url.URL{Scheme: scheme, Host: host, Path: "/api/v3/"}
	if host == "github.com" || strings.HasSuffix(host, ".ghe.com") {
		u.Host, u.Path = "api."+host, "/"
	}
	return u, checkRoot(u)
}

// checkRoot refuses roots to which a token must not be sent.
func checkRoot(u *url.URL) error {
	switch {
	case u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("the API's root must be a plain URL of a host and a path")
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && Loopback(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return fmt.Errorf("%s would be asked over plain http, which is for loopback only; use https", u.Host)
	}
	return fmt.Errorf("%s is no scheme that GitHub is asked over; use https", u.Scheme)
}

// Loopback reports whether a host name is the machine's own.
func Loopback(hostname string) bool {
	if strings.EqualFold(hostname, "localhost") {
		return true
	}
	ip := net.ParseIP(hostname)
	return ip != nil && ip.IsLoopback()
}

// sameOrigin reports whether both URLs have scheme, host and port in common.
func sameOrigin(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case strings.EqualFold(u.Scheme, "http"):
		return "80"
	}
	return "443"
}

// checkRepo refuses what can't be a repository's name, for "../../user" would walk the path.
func checkRepo(r model.Repo) error {
	if !made(r.Owner, "-_") || r.Owner[0] == '-' || r.Owner[0] == '_' || !made(r.Name, "-_.") || r.Name == "." || r.Name == ".." {
		return fmt.Errorf("%s is not the name of a repository; write OWNER/NAME", model.Clean(r.FullName()))
	}
	return nil
}

// made reports whether a name is made of ASCII letters, digits and the others given, and of a sensible length.
func made(name, others string) bool {
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return name != "" && len(name) <= 100
}

// objectName reports whether s is a full object name of git, of SHA-1 or SHA-256.
func objectName(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// segment escapes a name as one segment of a path; dots too, where they would walk it.
func segment(name string) string {
	if name == "." || name == ".." {
		return strings.ReplaceAll(name, ".", "%2E")
	}
	return url.PathEscape(name)
}

// refPath escapes a ref of several segments, as tags/api/v1.0.
func refPath(ref string) string {
	parts := strings.Split(ref, "/")
	for i := range parts {
		parts[i] = segment(parts[i])
	}
	return strings.Join(parts, "/")
}
