-- Guests who stand nowhere: in no event, room, block, report and not in the audit log. Once their sessions are over they
-- are deleted. Triggers and not the writers' care: events, rooms and blocks are written in several places.

ALTER TABLE members ADD COLUMN silent INTEGER NOT NULL DEFAULT 0; -- 1: nothing refers to this person
UPDATE members SET silent = 1 WHERE role = 4 AND banned = 0
  AND id NOT IN (SELECT author_id FROM events) AND id NOT IN (SELECT author_id FROM messages)
  AND id NOT IN (SELECT member_id FROM memberships) AND id NOT IN (SELECT member_id FROM reactions)
  AND id NOT IN (SELECT creator_id FROM rooms WHERE creator_id IS NOT NULL)
  AND id NOT IN (SELECT maker_id FROM invites) AND id NOT IN (SELECT member_id FROM accounts)
  AND id NOT IN (SELECT member_id FROM blocks) AND id NOT IN (SELECT blocked_id FROM blocks)
  AND id NOT IN (SELECT by_id FROM reports) AND id NOT IN (SELECT member_id FROM banned_networks)
  AND id NOT IN (SELECT settled_by FROM reports WHERE settled_by IS NOT NULL)
  AND id NOT IN (SELECT member_id FROM removals) AND id NOT IN (SELECT by_id FROM removals)
  AND id NOT IN (SELECT by_id FROM audit WHERE by_id IS NOT NULL)
  AND id NOT IN (SELECT who_id FROM audit WHERE who_id IS NOT NULL);
CREATE INDEX members_silent ON members (id) WHERE silent = 1;

CREATE TRIGGER events_told AFTER INSERT ON events BEGIN
  UPDATE members SET silent = 0 WHERE id = NEW.author_id AND silent = 1;
END;
CREATE TRIGGER memberships_told AFTER INSERT ON memberships BEGIN
  UPDATE members SET silent = 0 WHERE id = NEW.member_id AND silent = 1;
END;
CREATE TRIGGER rooms_told AFTER INSERT ON rooms BEGIN
  UPDATE members SET silent = 0 WHERE id = NEW.creator_id AND silent = 1;
END;
CREATE TRIGGER blocks_told AFTER INSERT ON blocks BEGIN
  UPDATE members SET silent = 0 WHERE id IN (NEW.member_id, NEW.blocked_id) AND silent = 1;
END;
CREATE TRIGGER reports_told AFTER INSERT ON reports BEGIN
  UPDATE members SET silent = 0 WHERE id = NEW.by_id AND silent = 1;
END;
CREATE TRIGGER audit_told AFTER INSERT ON audit BEGIN
  UPDATE members SET silent = 0 WHERE id IN (NEW.by_id, NEW.who_id) AND silent = 1;
END;
CREATE TRIGGER members_told AFTER UPDATE OF role, banned ON members WHEN NEW.silent = 1 BEGIN
  UPDATE members SET silent = 0 WHERE id = NEW.id;
END;

-- The highest number that a deleted row had: none is given twice.
CREATE TABLE member_numbers (last INTEGER NOT NULL) STRICT;
INSERT INTO member_numbers (last) VALUES (0);

-- A row is deleted without looking at whole tables for what could refer to it.
CREATE INDEX rooms_made ON rooms (creator_id);
CREATE INDEX invites_made ON invites (maker_id);
CREATE INDEX removals_by ON removals (by_id);
CREATE INDEX reports_by ON reports (by_id);
CREATE INDEX reports_settled ON reports (settled_by);
CREATE INDEX audit_by ON audit (by_id);
CREATE INDEX audit_who ON audit (who_id);
CREATE INDEX readings_of ON readings (member_id);
CREATE INDEX mentions_to ON mentions (member_id);
CREATE INDEX blocks_of ON blocks (blocked_id);

-- The name as names are compared is written with the name: finding who is called must not wait for those who came.
DROP TRIGGER members_renamed;
