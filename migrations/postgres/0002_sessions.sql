-- Browser sessions, and in each a seat for every organization signed in to.

-- The record of tower-sessions. The id is the SHA-256 of the cookie's value.
CREATE TABLE browser_session (
    id TEXT NOT NULL PRIMARY KEY,
    record BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX browser_session_expiry ON browser_session (expires_at);

CREATE TABLE seat (
    browser_id UUID NOT NULL,
    org_id UUID NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    person_id UUID NOT NULL REFERENCES person (id),
    -- The provider's session id, from the ID token.
    sid TEXT,
    -- Sealed: the ID token, the access token, the refresh token.
    tokens BYTEA NOT NULL,
    -- When the rights behind the seat must be confirmed by a refresh.
    fresh_until TIMESTAMPTZ NOT NULL,
    -- Held by whoever is refreshing the tokens.
    refreshing_until TIMESTAMPTZ,
    -- When the seat ends even if the provider stays silent.
    ends_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (browser_id, org_id)
);

CREATE INDEX seat_of_organization ON seat (org_id, person_id);

-- A sign-in under way. The state is kept as its SHA-256; the rest is sealed.
CREATE TABLE login_attempt (
    state TEXT NOT NULL PRIMARY KEY,
    browser_id UUID NOT NULL,
    attempt BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX login_attempt_of_browser ON login_attempt (browser_id, expires_at);

-- What was typed into a form whose session had ended, sealed, until the person is back.
CREATE TABLE form_draft (
    id TEXT NOT NULL PRIMARY KEY,
    browser_id UUID NOT NULL,
    draft BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
