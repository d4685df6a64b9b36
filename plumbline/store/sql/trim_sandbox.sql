-- The oldest events of a sandbox, beyond as many as are kept.
-- Index: sandbox_event_number. Locks: the rows that go.
DELETE FROM sandbox_event WHERE source = %(source)s AND number <= (
    SELECT number FROM sandbox_event WHERE source = %(source)s ORDER BY number DESC OFFSET %(most)s LIMIT 1
)
