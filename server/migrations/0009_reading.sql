-- How far each person has read each room, what one is notified of, and which messages call whom.

CREATE TABLE readings (                     -- of the default room and of every room somebody is or was in
  room_id INTEGER NOT NULL REFERENCES rooms (id), member_id INTEGER NOT NULL REFERENCES members (id),
  read_seq INTEGER NOT NULL,                -- it never goes back; who says something has read up to there
  notify INTEGER NOT NULL DEFAULT 0,        -- 0 all, 1 mentions, 2 none
  PRIMARY KEY (room_id, member_id)) STRICT, WITHOUT ROWID;

ALTER TABLE members ADD COLUMN receipts INTEGER NOT NULL DEFAULT 1;  -- 0: others do not learn how far one has read

CREATE TABLE mentions (                     -- current state, written in the event's transaction
  room_id INTEGER NOT NULL REFERENCES rooms (id), member_id INTEGER NOT NULL REFERENCES members (id),
  seq INTEGER NOT NULL,                     -- the message
  PRIMARY KEY (room_id, member_id, seq)) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_of ON mentions (room_id, seq);

-- Counting what is unread touches no row that is not counted.
CREATE INDEX messages_standing ON messages (room_id, seq) WHERE deleted_seq IS NULL;

-- The name as names are compared, to find who is called; worked out when it is first needed.
ALTER TABLE members ADD COLUMN folded TEXT;
CREATE INDEX members_folded ON members (folded);

-- Triggers and not the writers' care: rooms are entered, names changed and messages deleted in several places.
CREATE TRIGGER members_renamed AFTER UPDATE OF name ON members BEGIN
  UPDATE members SET folded = NULL WHERE id = NEW.id;
END;

-- What was said before somebody came counts as read.
CREATE TRIGGER members_came AFTER INSERT ON members BEGIN
  INSERT INTO readings (room_id, member_id, read_seq)
    SELECT id, NEW.id, last_seq FROM rooms WHERE public_id = 'lobby';
END;
CREATE TRIGGER memberships_begun AFTER INSERT ON memberships WHEN NEW.present BEGIN
  INSERT INTO readings (room_id, member_id, read_seq)
    SELECT id, NEW.member_id, last_seq FROM rooms WHERE id = NEW.room_id
    ON CONFLICT DO UPDATE SET read_seq = max(read_seq, excluded.read_seq);
END;
CREATE TRIGGER memberships_resumed AFTER UPDATE OF present ON memberships WHEN NEW.present AND NOT OLD.present BEGIN
  INSERT INTO readings (room_id, member_id, read_seq)
    SELECT id, NEW.member_id, last_seq FROM rooms WHERE id = NEW.room_id
    ON CONFLICT DO UPDATE SET read_seq = max(read_seq, excluded.read_seq);
END;

CREATE TRIGGER messages_deleted AFTER UPDATE OF deleted_seq ON messages WHEN NEW.deleted_seq IS NOT NULL BEGIN
  DELETE FROM mentions WHERE room_id = NEW.room_id AND seq = NEW.seq;
END;
CREATE TRIGGER messages_gone AFTER DELETE ON messages BEGIN
  DELETE FROM mentions WHERE room_id = OLD.room_id AND seq = OLD.seq;
END;

-- Who is here already has read everything.
INSERT INTO readings (room_id, member_id, read_seq)
  SELECT r.id, m.id, r.last_seq FROM rooms r, members m WHERE r.public_id = 'lobby';
INSERT INTO readings (room_id, member_id, read_seq)
  SELECT p.room_id, p.member_id, r.last_seq FROM memberships p JOIN rooms r ON r.id = p.room_id
  WHERE p.present AND r.public_id <> 'lobby';
