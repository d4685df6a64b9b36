-- Lets go of suspect snapshots of a table when a newer one was closed.
-- Index: snapshot_table. Locks: those rows.
UPDATE snapshot SET state = 'superseded'
WHERE source = %(source)s AND table_name = %(table)s AND state = 'suspect' AND sending < %(sending)s
