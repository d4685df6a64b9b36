-- Notes that a run of rows was received; the counts grow only with rows not noted before.
-- Index: snapshot_pkey. Locks: the row, held by the caller already.
UPDATE snapshot
SET counts = CASE WHEN received @> int8range(%(first)s, %(until)s) THEN counts ELSE %(counts)s END,
    received = received + int8multirange(int8range(%(first)s, %(until)s))
WHERE id = %(id)s
