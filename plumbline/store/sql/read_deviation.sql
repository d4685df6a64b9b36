-- One deviation with what its watch has in memory of it.
-- Index: deviation_pkey, watch_memory_pkey. Lock: none.
SELECT d.id, d.watch, d.kind, d.court, d.object, d.subject, d.state, d.severity, d.cause, d.level, d.group_key, d.begun_on,
       d.changed_at, d.silent_until, d.change, c.document, c.hash, c.page, c.day, m.memory
FROM deviation d
JOIN LATERAL (
    SELECT document, hash, page, day FROM deviation_change WHERE deviation = d.id AND principal IS NULL AND act <> 'escalated'
    ORDER BY number DESC LIMIT 1
) c ON true
JOIN watch_memory m ON m.watch = d.watch AND m.court = d.court AND m.object = d.object
WHERE d.id = %(id)s
