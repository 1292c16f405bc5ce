package discover

import (
	"strings"

	"gonogo/model"
	"gonogo/sources/github"
)

// Facts are what GitHub told of a repository. Everything is decided from them alone.
type Facts struct {
	Subject    Subject
	Repository model.Repository
	Head       model.Branch
	// Environments are GitHub's; without EnvironmentsRead there may be others.
	Environments     []model.Protection
	EnvironmentsRead bool
	Deployments      []model.Deployment // newest first
	Runs             []model.Run        // newest first, also single ones that made deployments
	RunsRead         bool
	Workflows        []github.Workflow
	WorkflowsRead    bool
	Files            map[string]string // texts of workflow files, by path
	Releases         []model.Release   // newest first, drafts too; where there are none, bare tags
	ReleasesRead     bool
	Checks           []model.CommitCheck // of the branch's head
	ChecksRead       bool
	Artifacts        []github.Artifact // newest first
	ArtifactsRead    bool
	Milestones       []Milestone
	MilestonesRead   bool
	Unread           []string // sentences: what could not be read, and why
}

// Milestone is an open one.
type Milestone struct {
	// DueIn is how many days it is until it is due; negative: it is over. Without Due it has no date.
	DueIn int
	Due   bool
}

// run is a run by its number.
func (f *Facts) run(id int64) (model.Run, bool) {
	if id != 0 {
		for _, r := range f.Runs {
			if r.ID == id {
				return r, true
			}
		}
	}
	return model.Run{}, false
}

// own reports whether a run is the repository's, not a fork's.
func (f *Facts) own(r model.Run) bool {
	return r.HeadRepo == "" || strings.EqualFold(r.HeadRepo, f.Repository.FullName)
}

// file is a workflow's file name, or "" for GitHub's own workflows, which have none.
func file(workflow string) string {
	name, ok := strings.CutPrefix(workflow, ".github/workflows/")
	if !ok || strings.ContainsAny(name, "/\\") || !strings.HasSuffix(name, ".yml") && !strings.HasSuffix(name, ".yaml") {
		return ""
	}
	return name
}

// guess is a value of a key and why it is that; without values the reason is why it has none.
type guess struct {
	values []string
	why    string
}

func (g guess) found() bool { return len(g.values) > 0 }

// value is the only one.
func (g guess) value() string {
	if len(g.values) == 0 {
		return ""
	}
	return g.values[0]
}
