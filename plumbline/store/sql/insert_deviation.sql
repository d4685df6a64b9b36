-- A deviation begins.
-- Index: deviation_standing. Lock: the new row.
INSERT INTO deviation (watch, kind, court, object, subject, state, severity, cause, level, group_key, begun_on, changed_at, change)
VALUES (%(watch)s, %(kind)s, %(court)s, %(object)s, %(subject)s, %(state)s, %(severity)s, %(cause)s, %(court)s, %(group_key)s,
        %(day)s, %(at)s, %(change)s)
RETURNING id
