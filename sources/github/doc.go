// Package github reads releases, deployments, runs and what else the rules need from one GitHub host, with go-github
// as its client. It never writes, neither to GitHub nor to the cache.
//
// Between go-github and the network stands a transport of ours: it gives the token to its own host only, keeps the
// books of GitHub's limits, bounds time and size of every answer and repeats what may be repeated. What it learns of
// the limits never reaches go-github, whose own accounts block too much (a secondary limit without Retry-After blocks
// it until the primary limit's reset) and too little (it takes every 429 for an ordinary error).
package github
