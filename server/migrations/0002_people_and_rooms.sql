-- What people do in rooms beyond speaking: being in them, changing what was said, keeping the peace.

ALTER TABLE rooms ADD COLUMN creator_id INTEGER REFERENCES members (id);  -- nobody made the default room

ALTER TABLE members ADD COLUMN banned INTEGER NOT NULL DEFAULT 0;         -- 1: may not be here
ALTER TABLE members ADD COLUMN banned_seq INTEGER NOT NULL DEFAULT 0;     -- the default room's event that made it so

CREATE TABLE memberships (                  -- in the default room everybody is; there a row only keeps `muted`
  room_id INTEGER NOT NULL REFERENCES rooms (id), member_id INTEGER NOT NULL REFERENCES members (id),
  present INTEGER NOT NULL,                 -- 1 in the room, 0 gone
  since INTEGER NOT NULL,                   -- in a closed room one sees what comes after this seq
  gone_seq INTEGER NOT NULL DEFAULT 0,      -- the event with which the person went last
  muted INTEGER NOT NULL DEFAULT 0,         -- 1: may not speak here; stays while the person is gone
  muted_seq INTEGER NOT NULL DEFAULT 0,     -- the event that made it so
  PRIMARY KEY (room_id, member_id)) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_of ON memberships (member_id, present);

CREATE TABLE reactions (                    -- current state, written in the event's transaction
  room_id INTEGER NOT NULL, target_seq INTEGER NOT NULL, emoji TEXT NOT NULL,
  member_id INTEGER NOT NULL REFERENCES members (id),
  seq INTEGER NOT NULL,                     -- the event that put it there
  PRIMARY KEY (room_id, target_seq, emoji, member_id)) STRICT, WITHOUT ROWID;

-- Edits of a message, to take their text away with it.
CREATE INDEX events_target ON events (room_id, target_seq) WHERE target_seq IS NOT NULL;

CREATE TABLE requests (                     -- keyed requests that made no event: their keys are used all the same
  author_id INTEGER NOT NULL REFERENCES members (id),
  client_key BLOB NOT NULL CHECK (length(client_key) = 16),
  request_hash BLOB NOT NULL,
  room_id INTEGER NOT NULL REFERENCES rooms (id), seq INTEGER NOT NULL, ts INTEGER NOT NULL,
  PRIMARY KEY (author_id, client_key)) STRICT, WITHOUT ROWID;
