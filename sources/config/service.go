package config

import (
	"path"
	"slices"
	"strings"

	"gonogo/model"
)

const noEnvironments = "add environments:, first to last, as in - name: production"

func (b *builder) service(f *serviceFile) model.Service {
	s := model.Service{
		Name: f.Name.v, Branch: f.Branch.v, Tags: f.Tags.v,
		CI: b.workflows(f.CI), Checks: values(f.Checks), CIIgnore: b.globs(f.CIIgnore), Blackbox: b.workflows(f.Blackbox),
		Migrations: b.globs(f.Migrations), Irreversible: b.globs(f.Irreversible),
	}
	b.name(f.Name)
	b.branch(f.Branch)
	b.glob(f.Tags)
	if f.has("repo") {
		s.Repo = b.repo(f.Repo)
	}
	b.missing(&f.place, "repo", "add repo: OWNER/REPO", "a service without repo")
	if s.Name == "" && !f.wrong("name") {
		s.Name = s.Repo.Name
	}
	s.Path = b.folder(f.Path)
	s.Coverage, s.Tests, s.Artifact = b.coverage(f.Coverage), b.tests(f.Tests), b.artifact(f.Artifact)
	if f.Deploy != nil {
		s.Deploy = b.deploy(f.Deploy)
	}
	b.missing(&f.place, "environments", noEnvironments, "a service without environments")
	if f.has("environments") && len(f.Environments) == 0 {
		b.errorAt(f.key("environments"), noEnvironments, "a service without environments")
	}
	for i := range f.Environments {
		last := i == len(f.Environments)-1
		s.Environments = append(s.Environments, b.environment(&f.Environments[i], last))
	}
	b.environmentsApart(f.Environments, s.Environments)
	b.versionByHealth(f, s)
	return s
}

// branch refuses what Git refuses as the name of a branch, as far as it could harm a URL or a screen
// (git check-ref-format).
func (b *builder) branch(t text) {
	if t.at == nil {
		return
	}
	if strings.HasPrefix(t.v, "refs/") {
		b.errorAt(t.at, "write "+strings.TrimPrefix(t.v, "refs/heads/"), "a branch is named without refs/heads/")
		return
	}
	if strings.ContainsAny(t.v, " ~^:?*[\\") || strings.Contains(t.v, "..") || strings.Contains(t.v, "//") ||
		strings.Trim(t.v, "/") != t.v || strings.HasPrefix(t.v, "-") || string(model.Clean(t.v)) != t.v {
		b.errorAt(t.at, "", "%q is not the name of a branch", t.v)
	}
}

// workflows reads workflow files. GitHub's own workflows (dynamic/github-code-scanning/codeql) are named by their path.
func (b *builder) workflows(list []text) []string {
	var out []string
	for _, t := range list {
		if name := b.workflow(t); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// workflow is the file's name, without its folder, which is always the same.
func (b *builder) workflow(t text) string {
	if t.at == nil {
		return ""
	}
	name := strings.TrimPrefix(t.v, ".github/workflows/")
	if strings.HasPrefix(name, "dynamic/") {
		return path.Base(name)
	}
	if ext := path.Ext(name); ext != ".yml" && ext != ".yaml" || strings.ContainsAny(name, "/\\") || string(model.Clean(name)) != name {
		b.errorAt(t.at, "write its file's name, as in ci.yml", "%q is not a workflow file", t.v)
		return ""
	}
	return name
}

func (b *builder) globs(list []text) []string {
	var out []string
	for _, t := range list {
		out = append(out, b.glob(t))
	}
	return out
}

func (b *builder) glob(t text) string {
	if t.at != nil && model.CheckGlob(t.v) != nil {
		b.errorAt(t.at, "a [ wants its ], and a \\ something behind it", "%q is not a glob", t.v)
	}
	return t.v
}

// folder reads a path inside the repository.
func (b *builder) folder(t text) string {
	if t.at == nil {
		return ""
	}
	clean := path.Clean(t.v)
	if path.IsAbs(t.v) || clean == ".." || strings.HasPrefix(clean, "../") || strings.ContainsRune(t.v, '\\') {
		b.errorAt(t.at, "as in services/api", "%q is not a folder inside the repository", t.v)
		return ""
	}
	if clean == "." {
		return ""
	}
	return clean
}

func (b *builder) coverage(f *coverageFile) *model.CoverageRule {
	if f == nil {
		return nil
	}
	return &model.CoverageRule{Artifact: b.glob(f.Artifact), Minimum: f.Minimum.pointer(), MaxDrop: f.MaxDrop.pointer()}
}

func (b *builder) tests(f *testsFile) *model.TestsRule {
	if f == nil {
		return nil
	}
	b.missing(&f.place, "artifact", `add artifact: "junit*"`, "tests without the artifact that holds them")
	return &model.TestsRule{Artifact: b.glob(f.Artifact)}
}

func (b *builder) artifact(f *artifactFile) *model.ArtifactRule {
	if f == nil {
		return nil
	}
	if f.has("release_asset") == f.has("actions") && !f.wrong("release_asset") && !f.wrong("actions") && !f.lost {
		b.errorAt(f.at, "give one of them", "an artifact is a release_asset or one of actions")
	}
	return &model.ArtifactRule{ReleaseAsset: b.glob(f.ReleaseAsset), Actions: f.Actions.v}
}

func (b *builder) deploy(f *deployFile) model.Deploy {
	d := model.Deploy{
		Workflow: b.workflow(f.Workflow), Deployment: f.Deployment.v, Release: f.Release.v,
		RefBranch: f.Ref.v == "branch", Version: model.Mapping(f.Version.v), Inputs: b.templates(f.Inputs),
	}
	var kinds []string
	if f.has("workflow") {
		kinds = append(kinds, "workflow")
	}
	if d.Deployment {
		kinds = append(kinds, "deployment")
	}
	if d.Release {
		kinds = append(kinds, "release")
	}
	if len(kinds) > 1 {
		b.errorAt(f.key(kinds[1]), "leave one", "a service is deployed in one way, not by %s", strings.Join(kinds, " and "))
	}
	if f.has("inputs") && !f.has("workflow") && !f.wrong("workflow") && !f.lost {
		b.errorAt(f.key("inputs"), "add workflow:, or leave inputs out", "inputs without a workflow to take them")
	}
	if f.has("repo") {
		d.Repo = b.repo(f.Repo)
		b.elsewhere(f, d)
	}
	return d
}

// elsewhere checks what deployments in another repository need: their commits are that repository's, so neither a tag
// of this one can be dispatched there, nor does a deployment's commit tell the release.
func (b *builder) elsewhere(f *deployFile, d model.Deploy) {
	if !d.RefBranch && !f.wrong("ref") {
		b.errorAt(f.key("repo"), "add ref: branch", "deployments in another repository can't go by this one's tags")
	}
	if d.Version == model.MapBySHA && !f.wrong("version") {
		b.errorAt(f.key("repo"), "add version: payload, run-name or health", "deployments in another repository don't say which release they carry")
	}
	if d.Release {
		b.errorAt(f.key("release"), "leave out repo", "a release is published where the service is")
	}
}

// versionByHealth checks that a version that health must tell can be told by it.
func (b *builder) versionByHealth(f *serviceFile, s model.Service) {
	if s.Deploy.Version != model.MapByHealth {
		return
	}
	for i, e := range s.Environments {
		if !slices.ContainsFunc(e.Checks, tellsVersion) {
			b.errorAt(f.Environments[i].key("health"), `add an http check with expect: {json: {version: "{{.Version}}"}}`,
				"deploy.version is health, and no check of %s tells the version", e.Name)
		}
	}
}

func tellsVersion(c model.Check) bool {
	return slices.ContainsFunc(c.JSON, func(x model.Expect) bool { return x.Version })
}

// apart notes services of one name, and services that share an environment of one repository and that nothing tells
// apart: each would take the other's deployments for its own.
func (b *builder) apart(services []model.Service) {
	names := map[string]int{}
	for i := range services {
		f := &b.file.Services[i]
		lower := strings.ToLower(services[i].Name)
		if lower == "" {
			continue
		}
		if first, found := names[lower]; found {
			b.errorAt(f.key("name"), "give each a name", "two services are called %q, the first in line %d",
				services[i].Name, b.file.Services[first].key("name").Line)
			continue
		}
		names[lower] = i
	}
	shared := map[string][]int{}
	for i := range services {
		for _, e := range services[i].Environments {
			repo := services[i].DeployRepo()
			if repo == (model.Repo{}) {
				continue
			}
			key := strings.ToLower(repo.Host + "/" + repo.FullName() + "\x00" + e.GitHub)
			for _, j := range shared[key] {
				if j != i && !toldApart(&services[i], &services[j]) {
					b.errorAt(b.file.Services[i].at, "give both tags: or path: or a workflow of their own",
						"%s and %s (line %d) both deploy to %q of %s, and nothing tells their deployments apart",
						services[i].Name, services[j].Name, b.file.Services[j].at.Line, e.GitHub, repo)
				}
			}
			shared[key] = append(shared[key], i)
		}
	}
}

// toldApart reports whether both services have something of their own that a deployment can be told by.
func toldApart(a, c *model.Service) bool {
	differ := func(x, y string) bool { return x != "" && y != "" && x != y }
	return differ(a.Tags, c.Tags) || differ(a.Path, c.Path) || differ(a.Deploy.Workflow, c.Deploy.Workflow)
}
