package simulator

import (
	"net/url"
	"strconv"
	"strings"
)

// page cuts a list as per_page and page say (REST docs, "Using pagination": 30 a
// page, at most 100) and returns the Link header's value.
func page[T any](c *call, all []T, usual, most int) (part []T, link string) {
	return pageWithin(c, all, usual, most, len(all))
}

// pageWithin is page for a list of which no more than bound can be reached.
func pageWithin[T any](c *call, all []T, usual, most, bound int) (part []T, link string) {
	query := c.http.URL.Query()
	size := atLeastOne(query.Get("per_page"), usual)
	size = min(size, most)
	number := atLeastOne(query.Get("page"), 1)
	reach := min(len(all), bound)
	last := max(1, (reach+size-1)/size)
	number = min(number, last+1) // pages behind the last are all alike, and empty
	from := min((number-1)*size, reach)
	part = all[from:min(from+size, reach)]
	return part, c.link(query, number, last)
}

func atLeastOne(text string, otherwise int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return otherwise
	}
	return n
}

// link writes the Link header as GitHub does: by the repository's number, the
// other parameters kept, no header for a single page.
func (c *call) link(query url.Values, number, last int) string {
	if last == 1 {
		return ""
	}
	address := c.world.base + strings.TrimPrefix(c.path, "/")
	if c.repo != nil {
		rest := strings.Split(strings.TrimPrefix(c.path, "/"), "/")
		skip := 3 // repos, owner, name
		if rest[0] == "repositories" {
			skip = 2
		}
		address = c.world.base + "repositories/" + itoa(c.repo.ID) + "/" + strings.Join(rest[skip:], "/")
	}
	var links []string
	add := func(n int, rel string) {
		query.Set("page", itoa(n))
		links = append(links, "<"+address+"?"+query.Encode()+`>; rel="`+rel+`"`)
	}
	if number > 1 {
		add(min(number-1, last), "prev")
	}
	if number < last {
		add(number+1, "next")
		add(last, "last")
	}
	if number > 1 {
		add(1, "first")
	}
	return strings.Join(links, ", ")
}

// list answers a page of a list, each element shown.
func list[T any](c *call, all []T, show func(T) any) answer {
	part, link := page(c, all, 30, 100)
	return linked(found(showAll(part, show)), link)
}

// counted answers a page of a list under its name, with the whole list's length.
func counted[T any](c *call, name string, all []T, show func(T) any) answer {
	part, link := page(c, all, 30, 100)
	return linked(found(object{"total_count": len(all), name: showAll(part, show)}), link)
}

func linked(a answer, link string) answer {
	if link != "" {
		a.header.Set("Link", link)
	}
	return a
}

func showAll[T any](all []T, show func(T) any) []any {
	shown := make([]any, len(all))
	for i, v := range all {
		shown[i] = show(v)
	}
	return shown
}
