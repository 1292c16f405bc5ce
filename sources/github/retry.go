package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Reads are sent at most this often, with pauses that double from the first one, each half to one and a half as long.
const (
	maxAttempts = 3
	firstPause  = 500 * time.Millisecond
)

// readingQuery marks the context of a GraphQL query: a POST that reads, and so may be repeated.
type readingQuery struct{}

// again decides whether a request is sent once more.
func again(req *http.Request, attempt int, resp *http.Response, err error) bool {
	if attempt >= maxAttempts || !reads(req) || req.Context().Err() != nil {
		return false
	}
	var limited *limitError
	switch {
	case errors.As(err, &limited), errors.Is(err, errTooLarge), errors.Is(err, context.Canceled):
		return false
	case errors.Is(err, errTimeout):
		return attempt == 1 // each costs the whole time limit
	case err != nil:
		return true
	}
	switch resp.StatusCode {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// reads tells whether a request changes nothing.
func reads(req *http.Request) bool {
	return req.Method == http.MethodGet || req.Method == http.MethodHead || req.Context().Value(readingQuery{}) != nil
}

// rewound returns the request with its body at the beginning.
func rewound(req *http.Request) (*http.Request, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return req, nil
	}
	if req.GetBody == nil {
		return nil, errors.New("the request's body can't be sent again")
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, fmt.Errorf("rewind the request's body: %w", err)
	}
	req = req.Clone(req.Context())
	req.Body = body
	return req, nil
}

// backOff is the pause after an attempt.
func (b *books) backOff(attempt int) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Duration(float64(firstPause<<(attempt-1)) * (0.5 + b.rand.Float64()))
}
