-- What was said before somebody came counts as read, and is no receipt: `came_seq` tells it from what was read since.

ALTER TABLE readings ADD COLUMN came_seq INTEGER NOT NULL DEFAULT 0;
-- Whether those who are here have read anything is not known: they are told of from what they read next.
UPDATE readings SET came_seq = read_seq;

DROP TRIGGER members_came;
CREATE TRIGGER members_came AFTER INSERT ON members BEGIN
  INSERT INTO readings (room_id, member_id, read_seq, came_seq)
    SELECT id, NEW.id, last_seq, last_seq FROM rooms WHERE public_id = 'lobby';
END;
DROP TRIGGER memberships_begun;
CREATE TRIGGER memberships_begun AFTER INSERT ON memberships WHEN NEW.present BEGIN
  INSERT INTO readings (room_id, member_id, read_seq, came_seq)
    SELECT id, NEW.member_id, last_seq, last_seq FROM rooms WHERE id = NEW.room_id
    ON CONFLICT (room_id, member_id) DO UPDATE SET
      read_seq = max(read_seq, excluded.read_seq), came_seq = excluded.came_seq;
END;
DROP TRIGGER memberships_resumed;
CREATE TRIGGER memberships_resumed AFTER UPDATE OF present ON memberships WHEN NEW.present AND NOT OLD.present BEGIN
  INSERT INTO readings (room_id, member_id, read_seq, came_seq)
    SELECT id, NEW.member_id, last_seq, last_seq FROM rooms WHERE id = NEW.room_id
    ON CONFLICT (room_id, member_id) DO UPDATE SET
      read_seq = max(read_seq, excluded.read_seq), came_seq = excluded.came_seq;
END;

-- Who hears nothing of somebody is asked with whatever that person tells.
CREATE INDEX blocks_on ON blocks (blocked_id);
