package model

import "time"

// Write is a kind of writing to a repository, by the name of GitHub's permission for it.
type Write string

// The kinds of writing. The empty one stands for every kind.
const (
	WriteContents    Write = "Contents"    // refs, tags, releases
	WriteActions     Write = "Actions"     // dispatch, run again, cancel
	WriteDeployments Write = "Deployments" // deployments, and reviews of what waits to deploy
)

// Permission is that a token may not write to a repository, as GitHub has said. Whatever has none is known to be allowed, or
// untried: both may be asked for.
type Permission struct {
	Repo  Repo
	Write Write
	Why   Text      // what it was refused with, and what would help
	Until time.Time // then it is untried again
}
