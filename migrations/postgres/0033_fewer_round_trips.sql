-- The checks before each request in one round trip, and less work for each event.

-- The seat of a browser in an organization, and what the membership of its person is now, each behind its policy: the seat
-- names the organization. Outside of a transaction, the settings end with the call.
CREATE FUNCTION seat_at_present(of_browser uuid, of_slug text, at_time timestamptz)
    RETURNS TABLE (org_id uuid, slug text, display_name text, person_id uuid, name text, email text,
                   fresh_until timestamptz, role text, permissions text, last_event bigint, time_zone text)
    LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('app.browser_id', of_browser::text, true);
    SELECT s.org_id, o.slug, o.display_name, s.person_id, p.name, p.email, s.fresh_until
    INTO org_id, slug, display_name, person_id, name, email, fresh_until
    FROM organization o JOIN seat s ON s.org_id = o.id JOIN person p ON p.id = s.person_id
    WHERE s.browser_id = of_browser AND o.slug = of_slug AND s.ends_at > at_time;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM set_config('app.org_id', seat_at_present.org_id::text, true);
    SELECT m.role, m.permissions, m.time_zone INTO role, permissions, time_zone
    FROM membership m WHERE m.org_id = seat_at_present.org_id AND m.person_id = seat_at_present.person_id
                        AND m.status = 'active';
    SELECT h.number INTO last_event FROM event_head h WHERE h.org_id = seat_at_present.org_id;
    last_event := COALESCE(last_event, 0);
    RETURN NEXT;
END
$$;

-- The project of an event belongs to the same organization already.
ALTER TABLE event DROP CONSTRAINT event_org_id_fkey;
