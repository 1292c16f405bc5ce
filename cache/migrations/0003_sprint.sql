-- The fleet's sprint board, kept under a service without a name. Its sprints are one blob, oldest first: there are few,
-- and all of them are shown together.
CREATE TABLE board (
    service  INTEGER PRIMARY KEY REFERENCES service ON DELETE CASCADE,
    source   TEXT    NOT NULL,
    title    TEXT    NOT NULL,
    url      TEXT    NOT NULL,
    sprints  BLOB    NOT NULL,
    cut      INTEGER NOT NULL,
    redacted INTEGER NOT NULL,
    seen_at  INTEGER NOT NULL, -- when it was read first
    read_at  INTEGER NOT NULL  -- what was read before then is no news any more
) STRICT;

CREATE TABLE item (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    id      TEXT    NOT NULL,
    sprint  TEXT    NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_sprint ON item (service, sprint);

CREATE TABLE item_moment ( -- what a burndown counts of an item, whenever it has changed
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    item    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    sprint  TEXT    NOT NULL, -- empty: it is in none any more, or not on the board
    points  REAL,
    done    INTEGER NOT NULL,
    PRIMARY KEY (service, item, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_moment_sprint ON item_moment (service, sprint, item);
