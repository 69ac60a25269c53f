-- The language a person chose for every page; NULL: what each browser asks for.
ALTER TABLE members ADD COLUMN language TEXT;
