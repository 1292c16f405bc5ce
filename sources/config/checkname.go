package config

import (
	"net/url"
	"path"
	"strings"

	"github.com/mattn/go-runewidth"

	"gonogo/model"
)

// maxQueryName is how long a query may be, in cells, to be a check's name.
const maxQueryName = 40

// shortURL names a check that has no name by its host and the last part of its path.
func shortURL(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return target
	}
	folder, last := path.Split(strings.Trim(u.Path, "/"))
	switch {
	case last == "":
		return u.Host
	case folder == "":
		return u.Host + "/" + last
	}
	return u.Host + "/…/" + last
}

// shortQuery names a check that has no name by the beginning of its query, in one line.
func shortQuery(query string) string {
	return runewidth.Truncate(strings.Join(strings.Fields(query), " "), maxQueryName, "…")
}

// tellApart gives checks that would be called alike in short what they ask in full.
func (b *builder) tellApart(files []checkFile, checks []model.Check) {
	called := map[string]int{}
	for _, c := range checks {
		called[strings.ToLower(c.Name)]++
	}
	for i := range checks {
		c := &checks[i]
		if files[i].has("name") || called[strings.ToLower(c.Name)] < 2 {
			continue
		}
		switch c.Kind {
		case model.CheckHTTP:
			c.Name = string(model.Clean(files[i].HTTP.v))
		case model.CheckPrometheus:
			c.Name = string(model.Clean(files[i].Query.v))
		}
	}
}
