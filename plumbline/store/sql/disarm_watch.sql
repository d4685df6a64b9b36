-- Disarms a watch.
-- Index: watch_armed. Lock: the row.
UPDATE watch_arming
SET disarmed_by = %(by)s, disarmed_at = clock_timestamp(), disarmed_why = %(why)s
WHERE watch = %(watch)s AND disarmed_at IS NULL
RETURNING id
