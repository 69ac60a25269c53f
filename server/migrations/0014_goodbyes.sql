-- Accounts that are deleted. The row of `members` stays, for what was said refers to it: without a name, `banned` 2.

ALTER TABLE removals ADD COLUMN reactions INTEGER NOT NULL DEFAULT 0; -- 1: what they put under messages goes, too
CREATE INDEX reactions_of ON reactions (member_id);

-- Where the log holds somebody's name: `renamed` and `joined`.
CREATE INDEX events_named ON events (json_extract(CAST(payload AS TEXT), '$.who')) WHERE kind IN (2, 6);
