-- Whom each person hears nothing of. Nobody is told.
CREATE TABLE blocks (
  member_id INTEGER NOT NULL REFERENCES members (id),     -- who blocks
  blocked_id INTEGER NOT NULL REFERENCES members (id),    -- whom
  PRIMARY KEY (member_id, blocked_id)) STRICT, WITHOUT ROWID;
