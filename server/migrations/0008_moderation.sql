-- Keeping the peace: where people come from, what was reported, what is being taken away, and who did what.

CREATE TABLE networks (                     -- where people came from lately; forgotten with their sessions
  member_id INTEGER NOT NULL REFERENCES members (id),
  network BLOB NOT NULL CHECK (length(network) = 32), -- keyed hash of the address, of IPv6 of its /64
  at INTEGER NOT NULL,
  PRIMARY KEY (member_id, network)) STRICT, WITHOUT ROWID;

CREATE TABLE banned_networks (              -- from there nobody new is let in, until the person is pardoned
  network BLOB NOT NULL CHECK (length(network) = 32),
  member_id INTEGER NOT NULL REFERENCES members (id),
  at INTEGER NOT NULL,
  PRIMARY KEY (network, member_id)) STRICT, WITHOUT ROWID;
CREATE INDEX banned_networks_of ON banned_networks (member_id);

CREATE TABLE removals (                     -- guests of whom every message is being deleted, in steps
  member_id INTEGER PRIMARY KEY REFERENCES members (id),
  by_id INTEGER NOT NULL REFERENCES members (id),
  at INTEGER NOT NULL) STRICT;

CREATE TABLE reports (                      -- what people told those who keep the peace
  id INTEGER PRIMARY KEY,
  room_id INTEGER NOT NULL REFERENCES rooms (id), seq INTEGER NOT NULL,
  by_id INTEGER NOT NULL REFERENCES members (id),
  reason TEXT NOT NULL, at INTEGER NOT NULL,
  settled_at INTEGER, settled_by INTEGER REFERENCES members (id)) STRICT; -- NULL while it is open
CREATE UNIQUE INDEX reports_open ON reports (room_id, seq, by_id) WHERE settled_at IS NULL;

CREATE TABLE audit (                        -- who did what to whom; rows are added and nothing else
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL,
  by_id INTEGER REFERENCES members (id),    -- NULL: who runs the server, at the terminal
  act TEXT NOT NULL,                        -- the request's name
  who_id INTEGER REFERENCES members (id),
  room_id INTEGER REFERENCES rooms (id), seq INTEGER,
  detail TEXT) STRICT;                      -- JSON: what is worth knowing beside
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
  BEGIN SELECT RAISE (ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_undeleted BEFORE DELETE ON audit
  BEGIN SELECT RAISE (ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_unreplaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
  BEGIN SELECT RAISE (ABORT, 'the audit log is only added to'); END;
