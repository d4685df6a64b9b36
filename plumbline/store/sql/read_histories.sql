-- Every stored event of some cases.
-- Index: event_case, one range a case (the lateral keeps it from a scan). Locks: none.
SELECT stored.source, stored.event_id, stored.type, stored.home_court, stored.subject, stored.occurred_at,
       stored.sequence, stored.replaces, stored.revision, stored.recorded_at, stored.by_hand, stored.data,
       stored.digest
FROM unnest(%(home_court)s::text[], %(subject)s::text[]) AS wanted (home_court, subject)
CROSS JOIN LATERAL (
    SELECT * FROM event WHERE event.home_court = wanted.home_court AND event.subject = wanted.subject OFFSET 0
) AS stored
