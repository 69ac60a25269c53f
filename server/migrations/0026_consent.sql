-- Who put somebody into a room without being asked, and when: such rooms have bounds of their own.

ALTER TABLE memberships ADD COLUMN put_by INTEGER; -- the row of who made the room; NULL: the person came by oneself
ALTER TABLE memberships ADD COLUMN put_at INTEGER; -- when; NULL of what was before this column

-- Being put in makes no event, so such a row begins before the first.
UPDATE memberships SET put_by = (SELECT creator_id FROM rooms WHERE id = room_id)
  WHERE since = 0 AND present = 1 AND member_id <> (SELECT creator_id FROM rooms WHERE id = room_id);

CREATE INDEX memberships_put ON memberships (member_id, put_by, put_at) WHERE put_by IS NOT NULL;

-- Who is in a room, whoever was in it: to find the other one of two, and the last who came.
CREATE INDEX memberships_here ON memberships (room_id, member_id) WHERE present = 1;
