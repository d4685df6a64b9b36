-- What became of a delivery; nothing where another lease has taken it since. Index: outbox_pkey. Lock: the row.
UPDATE outbox SET
    state = %(state)s,
    error = %(error)s,
    next_at = clock_timestamp() + coalesce(%(pause_s)s::float8, 0) * interval '1 second',
    done_at = CASE WHEN %(state)s::text = 'waiting' THEN NULL ELSE clock_timestamp() END
WHERE id = %(id)s AND token = %(token)s AND state = 'waiting'
