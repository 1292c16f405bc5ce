// Package story drives the whole program as a person does: the built binary in a pseudo-terminal, keys in, screen out,
// against a GitHub that answers real HTTP. It holds nothing but tests.
package story
