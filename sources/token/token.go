// Package token finds the token that belongs to a host, and keeps it from being printed.
//
// The host is decided first: a token is looked for only among those that belong to it, so that none is ever offered to
// another host (GitHub advisory GHSA-55v3-xh23-96gh shows what happens otherwise).
package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
)

// hidden is all that a token ever shows of itself.
const hidden = "[token]"

// Token is a secret for one host. The zero value is no token. However it is printed, logged or encoded, it says
// "[token]"; only Reveal gives the secret.
type Token struct {
	// A closure, because reflection (fmt on an unexported field of another struct) reads strings but not these.
	reveal func() string
	host   string
	where  string
}

// New makes a token for a host from a secret that was found elsewhere; where says where, for sentences.
func New(host, secret, where string) Token {
	return Token{reveal: func() string { return secret }, host: host, where: where}
}

// Zero reports whether there is no token.
func (t Token) Zero() bool { return t.reveal == nil }

// Reveal is the secret, for the Authorization header of a request to Host and for nothing else.
func (t Token) Reveal() string {
	if t.reveal == nil {
		return ""
	}
	return t.reveal()
}

// Host is the host that the token belongs to, in lower case, with a port if it has one.
func (t Token) Host() string { return t.host }

// Where says which variable, file or program the token came from, for sentences: "GH_TOKEN".
func (t Token) Where() string { return t.where }

// Fingerprint tells one token from another without revealing either: a keyed hash, different for every salt.
// It is empty for no token.
func (t Token) Fingerprint(salt []byte) string {
	if t.Zero() {
		return ""
	}
	h := hmac.New(sha256.New, salt)
	h.Write([]byte(t.Reveal()))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// String is "[token]".
func (t Token) String() string { return hidden }

// GoString is "[token]".
func (t Token) GoString() string { return hidden }

// Format writes "[token]" for every verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalText is "[token]".
func (t Token) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON is "[token]".
func (t Token) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// LogValue is "[token]".
func (t Token) LogValue() slog.Value { return slog.StringValue(hidden) }
