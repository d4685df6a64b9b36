-- Notes that rows were in a sending and said what they had said.
-- Index: snapshot_row_pkey, one probe a key. Locks: those rows; the caller holds the snapshot, so nobody else has them.
UPDATE snapshot_row
SET seen = %(sending)s, standing = 'in',
    first_full = CASE WHEN %(partial)s THEN first_full ELSE coalesce(first_full, %(sending)s) END,
    last_full = CASE WHEN %(partial)s THEN last_full ELSE %(sending)s END
FROM unnest(%(digests)b::bytea[]) AS wanted (key_digest)
WHERE source = %(source)s AND table_name = %(table)s AND snapshot_row.key_digest = wanted.key_digest
