// Package discover makes a fleet of one service out of a clone and what GitHub tells of its repository, for where there
// is no configuration.
//
// A clone is somebody else's: nothing in it is run, and neither is git. Its files are read as git reads them (the folder
// or file .git, worktrees, submodules, the configuration of the system, the person and the clone with their includes),
// which the tests hold against git itself. Not read are GIT_CONFIG_PARAMETERS (git -c) and the files .git/remotes and
// .git/branches of old.
//
// What is found is written as gonogo.yml and read through sources/config like every other file.
package discover
