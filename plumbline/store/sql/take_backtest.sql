-- Takes the oldest backtest that waits, or the one asked for; one left running for an hour is taken again.
-- Index: backtest_pkey, backtest_waiting. Lock: the row taken; skips what others hold.
UPDATE backtest SET state = 'running', moved_at = clock_timestamp()
WHERE id = (
    SELECT id FROM backtest
    WHERE (state = 'waiting' OR (state = 'running' AND moved_at < clock_timestamp() - interval '1 hour'))
      AND (%(id)s::bigint IS NULL OR id = %(id)s)
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, watch, hash, courts, first_day, last_day, state, done, total, page, report, made_by, asked_at, moved_at
