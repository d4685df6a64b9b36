-- The events of a sandbox, newest first, below a number.
-- Index: sandbox_event_number. Locks: none.
SELECT number, event_id, type, home_court, subject, occurred_at, replaces, data, times, received_at, last_at
FROM sandbox_event WHERE source = %(source)s AND number < %(before)s ORDER BY number DESC LIMIT %(limit)s
