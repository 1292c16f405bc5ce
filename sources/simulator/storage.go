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
	kind    string // media type
	content func() []byte
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
	status, kind, body := s.world.file(in)
	out.Header().Set("Content-Type", kind)
	out.Header().Set("Content-Length", itoa(len(body)))
	out.WriteHeader(status)
	_, _ = out.Write(body) // a client that has gone needs no answer
}

func (w *World) file(in *http.Request) (status int, kind string, body []byte) {
	defer w.arrive()()
	authorization := in.Header.Get("Authorization")
	_, text, _ := strings.Cut(authorization, " ")
	w.serial++
	log := Request{
		Serial: w.serial, Host: in.Host, Method: in.Method, Path: in.URL.EscapedPath(), Query: in.URL.RawQuery,
		Authorization: authorization != "", Token: text, At: w.now,
	}
	status, kind = http.StatusOK, "application/xml"
	number, _, _ := strings.Cut(strings.TrimPrefix(in.URL.Path, "/actions-results/"), "/")
	switch f := w.signed[number]; {
	case authorization != "":
		status, body = http.StatusBadRequest, []byte("<Error><Code>InvalidAuthenticationInfo</Code></Error>")
	case f == nil:
		status, body = http.StatusNotFound, []byte("<Error><Code>BlobNotFound</Code></Error>")
	case w.now.After(f.until):
		status, body = http.StatusForbidden, []byte("<Error><Code>AuthenticationFailed</Code></Error>")
	default:
		kind, body = f.kind, f.content()
	}
	log.Status = status
	w.record(log)
	if authorization != "" {
		w.leaks = append(w.leaks, log)
	}
	return status, kind, body
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
