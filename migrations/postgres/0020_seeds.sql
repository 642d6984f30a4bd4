-- Seeds that ran. Each runs once: what people delete afterwards stays deleted.
CREATE TABLE seed (
    name TEXT NOT NULL PRIMARY KEY,
    seeded_at TIMESTAMPTZ NOT NULL
);
GRANT SELECT, INSERT ON seed TO tessera_app;

-- Until now every start of the demo seeded it.
INSERT INTO seed (name, seeded_at)
SELECT 'demo', MIN(created_at) FROM organization HAVING COUNT(*) > 0;
