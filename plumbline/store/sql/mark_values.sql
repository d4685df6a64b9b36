-- Marks the cells a page touches: they must be revalued. Append-only.
-- Index: none. Lock: none.
INSERT INTO dirty_value (account, court, category, month, page)
SELECT a, c, g, d, %(page)s
FROM unnest(%(accounts)b::int[], %(courts)b::text[], %(categories)b::text[], %(days)b::date[]) AS t (a, c, g, d)
