-- Begins the sending of an open snapshot anew: another number, no row received; what its rows told stays told.
-- Index: snapshot_pkey. Locks: the row.
UPDATE snapshot
SET sending = nextval('snapshot_sending'), received = '{}', counts = '{}', begun_at = %(now)s, rows_expected = %(expected)s,
    deadline_days = %(days)s, gone_percent = %(percent)s
WHERE id = %(id)s AND state = 'open'
