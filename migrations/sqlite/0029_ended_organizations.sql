-- When the provider first said that it has no such organization, and when it was asked again and said the same.
ALTER TABLE organization ADD COLUMN missing_since TEXT;
ALTER TABLE organization ADD COLUMN ended_at TEXT;

-- Names that an organization had before. They lead its members on.
CREATE TABLE former_slug (
    slug TEXT NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL REFERENCES organization (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX former_slug_of_organization ON former_slug (organization_id);

-- When the provider issued the seat's first tokens; NULL for seats that are older than this column. A logout token ends
-- what began before it.
ALTER TABLE seat ADD COLUMN began_at TEXT;
