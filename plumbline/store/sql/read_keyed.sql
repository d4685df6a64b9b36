-- The cases that ever named some keys, in any event, whether it counts or not; of each key one more than are followed.
-- Goes from case to case, so that neither a filler that half a court names nor a case that repeats its key is read whole.
-- Index: case_link_key, one probe a case found. Locks: none.
WITH RECURSIVE found AS (
    SELECT wanted.key, first.from_court, first.from_subject, 1 AS number
    FROM unnest(%(keys)s::text[]) AS wanted (key)
    CROSS JOIN LATERAL (
        SELECT from_court, from_subject FROM case_link
        WHERE case_link.to_court = '' AND case_link.to_subject = wanted.key
        ORDER BY from_court, from_subject LIMIT 1
    ) AS first
    UNION ALL
    SELECT found.key, next.from_court, next.from_subject, found.number + 1
    FROM found
    CROSS JOIN LATERAL (
        SELECT from_court, from_subject FROM case_link
        WHERE case_link.to_court = '' AND case_link.to_subject = found.key
          AND (case_link.from_court, case_link.from_subject) > (found.from_court, found.from_subject)
        ORDER BY from_court, from_subject LIMIT 1
    ) AS next
    WHERE found.number < %(most)s
)
SELECT key, from_court, from_subject FROM found
