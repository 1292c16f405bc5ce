package operate

import (
	"encoding/json"
	"strconv"
	"strings"

	"gonogo/model/operation"
)

// calls writes down the requests that would be made, in their order.
func (d *Draft) calls() {
	p := &d.Plan
	switch {
	case p.Kind.OnRun():
		d.callsOnRun()
		return
	case p.Kind.OnRef():
		d.callsOnRef()
		return
	case p.Kind == operation.Publish:
		d.callsOnRelease()
		return
	}
	if p.Release.Zero() && p.Kind != operation.Abort || p.Way == operation.ByWorkflow && p.Workflow == "" {
		return
	}
	root, shared := "/repos/"+p.Repo, "/repos/"+p.Source().FullName()
	m := operation.Mark{Kind: operation.MarkLock, Operation: p.ID, Owner: string(p.Actor), Service: p.Service, Environment: p.GitHub, SHA: string(p.Release.SHA)}
	if name, err := m.Name(); err == nil && p.Lock {
		d.Calls = append(d.Calls,
			Call{"POST", shared + "/git/tags", indented(map[string]any{"tag": "gonogo", "object": p.Release.SHA, "type": "commit", "message": "…"}), "what the lock says"},
			Call{"POST", shared + "/git/refs", indented(map[string]any{"ref": operation.RefRoot + name, "sha": "…"}), "the lock"})
	}
	if p.Takes != nil && !p.Takes.Own && len(d.Calls) > 0 {
		d.Calls[len(d.Calls)-1] = Call{"POST", "/graphql", "", "updateRefs: the lock is taken over in one step, if it still is the one that was shown"}
	}
	again := Call{"GET", root + "/deployments, /git/matching-refs", "", "what matters, read once more; anything changed ends it"}
	if p.Follows() {
		path, _ := onRun(p)
		again.Path += ", /actions/runs/" + strconv.FormatInt(p.Subject, 10)
		if p.Way == operation.ByRerun {
			again.Path += ", /actions/workflows/" + p.Workflow + "/runs"
		}
		d.Calls = append(d.Calls, again, Call{"POST", path, "", "the one send"})
	}
	switch p.Way {
	case operation.ByDeployment:
		made := deploymentOf(p, "…")
		d.Calls = append(d.Calls, again, Call{"POST", root + "/deployments", indented(made.Body()), "the one send"})
	case operation.ByRelease:
		again.Path += ", /releases/tags/" + p.Release.Tag + ", /actions/runs"
		d.Calls = append(d.Calls, again, callRelease(p))
	case operation.ByRerun:
	case operation.ByWorkflow:
		again.Path += ", /actions/workflows/" + p.Workflow + "/runs"
		d.Calls = append(d.Calls, again,
			Call{"POST", root + "/actions/workflows/" + p.Workflow + "/dispatches", indented(map[string]any{"ref": p.Ref, "inputs": p.Inputs, "return_run_details": true}), "the one send"})
	}
	if p.Lock {
		d.Calls = append(d.Calls, Call{"POST", "/graphql", "", "updateRefs: the lock is given back when it has ended"})
	}
}

func indented(v any) string {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
