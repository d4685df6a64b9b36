-- Adds sums to the day balances. Rows come sorted by key, so two pages never wait for each other in a circle.
-- Index: balance_day_pkey. Lock: the balance rows touched.
INSERT INTO balance_day AS b (account, court, category, day, value)
SELECT * FROM unnest(%(accounts)b::int[], %(courts)b::text[], %(categories)b::text[], %(days)b::date[], %(values)b::bigint[])
ON CONFLICT (account, court, category, day) DO UPDATE SET value = b.value + excluded.value
