-- The digests of those keys that are stored.
-- Index: event_pkey, one probe a key (the lateral keeps it from a scan). Locks: none.
SELECT wanted.source, wanted.event_id, stored.digest
FROM unnest(%(source)s::text[], %(event_id)s::text[]) AS wanted (source, event_id)
CROSS JOIN LATERAL (
    SELECT digest FROM event WHERE event.source = wanted.source AND event.event_id = wanted.event_id LIMIT 1
) AS stored
