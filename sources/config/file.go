package config

import (
	"reflect"

	"go.yaml.in/yaml/v3"
)

// The structs of gonogo.yml. Their tags are read by the walker and by the schema: yaml is the key, doc its description,
// default what holds where it isn't written (as a reader would write it), enum, pattern, min, max, integer, keys, lines and scalar
// what is allowed, required what the schema asks for (only of items of lists: defaults may give the rest), example one more way to say it.

// Shortest is the shortest file that works.
const Shortest = `services:
  - repo: acme/api
    environments:
      - name: staging
      - name: production
`

// shortest is the suggestion that offers it.
var shortest = "the shortest file that works:\n\n" + indent(Shortest)

type fleetFile struct {
	place
	Name     text          `yaml:"name" doc:"What the fleet is called on the screen." default:"the owner of the first repository"`
	GitHub   *githubFile   `yaml:"github" doc:"The GitHub that repositories without a host are on."`
	Sprint   *sprintFile   `yaml:"sprint" doc:"Where the team's sprints are: a project board, or milestones."`
	Defaults *serviceFile  `yaml:"defaults" doc:"Whatever a service may set, for all of them. Merged map by map; lists and scalars of a service replace."`
	Services []serviceFile `yaml:"services" doc:"What is released on its own: a repository, or a part of one."`
	Keep     duration      `yaml:"keep" doc:"How long history stays in the cache." default:"90d" min:"1d" max:"3650d" unit:"d"`
	Freezes  []freezeFile  `yaml:"freezes" doc:"Windows in which environments take no promotion."`
}

type githubFile struct {
	place
	URL text `yaml:"url" doc:"The default host. An Enterprise Server has REST at <url>/api/v3 and GraphQL at <url>/api/graphql. Plain http on loopback only." default:"https://github.com"`
}

type sprintFile struct {
	place
	Project    text   `yaml:"project" doc:"Owner and number of a GitHub project." example:"acme/7" pattern:"^[^/]+/[0-9]+$"`
	Milestones flag   `yaml:"milestones" doc:"Milestones are the sprints; instead of project." default:"false"`
	Iteration  text   `yaml:"iteration" doc:"The project's field that holds the iteration." default:"Sprint"`
	Status     text   `yaml:"status" doc:"The project's field that holds the status." default:"Status"`
	Points     text   `yaml:"points" doc:"The project's field that holds the estimate." default:"Estimate"`
	Done       []text `yaml:"done" doc:"The values of status that mean done." default:"[Done]"`
	Blockers   []text `yaml:"blockers" doc:"Labels of items that block a release." default:"[blocker]"`
}

type serviceFile struct {
	place
	Name         text              `yaml:"name" doc:"What the service is called; no two alike." default:"the repository's name"`
	Repo         text              `yaml:"repo" doc:"Its repository, [HOST/]OWNER/REPO as gh writes it." example:"acme/api"`
	Branch       text              `yaml:"branch" doc:"The branch that releases come from." default:"the repository's default branch"`
	Tags         text              `yaml:"tags" doc:"Glob of the tags that are its releases, in a repository of several services." example:"api/v*"`
	Path         text              `yaml:"path" doc:"Its folder, in a repository of several services." example:"services/api"`
	CI           []text            `yaml:"ci" doc:"Workflow files that must succeed on exactly the release's commit." default:"every workflow that runs on push, except the one that deploys"`
	Checks       []text            `yaml:"checks" doc:"Statuses or check runs of CI outside Actions that must succeed too." example:"[buildkite/api]"`
	CIIgnore     []text            `yaml:"ci_ignore" doc:"Globs of paths: a commit that changes only these inherits its parent's CI." example:"[\"docs/**\"]"`
	Blackbox     []text            `yaml:"blackbox" doc:"End-to-end workflows that must succeed for the release's commit." example:"[e2e.yml]"`
	Coverage     *coverageFile     `yaml:"coverage" doc:"Where coverage is reported, and what is enough."`
	Tests        *testsFile        `yaml:"tests" doc:"Where test results are reported."`
	Artifact     *artifactFile     `yaml:"artifact" doc:"What a release must still have to be rolled back to; unset, it is not checked."`
	Migrations   []text            `yaml:"migrations" doc:"Globs of paths that migrate data: shipping one asks for an acknowledgement."`
	Irreversible []text            `yaml:"irreversible" doc:"Globs of migrations that can't be undone: a rollback doesn't go behind one."`
	Deploy       *deployFile       `yaml:"deploy" doc:"How the service is deployed: by a workflow, a deployment, or a release; none: gonogo only reads."`
	Environments []environmentFile `yaml:"environments" doc:"Its stops, first to last."`
}

type coverageFile struct {
	place
	Artifact text   `yaml:"artifact" doc:"Glob of the artifacts of CI that hold reports: LCOV, Cobertura, JaCoCo or Go cover profiles; unset, every one with coverage in its name. Without a report, what Codecov or Coveralls states counts." example:"coverage*"`
	Minimum  number `yaml:"minimum" doc:"Percent of lines that must be covered." min:"0" max:"100"`
	MaxDrop  number `yaml:"max_drop" doc:"Percentage points that coverage may lose against what runs in the target environment." min:"0" max:"100"`
}

type testsFile struct {
	place
	Artifact text `yaml:"artifact" doc:"Glob of the artifacts of CI that hold JUnit reports." example:"junit*"`
}

type artifactFile struct {
	place
	ReleaseAsset text `yaml:"release_asset" doc:"Glob of an asset of the release." example:"api-*.tar.gz"`
	Actions      text `yaml:"actions" doc:"Name of an artifact of the run that built it."`
}

type deployFile struct {
	place
	Workflow   text  `yaml:"workflow" doc:"The workflow file that deploys when it is dispatched." example:"deploy.yml"`
	Deployment flag  `yaml:"deployment" doc:"A GitHub deployment is created, and something else deploys it." default:"false"`
	Release    flag  `yaml:"release" doc:"Making the prerelease public deploys it." default:"false"`
	Repo       text  `yaml:"repo" doc:"The repository where deployments and their runs are, if another; ref: branch and version are compulsory then." example:"acme/ops"`
	Ref        text  `yaml:"ref" doc:"What is dispatched: the release's tag, or the branch with the version as an input." enum:"tag,branch" default:"tag"`
	Version    text  `yaml:"version" doc:"Where a deployment of the branch's head says which release it carries." enum:"payload,run-name,health"`
	Inputs     pairs `yaml:"inputs" doc:"The workflow's inputs; templates." lines:"true" scalar:"true"`
}

type environmentFile struct {
	place
	Name      text        `yaml:"name" doc:"What the environment is called; no two of a service alike." required:"true"`
	GitHub    text        `yaml:"github" doc:"Its name on GitHub, if another." default:"the name here"`
	Tier      text        `yaml:"tier" doc:"How careful to be." enum:"production,other" default:"production for the last environment and for any whose name contains prod"`
	Platform  text        `yaml:"platform" doc:"What it runs on." enum:"container,vm"`
	Site      text        `yaml:"site" doc:"Where it runs." example:"on-prem"`
	Soak      duration    `yaml:"soak" doc:"How long a release must have been healthy in the environment before, without a break." default:"0s" max:"90d" unit:"m"`
	Bake      duration    `yaml:"bake" doc:"How long a deployment is watched before it counts as verified." default:"5 times the checks' every" max:"1d" unit:"m"`
	Settle    duration    `yaml:"settle" doc:"How long after a deployment nothing is judged yet." default:"0s" max:"1d"`
	Rollback  rollback    `yaml:"rollback" doc:"What happens when verification fails: offer a rollback, do it, or how it is done."`
	Health    []checkFile `yaml:"health" doc:"Checks of its health; the worst required one decides."`
	Gates     pairs       `yaml:"gates" doc:"How much each gate weighs here." keys:"ci,tests,blackbox,coverage,order,soak,health,sprint,freeze,lane,lock,hold,rollback,migration,approval,checklist" enum:"required,advisory,off" unknown:"there is no gate"`
	Checklist []text      `yaml:"checklist" doc:"What a person ticks for each release." example:"[release notes read]"`
	ReadOnly  flag        `yaml:"read_only" doc:"Nothing is done here from gonogo." default:"false"`
}

type checkFile struct {
	place
	Name       text        `yaml:"name" doc:"How the check is shown." default:"what it asks, in short"`
	HTTP       text        `yaml:"http" doc:"A URL that answers 2xx while all is well. Redirects are not followed. A template." example:"https://acme.dev/healthz"`
	Expect     *expectFile `yaml:"expect" doc:"What an http check wants beside an answer."`
	TCP        text        `yaml:"tcp" doc:"A host and port that take a connection. A template." example:"db.acme.dev:5432"`
	Exec       []text      `yaml:"exec" doc:"A program with its arguments that exits with 0. No shell; templates." example:"[systemctl, is-active, acme-api]" lines:"true"`
	Prometheus text        `yaml:"prometheus" doc:"The URL of a Prometheus, for query." example:"http://localhost:9090"`
	Query      text        `yaml:"query" doc:"A query with one value. A template." lines:"true"`
	Degraded   number      `yaml:"degraded" doc:"From here it is degraded: seconds for http, the value for a query."`
	Unhealthy  number      `yaml:"unhealthy" doc:"From this value of the query it is unhealthy."`
	Every      duration    `yaml:"every" doc:"How often it is asked." default:"30s" min:"1s" max:"1d"`
	Timeout    duration    `yaml:"timeout" doc:"How long an answer may take." default:"5s" min:"10ms" max:"5m"`
	MaxAge     duration    `yaml:"max_age" doc:"An older answer is stale." default:"3 times every" max:"7d" unit:"m"`
	Failures   number      `yaml:"failures" doc:"Unhealthy answers in a row that fail a verification." default:"3" min:"1" max:"100" integer:"true"`
	Required   flag        `yaml:"required" doc:"false makes the check informative." default:"true"`
}

type expectFile struct {
	place
	Status number `yaml:"status" doc:"The status." default:"any 2xx" min:"100" max:"599" integer:"true"`
	JSON   pairs  `yaml:"json" doc:"Fields of a JSON answer, by dotted paths (items.0.name), and their values; templates. One that contains {{.Version}} or {{.SHA}} is the version field: another version there is progressing." lines:"true" scalar:"true"`
}

type freezeFile struct {
	place
	Weekly       text   `yaml:"weekly" doc:"From a day and time to another, every week." example:"Fri 16:00 - Mon 08:00"`
	From         text   `yaml:"from" doc:"The first day." example:"2026-12-20" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	To           text   `yaml:"to" doc:"The last day, included." example:"2027-01-03" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	Zone         text   `yaml:"zone" doc:"The time zone, by its IANA name." default:"UTC" example:"Europe/Vienna"`
	Environments []text `yaml:"environments" doc:"The environments it holds for." default:"all"`
	Services     []text `yaml:"services" doc:"The services it holds for." default:"all"`
	Reason       text   `yaml:"reason" doc:"Why; shown with the gate."`
}

// rollback is offer, automatic, or a workflow that does it.
type rollback struct {
	mode text
	by   *rollbackFile
}

type rollbackFile struct {
	place
	Workflow text  `yaml:"workflow" doc:"The workflow file that rolls back when it is dispatched." example:"rollback.yml" required:"true"`
	Inputs   pairs `yaml:"inputs" doc:"The workflow's inputs; templates." lines:"true" scalar:"true"`
}

// rollbackModes are the words that rollback may be.
const rollbackModes reflect.StructTag = `enum:"offer,automatic"`

func (r *rollback) read(w *walker, n *yaml.Node, _ reflect.StructTag) bool {
	if n.Kind == yaml.MappingNode {
		return w.read(reflect.ValueOf(&r.by).Elem(), n, "")
	}
	if n.Kind != yaml.ScalarNode {
		w.errorAt(n, "", "wants offer, automatic or {workflow: …}, and is %s", kindOf(n))
		return false
	}
	return r.mode.read(w, n, rollbackModes)
}
