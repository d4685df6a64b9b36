-- Of some events to be stored, those whose original is itself stored as a correction, unless they are stored already.
-- Index: event_pkey, two probes an event. Locks: none.
SELECT handed.source, handed.event_id
FROM unnest(%(source)s::text[], %(event_id)s::text[], %(replaces)s::text[]) AS handed (source, event_id, replaces)
CROSS JOIN LATERAL (
    SELECT replaces FROM event WHERE event.source = handed.source AND event.event_id = handed.replaces LIMIT 1
) AS original
WHERE original.replaces IS NOT NULL
  AND NOT EXISTS (SELECT FROM event WHERE event.source = handed.source AND event.event_id = handed.event_id)
