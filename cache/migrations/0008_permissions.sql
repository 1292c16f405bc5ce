-- What GitHub has said that a token may not write. The token is a salted hash; an empty kind stands for every one.
CREATE TABLE permission (
    host  TEXT    NOT NULL,
    repo  TEXT    NOT NULL, -- owner/name, in lower case
    token TEXT    NOT NULL,
    kind  TEXT    NOT NULL,
    why   TEXT    NOT NULL,
    until INTEGER NOT NULL, -- then it is untried again
    PRIMARY KEY (host, repo, token, kind)
) STRICT, WITHOUT ROWID;
