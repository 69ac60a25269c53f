-- Names that are kept with a password, the sessions behind them, and the way back in for who forgot it.

CREATE TABLE accounts (
  member_id INTEGER PRIMARY KEY REFERENCES members (id),
  login TEXT NOT NULL UNIQUE,               -- the name as it is compared at sign-in: folded
  salt BLOB NOT NULL CHECK (length(salt) = 16),
  digest BLOB NOT NULL CHECK (length(digest) = 32), -- Argon2id, 19 MiB, t = 2, p = 1, of the password and the salt
  changed INTEGER NOT NULL) STRICT;         -- when the password was set

ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT ''; -- browser and system by name; empty: no browser
CREATE INDEX sessions_of ON sessions (member_id);

CREATE TABLE recoveries (                   -- one-time links that set a new password
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the secret; the secret itself is nowhere
  member_id INTEGER NOT NULL REFERENCES members (id),
  created INTEGER NOT NULL) STRICT;
CREATE INDEX recoveries_of ON recoveries (member_id);
