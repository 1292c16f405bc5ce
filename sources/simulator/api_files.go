package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"
)

// keptLogs is how long logs can be read (GitHub docs, "Configuring the retention
// period for artifacts and logs": 90 days by default).
const keptLogs = 90 * 24 * time.Hour

// downloadRunLogs sends the client to the logs' archive, once the run has ended.
func (c *call) downloadRunLogs() answer {
	a := c.attempt()
	switch {
	case a == nil || a.status != Completed:
		return missing()
	case c.world.now.Sub(a.updatedAt) > keptLogs:
		return failure(http.StatusGone, "Server Error")
	}
	name := "logs_" + itoa(a.run.ID) + ".zip"
	return c.world.sign(name, "application/zip", a.archive)
}

// downloadJobLogs sends the client to one job's log: to a file that isn't there while the job hasn't ended, and for
// good where no runner ever took it (observed live: Digital-Process-Tools/claude-supertool#723 and #741).
func (c *call) downloadJobLogs() answer {
	j := c.repo.jobBy[c.number("job")]
	switch {
	case j == nil:
		return missing()
	case j.status != Completed || len(j.steps) == 0:
		return c.world.sign(itoa(j.ID)+".txt", "", nil)
	case c.world.now.Sub(j.completedAt) > keptLogs:
		return failure(http.StatusGone, "Server Error") // rust-lang/triagebot#2241
	}
	return c.world.sign(itoa(j.ID)+".txt", "text/plain; charset=utf-8", func() []byte { return []byte(j.log()) })
}

// archive holds N_<job>.txt for each job and <job>/N_<step>.txt for each step
// (cli/cli, pkg/cmd/run/view/logs.go; names lose / and : and are cut at 90
// UTF-16 units there).
func (a *Attempt) archive() []byte {
	var files []namedFile
	for i, j := range a.jobs {
		name := archived(j.Name)
		files = append(files, namedFile{fmt.Sprintf("%d_%s.txt", i, name), j.log()})
		for _, s := range j.steps {
			if s.conclusion != Skipped {
				files = append(files, namedFile{fmt.Sprintf("%s/%d_%s.txt", name, s.Number, archived(s.Name)), byteOrderMark + j.logOf(s)})
			}
		}
	}
	return zipped(files)
}

func archived(name string) string {
	name = strings.NewReplacer("/", "", ":", "").Replace(name)
	if units := utf16.Encode([]rune(name)); len(units) > 90 {
		name = string(utf16.Decode(units[:90]))
	}
	return name
}

func (c *call) listArtifacts() answer {
	_, ofRun := c.args["run"]
	if ofRun && c.run() == nil {
		return missing()
	}
	name := c.http.URL.Query().Get("name")
	var wanted []*Artifact
	for _, a := range newestFirst(c.repo.artifacts) {
		if (name == "" || a.Name == name) && (!ofRun || a.run == c.run()) {
			wanted = append(wanted, a)
		}
	}
	return counted(c, "artifacts", wanted, func(a *Artifact) any { return a.show() })
}

func (c *call) artifact() *Artifact {
	for _, a := range c.repo.artifacts {
		if a.ID == c.number("artifact") {
			return a
		}
	}
	return nil
}

func (c *call) showArtifact() answer {
	if a := c.artifact(); a != nil {
		return found(a.show())
	}
	return missing()
}

// downloadArtifact sends the client to the archive; an expired one is gone (REST
// docs, "Download an artifact").
func (c *call) downloadArtifact() answer {
	a := c.artifact()
	switch {
	case a == nil || c.args["format"] != "zip":
		return missing()
	case a.expired():
		return failure(http.StatusGone, "Artifact has expired")
	}
	return c.world.sign(a.Name+".zip", "application/zip", a.archive)
}

func (a *Artifact) archive() []byte {
	if a.packed != nil {
		return a.packed
	}
	if a.make != nil {
		a.files = a.make()
	}
	var files []namedFile
	for _, name := range sortedKeys(a.files) {
		files = append(files, namedFile{name, a.files[name]})
	}
	a.packed = zipped(files)
	return a.packed
}

func (a *Artifact) show() object {
	n := a.run
	api := n.repo.url("/actions/artifacts/" + itoa(a.ID))
	bytes := a.archive()
	o := object{
		"id": a.ID, "node_id": nodeID("MDg", a.ID), "name": a.Name, "size_in_bytes": len(bytes), "url": api,
		"archive_download_url": api + "/zip", "expired": a.expired(), "created_at": stamp(a.CreatedAt), "updated_at": stamp(a.CreatedAt),
		"expires_at": stamp(a.ExpiresAt),
		"workflow_run": object{
			"id": n.ID, "repository_id": n.repo.ID, "head_repository_id": n.head.ID, "head_branch": n.Branch, "head_sha": n.Commit.SHA,
		},
	}
	if n.repo.world.options.Edition == GitHubCom { // Enterprise Server 3.19 has no digest
		sum := sha256.Sum256(bytes)
		o["digest"] = "sha256:" + hex.EncodeToString(sum[:])
	}
	return o
}
