// Package contract holds exchanges with GitHub against GitHub's own description
// of its API: REST for github.com and for Enterprise Server 3.19, and the GraphQL
// schema. It is imported by tests only: the libraries it uses would cost the
// program milliseconds at every start.
package contract

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Edition is which of GitHub's descriptions applies.
type Edition int

const (
	// GitHubCom is github.com.
	GitHubCom Edition = iota
	// Enterprise is GitHub Enterprise Server 3.19.
	Enterprise
)

func (e Edition) String() string {
	if e == Enterprise {
		return "GitHub Enterprise Server 3.19"
	}
	return "github.com"
}

//go:embed github-rest.json
var restGitHubCom []byte

//go:embed github-rest-enterprise-3.19.json
var restEnterprise []byte

// Each description is read once a process, by the first test that needs it.
var (
	loadGitHubCom  = sync.OnceValues(func() (*Validator, error) { return load(GitHubCom, restGitHubCom) })
	loadEnterprise = sync.OnceValues(func() (*Validator, error) { return load(Enterprise, restEnterprise) })
)

// REST returns the validator of one edition's REST API.
func REST(e Edition) (*Validator, error) {
	if e == Enterprise {
		return loadEnterprise()
	}
	return loadGitHubCom()
}

// Validator tells whether a REST exchange is one that GitHub's description allows.
// It may be used from several goroutines.
type Validator struct {
	edition Edition
	doc     *openapi3.T
	routes  []route
}

func load(e Edition, description []byte) (*Validator, error) {
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		return nil, fmt.Errorf("load the REST description of %s: %w", e, err)
	}
	for _, l := range Leniencies() {
		if err := l.apply(doc); err != nil {
			return nil, fmt.Errorf("be lenient about %s in the description of %s: %w", l.About, e, err)
		}
	}
	routes, err := routesOf(doc)
	if err != nil {
		return nil, fmt.Errorf("read the paths of %s: %w", e, err)
	}
	return &Validator{edition: e, doc: doc, routes: routes}, nil
}

// Exchange reports everything in which one request and its answer differ from the
// description, or nil. The request's path is that of a github.com API host; on an
// Enterprise Server the prefix /api/v3 is taken off first.
func (v *Validator) Exchange(req *http.Request, reqBody []byte, status int, header http.Header, respBody []byte) error {
	if err := v.exchange(req, reqBody, status, header, respBody); err != nil {
		return fmt.Errorf("%s %s answered %d (%s): %w", req.Method, req.URL.RequestURI(), status, v.edition, err)
	}
	return nil
}

func (v *Validator) exchange(req *http.Request, reqBody []byte, status int, header http.Header, respBody []byte) error {
	path := named(strings.TrimPrefix(req.URL.EscapedPath(), "/api/v3"))
	found, params, err := v.find(req.Method, path)
	if err != nil {
		if status == http.StatusNotFound && !errors.Is(err, errMethod) {
			return fmt.Errorf("request: %w (it was answered 404, but the program must not ask)", err)
		}
		return fmt.Errorf("request: %w", err)
	}
	operation := v.operation(found, req.Method)
	options := &openapi3filter.Options{
		MultiError:                        true,
		IncludeResponseStatus:             true,
		RejectWhenRequestBodyNotSpecified: true,
		SkipSettingDefaults:               true,
		AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc,
	}
	options.WithCustomSchemaErrorFunc(inShort)
	input := &openapi3filter.RequestValidationInput{
		Request:    withBody(req, reqBody),
		PathParams: params,
		Route:      operation,
		Options:    options,
	}
	return errors.Join(
		within("request", unknownQuery(operation, req.URL.Query())),
		within("request", openapi3filter.ValidateRequest(context.Background(), input)),
		within("answer", v.answer(input, status, header, respBody)),
	)
}

// inShort says where a value breaks its schema, without the schema and the value.
func inShort(err *openapi3.SchemaError) string {
	return "at /" + strings.Join(err.JSONPointer(), "/") + ": " + err.Reason
}

// named turns the path of a repository by its number, which the redirect of a renamed one leads to, into that of any
// name: the description knows only those (REST docs, "Follow redirects").
func named(path string) string {
	rest, ok := strings.CutPrefix(path, "/repositories/")
	if !ok {
		return path
	}
	number, tail, more := strings.Cut(rest, "/")
	if number == "" || strings.Trim(number, "0123456789") != "" {
		return path
	}
	if more {
		tail = "/" + tail
	}
	return "/repos/owner/repository" + tail
}

func within(part string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", part, err)
}

// unknownQuery refuses query parameters that the description doesn't name: GitHub
// ignores them silently, so that a misspelt filter would filter nothing.
func unknownQuery(r *routers.Route, query url.Values) error {
	var unknown []string
	for name := range query {
		if r.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil &&
			r.PathItem.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			unknown = append(unknown, name)
		}
	}
	if unknown == nil {
		return nil
	}
	slices.Sort(unknown)
	return fmt.Errorf("query parameters unknown to %s: %s", r.Path, strings.Join(unknown, ", "))
}

// answer validates status, headers and body.
func (v *Validator) answer(input *openapi3filter.RequestValidationInput, status int, header http.Header, body []byte) error {
	if input.Route.Operation.Responses.Status(status) == nil {
		return undeclared(status, header, body)
	}
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input,
		Status:                 status,
		Header:                 header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                input.Options,
	})
}

// undeclared judges an answer whose status the description doesn't list. Most 4xx
// aren't listed, nor is 304 everywhere where conditional requests work, nor the 301
// and 307 of a renamed repository, nor any 5xx; all others are violations.
func undeclared(status int, header http.Header, body []byte) error {
	switch {
	case status == http.StatusNotModified:
		if len(body) > 0 {
			return errors.New("a 304 has no body")
		}
		return nil
	case status == http.StatusMovedPermanently, status == http.StatusFound, status == http.StatusTemporaryRedirect:
		if header.Get("Location") == "" {
			return errors.New("a redirect without Location")
		}
		return nil
	case status >= 500:
		return nil // a proxy's page, anything
	case status >= 400:
		return basicError(body)
	}
	return fmt.Errorf("status %d is not in the description", status)
}

// basicError holds a refusal to the shape that all of GitHub's have: a JSON object with a message.
func basicError(body []byte) error {
	var refusal struct {
		Message *string `json:"message"`
	}
	if err := json.Unmarshal(body, &refusal); err != nil {
		return fmt.Errorf("a refusal's body must be a JSON object: %w", err)
	}
	if refusal.Message == nil {
		return errors.New("a refusal's body must hold a message")
	}
	return nil
}

// withBody returns a copy of req whose body can be read (again).
func withBody(req *http.Request, body []byte) *http.Request {
	clone := req.Clone(context.Background())
	clone.Body, clone.ContentLength = http.NoBody, int64(len(body))
	if len(body) > 0 {
		clone.Body = io.NopCloser(bytes.NewReader(body))
		if clone.Header.Get("Content-Type") == "" {
			clone.Header.Set("Content-Type", "application/json")
		}
	}
	return clone
}
