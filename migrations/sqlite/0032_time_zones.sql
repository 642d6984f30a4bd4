-- The day of a member begins where they are: the name of the time zone that their browser said last.
ALTER TABLE membership ADD COLUMN time_zone TEXT;

-- When to look for due tasks next: when a day begins for one of the members, or at once, without a time, after a date
-- was set.
ALTER TABLE organization ADD COLUMN remind_at TEXT;
CREATE INDEX organization_to_remind ON organization (remind_at, id);
