-- Events of sandbox sources; one that another transaction has just stored is left as it is.
-- Index: sandbox_event_pkey, sandbox_event_number. Locks: the new rows.
INSERT INTO sandbox_event (source, event_id, type, home_court, subject, occurred_at, replaces, data, digest)
SELECT * FROM unnest(%(source)s::text[], %(event_id)s::text[], %(type)s::text[], %(home_court)s::text[],
    %(subject)s::text[], %(occurred_at)s::timestamptz[], %(replaces)s::text[], %(data)s::jsonb[], %(digest)s::bytea[])
ON CONFLICT (source, event_id) DO NOTHING
