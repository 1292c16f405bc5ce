package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"gonogo/model"
)

// checkKinds are the keys that say what a check asks; each check has one of them.
var checkKinds = []string{"http", "tcp", "exec", "prometheus"}

// only are the keys that belong to some kinds of checks.
var only = map[string][]string{
	"expect": {"http"}, "query": {"prometheus"}, "unhealthy": {"prometheus"}, "degraded": {"http", "prometheus"},
}

func (b *builder) checks(files []checkFile) []model.Check {
	var out []model.Check
	names := map[string]int{}
	ids := map[string]int{}
	for i := range files {
		f := &files[i]
		c := b.check(f)
		if f.has("name") {
			if first, found := names[strings.ToLower(c.Name)]; found {
				b.errorAt(f.key("name"), "", "two checks are called %q, the first in line %d", c.Name, files[first].key("name").Line)
			}
			names[strings.ToLower(c.Name)] = i
		}
		ids[c.ID]++
		if n := ids[c.ID]; n > 1 {
			c.ID = fmt.Sprintf("%s-%d", c.ID, n)
		}
		out = append(out, c)
	}
	b.tellApart(files, out)
	return out
}

func (b *builder) check(f *checkFile) model.Check {
	c := model.Check{
		Degraded: f.Degraded.pointer(), Unhealthy: f.Unhealthy.pointer(),
		Every: orDefault(f.Every, model.DefaultEvery), Timeout: orDefault(f.Timeout, model.DefaultTimeout),
		Failures: model.DefaultFailures, Required: f.Required.at == nil || f.Required.v,
	}
	if f.has("failures") {
		c.Failures = int(f.Failures.v)
	}
	c.MaxAge = orDefault(f.MaxAge, 3*c.Every)
	if f.has("max_age") && c.MaxAge < c.Every {
		b.errorAt(f.MaxAge.at, "at least every", "an answer is stale (%s) before the next is asked for (%s)", c.MaxAge, c.Every)
	}
	b.name(f.Name)
	b.kind(f, &c)
	c.Name = string(model.Clean(orText(f.Name, c.Name)))
	c.ID = identify(c)
	return c
}

// kind reads what the check asks.
func (b *builder) kind(f *checkFile, c *model.Check) {
	var written []string
	for _, k := range checkKinds {
		if f.keys[k] != nil {
			written = append(written, k)
		}
	}
	switch len(written) {
	case 0:
		if !f.lost {
			b.errorAt(f.at, "", "a check asks something: http, tcp, exec or prometheus")
		}
		return
	case 1:
	default:
		b.errorAt(f.key(written[1]), "make two checks of it", "a check asks one thing, not %s", strings.Join(written, " and "))
		return
	}
	c.Kind = model.CheckKind(written[0])
	b.foreign(f, written[0])
	if !f.has(written[0]) {
		return
	}
	switch c.Kind {
	case model.CheckHTTP:
		c.Target, c.Name = b.target(f.HTTP), shortURL(f.HTTP.v)
		b.expect(f.Expect, c)
		if c.Degraded != nil && *c.Degraded <= 0 {
			b.errorAt(f.Degraded.at, "seconds, as in 0.5", "every answer takes longer than %s s", f.Degraded.at.Value)
		}
	case model.CheckTCP:
		c.Target, c.Name = b.address(f.TCP), f.TCP.v
	case model.CheckExec:
		c.Command, c.Name = b.command(f), strings.Join(values(f.Exec), " ")
	case model.CheckPrometheus:
		c.Target, c.Name = b.target(f.Prometheus), shortQuery(f.Query.v)
		b.query(f, c)
	}
}

// foreign notes keys that this kind of check doesn't read.
func (b *builder) foreign(f *checkFile, kind string) {
	for _, key := range keysOfCheck {
		if kinds := only[key]; kinds != nil && !contains(kinds, kind) && f.keys[key] != nil {
			b.errorAt(f.key(key), "", "%s is for %s checks", key, strings.Join(kinds, " and "))
		}
	}
}

var keysOfCheck = []string{"expect", "query", "degraded", "unhealthy"}

// sample values, so that what a template becomes can be looked at. Those of a release come from outside.
var (
	one     = model.Values{Service: "service", Environment: "environment", Tag: "v1.0.0", Version: "v1.0.0", SHA: strings.Repeat("a", 40), Operation: "1"}
	another = model.Values{Service: "service", Environment: "environment", Tag: "v2.0.0", Version: "v2.0.0", SHA: strings.Repeat("b", 40), Operation: "2"}
)

// expanded is what a template becomes for two releases.
func (b *builder) expanded(t text) (first, second string, ok bool) {
	b.template(t)
	first, err := model.Expand(t.v, one)
	if err != nil {
		return "", "", false
	}
	second, _ = model.Expand(t.v, another)
	return first, second, true
}

// target reads a URL. A tag is a stranger's text: it must not choose the host that is asked.
func (b *builder) target(t text) string {
	first, second, ok := b.expanded(t)
	if !ok {
		return t.v
	}
	u, err := url.Parse(first)
	v, err2 := url.Parse(second)
	switch {
	case err != nil || err2 != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		b.errorAt(t.at, "as in https://acme.dev/healthz", "%q is not a URL", t.v)
	case u.Hostname() == "":
		b.errorAt(t.at, "as in https://acme.dev/healthz", "%q has no host", t.v)
	case u.User != nil:
		b.errorAt(t.at, "leave out what is before @", "a URL with credentials; this file is read by many")
	case u.Host != v.Host || u.Scheme != v.Scheme:
		b.errorAt(t.at, "write the host out", "a release must not choose the host that is asked")
	}
	return t.v
}

// address reads host:port.
func (b *builder) address(t text) string {
	first, second, ok := b.expanded(t)
	if !ok {
		return t.v
	}
	host, port, err := net.SplitHostPort(first)
	n, err2 := strconv.Atoi(port)
	switch {
	case err != nil || err2 != nil || host == "" || n < 1 || n > 65535:
		b.errorAt(t.at, "as in db.acme.dev:5432", "%q is not host:port", t.v)
	case first != second:
		b.errorAt(t.at, "write the host out", "a release must not choose the host that is asked")
	}
	return t.v
}

func (b *builder) command(f *checkFile) []string {
	if len(f.Exec) == 0 {
		b.errorAt(f.key("exec"), "as in [systemctl, is-active, acme-api]", "exec without a program")
		return nil
	}
	for _, argument := range f.Exec {
		b.template(argument)
	}
	if first, second, ok := b.expanded(f.Exec[0]); ok && first != second {
		b.errorAt(f.Exec[0].at, "write it out", "a release must not choose the program that is run")
	}
	if program := f.Exec[0].v; strings.ContainsRune(program, '/') && !filepath.IsAbs(program) {
		// It would depend on where gonogo is started; and who trusts this file has not trusted what lies beside it.
		b.errorAt(f.Exec[0].at, "name one that is found along PATH, or write its whole path", "%q is not the same program everywhere", program)
	}
	if len(f.Exec) == 1 && strings.ContainsAny(f.Exec[0].v, " |;&") {
		b.errorAt(f.Exec[0].at, fmt.Sprintf("write [%s], or [sh, -c, %q]", strings.Join(strings.Fields(f.Exec[0].v), ", "), f.Exec[0].v), "exec runs without a shell")
	}
	return values(f.Exec)
}

func (b *builder) expect(f *expectFile, c *model.Check) {
	if f == nil {
		return
	}
	c.Status = int(f.Status.v)
	for _, p := range f.JSON.list {
		b.template(p.value)
		version := model.Templated(p.value.v, "Version") || model.Templated(p.value.v, "SHA") || model.Templated(p.value.v, "Tag")
		c.JSON = append(c.JSON, model.Expect{Path: p.key.v, Value: p.value.v, Version: version})
		if strings.Contains("."+p.key.v+".", "..") {
			b.errorAt(p.key.at, "as in items.0.name", "%q is not a path to a field", p.key.v)
		}
	}
}

func (b *builder) query(f *checkFile, c *model.Check) {
	b.template(f.Query)
	c.Query = f.Query.v
	b.missing(&f.place, "query", "add query:", "a prometheus check without a query")
	if f.keys["degraded"] == nil && f.keys["unhealthy"] == nil && !f.lost {
		b.errorAt(f.key("prometheus"), "add degraded: or unhealthy:, the values from which it is", "a query that nothing is compared with")
	}
	if f.has("degraded") && f.has("unhealthy") && *c.Degraded > *c.Unhealthy {
		b.errorAt(f.Degraded.at, "", "degraded (%s) lies above unhealthy (%s), and would never be seen", f.Degraded.at.Value, f.Unhealthy.at.Value)
	}
}

// identify is an ID that stays the same while the check asks the same, wherever it stands and whatever it is called: its
// history hangs on it.
func identify(c model.Check) string {
	h := sha256.New()
	for _, part := range append([]string{c.Target, c.Query}, c.Command...) {
		h.Write([]byte(part + "\x00"))
	}
	return string(c.Kind) + "-" + hex.EncodeToString(h.Sum(nil)[:4])
}
