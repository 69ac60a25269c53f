-- Who is called what: one name a person, and no two that look alike. Skeletons are made by `chat::name::skeleton`,
-- so those of people who were here before this table are added when the database is opened.

CREATE TABLE names (
  skeleton TEXT PRIMARY KEY,
  member_id INTEGER NOT NULL UNIQUE REFERENCES members (id)) STRICT, WITHOUT ROWID;
