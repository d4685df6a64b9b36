-- Marks cases to be refolded; append-only and without a unique key, so nobody waits and no mark is lost.
-- Index: dirty_case_pkey. Locks: the new rows.
INSERT INTO dirty_case (home_court, subject, priority, cause, reference)
SELECT home_court, subject, %(priority)s, %(cause)s, %(reference)s
FROM unnest(%(home_court)s::text[], %(subject)s::text[]) AS marked (home_court, subject)
