-- What the people who run a server decide, whom they invite, and how long messages are kept.

CREATE TABLE settings (                     -- what somebody decided; what is not here is as the options say
  key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE invites (                      -- a link that lets people in, and into one room
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), -- SHA-256 of the token; the token itself is nowhere
  maker_id INTEGER NOT NULL REFERENCES members (id), room_id INTEGER NOT NULL REFERENCES rooms (id),
  created INTEGER NOT NULL, expires INTEGER,           -- NULL: never
  uses INTEGER NOT NULL DEFAULT 0, most_uses INTEGER,  -- NULL: as many as like
  revoked INTEGER NOT NULL DEFAULT 0) STRICT;

ALTER TABLE rooms ADD COLUMN forgotten_seq INTEGER NOT NULL DEFAULT 0; -- texts up to here were taken away by age
