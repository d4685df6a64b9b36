-- One snapshot with how many rows of it were received.
-- Index: snapshot_pkey. Locks: none.
SELECT id, source, table_name, taken_at, partial, state, reason, sending, deadline_days, gone_percent, rows_expected,
       (SELECT coalesce(sum(upper(part) - lower(part)), 0)::bigint FROM unnest(received) AS part), received::text, counts,
       absent, opened_by, begun_at, ended_at
FROM snapshot WHERE id = %(id)s
