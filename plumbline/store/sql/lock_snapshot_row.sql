-- What a table last told under one key, held.
-- Index: snapshot_row_pkey. Locks: the row, to the end of the transaction.
SELECT key_digest, key, courts, told, offered, settled, seen, standing
FROM snapshot_row WHERE source = %(source)s AND table_name = %(table)s AND key_digest = %(digest)s FOR UPDATE
