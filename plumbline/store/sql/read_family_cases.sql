-- The cases in which stored members of some families of a source sit: each original named, and all that replaces a root.
-- The ids come as one text, one a line (an id holds no control character): an array would cost more to write than to read.
-- Index: event_pkey and event_family, one probe each. Locks: none.
SELECT member.home_court, member.subject
FROM unnest(string_to_array(%(originals)s, E'\n')) AS original (event_id)
CROSS JOIN LATERAL (
    SELECT home_court, subject FROM event
    WHERE event.source = %(source)s AND event.event_id = original.event_id LIMIT 1
) AS member
UNION
SELECT member.home_court, member.subject
FROM unnest(string_to_array(%(roots)s, E'\n')) AS root (event_id)
CROSS JOIN LATERAL (
    SELECT home_court, subject FROM event
    WHERE event.source = %(source)s AND event.replaces = root.event_id AND event.replaces IS NOT NULL OFFSET 0
) AS member
