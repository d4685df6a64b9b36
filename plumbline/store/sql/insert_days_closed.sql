-- What a source declared of a day it closed: events by type.
-- Index: day_closed_pkey. Locks: the new rows.
INSERT INTO day_closed (source, court, day, type, declared, event_id, receipt)
SELECT source, court, day, type, declared, event_id, %(receipt)s
FROM unnest(
    %(source)s::text[], %(court)s::text[], %(day)s::date[], %(type)s::text[], %(declared)s::bigint[],
    %(event_id)s::text[]
) AS told (source, court, day, type, declared, event_id)
ON CONFLICT (source, event_id, court, day, type) DO NOTHING
