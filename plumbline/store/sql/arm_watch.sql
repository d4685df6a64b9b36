-- Arms a watch on the strength of a backtest of the same hash.
-- Index: watch_armed. Lock: the new row.
INSERT INTO watch_arming (watch, hash, backtest, armed_by, why)
SELECT watch, hash, id, %(by)s, %(why)s FROM backtest WHERE id = %(backtest)s
RETURNING id
