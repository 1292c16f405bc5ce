package simulator_test

import (
	"encoding/json"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// FuzzGraphQL asks anything: no question makes the simulated GitHub panic, and
// each is answered with data, errors or both.
func FuzzGraphQL(f *testing.F) {
	c := &clock{noon}
	w := simulator.New(simulator.Options{Seed: 7, Now: c.Now, Start: noon.Add(-48 * time.Hour), PointsPerMinute: -1, GraphQLLimit: 1 << 40})
	shop(w)
	for _, q := range []string{
		`{viewer{login} rateLimit{cost}}`,
		`query($n:Int=3){repository(owner:"acme",name:"shop"){deployments(first:$n){nodes{state statuses(last:2){nodes{state}}}pageInfo{endCursor}}}}`,
		`{repository(owner:"acme",name:"shop"){object(expression:"main"){...on Commit{history(first:2){edges:nodes{oid}}statusCheckRollup{contexts(first:3){nodes{__typename ...on CheckRun{name}}}}}}}}`,
		`{repository(owner:"acme",name:"shop"){refs(refPrefix:"refs/",first:99999999999999999999){nodes{name}}}}`,
		`{repository(owner:"acme",name:"shop"){releases(first:-1,after:"Y3Vyc29yOnYyOiMtNQ=="){nodes{tagName}}}}`,
		`{a:node(id:"U_"){id}nodes(ids:["C_x","_",""]){id ...on Ref{compare(headRef:"main"){aheadBy}}}}`,
		`fragment f on Repository{...g} fragment g on Repository{...f} {repository(owner:"a",name:"b"){...f}}`,
		`{repository(owner:"acme",name:"shop"){environments(first:2,names:["production",null]){nodes{protectionRules(first:1){nodes{reviewers(last:1){nodes{...on Team{slug}}}}}}}}}`,
	} {
		f.Add(q, `{"n":2}`)
	}
	f.Add(`query($n:Int!){repository(owner:"acme",name:"shop"){releases(first:$n){totalCount}}}`, `{"n":1.5}`)
	f.Add(``, `[]`)
	f.Fuzz(func(t *testing.T, query, variables string) {
		asked := map[string]any{"query": query}
		if json.Valid([]byte(variables)) {
			asked["variables"] = json.RawMessage(variables)
		}
		body, err := json.Marshal(asked)
		if err != nil {
			t.Skip("no JSON can hold it")
		}
		status, answer := w.Ask(body)
		var read struct {
			Data    any
			Errors  []struct{ Message string }
			Message string
		}
		if err := json.Unmarshal(answer, &read); err != nil {
			t.Fatalf("%q is answered %d with %s", query, status, answer)
		}
		if read.Data == nil && len(read.Errors) == 0 && (status == 200 || read.Message == "") {
			t.Errorf("%q is answered %d with nothing: %s", query, status, answer)
		}
	})
}
