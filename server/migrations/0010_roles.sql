ALTER TABLE members ADD COLUMN role_seq INTEGER NOT NULL DEFAULT 0;  -- the default room's event that gave the role
