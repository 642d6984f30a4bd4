-- The descriptions in an event, as a JSON list. They may be long, and are read only by whoever asks for what a task said. What
-- was written before has them in its body.
ALTER TABLE event ADD COLUMN texts TEXT;
