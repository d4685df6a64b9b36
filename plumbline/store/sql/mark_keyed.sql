-- Marks the cases that name a key with a refolded case: their books may read its events.
-- Index: dirty_case_pkey. Locks: the new rows.
INSERT INTO dirty_case (home_court, subject, priority, cause, reference)
SELECT home_court, subject, 1, 'linked', reference
FROM unnest(%(home_courts)s::text[], %(subjects)s::text[], %(references)s::bigint[]) AS c (home_court, subject, reference)
