-- The secret of a browser's session changes with the role of its person. `hash` goes on naming the session.

ALTER TABLE sessions ADD COLUMN turn BLOB;    -- what the next secret is made with, of the old one; NULL: nothing is due
ALTER TABLE sessions ADD COLUMN next BLOB;    -- SHA-256 of the next secret, from when it is given until it is shown
ALTER TABLE sessions ADD COLUMN secret BLOB;  -- SHA-256 of today's secret, once it is another than the first
CREATE UNIQUE INDEX sessions_next ON sessions (next) WHERE next IS NOT NULL;
CREATE UNIQUE INDEX sessions_secret ON sessions (secret) WHERE secret IS NOT NULL;
