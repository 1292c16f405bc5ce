package simulator

import (
	"fmt"
	"strings"
)

// mutation is what a mutation begins with.
type mutation struct{}

// payload is what a mutation answers.
type payload struct{ id string }

// zeroOID says in updateRefs that a ref must not exist, or is to be deleted (GraphQL schema, RefUpdate).
const zeroOID = "0000000000000000000000000000000000000000"

// mutate does one field of a mutation.
func (x *execution) mutate(f *field) (any, error) {
	input, _ := f.args["input"].(map[string]any)
	id, _ := input["clientMutationId"].(string)
	if f.name == "updateRefs" {
		return payload{id}, x.updateRefs(input)
	}
	return nil, unresolved(f)
}

func (p payload) field(f *field) (any, error) {
	if f.name == "clientMutationId" {
		if p.id == "" {
			return nil, nil
		}
		return p.id, nil
	}
	return nil, unresolved(f)
}

// updateRefs makes, moves and deletes refs together, each only if it is where it is believed to be (GraphQL schema,
// updateRefs, RefUpdate.beforeOid; GitHub changelog of 2024-07, "all or nothing").
func (x *execution) updateRefs(input map[string]any) error {
	id, _ := input["repositoryId"].(string)
	r, _ := x.node(id).(*Repository)
	switch {
	case r == nil:
		return noSuchNode(id)
	case !x.token.may("contents", "write", r) || !x.token.mayWrite():
		return forbidden()
	}
	updates, _ := input["refUpdates"].([]any)
	all := r.allRefs()
	for _, each := range updates {
		u, _ := each.(map[string]any)
		name, _ := u["name"].(string)
		before, compares := u["beforeOid"].(string)
		now, exists := all[strings.TrimPrefix(name, "refs/")]
		if compares && (before == zeroOID && exists || before != zeroOID && now.object != before) {
			return &graphqlError{Type: "UNPROCESSABLE", Message: fmt.Sprintf("%s is at another object than %s", name, before)}
		}
		after, _ := u["afterOid"].(string)
		if force, _ := u["force"].(bool); exists && after != zeroOID && !force && !r.forward(now.object, after) {
			return &graphqlError{Type: "UNPROCESSABLE", Message: name + ": update is not a fast forward"}
		}
	}
	for _, each := range updates {
		u, _ := each.(map[string]any)
		name, _ := u["name"].(string)
		after, _ := u["afterOid"].(string)
		now := all[strings.TrimPrefix(name, "refs/")]
		if after == zeroOID {
			r.dropRef(strings.TrimPrefix(name, "refs/"))
			continue
		}
		if refusal := x.world.putRef(r, name, after, now.object); refusal != "" {
			return &graphqlError{Type: "UNPROCESSABLE", Message: refusal}
		}
	}
	return nil
}

// forward reports whether a ref moves from one object to another without force: only from a commit to its descendant (GraphQL
// schema, RefUpdate.force).
func (r *Repository) forward(from, to string) bool {
	before, after := r.commits[from], r.commits[to]
	return before != nil && after != nil && after.ancestors()[before]
}
