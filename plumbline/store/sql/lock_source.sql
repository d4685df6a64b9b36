-- One source, held until the transaction ends.
-- Index: source_pkey. Locks: the row.
SELECT id, title, courts, zone, rhythm_minutes, settings FROM source WHERE id = %(id)s FOR UPDATE
