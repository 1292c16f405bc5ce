-- Whether a release could be deployed once more: how its workflow is dispatched, and what is left of what it needs.
CREATE TABLE dispatch (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    subject TEXT    NOT NULL, -- deploy.yml@SHA
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE needed (
    service INTEGER NOT NULL REFERENCES service ON DELETE CASCADE,
    subject TEXT    NOT NULL, -- SHA TAG RULE
    body    BLOB    NOT NULL,
    PRIMARY KEY (service, subject)
) STRICT, WITHOUT ROWID;
