package simulator

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// stored is a file on the storage host, behind an address that lives a minute.
type stored struct {
	kind    string        // media type
	content func() []byte // nil: it isn't there
	until   time.Time
}

// sign makes an address for a file (REST docs, "Download workflow run logs":
// "This link expires after 1 minute").
func (w *World) sign(name, kind string, content func() []byte) answer {
	for number, s := range w.signed {
		if w.now.After(s.until.Add(time.Hour)) {
			delete(w.signed, number)
		}
	}
	w.numbers["file"]++
	number := itoa(w.numbers["file"])
	until := w.now.Add(time.Minute)
	w.signed[number] = &stored{kind: kind, content: content, until: until}
	query := url.Values{"se": {stamp(until)}, "sig": {itoa(w.numbers["file"] * 7919)}}
	return redirect(strings.TrimSuffix(w.storage, "/") + "/actions-results/" + number + "/" + escape(name) + "?" + query.Encode())
}

// answerFile answers the storage host's requests. A token has no business
// there: it is refused and remembered (Azure Blob Storage docs,
// "InvalidAuthenticationInfo": a signed address and an Authorization header
// exclude each other).
func (s *Server) answerFile(out http.ResponseWriter, in *http.Request) {
	a, fault := s.world.file(in)
	s.send(out, in, a, fault, nil)
}

func (w *World) file(in *http.Request) (answer, *Fault) {
	defer w.arrive()()
	authorization := in.Header.Get("Authorization")
	_, text, _ := strings.Cut(authorization, " ")
	w.serial++
	log := Request{
		Serial: w.serial, Host: in.Host, Method: in.Method, Path: in.URL.EscapedPath(), Query: in.URL.RawQuery,
		Authorization: authorization != "", Token: text, At: w.now,
	}
	number, _, _ := strings.Cut(strings.TrimPrefix(in.URL.Path, "/actions-results/"), "/")
	var a answer
	switch f := w.signed[number]; {
	case authorization != "":
		a = refusedFile(http.StatusBadRequest, "InvalidAuthenticationInfo")
	case f != nil && w.now.After(f.until):
		a = refusedFile(http.StatusForbidden, "AuthenticationFailed")
	case f == nil, f.content == nil:
		a = refusedFile(http.StatusNotFound, "BlobNotFound")
	default:
		a = answer{status: http.StatusOK, header: http.Header{"Content-Type": {f.kind}}, body: f.content()}
	}
	fault := w.strikes(true, in.Method, in.URL.EscapedPath(), text)
	if fault != nil {
		a = fault.bend(a)
	}
	log.Status = a.status
	w.record(log)
	if log.Authorization {
		w.leaks = append(w.leaks, log)
	}
	return a, fault
}

// refusedFile is the storage's own form of an error (Azure Blob Storage docs, "Status and error codes").
func refusedFile(status int, code string) answer {
	return answer{status: status, header: http.Header{"Content-Type": {"application/xml"}}, body: []byte("<Error><Code>" + code + "</Code></Error>")}
}

// namedFile is a file of an archive.
type namedFile struct{ name, content string }

// zipped packs files.
func zipped(files []namedFile) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		// Writing to memory fails for names that are too long alone; such a file is left out.
		if out, err := z.Create(f.name); err == nil {
			_, _ = out.Write([]byte(f.content))
		}
	}
	_ = z.Close()
	return b.Bytes()
}
