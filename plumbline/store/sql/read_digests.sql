-- The digests of those events of a source that are stored; the ids come as one text, one a line.
-- Index: event_pkey, one probe an id (the lateral keeps it from a scan). Locks: none.
SELECT wanted.event_id, stored.digest
FROM unnest(string_to_array(%(ids)s, E'\n')) AS wanted (event_id)
CROSS JOIN LATERAL (
    SELECT digest FROM event WHERE event.source = %(source)s AND event.event_id = wanted.event_id LIMIT 1
) AS stored
