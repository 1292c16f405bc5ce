package github

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// Some readings depend on what was wanted (environments, a tag pattern). It is kept among the validators under a name that
// no request has, so that answers to another question don't count as unchanged.
const wantedKey = "#wanted"

func wantedNote(wanted ...string) string { return strings.Join(wanted, "\n") }

// sameQuestion drops validators that belong to another question.
func sameQuestion(known Validators, wanted string) Validators {
	if known[wantedKey] != wanted {
		return nil
	}
	return known
}

// anyChanged asks for the answers below base that a reading holds, beside those already checked, whether one changed.
func (c *Client) anyChanged(ctx context.Context, a act, base string, known, checked Validators) (bool, error) {
	var keys []string
	for k := range known {
		if _, done := checked[k]; !done && !strings.HasPrefix(k, "#") {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		path, query, ok := splitKey(k)
		if !ok || !strings.HasPrefix(path, base+"/") {
			return true, nil // not one of ours: read again
		}
		p, err := c.get(ctx, a, path, query, known[k])
		if err != nil {
			return false, err
		}
		if !p.unchanged {
			return true, nil
		}
	}
	return false, nil
}

// splitKey takes a validator's name apart into path and query.
func splitKey(k string) (path string, query url.Values, ok bool) {
	path, raw, _ := strings.Cut(strings.TrimPrefix(k, "/"), "?")
	query, err := url.ParseQuery(raw)
	return path, query, err == nil
}
