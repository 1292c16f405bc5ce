package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// graphqlPath is relative to the REST root: right for github.com, for hosts with data residency and for an Enterprise
// Server, where plain "graphql" would be wrong.
const graphqlPath = "../graphql"

// answerGraphQL is what every query is answered with, beside errors that arrive with status 200 (GitHub docs, "Forming
// calls with GraphQL").
type answerGraphQL struct {
	Data   map[string]json.RawMessage `json:"data"`
	Errors []errorGraphQL             `json:"errors"`
}

type errorGraphQL struct {
	Type    string            `json:"type"`
	Message string            `json:"message"`
	Path    []json.RawMessage `json:"path"`
}

// at returns an element of the path, "" where it is none or a number.
func (e errorGraphQL) at(i int) string {
	var s string
	if i < len(e.Path) {
		_ = json.Unmarshal(e.Path[i], &s) // an index stays ""
	}
	return s
}

// costs is the fragment that every query has, so that its points can be booked.
const costs = `rateLimit { cost limit remaining used resetAt }`

// query asks a GraphQL question, whose operation must select costs. Errors of its parts are left to the caller.
func (c *Client) query(ctx context.Context, a act, text string, variables map[string]any) (answerGraphQL, error) {
	const request = "POST /graphql"
	var out answerGraphQL
	req, err := c.api.NewRequest(http.MethodPost, graphqlPath, map[string]any{"query": text, "variables": variables})
	if err != nil {
		return out, a.malformed(request, "it can't be written", err)
	}
	var body bytes.Buffer
	if _, err := c.api.Do(context.WithValue(ctx, readingQuery{}, true), req, &body); err != nil {
		return out, a.explainGraphQL(ctx, request, err)
	}
	out, err = decode[answerGraphQL](a, page{key: "/graphql", body: body.Bytes()})
	if err != nil {
		return out, err
	}
	c.spend(out)
	if len(out.Data) == 0 || onlyNull(out.Data) && len(out.Errors) > 0 {
		return out, c.refusedGraphQL(a, out.Errors)
	}
	return out, nil
}

func onlyNull(data map[string]json.RawMessage) bool {
	for k, v := range data {
		if k != "rateLimit" && !bytes.Equal(v, []byte("null")) {
			return false
		}
	}
	return true
}

// spend books a query's points: what it says it cost, one if it says nothing.
func (c *Client) spend(out answerGraphQL) {
	var rate struct {
		Cost int `json:"cost"`
	}
	_ = json.Unmarshal(out.Data["rateLimit"], &rate) // without it: one
	c.books.spend(max(1, rate.Cost))
}

// explainGraphQL makes whatever says that there is no GraphQL here a refusal, for REST may still work.
func (a act) explainGraphQL(ctx context.Context, request string, err error) error {
	var refused *github.ErrorResponse
	if errors.As(err, &refused) {
		switch status := refused.Response.StatusCode; {
		case status == http.StatusUnauthorized:
		case status >= 300 && status < 500:
			return a.noGraphQL(" ("+http.StatusText(status)+")", err)
		}
	}
	return a.explain(ctx, request, err)
}

// noGraphQL says that there is no GraphQL here.
func (a act) noGraphQL(why string, cause error) *Problem {
	p := a.problem(model.ProblemForbidden, "GraphQL is refused here"+why, "REST is used instead", cause)
	p.noGraphQL = true
	return p
}

// refusedGraphQL explains a query that was not answered at all. Where each part has an error of its own the caller
// looks at those, so only whole refusals come here.
func (c *Client) refusedGraphQL(a act, errs []errorGraphQL) error {
	for _, e := range errs {
		switch {
		case e.Type == "RATE_LIMITED" && strings.Contains(strings.ToLower(e.Message), "secondary"):
			return a.limited(c.books.slowly())
		case e.Type == "RATE_LIMITED", e.Type == "RATE_LIMIT":
			return a.limited(c.books.exhaust())
		}
	}
	for _, e := range errs {
		if len(e.Path) == 0 {
			return a.noGraphQL(": GitHub says "+quote(e.Message), nil)
		}
	}
	if len(errs) > 0 {
		return nil
	}
	return a.malformed("POST /graphql", "it holds neither data nor errors", nil)
}

func (a act) limited(err error) error {
	var l *limitError
	if !errors.As(err, &l) {
		return err
	}
	p := a.problem(model.ProblemLimit, l.why, "it goes on by itself then", l)
	p.Until = l.until
	return p
}

// partial explains the error of one part of an answer.
func (a act) partial(e errorGraphQL) *Problem {
	switch e.Type {
	case "NOT_FOUND":
		return a.absent("", nil)
	case "FORBIDDEN", "INSUFFICIENT_SCOPES", "SAML_FAILURE", "SSO":
		return a.problem(model.ProblemForbidden, "the token may not read it through GraphQL: GitHub says "+quote(e.Message), "REST is used instead", nil)
	}
	return a.problem(model.ProblemServer, "GitHub could not answer: "+quote(e.Message), "it is tried again later", nil)
}
