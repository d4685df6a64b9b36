-- How far a backtest is.
-- Index: backtest_pkey. Lock: the row.
UPDATE backtest
SET state = %(state)s, done = %(done)s, total = %(total)s, page = coalesce(%(page)s, page),
    report = coalesce(%(report)s, report), moved_at = clock_timestamp()
WHERE id = %(id)s
