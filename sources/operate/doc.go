// Package operate acts: it prepares what a person may confirm, and drives what was confirmed to its end, with the rules of
// model/operation. It is the only writer of the journal, and owns the goroutines that drive.
//
// Every step leaves a mark in the journal before it is taken. Who drives an operation holds a lock of the operating system
// for its host, repository and environment, so that of two processes of one person one drives; when it dies the other
// takes over what it finds in the journal.
package operate
