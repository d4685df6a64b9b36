-- How many marks wait, counted up to a bound.
-- Index: dirty_case_pkey, index only. Locks: none.
SELECT count(*) FROM (SELECT 1 FROM dirty_case LIMIT %(bound)s) AS waiting
