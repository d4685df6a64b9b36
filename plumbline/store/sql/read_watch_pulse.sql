-- How many watches are armed, and the oldest last sign of one: its last look, else its arming.
-- Index: watch_armed, watch_look_pkey. Lock: none.
SELECT count(*), min(greatest(a.armed_at, l.looked_at))
FROM watch_arming a
LEFT JOIN LATERAL (SELECT max(w.looked_at) AS looked_at FROM watch_look w WHERE w.watch = a.watch) l ON true
WHERE a.disarmed_at IS NULL
