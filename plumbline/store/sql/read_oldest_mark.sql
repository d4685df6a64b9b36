-- For how many seconds the oldest event that is not in the books yet has waited; null when none waits.
-- Index: dirty_case_pkey. Lock: none.
SELECT extract(epoch FROM clock_timestamp() - marked_at)::float8 FROM dirty_case ORDER BY id LIMIT 1
