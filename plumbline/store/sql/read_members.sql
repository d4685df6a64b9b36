-- Stored members of some families of one source: the original named, and all that replaces it; last, by which id.
-- Index: event_pkey and event_family, one probe each. Locks: none.
SELECT member.event_id, member.type, member.subject, member.occurred_at, member.revision, member.replaces,
       member.digest, wanted.event_id
FROM unnest(%(ids)s::text[]) AS wanted (event_id)
CROSS JOIN LATERAL (
    SELECT * FROM event WHERE event.source = %(source)s AND event.event_id = wanted.event_id LIMIT 1
) AS member
UNION ALL
SELECT member.event_id, member.type, member.subject, member.occurred_at, member.revision, member.replaces,
       member.digest, wanted.event_id
FROM unnest(%(ids)s::text[]) AS wanted (event_id)
CROSS JOIN LATERAL (
    SELECT * FROM event
    WHERE event.source = %(source)s AND event.replaces = wanted.event_id AND event.replaces IS NOT NULL OFFSET 0
) AS member
