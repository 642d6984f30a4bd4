-- The descriptions in an event, as a JSON list. They may be long, and are read only by whoever asks for what a task said. What
-- was written before has them in its body.
ALTER TABLE event ADD COLUMN texts TEXT;

-- Of one browser only a few forms are kept.
CREATE INDEX form_draft_of_browser ON form_draft (browser_id, expires_at);
