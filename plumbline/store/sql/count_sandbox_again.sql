-- Sandbox events that came once more.
-- Index: sandbox_event_pkey. Locks: the rows, in the order of their keys.
UPDATE sandbox_event AS e SET times = e.times + l.times, last_at = clock_timestamp()
FROM (SELECT * FROM unnest(%(source)s::text[], %(event_id)s::text[], %(times)s::bigint[])
    AS u (source, event_id, times) ORDER BY 1, 2) AS l
WHERE e.source = l.source AND e.event_id = l.event_id
