-- The open snapshot of a table, if there is one.
-- Index: snapshot_open. Locks: the row, to the end of the transaction.
SELECT id FROM snapshot WHERE source = %(source)s AND table_name = %(table)s AND state = 'open' FOR UPDATE
