package github

// Fingerprint tells the client's token from another without revealing either: validators belong to one token. It is
// empty where there is no token.
func (c *Client) Fingerprint(salt []byte) string { return c.wire.token.Fingerprint(salt) }
