-- The log of each room, the state it leads to, and the people in it.
-- Ordinary rowid tables: SQLite advises against WITHOUT ROWID for rows of this size.

CREATE TABLE meta (                         -- epoch, hash key, last self-check
  key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;

CREATE TABLE rooms (
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  kind INTEGER NOT NULL,                    -- 0 public, 1 private, 2 direct
  last_seq INTEGER NOT NULL DEFAULT 0, last_ts INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE members (                      -- ids in the order of arrival; never reused, nobody is deleted
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  role INTEGER NOT NULL,                    -- 0 owner, 1 admin, 2 moderator, 3 member, 4 guest
  created INTEGER NOT NULL) STRICT;
CREATE INDEX members_name ON members (name);

CREATE TABLE events (                       -- the log; never reordered, never renumbered
  room_id INTEGER NOT NULL REFERENCES rooms (id), seq INTEGER NOT NULL,
  kind INTEGER NOT NULL,                    -- 1 sent, 2 renamed
  ts INTEGER NOT NULL, author_id INTEGER NOT NULL,
  client_key BLOB NOT NULL CHECK (length(client_key) = 16),
  request_hash BLOB,                        -- keyed hash of the request; NULL once the content is deleted
  target_seq INTEGER,                       -- what an edit, delete or reaction refers to
  payload BLOB NOT NULL,                    -- JSON: body and tree, or the change; empty once deleted
  UNIQUE (room_id, seq)) STRICT;
CREATE UNIQUE INDEX events_once ON events (author_id, client_key);

CREATE TABLE messages (                     -- current state, written in the event's transaction
  room_id INTEGER NOT NULL, seq INTEGER NOT NULL, author_id INTEGER NOT NULL, body TEXT, ast BLOB,
  reply_to INTEGER, edited_seq INTEGER, deleted_seq INTEGER, UNIQUE (room_id, seq)) STRICT;

CREATE TABLE sessions (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the secret; the secret itself is nowhere
  kind INTEGER NOT NULL,                    -- 1 cookie, 2 token
  member_id INTEGER NOT NULL REFERENCES members (id),
  created INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;
CREATE INDEX sessions_used ON sessions (kind, used);

INSERT INTO rooms (public_id, name, kind) VALUES ('lobby', 'Praça', 0);
