-- What one artifact's reports say. It never changes, so an artifact that was read is never downloaded again.
CREATE TABLE report (
    service  INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    artifact INTEGER NOT NULL,
    sha      TEXT    NOT NULL,
    run      INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    at       INTEGER NOT NULL, -- when it was made
    found    BLOB    NOT NULL, -- as the package that read it writes it
    PRIMARY KEY (service, artifact)
) STRICT;
CREATE INDEX report_sha ON report (service, sha);
CREATE INDEX report_newest ON report (service, at DESC);

-- A commit's coverage: all its reports merged, or what a status states. It stays as history when its files are gone.
CREATE TABLE coverage (
    service        INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    sha            TEXT    NOT NULL,
    branch         TEXT    NOT NULL, -- that the run was of
    made_at        INTEGER NOT NULL, -- when the run began
    at             INTEGER NOT NULL, -- of the newest report
    origin         TEXT    NOT NULL,
    hit            INTEGER NOT NULL,
    total          INTEGER NOT NULL,
    branches_hit   INTEGER NOT NULL,
    branches_total INTEGER NOT NULL,
    stated         REAL,             -- percent; NULL for reports
    body           BLOB    NOT NULL, -- packages, sources
    PRIMARY KEY (service, sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX coverage_made ON coverage (service, made_at DESC);

CREATE TABLE file_coverage (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    sha     TEXT    NOT NULL,
    path    TEXT    NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, sha, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE tests (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    sha     TEXT    NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, sha)
) STRICT;

CREATE TABLE report_flaw ( -- of a commit's reports: what could not be read, or not in full
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    sha     TEXT    NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, sha)
) STRICT;
