-- Logs of jobs that have ended: an index, and compressed pieces by which a log of any length is opened where it is wanted.
CREATE TABLE log (
    id        INTEGER PRIMARY KEY,
    service   INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    subject   TEXT    NOT NULL, -- RUN/JOB
    complete  INTEGER NOT NULL,
    came      INTEGER NOT NULL, -- bytes of the log so far
    whole     INTEGER NOT NULL, -- bytes it will have; -1: not known
    stored    INTEGER NOT NULL, -- bytes that its pieces take
    opened_at INTEGER NOT NULL, -- when a person last opened it
    body      BLOB    NOT NULL  -- its index, once it is complete
) STRICT;
CREATE INDEX log_subject ON log (service, subject);

CREATE TABLE log_piece (
    log    INTEGER NOT NULL REFERENCES log ON DELETE CASCADE,
    number INTEGER NOT NULL,
    body   BLOB    NOT NULL,
    PRIMARY KEY (log, number)
) STRICT;
