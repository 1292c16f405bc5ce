-- A cache as version 1 of the schema left it: recorded once, never to be made anew.
PRAGMA application_id = 1735356015;
CREATE TABLE service (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL,
    identity TEXT    NOT NULL,
    seen_at  INTEGER NOT NULL,
    UNIQUE (name, identity)
) STRICT;

CREATE TABLE repository (
    service        INTEGER PRIMARY KEY REFERENCES service ON DELETE CASCADE,
    full_name      TEXT    NOT NULL,
    default_branch TEXT    NOT NULL,
    archived       INTEGER NOT NULL,
    empty          INTEGER NOT NULL,
    private        INTEGER NOT NULL,
    pushed_at      INTEGER NOT NULL,
    can_write      INTEGER NOT NULL,
    url            TEXT    NOT NULL
) STRICT;

CREATE TABLE branch (
    service INTEGER PRIMARY KEY REFERENCES service ON DELETE CASCADE,
    name    TEXT NOT NULL,
    head    BLOB NOT NULL
) STRICT;

CREATE TABLE release (
    service      INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    tag          TEXT    NOT NULL,
    sha          TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    draft        INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    author       TEXT    NOT NULL,
    url          TEXT    NOT NULL,
    PRIMARY KEY (service, tag, sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_newest ON release (service, published_at DESC);
CREATE INDEX release_sha ON release (service, sha);

CREATE TABLE deployment (
    service          INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    id               INTEGER NOT NULL,
    environment      TEXT    NOT NULL COLLATE NOCASE,
    sha              TEXT    NOT NULL,
    ref              TEXT    NOT NULL,
    task             TEXT    NOT NULL,
    transient        INTEGER NOT NULL,
    production       INTEGER NOT NULL,
    creator          TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    description      TEXT    NOT NULL,
    payload          TEXT    NOT NULL,
    statuses         BLOB    NOT NULL,
    statuses_read    INTEGER NOT NULL,
    first_success_at INTEGER,
    run              INTEGER NOT NULL,
    run_name         TEXT    NOT NULL,
    run_done         INTEGER NOT NULL,
    url              TEXT    NOT NULL,
    PRIMARY KEY (service, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deployment_newest ON deployment (service, environment, created_at DESC, id DESC);
CREATE INDEX deployment_success ON deployment (service, environment, first_success_at DESC) WHERE first_success_at IS NOT NULL;

CREATE TABLE protection (
    service     INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    environment TEXT    NOT NULL COLLATE NOCASE,
    body        BLOB    NOT NULL,
    PRIMARY KEY (service, environment)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    service       INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    id            INTEGER NOT NULL,
    workflow      TEXT    NOT NULL,
    workflow_name TEXT    NOT NULL,
    workflow_id   INTEGER NOT NULL,
    title         TEXT    NOT NULL,
    number        INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    event         TEXT    NOT NULL,
    branch        TEXT    NOT NULL,
    sha           TEXT    NOT NULL,
    head_repo     TEXT    NOT NULL,
    actor         TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    conclusion    TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    url           TEXT    NOT NULL,
    PRIMARY KEY (service, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_newest ON run (service, created_at DESC, id DESC);
CREATE INDEX run_workflow ON run (service, workflow, created_at DESC);
CREATE INDEX run_sha ON run (service, sha);
CREATE INDEX run_unfinished ON run (service, id) WHERE status <> 'completed';

CREATE TABLE job (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    run     INTEGER NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, run)
) STRICT;

CREATE TABLE commit_check (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    sha     TEXT    NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, sha)
) STRICT;

CREATE TABLE commit_paths (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    sha     TEXT    NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, sha)
) STRICT;

CREATE TABLE comparison (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    base    TEXT    NOT NULL,
    head    TEXT    NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, base, head)
) STRICT;

CREATE TABLE pending (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    run     INTEGER NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, run)
) STRICT;

CREATE TABLE probe (
    id          INTEGER PRIMARY KEY,
    service     INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    environment TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    UNIQUE (service, environment, name)
) STRICT;

CREATE TABLE sample (
    probe       INTEGER NOT NULL REFERENCES probe ON DELETE CASCADE,
    at          INTEGER NOT NULL,
    span        INTEGER NOT NULL,
    state       INTEGER NOT NULL,
    latency     INTEGER NOT NULL,
    value       REAL,
    version     TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    unreachable INTEGER NOT NULL,
    PRIMARY KEY (probe, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE read (
    service  INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    signal   TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    problem  TEXT    NOT NULL,
    why      TEXT    NOT NULL,
    until    INTEGER NOT NULL,
    cut      INTEGER NOT NULL,
    request  TEXT    NOT NULL,
    PRIMARY KEY (service, signal, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE validator (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    signal  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    token   TEXT    NOT NULL,
    url     TEXT    NOT NULL,
    etag    TEXT    NOT NULL,
    PRIMARY KEY (service, signal, subject, token, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE assessment (
    service TEXT    NOT NULL,
    config  TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (config, service)
) STRICT;

CREATE TABLE host (
    name       TEXT PRIMARY KEY,
    viewer     TEXT    NOT NULL,
    no_graphql INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE change (
    service TEXT    NOT NULL,
    signal  TEXT    NOT NULL,
    process INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY (service, signal)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_newest ON change (seq);

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO service VALUES (7, 'api', 'acme/api acme/api main ', 1795521600000);
INSERT INTO release VALUES (7, 'v1.0.0', '0000000000000000000000000000000000000001', 'First', 'public', 0, 1795521600000, 'octocat', 'https://github.com/acme/api/releases/tag/v1.0.0');
INSERT INTO read VALUES (7, 'releases', '', 1795521600000, 1795521600000, '', '', 0, 0, 'GET /repos/acme/api/releases');
INSERT INTO probe VALUES (3, 7, 'staging', 'http:1');
INSERT INTO sample VALUES (3, 1795521600000, 0, 1, 41000, NULL, '1.0.0', '', 0);
PRAGMA user_version = 1;
