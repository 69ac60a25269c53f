-- Who is called what: one name a person, and no two that look alike. Likenesses are made by `chat::name::skeleton`,
-- so those of people who were here before this table are added when the database is opened.

CREATE TABLE names (
  likeness TEXT PRIMARY KEY,                -- one of the things the name is taken for
  member_id INTEGER NOT NULL REFERENCES members (id)) STRICT, WITHOUT ROWID;
CREATE INDEX names_of ON names (member_id);
