package simulator

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// GitHub's published GraphQL schema (@octokit/graphql-schema 15.26.1, MIT
// licence, see sources/contract/NOTICE), cut to the types that a release cockpit
// may use. A test holds it equal to the contract's copy.
//
//go:embed github-graphql.graphql
var graphqlSource string

// graphqlSchema reads the schema at the first GraphQL request: a program that is
// started without a simulated GitHub must not pay for it.
var graphqlSchema = sync.OnceValues(func() (*ast.Schema, error) {
	return gqlparser.LoadSchema(&ast.Source{Name: "github-graphql.graphql", Input: graphqlSource})
})

// graphqlError is one entry of an answer's errors, in GitHub's form: type beside
// the fields of the GraphQL specification.
type graphqlError struct {
	Type       string         `json:"type,omitempty"`
	Path       []any          `json:"path,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
	Locations  []location     `json:"locations,omitempty"`
	Message    string         `json:"message"`
}

type location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

func (e *graphqlError) Error() string { return e.Message }

// answerGraphQL answers a GraphQL request, with the world locked, and tells the
// points to be booked. Errors come with status 200 (GitHub docs, "Forming calls
// with GraphQL"); a request refused as a whole costs one point.
func (w *World) answerGraphQL(c *call, body []byte) (a answer, points int) {
	var request struct {
		Query         string         `json:"query"`
		Variables     map[string]any `json:"variables"`
		OperationName string         `json:"operationName"`
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&request); err != nil {
		return failure(400, "Problems parsing JSON"), 0
	}
	x, errs := w.prepare(c.token, request.Query, request.OperationName, request.Variables)
	if errs != nil {
		return refused(errs...), 1
	}
	return x.run(), x.cost
}

// graphqlLimited is the primary limit's answer to GraphQL: the status stays 200,
// the errors tell (GitHub docs, "Rate limits and query limits for the GraphQL
// API", "Exceeding the rate limit").
func (w *World) graphqlLimited(t *token) answer {
	return refused(&graphqlError{Type: "RATE_LIMITED", Message: fmt.Sprintf("API rate limit exceeded for user ID %d.", t.user.ID)})
}

// refused answers a query that was not executed.
func refused(errs ...*graphqlError) answer {
	return found(struct {
		Errors []*graphqlError `json:"errors"`
	}{errs})
}

// execution is one query under way.
type execution struct {
	world     *World
	token     *token
	schema    *ast.Schema
	operation *ast.OperationDefinition
	variables map[string]any
	cost      int // points
	nodes     int // that the query may reach
	errors    []*graphqlError
}

// prepare validates a query against the schema and its limits, and works out its cost.
func (w *World) prepare(t *token, query, operationName string, variables map[string]any) (*execution, []*graphqlError) {
	schema, err := graphqlSchema()
	if err != nil {
		return nil, []*graphqlError{{Message: "the simulator's GraphQL schema can't be read: " + err.Error()}}
	}
	if query == "" {
		return nil, []*graphqlError{{Message: "A query attribute must be specified and must be a string."}}
	}
	document, errs := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules())
	if len(errs) > 0 {
		return nil, translated(errs)
	}
	operation := document.Operations.ForName(operationName)
	switch {
	case operation == nil:
		return nil, []*graphqlError{{Message: fmt.Sprintf("No operation named %q", operationName)}}
	case operation.Operation == ast.Subscription:
		return nil, []*graphqlError{{Message: "the simulator takes queries and mutations alone"}}
	}
	for name, value := range variables {
		variables[name] = plainNumbers(value)
	}
	values, err := validator.VariableValues(schema, operation, variables)
	if err != nil {
		var one *gqlerror.Error
		if errors.As(err, &one) {
			return nil, translated(gqlerror.List{one})
		}
		return nil, []*graphqlError{{Message: err.Error()}}
	}
	x := &execution{world: w, token: t, schema: schema, operation: operation, variables: values}
	if err := x.price(); err != nil {
		return nil, []*graphqlError{err}
	}
	if errs := x.scoped(); errs != nil {
		return nil, errs
	}
	return x, nil
}

// translated puts the validator's errors into GitHub's form.
func translated(errs gqlerror.List) []*graphqlError {
	var out []*graphqlError
	for _, e := range errs {
		g := &graphqlError{Message: e.Message}
		for _, l := range e.Locations {
			g.Locations = append(g.Locations, location{l.Line, l.Column})
		}
		if e.Rule != "" {
			g.Extensions = map[string]any{"code": e.Rule}
		}
		out = append(out, g)
	}
	return out
}

// run executes the query and writes the answer.
func (x *execution) run() answer {
	from, def := any(root{}), x.schema.Query
	if x.operation.Operation == ast.Mutation {
		from, def = mutation{}, x.schema.Mutation
	}
	data, ok := x.object(from, def, x.operation.SelectionSet, nil)
	reply := struct {
		Data   any             `json:"data"`
		Errors []*graphqlError `json:"errors,omitempty"`
	}{Errors: x.errors}
	if ok {
		reply.Data = data
	}
	return found(reply)
}

// plainNumbers turns json.Number into numbers proper.
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
