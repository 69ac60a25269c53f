-- What stands in a log between the messages. A message, an edit and a reaction write nothing here.
CREATE INDEX events_noted ON events (room_id, seq) WHERE kind = 2 OR kind > 5;
