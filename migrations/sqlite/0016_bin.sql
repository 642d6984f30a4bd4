-- Who put a task into the bin: the one who is asked about it, and who has deleted it for ever when its time is up.
ALTER TABLE task ADD COLUMN deleted_by BLOB REFERENCES person (id);
