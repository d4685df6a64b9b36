-- Marks the months of series a page touches, with the change of each month's sum: they must be revalued. Append-only.
-- Index: none. Lock: none.
INSERT INTO dirty_value (account, court, category, month, amount, page)
SELECT a, c, g, d, v, %(page)s
FROM unnest(%(accounts)b::int[], %(courts)b::text[], %(categories)b::text[], %(days)b::date[], %(values)b::bigint[])
    AS t (a, c, g, d, v)
