-- Keys are made in the order of time, so that those of a moment lie on one page, whoever made them. By author first,
-- a batch of 64 people changed 64 pages of this index, and each was written and synced.
DROP INDEX events_once;
CREATE UNIQUE INDEX events_once ON events (client_key, author_id);
