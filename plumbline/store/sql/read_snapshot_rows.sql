-- What a table last told under some keys.
-- Index: snapshot_row_pkey, one probe a key. Locks: none; the caller holds the snapshot.
SELECT kept.key_digest, kept.key, kept.courts, kept.told, kept.offered, kept.settled, kept.seen, kept.standing
FROM unnest(%(digests)b::bytea[]) AS wanted (key_digest)
CROSS JOIN LATERAL (
    SELECT * FROM snapshot_row
    WHERE source = %(source)s AND table_name = %(table)s AND snapshot_row.key_digest = wanted.key_digest LIMIT 1
) AS kept
