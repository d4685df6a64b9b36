-- The cases that state a link to some cases, in any event, whether it counts or not.
-- Index: case_link_to, one range a case. Locks: none.
SELECT DISTINCT wanted.subject, found.from_court, found.from_subject
FROM unnest(%(home_court)s::text[], %(subject)s::text[]) AS wanted (home_court, subject)
CROSS JOIN LATERAL (
    SELECT from_court, from_subject FROM case_link
    WHERE case_link.to_court = wanted.home_court AND case_link.to_subject = wanted.subject OFFSET 0
) AS found
