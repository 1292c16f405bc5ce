// Package operation holds the rules of acting: what states an operation goes through, what the next step is from a
// journal and from what is observed, when what was sent is ours, and when a release that was deployed is good.
//
// It decides and does nothing: no clock, no network, no disk. Who drives an operation asks Next, writes the journal,
// does the step, and asks again; a process that died is replaced by another that asks Next with the same journal.
//
//	draft → preflight → confirmed → claiming → dispatching → queued | awaiting | running → verifying → an end
//	                                               └→ ambiguous: sent, outcome unknown; only strong identity or a person ends it
//
// A redeploy and an abort are about a run that is there already: its next attempt is followed, or its end. What the attempt
// before shows means nothing for them, and a later one is somebody else's.
//
// An operation sends at most once. A send is a dispatch, a deployment, a publication or a word about a run that GitHub
// did not refuse for an unknown field; nothing is ever sent again from dispatching by a process that can't know whether it was sent.
package operation
