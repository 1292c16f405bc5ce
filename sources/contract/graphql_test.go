package contract_test

import (
	"encoding/json"
	"strings"
	"testing"

	"gonogo/sources/contract"
)

var graphqlExchanges = []struct {
	name, query, variables string
	body                   string
	wrong                  string
}{
	{"a name", `{viewer{login}}`, ``, `{"data":{"viewer":{"login":"octocat"}}}`, ""},
	{"a field the schema lacks", `{viewer{verdict}}`, ``, `{"data":{"viewer":{"verdict":"GO"}}}`, `Cannot query field "verdict"`},
	{"null for non-null", `{viewer{login}}`, ``, `{"data":{"viewer":{"login":null}}}`, "data.viewer.login is null"},
	{"null where it may be", `{repository(owner:"a",name:"b"){nameWithOwner}}`, ``, `{"data":{"repository":null}}`, ""},
	{"a field is missing", `{viewer{login id}}`, ``, `{"data":{"viewer":{"login":"octocat"}}}`, "data.viewer.id is missing"},
	{"a field too many", `{viewer{login}}`, ``, `{"data":{"viewer":{"login":"octocat","id":"x"}}}`, "was not asked for"},
	{"an alias", `{me:viewer{name:login}}`, ``, `{"data":{"me":{"name":"octocat"}}}`, ""},
	{"a number for a string", `{viewer{login}}`, ``, `{"data":{"viewer":{"login":7}}}`, "is no String"},
	{"a string for a number", `{rateLimit{cost}}`, ``, `{"data":{"rateLimit":{"cost":"1"}}}`, "is no Int"},
	{"a fraction for a whole number", `{rateLimit{cost}}`, ``, `{"data":{"rateLimit":{"cost":1.5}}}`, "is no Int"},
	{"more than 32 bits", `{rateLimit{cost}}`, ``, `{"data":{"rateLimit":{"cost":4294967296}}}`, "is no Int"},
	{"the number of a run", `{viewer{databaseId}}`, ``, `{"data":{"viewer":{"databaseId":23799347220}}}`, ""},
	{"a run's number as text", `{viewer{databaseId}}`, ``, `{"data":{"viewer":{"databaseId":"23799347220"}}}`, "is no Int"},
	{"no time", `{rateLimit{resetAt}}`, ``, `{"data":{"rateLimit":{"resetAt":"soon"}}}`, "is no DateTime"},
	{"an enum value that doesn't exist", deploymentState, ``, deploymentIs("SLEEPING"), "is no DeploymentState"},
	{"an enum value that exists", deploymentState, ``, deploymentIs("ABANDONED"), ""},
	{"a fragment on an interface", `{node(id:"x"){__typename ...on User{login}}}`, ``, `{"data":{"node":{"__typename":"User","login":"octocat"}}}`, ""},
	{"a fragment of another type", `{node(id:"x"){__typename ...on User{login}}}`, ``, `{"data":{"node":{"__typename":"Release","login":"octocat"}}}`, "was not asked for"},
	{"a type that isn't possible", `{node(id:"x"){__typename}}`, ``, `{"data":{"node":{"__typename":"RateLimit"}}}`, "fits no type of Node"},
	{"skipped", `query($no:Boolean!){viewer{login id @skip(if:$no)}}`, `{"no":true}`, `{"data":{"viewer":{"login":"octocat"}}}`, ""},
	{"a variable that is missing", `query($o:String!){repository(owner:$o,name:"b"){id}}`, ``, `{"data":{"repository":null}}`, "must be defined"},
	{"a variable of the wrong type", `query($o:String!){repository(owner:$o,name:"b"){id}}`, `{"o":7}`, `{"data":{"repository":null}}`, "cannot use"},
	{"a variable nobody declared", `{viewer{login}}`, `{"o":7}`, `{"data":{"viewer":{"login":"o"}}}`, "not declared"},
	{"no page size", `{repository(owner:"a",name:"b"){releases{nodes{tagName}}}}`, ``, `{"data":{"repository":null}}`, "needs first or last"},
	{"too large a page", `query($n:Int!){repository(owner:"a",name:"b"){releases(first:$n){nodes{tagName}}}}`, `{"n":101}`, `{"data":{"repository":null}}`, "1 to 100"},
	{"counting alone", `{repository(owner:"a",name:"b"){releases{totalCount}}}`, ``, `{"data":{"repository":{"releases":{"totalCount":3}}}}`, ""},
	{"refused as a whole", `{viewer{login}}`, ``, `{"errors":[{"message":"no"}]}`, ""},
	{"refused in part", `{repository(owner:"a",name:"b"){id}}`, ``, `{"data":{"repository":null},"errors":[{"type":"NOT_FOUND","path":["repository"],"message":"no"}]}`, ""},
	{"an error beside a value", `{repository(owner:"a",name:"b"){id}}`, ``, `{"data":{"repository":{"id":"x"}},"errors":[{"path":["repository"],"message":"no"}]}`, "leads to a value"},
	{"an error without a message", `{viewer{login}}`, ``, `{"errors":[{"type":"X"}]}`, "without a message"},
	{"nothing at all", `{viewer{login}}`, ``, `{}`, "neither data nor errors"},
}

const deploymentState = `{repository(owner:"a",name:"b"){deployments(first:1){nodes{state}}}}`

func deploymentIs(state string) string {
	return `{"data":{"repository":{"deployments":{"nodes":[{"state":"` + state + `"}]}}}}`
}

func TestGraphQLExchanges(t *testing.T) {
	schema, err := contract.GraphQL()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range graphqlExchanges {
		t.Run(c.name, func(t *testing.T) {
			asked := map[string]any{"query": c.query}
			if c.variables != "" {
				asked["variables"] = json.RawMessage(c.variables)
			}
			sent, err := json.Marshal(asked)
			if err != nil {
				t.Fatal(err)
			}
			err = schema.Exchange(sent, 200, []byte(c.body))
			switch {
			case c.wrong == "" && err != nil:
				t.Errorf("a lawful exchange was refused: %v", err)
			case c.wrong != "" && err == nil:
				t.Errorf("the violation went unnoticed, wanted %q", c.wrong)
			case c.wrong != "" && !strings.Contains(err.Error(), c.wrong):
				t.Errorf("refused for another reason, wanted %q: %v", c.wrong, err)
			}
		})
	}
}
