package journal

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Anchor is a record's number and hash as they were told to others, in a lock for one. First is the hash of the journal's
// first record: it tells one journal from another.
type Anchor struct {
	First string
	Seq   int64
	Hash  string
}

// String is how an anchor is told: FIRST/SEQ/HASH; empty for none.
func (a Anchor) String() string {
	if a.Seq == 0 {
		return ""
	}
	return fmt.Sprintf("%s/%d/%s", a.First, a.Seq, a.Hash)
}

// ParseAnchor reads what String wrote.
func ParseAnchor(text string) (Anchor, error) {
	parts := strings.Split(text, "/")
	if len(parts) != 3 || !hash(parts[0]) || !hash(parts[2]) {
		return Anchor{}, fmt.Errorf("read the anchor %q: it is written FIRST/NUMBER/HASH, the hashes as 64 hex digits", text)
	}
	seq, err := strconv.ParseInt(parts[1], 10, 64)
	if err == nil && seq < 1 {
		err = errors.New("records are counted from 1")
	}
	if err != nil {
		return Anchor{}, fmt.Errorf("read the anchor %q: %w", text, err)
	}
	return Anchor{First: parts[0], Seq: seq, Hash: parts[2]}, nil
}

func hash(text string) bool {
	return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == ""
}
