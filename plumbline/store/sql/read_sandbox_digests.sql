-- What a sandbox holds under some ids: the digest, and whether it is a correction.
-- Index: sandbox_event_pkey. Locks: none.
SELECT source, event_id, digest, replaces IS NOT NULL FROM sandbox_event
WHERE (source, event_id) IN (SELECT * FROM unnest(%(source)s::text[], %(event_id)s::text[]))
