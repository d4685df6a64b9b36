-- Adds sums to the month balances. Rows come sorted by key, so two pages never wait for each other in a circle.
-- Index: balance_month_pkey. Lock: the balance rows touched.
INSERT INTO balance_month AS b (account, court, category, month, value)
SELECT * FROM unnest(%(accounts)b::int[], %(courts)b::text[], %(categories)b::text[], %(days)b::date[], %(values)b::bigint[])
ON CONFLICT (account, court, category, month) DO UPDATE SET value = b.value + excluded.value
