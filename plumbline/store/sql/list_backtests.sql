-- Backtests of a watch, newest first.
-- Index: backtest_watch. Lock: none.
SELECT id, watch, hash, courts, first_day, last_day, state, done, total, page, report, made_by, asked_at, moved_at
FROM backtest
WHERE watch = %(watch)s AND (%(hash)s::text IS NULL OR hash = %(hash)s)
ORDER BY id DESC
LIMIT %(limit)s
