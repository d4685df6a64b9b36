-- One source.
-- Index: source_pkey. Locks: none.
SELECT id, title, courts, zone, rhythm_minutes, settings FROM source WHERE id = %(id)s
