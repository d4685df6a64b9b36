-- The watches that are armed, each with its last look.
-- Index: watch_armed, watch_look_pkey. Lock: none.
SELECT a.id, a.watch, a.hash, a.backtest, a.armed_by, a.armed_at, a.why,
       (SELECT max(day) FROM watch_look l WHERE l.watch = a.watch AND l.hash = a.hash)
FROM watch_arming a
WHERE a.disarmed_at IS NULL
ORDER BY a.watch
