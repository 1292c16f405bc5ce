package discover

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"gonogo/model"
	"gonogo/sources/config"
)

// Remote is a remote of a clone.
type Remote struct {
	Name string
	Repo model.Repo // zero: it is none that a GitHub could hold
	// Insecure says that it is asked over plain http, which is for loopback only.
	Insecure bool
	// Port says that the port in Repo.Host is the web's: an ssh URL doesn't tell it.
	Port bool
	Why  string // what it is instead of a repository on some host: "a folder of this machine"

	resolved string // gh's word on it (gh repo set-default)
}

// remotes reads the remotes in the order of the configuration.
func (c *Clone) remotes(e Environment) {
	var names []string
	urls, pushes, resolved := map[string][]string{}, map[string][]string{}, map[string]string{}
	for _, s := range c.settings {
		if s.section != "remote" || s.subsection == "" {
			continue
		}
		if !slices.Contains(names, s.subsection) {
			names = append(names, s.subsection)
		}
		switch s.key {
		case "url":
			urls[s.subsection] = appendURL(urls[s.subsection], s.value)
		case "pushurl":
			pushes[s.subsection] = appendURL(pushes[s.subsection], s.value)
		case "gh-resolved":
			resolved[s.subsection] = s.value
		}
	}
	aliases := &sshConfig{environment: e}
	for _, name := range names {
		var tried []Remote
		for _, raw := range candidates(c.settings, urls[name], pushes[name]) {
			tried = append(tried, parseRemote(raw, aliases))
		}
		if len(tried) == 0 {
			continue // a remote without a URL is only settings
		}
		r := tried[0]
		for _, one := range slices.Backward(tried) {
			if one.Repo != (model.Repo{}) {
				r = one
			}
		}
		r.Name, r.resolved = string(model.Clean(name)), resolved[name]
		c.Remotes = append(c.Remotes, r)
	}
}

// appendURL: an empty value forgets those before it (git-config(1), remote.<name>.url, since git 2.46).
func appendURL(list []string, value string) []string {
	if value == "" {
		return nil
	}
	return append(list, value)
}

// candidates are what a remote may be read by, after git's rewriting: where it is fetched from, else where it is pushed
// to, as gh takes them.
func candidates(settings []setting, urls, pushes []string) []string {
	var list []string
	if len(urls) > 0 {
		list = append(list, rewrite(settings, "insteadof", urls[0]))
	}
	switch {
	case len(pushes) > 0:
		list = append(list, rewrite(settings, "insteadof", pushes[0]))
	case len(urls) > 0:
		push := rewrite(settings, "pushinsteadof", urls[0])
		if push == urls[0] {
			push = list[0]
		}
		list = append(list, push)
	}
	return list
}

// rewrite applies url.<base>.insteadOf: the longest prefix wins (git-config(1)).
func rewrite(settings []setting, key, raw string) string {
	base, longest := "", ""
	for _, s := range settings {
		if s.is("url", key) && len(s.value) > len(longest) && strings.HasPrefix(raw, s.value) {
			base, longest = s.subsection, s.value
		}
	}
	if longest == "" {
		return raw
	}
	return base + raw[len(longest):]
}

// parseRemote reads every way to write where a repository is (git-fetch(1), "GIT URLS"). The URL itself is never shown:
// it may hold a password.
func parseRemote(raw string, aliases *sshConfig) Remote {
	if before, _, helper := strings.Cut(raw, "::"); helper && !strings.ContainsAny(before, "/:.") && before != "" {
		return Remote{Why: "read by the helper " + string(model.Clean(before))}
	}
	if !strings.Contains(raw, "://") {
		return parseShort(raw, aliases)
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" && u.Scheme != "file" {
		return Remote{Why: "no URL that can be read"}
	}
	scheme := strings.ToLower(u.Scheme)
	switch scheme {
	case "https", "git+https":
		return remoteAt(u.Host, u.Path, true)
	case "http":
		r := remoteAt(u.Host, u.Path, true)
		switch {
		case r.Repo.Host == githubHost || r.Repo == (model.Repo{}): // the API is asked over https in any case
		case loopback(u.Hostname()):
			r.Insecure = true
		default:
			r = Remote{Why: "on " + r.Repo.Host + " over plain http, which is for loopback only"}
		}
		return r
	case "ssh", "git+ssh", "ssh+git":
		return remoteAt(aliases.host(u.Hostname()), u.Path, false)
	case "git":
		return remoteAt(u.Hostname(), u.Path, false)
	case "file":
		return Remote{Why: "a folder of this machine"}
	}
	return Remote{Why: "read over " + string(model.Clean(scheme)) + ", which no GitHub is"}
}

// parseShort reads [user@]host:path, which is ssh; everything else without a scheme is a folder.
func parseShort(raw string, aliases *sshConfig) Remote {
	colon := strings.IndexByte(raw, ':')
	if open := strings.IndexByte(raw, '['); open >= 0 && open < colon { // [::1]:path, [host:port]:path
		if end := strings.Index(raw, "]:"); end > open {
			colon = end + 1
		}
	}
	if slash := strings.IndexByte(raw, '/'); colon <= 0 || slash >= 0 && slash < colon {
		return Remote{Why: "a folder of this machine"}
	}
	host := raw[:colon]
	host = host[strings.LastIndexByte(host, '@')+1:]
	if strings.HasSuffix(host, "]") { // [user@host:port], [::1]
		host = strings.Trim(host, "[]")
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
	}
	return remoteAt(aliases.host(host), raw[colon+1:], false)
}

const githubHost = "github.com"

// remoteAt is OWNER/NAME on a host. Only a web URL tells the web's port.
func remoteAt(host, path string, web bool) Remote {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	hostname, port, err := net.SplitHostPort(host)
	if err != nil {
		hostname, port = host, ""
	}
	switch {
	case hostname == githubHost || strings.HasSuffix(hostname, "."+githubHost): // www., and ssh. on port 443
		host, port = githubHost, ""
	case !web || port == "443" || port == "":
		host, port = hostname, ""
	}
	if strings.Contains(host, ":") && port == "" {
		host = "[" + strings.Trim(host, "[]") + "]"
	}
	path = strings.TrimSuffix(strings.Trim(path, "/"), ".git")
	if strings.Count(path, "/") != 1 {
		return Remote{Why: fmt.Sprintf("on %s, and not an OWNER/REPO there", model.Clean(host))}
	}
	repo, err := config.ParseRepo(host+"/"+path, githubHost)
	if err != nil {
		return Remote{Why: fmt.Sprintf("on %s, and not an OWNER/REPO there", model.Clean(host))}
	}
	return Remote{Repo: repo, Port: port != ""}
}

func loopback(hostname string) bool {
	ip := net.ParseIP(hostname)
	return strings.EqualFold(hostname, "localhost") || ip != nil && ip.IsLoopback()
}
