-- Moves a snapshot to another state.
-- Index: snapshot_pkey. Locks: the row, held by the caller already.
UPDATE snapshot
SET state = %(state)s, reason = %(reason)s, absent = coalesce(%(absent)s, absent), ended_at = %(now)s
WHERE id = %(id)s
