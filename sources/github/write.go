package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// Fate is what is known of a write.
type Fate int

// The fates of a write. Only Unknown may have been done without our knowing.
const (
	Done    Fate = iota + 1 // 2xx
	Refused                 // 3xx and 4xx: nothing was done
	NotSent                 // nothing left this machine: no connection, or a limit that stands still
	Unknown                 // 5xx, a time-out, a broken connection
)

// WriteError is a write that did not get through, or of which that isn't known. It unwraps to a Problem.
type WriteError struct {
	Fate   Fate
	Status int // HTTP; 0: there was no answer
	// Said is GitHub's own message, bounded; empty where there is none.
	Said    string
	problem *Problem
}

func (e *WriteError) Error() string { return e.problem.Error() }
func (e *WriteError) Unwrap() error { return e.problem }

// FateOf tells what is known of a write by its error. An error of another kind says nothing, so it is Unknown.
func FateOf(err error) (Fate, int) {
	var e *WriteError
	switch {
	case err == nil:
		return Done, http.StatusOK
	case errors.As(err, &e):
		return e.Fate, e.Status
	}
	return Unknown, 0
}

// write sends one request that changes something: once, without following a redirect, and without learning or using a
// repository's move: a 307 would send it to a repository that nobody confirmed.
func (c *Client) write(ctx context.Context, a act, method, path string, body any) ([]byte, error) {
	req, err := c.api.NewRequest(method, path, body)
	if err != nil {
		return nil, &WriteError{Fate: NotSent, problem: a.problem(model.ProblemMalformed, "the request can't be written: "+lastReason(err), "check the names in the configuration", err)}
	}
	var out bytes.Buffer
	_, err = c.api.Do(ctx, req, &out)
	var accepted *github.AcceptedError
	if errors.As(err, &accepted) {
		c.learnt(a, nil)
		return accepted.Raw, &acceptedError{}
	}
	c.learnt(a, err)
	if err != nil {
		return nil, a.notWritten(ctx, err)
	}
	return out.Bytes(), nil
}

// acceptedError is 202: what it means depends on what was asked.
type acceptedError struct{}

func (*acceptedError) Error() string { return "accepted (202)" }

// notWritten tells what is known of a write that has failed.
func (a act) notWritten(ctx context.Context, err error) error {
	e := &WriteError{Fate: Unknown}
	var answer *github.ErrorResponse
	var limited *limitError
	var dial *net.OpError
	var dns *net.DNSError
	switch {
	case errors.As(err, &answer):
		e.Status = answer.Response.StatusCode
		if answer.Message != "" {
			e.Said = quote(answer.Message)
		}
		if e.Status >= 300 && e.Status < 500 {
			e.Fate = Refused
		}
		e.problem = a.refusedWrite(answer, err)
		return e
	case errors.As(err, &limited):
		e.Fate, e.Status = Refused, http.StatusTooManyRequests
		e.problem = a.problem(model.ProblemLimit, limited.why, "wait until then and try again", limited)
		e.problem.Until = limited.until
		return e
	case errors.Is(err, errForeign):
		e.Fate, e.Status = Refused, http.StatusTemporaryRedirect
	case errors.As(err, &dns), errors.As(err, &dial) && dial.Op == "dial":
		e.Fate = NotSent
	}
	if explained := a.explain(ctx, "", err); !errors.As(explained, &e.problem) { // it was called off
		e.problem = a.problem(model.ProblemNetwork, "it was called off: "+lastReason(err), "", err)
	}
	switch e.Fate {
	case NotSent:
		e.problem.Next = "nothing was sent; check the network and try again"
	case Refused:
		e.problem.Next = "nothing was done; write the repository's present name into the configuration"
	default:
		e.problem.Next = "whether GitHub did it isn't known"
	}
	return e
}

// refusedWrite explains an answer to a write that isn't a success.
func (a act) refusedWrite(answer *github.ErrorResponse, cause error) *Problem {
	r := answer.Response
	said := ""
	if answer.Message != "" {
		said = ": GitHub says " + quote(answer.Message)
	}
	status := fmt.Sprintf(" (%d)", r.StatusCode)
	switch {
	case r.StatusCode >= 300 && r.StatusCode < 400:
		return a.problem(model.ProblemMissing, "the repository has moved"+status, "nothing was done; write its present name into the configuration", cause)
	case r.StatusCode == http.StatusForbidden:
		if p := a.forbiddenWrite(r, status, answer.Message, cause); p != nil {
			return p
		}
	case r.StatusCode == http.StatusNotFound && a.permission != "":
		return a.problem(model.ProblemForbidden, "it is not there, or the token may not write it"+status, "give the token the permission "+a.permission, cause)
	case r.StatusCode == http.StatusConflict, r.StatusCode == http.StatusUnprocessableEntity, r.StatusCode == http.StatusBadRequest:
		return a.problem(model.ProblemMalformed, "GitHub refuses it"+status+said, "", cause)
	case r.StatusCode >= 500:
		return a.problem(model.ProblemServer, "GitHub has trouble"+status+said, "whether it was done isn't known", cause)
	}
	return a.refused(r, answer.Message, cause)
}

// forbiddenWrite names the permission that is missing.
func (a act) forbiddenWrite(r *http.Response, status, message string, cause error) *Problem {
	if r.Header.Get("X-GitHub-SSO") != "" {
		return nil
	}
	accepted := r.Header.Get("X-Accepted-GitHub-Permissions")
	permission := a.permission
	if named := permissionWords(accepted); named != "" {
		permission = named
	}
	why := "the token may not do that" + status
	if message != "" {
		why += ": GitHub says " + quote(message)
	}
	next := ""
	if permission != "" {
		next = "give it the permission " + permission
	}
	p := a.problem(model.ProblemForbidden, why, next, cause)
	p.Permission = string(model.Clean(accepted))
	return p
}

// answered reads a write's answer. One that makes no sense was still a success: that is said as such by the caller.
func answered[T any](body []byte) (T, bool) {
	var v T
	return v, json.Unmarshal(body, &v) == nil
}
