package github

import (
	"fmt"
	"strings"
)

// What one overview reads of each repository. The price in points is the number of connections, each as often as its
// parents' bounds allow, divided by 100 (GitHub docs, "Rate limits and query limits for the GraphQL API"): with three
// environments 60 connections a repository, six points a query.
const (
	overviewBatch       = 10
	overviewReleases    = 50
	overviewTags        = 30
	overviewDeployments = 10 // of each environment
	overviewStatuses    = 20 // of each deployment
	overviewRules       = 5
	overviewReviewers   = 6 // GitHub allows no more
	maxEnvironments     = 20
)

func overviewFragments() string {
	return fmt.Sprintf(`
fragment head on Commit { oid message committedDate url author { name user { login } } }
fragment facts on Repository {
  nameWithOwner isArchived isEmpty isPrivate pushedAt url viewerCanAdminister
  defaultBranchRef { name target { __typename ...head } }
}
fragment releases on Repository {
  releases(first: %d, orderBy: {field: CREATED_AT, direction: DESC}) {
    pageInfo { hasNextPage }
    nodes { tagName name isDraft isPrerelease createdAt publishedAt url author { login } tagCommit { oid } }
  }
  refs(refPrefix: "refs/tags/", first: %d, orderBy: {field: TAG_COMMIT_DATE, direction: DESC}) {
    pageInfo { hasNextPage }
    nodes { name target { __typename oid ...dated ... on Tag { target { __typename oid ...dated } } } }
  }
}
fragment dated on Commit { committedDate commitUrl author { name user { login } } }
fragment deployments on DeploymentConnection {
  pageInfo { hasNextPage }
  nodes {
    databaseId commitOid environment task payload description createdAt updatedAt creator { login } ref { name }
    statuses(first: %d) { totalCount nodes { state createdAt description logUrl environmentUrl creator { login } } }
  }
}
fragment environments on EnvironmentConnection {
  pageInfo { hasNextPage }
  nodes {
    name
    protectionRules(first: %d) {
      totalCount
      nodes {
        type timeout preventSelfReview
        reviewers(first: %d) { totalCount nodes { __typename ... on User { login } ... on Team { slug } } }
      }
    }
  }
}`, overviewReleases, overviewTags, overviewStatuses, overviewRules, overviewReviewers)
}

// overviewQuery writes one query for several repositories. Every name from outside is a variable.
func overviewQuery(wanted []Wanted) (text string, variables map[string]any) {
	variables = map[string]any{}
	var declared, b strings.Builder
	variable := func(name, kind string, value any) string {
		variables[name] = value
		fmt.Fprintf(&declared, ", $%s: %s", name, kind)
		return "$" + name
	}
	for i, w := range wanted {
		r := fmt.Sprintf("r%d", i)
		fmt.Fprintf(&b, "  %s: repository(owner: %s, name: %s) {\n    ...facts\n    ...releases\n", r,
			variable(r+"o", "String!", w.Repo.Owner), variable(r+"n", "String!", w.Repo.Name))
		for j, branch := range w.Branches {
			fmt.Fprintf(&b, "    b%d: ref(qualifiedName: %s) { name target { __typename ...head } }\n", j,
				variable(fmt.Sprintf("%sb%d", r, j), "String!", "refs/heads/"+branch))
		}
		for j, env := range w.environments() {
			fmt.Fprintf(&b, "    d%d: deployments(first: %d, environments: %s, orderBy: {field: CREATED_AT, direction: DESC}) { ...deployments }\n", j,
				overviewDeployments, variable(fmt.Sprintf("%se%d", r, j), "[String!]!", []string{env}))
		}
		if names := w.environments(); len(names) > 0 {
			fmt.Fprintf(&b, "    environments(first: %d, names: %s) { ...environments }\n", len(names), variable(r+"e", "[String!]!", names))
		}
		b.WriteString("  }\n")
	}
	head := strings.TrimPrefix(declared.String(), ", ")
	return "query overview(" + head + ") {\n  " + costs + "\n" + b.String() + "}" + overviewUsed(wanted), variables
}

// overviewUsed leaves out the fragments that a query doesn't use: GraphQL refuses those.
func overviewUsed(wanted []Wanted) string {
	for _, w := range wanted {
		if len(w.Environments) > 0 {
			return overviewFragments()
		}
	}
	without, _, _ := strings.Cut(overviewFragments(), "fragment deployments on")
	return without
}
