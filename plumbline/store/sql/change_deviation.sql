-- A deviation changes.
-- Index: deviation_pkey. Lock: the row.
UPDATE deviation
SET state = %(state)s, severity = %(severity)s, cause = coalesce(%(cause)s, cause), level = coalesce(%(level)s, level),
    changed_at = %(at)s, change = %(change)s,
    silent_until = CASE WHEN %(silence)s THEN %(silent_until)s ELSE silent_until END
WHERE id = %(id)s
