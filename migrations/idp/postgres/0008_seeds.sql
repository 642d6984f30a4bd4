-- Seeds that ran. Each runs once: what administrators delete afterwards stays deleted.
CREATE TABLE seeds (
    name TEXT PRIMARY KEY,
    seeded_at BIGINT NOT NULL
);

-- Until now every start seeded the demo, and made signing keys.
INSERT INTO seeds (name, seeded_at)
SELECT 'demo', MIN(created_at) FROM signing_keys HAVING COUNT(*) > 0;
