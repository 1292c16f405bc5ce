-- Two processes on one cache don't read the same thing twice: who reads something says so first.
CREATE TABLE lease (
    service TEXT    NOT NULL,
    signal  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    process INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    PRIMARY KEY (service, signal, subject)
) STRICT, WITHOUT ROWID;

-- A gap longer than the check's maximum age is time that nobody observed; thinning must not hide it.
ALTER TABLE probe ADD COLUMN max_age INTEGER NOT NULL DEFAULT 90000;

-- The newest runs of the whole fleet.
CREATE INDEX run_fleet ON run (created_at DESC, id DESC);
