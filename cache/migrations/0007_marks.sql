-- What people share as Git refs: locks, holds, vetoes and ticks, each with the tag object that it points at.
CREATE TABLE mark (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    ref     TEXT    NOT NULL, -- refs/gonogo/lock/api/production
    object  TEXT    NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, ref)
) STRICT, WITHOUT ROWID;
