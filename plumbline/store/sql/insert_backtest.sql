-- Asks for what a watch would have said over a stretch of history.
-- Index: backtest_pkey. Lock: the new row.
INSERT INTO backtest (watch, hash, courts, first_day, last_day, state, made_by)
VALUES (%(watch)s, %(hash)s, %(courts)s, %(first)s, %(last)s, 'waiting', %(by)s)
RETURNING id
