-- When a browser was given its cookie again last; 0: not since the session began, or not by this version.
ALTER TABLE sessions ADD COLUMN given INTEGER NOT NULL DEFAULT 0;
