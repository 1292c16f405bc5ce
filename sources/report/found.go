package report

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"

	"gonogo/model"
)

// Found is what the reports in one artifact tell. It is what the cache keeps of an artifact, so that it need not be
// downloaded again: Encode makes bytes of it, Decode reads them. Coverage and Tests merge what several artifacts told.
type Found struct {
	Reports  []Recognised
	Files    []File // as the reports name them
	Seen     []model.SeenTest
	Named    []model.NamedTest // broken, flaky and slow ones
	Problems []Problem
	Cut      Kind // of which a bound cut something: at least what is here
}

// Recognised is a report that was read.
type Recognised struct {
	File   string // in the archive
	Format string // lcov, cobertura, jacoco, go, junit
	Kind   Kind
}

// File is the coverage of a file as reports name it.
type File struct {
	Path, Root, Package string
	// Dir is the folder of the report in its archive where the path is relative, for several reports of one archive may be
	// relative to different folders.
	Dir            string
	Coverable, Hit model.LineSet
	// Branches and Statements are packed marks.
	Branches, Statements []byte
}

// Has reports whether something of a kind was found.
func (f *Found) Has(k Kind) bool {
	for i := range f.Reports {
		if f.Reports[i].Kind == k {
			return true
		}
	}
	return false
}

// encoding is the layout of what Encode writes; it changes when Found does.
const encoding = 5

// Encode makes compact bytes of what was found, one file after the other, so that it never takes twice the memory.
func (f *Found) Encode() ([]byte, error) {
	b := bytes.NewBuffer([]byte{encoding})
	w, err := flate.NewWriter(b, flate.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("encode what an artifact's reports tell: %w", err)
	}
	rest := *f
	rest.Files = nil
	head, err := json.Marshal(encoded{Found: rest, Files: len(f.Files)})
	if err == nil {
		_, err = w.Write(appendBytes(nil, head))
	}
	var one []byte
	for i := range f.Files {
		if err == nil {
			one = f.Files[i].appendTo(one[:0])
			_, err = w.Write(one)
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("encode what an artifact's reports tell: %w", err)
	}
	return b.Bytes(), nil
}

// encoded is what stands before the files.
type encoded struct {
	Found Found
	Files int
}

// maxEncoded bounds what encoded bytes may unpack to; what is larger was not written by us.
const maxEncoded = 256 << 20

// Decode reads what Encode wrote. Bytes of another version or damaged ones are an error: read the artifact again.
func Decode(b []byte) (*Found, error) {
	if len(b) == 0 || b[0] != encoding {
		return nil, fmt.Errorf("decode what an artifact's reports tell: the layout is another version's")
	}
	in := bufio.NewReader(io.LimitReader(flate.NewReader(bytes.NewReader(b[1:])), maxEncoded))
	var e encoded
	head, err := readBytes(in)
	if err == nil {
		err = json.Unmarshal(head, &e)
	}
	for i := 0; i < e.Files && err == nil; i++ {
		var f File
		f, err = readFile(in)
		e.Found.Files = append(e.Found.Files, f)
	}
	if err != nil {
		return nil, fmt.Errorf("decode what an artifact's reports tell: %w", err)
	}
	return &e.Found, nil
}

// Part is what was found in one artifact, and which one that is.
type Part struct {
	Source model.ReportSource // without file and format
	Found  *Found
	Elder  bool // of a run that a newer one replaced: only tells whether tests are flaky
}
