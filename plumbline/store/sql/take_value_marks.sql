-- Takes the oldest marks of cells that must be revalued, from a month on. One valuer at a time (advisory lock), so none is
-- passed over.
-- Index: dirty_value_pkey. Lock: the marks taken.
DELETE FROM dirty_value
WHERE id IN (SELECT id FROM dirty_value WHERE month >= %(since)s ORDER BY id LIMIT %(most)s)
RETURNING account, court, category, month, amount
