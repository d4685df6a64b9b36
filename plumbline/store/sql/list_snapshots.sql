-- Snapshots newest first, below an id, of some sources (NULL: all), of a state (NULL: any).
-- Index: snapshot_pkey, backwards. Locks: none.
SELECT id, source, table_name, taken_at, partial, state, reason, sending, deadline_days, gone_percent, rows_expected,
       (SELECT coalesce(sum(upper(part) - lower(part)), 0)::bigint FROM unnest(received) AS part), received::text, counts,
       absent, opened_by, begun_at, ended_at
FROM snapshot
WHERE id < %(before)s AND (%(sources)s::text[] IS NULL OR source = ANY (%(sources)s))
  AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY id DESC LIMIT %(limit)s
