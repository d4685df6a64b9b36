-- What an answer leaves of a row: out of its table, with what its events now are.
-- Index: snapshot_row_pkey. Locks: the row.
UPDATE snapshot_row SET standing = 'out', told = %(told)s, settled = settled AND NOT %(changed)s
WHERE source = %(source)s AND table_name = %(table)s AND key_digest = %(digest)s
