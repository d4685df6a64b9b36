-- The cases in which stored members of some families sit: each original named, and all that replaces a root.
-- Index: event_pkey and event_family, one probe each. Locks: none.
SELECT member.home_court, member.subject
FROM unnest(%(original_source)s::text[], %(original_id)s::text[]) AS original (source, event_id)
CROSS JOIN LATERAL (
    SELECT home_court, subject FROM event
    WHERE event.source = original.source AND event.event_id = original.event_id LIMIT 1
) AS member
UNION
SELECT member.home_court, member.subject
FROM unnest(%(root_source)s::text[], %(root_id)s::text[]) AS root (source, event_id)
CROSS JOIN LATERAL (
    SELECT home_court, subject FROM event
    WHERE event.source = root.source AND event.replaces = root.event_id AND event.replaces IS NOT NULL OFFSET 0
) AS member
