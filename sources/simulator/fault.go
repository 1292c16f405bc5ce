package simulator

import (
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"
)

// Cut says when a connection breaks.
type Cut int

const (
	// CutNever lets the answer through.
	CutNever Cut = iota
	// CutBefore closes the connection before anything is answered.
	CutBefore
	// CutMiddle closes it in the middle of the body.
	CutMiddle
)

// Fault is trouble that answers meet. The zero value of a field asks for nothing.
type Fault struct {
	// Method bounds the fault to one method.
	Method string
	// Path bounds it to request paths below the API's root: a glob as
	// "/repos/acme/*/deployments", "**" across slashes; or, between slashes and
	// beginning with ^, a regular expression: "^/repos/.*/runs$".
	Path string
	// Token bounds it to requests with one token.
	Token string
	// Storage bounds it to the storage host; without it only the API meets trouble.
	Storage bool
	// Times is how often it strikes; zero means until it is lifted. Skip is how many requests it lets go first.
	Times, Skip int

	// Status answers with a status instead of the truth, Body (or GitHub's own
	// words) as its body, Header added.
	Status int
	// Instead answers so without doing what was asked; otherwise it is done, and the answer alone is another.
	Instead bool
	Body    string
	Header  map[string]string
	// RetryAfter adds a Retry-After header, in whole seconds.
	RetryAfter time.Duration
	// Delay keeps the answer back, in real time.
	Delay time.Duration
	// Cut breaks the connection.
	Cut Cut
	// WrongJSON makes the body one that is no JSON, with the true status.
	WrongJSON bool

	pattern *regexp.Regexp
	struck  int
	lifted  bool
}

// Fault makes answers meet trouble from now on. Lift ends it.
func (w *World) Fault(f Fault) *Fault {
	defer w.enter()()
	if strings.HasPrefix(f.Path, "^") {
		f.pattern = regexp.MustCompile(f.Path)
	}
	w.faults = append(w.faults, &f)
	return &f
}

// Lift ends a fault.
func (w *World) Lift(f *Fault) {
	defer w.enter()()
	f.lifted = true
}

// SecondaryLimit makes the next n answers (0: until lifted) those of the
// secondary limit, with 403 or 429, with or without Retry-After (REST docs,
// "Exceeding the rate limit").
func (w *World) SecondaryLimit(status int, retryAfter time.Duration, n int) *Fault {
	return w.Fault(Fault{Status: status, RetryAfter: retryAfter, Times: n, Body: secondaryBody})
}

const secondaryBody = `{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again.","documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`

// strikes finds the first fault that a request meets, and counts it.
func (w *World) strikes(storage bool, method, requestPath, text string) *Fault {
	for _, f := range w.faults {
		if f.lifted || f.Storage != storage || f.Method != "" && f.Method != method || f.Token != "" && f.Token != text || !f.fits(requestPath) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		f.struck++
		f.lifted = f.Times > 0 && f.struck >= f.Times
		return f
	}
	return nil
}

func (f *Fault) fits(requestPath string) bool {
	switch {
	case f.Path == "":
		return true
	case f.pattern != nil:
		return f.pattern.MatchString(requestPath)
	default:
		return glob(path.Clean(f.Path), requestPath)
	}
}

// bend makes the true answer what the fault wants of it.
func (f *Fault) bend(a answer) answer {
	if f.Status != 0 {
		header := a.header
		a = failure(f.Status, http.StatusText(f.Status))
		for k, v := range header {
			if strings.HasPrefix(k, "X-") || k == "Date" || k == "Server" {
				a.header[k] = v
			}
		}
		if f.Body != "" {
			a.body = []byte(f.Body)
		}
		if strings.HasPrefix(f.Body, "<") {
			a.header.Set("Content-Type", "text/html; charset=utf-8")
		}
	}
	if f.WrongJSON {
		a.body = []byte(`{"message": "unterminated`)
		a.header.Del("ETag")
	}
	if f.RetryAfter > 0 {
		a.header.Set("Retry-After", itoa(int64(f.RetryAfter/time.Second)))
	}
	for k, v := range f.Header {
		a.header.Set(k, v)
	}
	return a
}

// breaksForm tells whether the answer is no longer one of GitHub's, so that
// nobody should hold it against the description.
func (f *Fault) breaksForm() bool {
	return f != nil && (f.WrongJSON || f.Cut != CutNever || f.Status != 0 && f.Body != "" && f.Body != secondaryBody)
}
