-- What one watch has in memory of every object, with the deviation that stands, if any.
-- Index: watch_memory_pkey, deviation_standing. Lock: the deviations found.
SELECT m.court, m.object, m.memory, d.id, d.state, d.severity, d.cause, d.level, d.silent_until, d.changed_at, d.begun_on
FROM watch_memory m
LEFT JOIN deviation d ON d.watch = m.watch AND d.court = m.court AND d.object = m.object AND d.state <> 'resolved'
WHERE m.watch = %(watch)s
FOR UPDATE OF m
