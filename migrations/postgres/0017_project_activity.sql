-- What happened in a project lately, without reading what happened elsewhere.
CREATE INDEX event_of_project ON event (org_id, project_id, number) WHERE task IS NOT NULL;
