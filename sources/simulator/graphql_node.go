package simulator

import (
	"encoding/base64"
	"strings"
)

// namedID is the identifier of a thing that has a name in its repository and no number.
func namedID(prefix string, repo *Repository, name string) string {
	return nodeID(prefix, repo.ID) + base64.RawURLEncoding.EncodeToString([]byte(name))
}

// globalID is a thing's global identifier, empty for what has none.
func globalID(of any) string {
	switch v := of.(type) {
	case *Repository:
		return nodeID("R", v.ID)
	case *Account:
		return v.node()
	case *Team:
		return nodeID("T", v.ID)
	case *Commit:
		return v.node()
	case *gitTag:
		return namedID("TA", v.repo, v.tag.Object)
	case *gitRef:
		return namedID("REF", v.repo, v.full())
	case *Release:
		return nodeID("RE", v.ID)
	case *PullRequest:
		return nodeID("PR", v.ID)
	case *label:
		return namedID("LA", v.repo, v.name)
	case *Issue:
		return nodeID("I", v.ID)
	case *Milestone:
		return nodeID("MI", v.ID)
	case *Project:
		return nodeID("PVT", v.ID)
	case *projectField:
		switch v.kind {
		case fieldSelect:
			return nodeID("PVTSSF", v.ID)
		case fieldIteration:
			return nodeID("PVTIF", v.ID)
		}
		return nodeID("PVTF", v.ID)
	case *ProjectItem:
		return nodeID("PVTI", v.ID)
	case *projectValue:
		return nodeID("PVTFV", v.ID)
	case *draftIssue:
		return nodeID("DI", v.ID)
	case *Environment:
		return nodeID("EN", v.ID)
	case *Deployment:
		return nodeID("DE", v.ID)
	case *deploymentStatus:
		return nodeID("DES", v.ID)
	case *deploymentReview:
		return nodeID("DER", v.run.ID) + itoa(v.index)
	case *Workflow:
		return nodeID("W", v.ID)
	case *Run:
		return nodeID("WFR", v.ID)
	case *CheckSuite:
		return nodeID("CS", v.ID)
	case *Job:
		return nodeID("CR", v.ID)
	case *CheckRun:
		return nodeID("CR", v.ID)
	case *statusContext:
		return nodeID("SC", v.ID)
	case *rollup:
		return namedID("SCR", v.commit.repo, v.commit.SHA)
	case *gitComparison:
		return namedID("CMP", v.repo, v.base.SHA+"..."+v.head.SHA)
	}
	return ""
}

// typeName is the concrete GraphQL type of a resolved value; declared is what the
// schema says where the value is of a kind that only one type has.
func typeName(of any, declared string) string {
	switch v := of.(type) {
	case *Account:
		switch {
		case v.Organisation:
			return "Organization"
		case v.Bot:
			return "Bot"
		default:
			return "User"
		}
	case *Repository:
		return "Repository"
	case *Team:
		return "Team"
	case *Commit:
		return "Commit"
	case *gitTag:
		return "Tag"
	case *gitRef:
		return "Ref"
	case *Release:
		return "Release"
	case *PullRequest:
		return "PullRequest"
	case *label:
		return "Label"
	case *Issue:
		return "Issue"
	case *Milestone:
		return "Milestone"
	case *Project:
		return "ProjectV2"
	case *projectField:
		return v.typeName()
	case *ProjectItem:
		return "ProjectV2Item"
	case *projectValue:
		return v.typeName()
	case *draftIssue:
		return "DraftIssue"
	case *Environment:
		return "Environment"
	case *Deployment:
		return "Deployment"
	case *deploymentStatus:
		return "DeploymentStatus"
	case *deploymentReview:
		return "DeploymentReview"
	case *Workflow:
		return "Workflow"
	case *Run:
		return "WorkflowRun"
	case *CheckSuite:
		return "CheckSuite"
	case *Job, *CheckRun:
		return "CheckRun"
	case *statusContext:
		return "StatusContext"
	case *rollup:
		return "StatusCheckRollup"
	case *gitComparison:
		return "Comparison"
	}
	return declared
}

// node finds a thing that the token may see by its global identifier.
func (x *execution) node(id string) any {
	prefix, _, _ := strings.Cut(id, "_")
	if prefix == "U" || prefix == "O" {
		for _, a := range x.world.accountOrder {
			if globalID(a) == id {
				return a
			}
		}
		return nil
	}
	for _, t := range x.world.teams {
		if prefix == "T" && globalID(t) == id {
			return t
		}
	}
	switch prefix {
	case "I":
		i := x.world.issueBy[numberOf(id)]
		if i == nil || i.repo.gone || !x.token.sees(i.repo) || !x.token.may("issues", "read", i.repo) {
			return nil
		}
		return i
	case "DI":
		d := x.world.draftBy[numberOf(id)]
		if d == nil || !x.token.seesProject(d.item.project) {
			return nil
		}
		return d
	case "PR":
		p := x.world.pullBy[numberOf(id)]
		if p == nil || p.repo.gone || !x.token.sees(p.repo) || !x.token.may("pull_requests", "read", p.repo) {
			return nil
		}
		return p
	}
	for _, r := range x.world.order {
		if r.gone || !x.token.sees(r) {
			continue
		}
		if prefix == "R" {
			if globalID(r) == id {
				return r
			}
			continue
		}
		if found := r.node(prefix, id); found != nil {
			return found
		}
	}
	return nil
}

// node finds one of the repository's things.
func (r *Repository) node(prefix, id string) any {
	switch prefix {
	case "C":
		return identified(r.commitOrder, id)
	case "RE":
		return identified(r.releases, id)
	case "EN":
		return identified(r.environments, id)
	case "DE":
		return identified(r.deployments, id)
	case "W":
		return identified(r.workflows, id)
	case "WFR":
		return identified(r.runs, id)
	case "REF":
		return identified(r.refsUnder("refs/"), id)
	case "CS", "CR":
		for _, suites := range r.suites {
			if s := identified(suites, id); s != nil {
				return s
			}
			for _, s := range suites {
				if c := identified(s.checkRuns(), id); c != nil {
					return c
				}
			}
		}
	}
	return nil
}

func identified[T any](things []T, id string) any {
	for _, thing := range things {
		if globalID(thing) == id {
			return thing
		}
	}
	return nil
}
