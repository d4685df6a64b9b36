-- Marks every series of some courts from a month that has opened: levels and comparisons have a new cell.
-- Index: balance_month_pkey. Lock: none.
INSERT INTO dirty_value (account, court, category, month, page)
SELECT DISTINCT account, court, category, %(month)s::date, 0
FROM balance_month
WHERE court = ANY (%(courts)s::text[])
