package contract

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

//go:embed github-graphql.graphql
var graphqlSchema string

var loadGraphQL = sync.OnceValues(func() (*Schema, error) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "github-graphql.graphql", Input: graphqlSchema})
	if err != nil {
		return nil, fmt.Errorf("load GitHub's GraphQL schema: %w", err)
	}
	return &Schema{schema: schema}, nil
})

// GraphQL returns the validator of GitHub's GraphQL API, the same for both editions.
func GraphQL() (*Schema, error) { return loadGraphQL() }

// Schema tells whether a GraphQL exchange is one that GitHub's schema allows. It
// may be used from several goroutines.
type Schema struct{ schema *ast.Schema }

// question is the body of a GraphQL request.
type question struct {
	Query         string         `json:"query"`
	Variables     map[string]any `json:"variables"`
	OperationName string         `json:"operationName"`
}

// Exchange reports everything in which a GraphQL request and its answer break the
// schema, or nil. An answer that isn't 200 is held to the shape of a refusal only;
// one whose errors say that the query was refused has no data to hold to anything.
func (s *Schema) Exchange(reqBody []byte, status int, respBody []byte) error {
	var q question
	if err := strictly(reqBody, &q); err != nil {
		return fmt.Errorf("GraphQL request: %w", err)
	}
	operation, err := s.query(q)
	if err != nil {
		return fmt.Errorf("GraphQL request: %w\n%s", err, q.Query)
	}
	switch {
	case status >= 500:
		return nil // a proxy's page, anything
	case status >= 400:
		return within("GraphQL answer", basicError(respBody))
	case status != http.StatusOK:
		return fmt.Errorf("GraphQL answer: status %d; GraphQL answers 200 or refuses", status)
	}
	if err := s.answer(operation, q.Variables, respBody); err != nil {
		return fmt.Errorf("GraphQL answer: %w\n%s", err, q.Query)
	}
	return nil
}

// Query reports whether a query is valid with these variables, without any answer.
func (s *Schema) Query(query string, variables map[string]any) error {
	_, err := s.query(question{Query: query, Variables: variables})
	return err
}

func (s *Schema) query(q question) (*ast.OperationDefinition, error) {
	document, errs := gqlparser.LoadQueryWithRules(s.schema, q.Query, rules.NewDefaultRules())
	if len(errs) > 0 {
		return nil, errs
	}
	operation := document.Operations.ForName(q.OperationName)
	if operation == nil {
		return nil, fmt.Errorf("no operation named %q", q.OperationName)
	}
	for name, value := range q.Variables {
		q.Variables[name] = plainNumbers(value)
	}
	if _, err := validator.VariableValues(s.schema, operation, q.Variables); err != nil {
		return nil, err
	}
	for name := range q.Variables {
		if operation.VariableDefinitions.ForName(name) == nil {
			return nil, fmt.Errorf("variable $%s is sent but not declared", name)
		}
	}
	return operation, bounded(operation.SelectionSet, q.Variables)
}

// bounded refuses a connection read without first or last, or with more than 100:
// GitHub does (docs, "Rate limits and query limits for the GraphQL API", "Node limit").
// Counting alone (totalCount) needs no bound.
func bounded(set ast.SelectionSet, variables map[string]any) error {
	var errs []error
	eachField(set, func(f *ast.Field) {
		if isConnection(f) && selects(f.SelectionSet, "nodes", "edges") {
			if err := pageSize(f, variables); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", f.Name, err))
			}
		}
		if err := bounded(f.SelectionSet, variables); err != nil {
			errs = append(errs, err)
		}
	})
	return errors.Join(errs...)
}

func isConnection(f *ast.Field) bool {
	return f.Definition != nil && f.Definition.Arguments.ForName("first") != nil && strings.HasSuffix(f.Definition.Type.Name(), "Connection")
}

func pageSize(f *ast.Field, variables map[string]any) error {
	arguments := f.ArgumentMap(variables)
	for _, name := range []string{"first", "last"} {
		if arguments[name] == nil {
			continue
		}
		n, err := number(arguments[name])
		if err != nil || n < 1 || n > 100 {
			return fmt.Errorf("%s must be 1 to 100, not %v", name, arguments[name])
		}
		return nil
	}
	return errors.New("needs first or last")
}

func number(v any) (int64, error) {
	switch n := v.(type) {
	case int64:
		return n, nil
	case float64:
		return int64(n), nil
	case json.Number:
		return n.Int64()
	}
	return 0, fmt.Errorf("%v is no number", v)
}

// plainNumbers turns json.Number, a string to reflection, into numbers proper, so
// that a number sent for a String is noticed.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = plainNumbers(v[name])
		}
	}
	return v
}

// eachField visits the fields of a selection, those of fragments included.
func eachField(set ast.SelectionSet, visit func(*ast.Field)) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			visit(s)
		case *ast.InlineFragment:
			eachField(s.SelectionSet, visit)
		case *ast.FragmentSpread:
			eachField(s.Definition.SelectionSet, visit)
		}
	}
}

func selects(set ast.SelectionSet, names ...string) bool {
	found := false
	eachField(set, func(f *ast.Field) { found = found || slices.Contains(names, f.Name) })
	return found
}

// strictly decodes one JSON value and refuses fields that the target doesn't know.
func strictly(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}
