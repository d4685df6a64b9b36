-- Every source in the order of ids.
-- Index: source_pkey; a small table. Locks: none.
SELECT id, title, courts, zone, rhythm_minutes, settings FROM source ORDER BY id
