-- Stores what rows of a sending told.
-- Index: snapshot_row_pkey. Locks: those rows; the caller holds the snapshot, so nobody else has them.
INSERT INTO snapshot_row AS kept (source, table_name, key_digest, key, courts, told, offered, settled, seen,
                                  first_full, last_full, standing)
SELECT %(source)s, %(table)s, key_digest, key, string_to_array(courts, ' '), told::jsonb, offered, settled,
       %(sending)s, CASE WHEN %(partial)s THEN NULL ELSE %(sending)s END,
       CASE WHEN %(partial)s THEN NULL ELSE %(sending)s END, 'in'
FROM unnest(%(digests)b::bytea[], %(keys)s::text[], %(courts)s::text[], %(told)s::text[], %(offered)b::bytea[],
            %(settled)s::boolean[]) AS row (key_digest, key, courts, told, offered, settled)
ON CONFLICT (source, table_name, key_digest) DO UPDATE
SET courts = excluded.courts, told = excluded.told, offered = excluded.offered, settled = excluded.settled,
    seen = excluded.seen, first_full = coalesce(kept.first_full, excluded.first_full),
    last_full = coalesce(excluded.last_full, kept.last_full), standing = 'in'
