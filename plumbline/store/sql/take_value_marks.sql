-- Takes the oldest marks of cells that must be revalued, from a month on; marks about coverage alone (account 0) wait until
-- no other does. One valuer at a time (advisory lock), so none is passed over.
-- Index: dirty_value_pkey. Lock: the marks taken.
DELETE FROM dirty_value
WHERE id IN (SELECT id FROM dirty_value WHERE month >= %(since)s AND account <> 0 ORDER BY id LIMIT %(most)s)
RETURNING account, court, category, month, amount
