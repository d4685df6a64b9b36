-- When the newest snapshot of a table that told anything was taken; NULL where there is none.
-- Index: snapshot_table. Locks: none.
SELECT max(taken_at) FROM snapshot
WHERE source = %(source)s AND table_name = %(table)s AND state <> 'open'
  AND (state <> 'abandoned' OR NOT isempty(received))
