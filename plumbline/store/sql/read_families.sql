-- Stored members of some families: each original named, and all that replaces a root; last, by which id each was found.
-- Index: event_pkey and event_family, one probe each. Locks: none.
SELECT member.source, member.event_id, member.type, member.home_court, member.subject, member.occurred_at,
       member.sequence, member.replaces, member.revision, member.recorded_at, member.by_hand, member.data,
       member.digest, original.event_id
FROM unnest(%(original_source)s::text[], %(original_id)s::text[]) AS original (source, event_id)
CROSS JOIN LATERAL (
    SELECT * FROM event WHERE event.source = original.source AND event.event_id = original.event_id LIMIT 1
) AS member
UNION ALL
SELECT member.source, member.event_id, member.type, member.home_court, member.subject, member.occurred_at,
       member.sequence, member.replaces, member.revision, member.recorded_at, member.by_hand, member.data,
       member.digest, root.event_id
FROM unnest(%(root_source)s::text[], %(root_id)s::text[]) AS root (source, event_id)
CROSS JOIN LATERAL (
    SELECT * FROM event
    WHERE event.source = root.source AND event.replaces = root.event_id AND event.replaces IS NOT NULL OFFSET 0
) AS member
