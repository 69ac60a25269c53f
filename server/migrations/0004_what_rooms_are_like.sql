-- What a room is about and who may speak in it. Each `…_seq` is the event of the room that made it so.

ALTER TABLE rooms ADD COLUMN name_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN topic_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN slow_mode INTEGER NOT NULL DEFAULT 0;   -- seconds between two messages of a person
ALTER TABLE rooms ADD COLUMN slow_mode_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;      -- 1: only those who keep the peace may speak
ALTER TABLE rooms ADD COLUMN locked_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;    -- 1: closed but for reading
ALTER TABLE rooms ADD COLUMN archived_seq INTEGER NOT NULL DEFAULT 0;
