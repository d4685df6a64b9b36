-- Sums by month of accounts over courts, every category apart.
-- Index: balance_month_pkey. Lock: none.
SELECT account, category, month, sum(value)::bigint AS value
FROM balance_month
WHERE account = ANY (%(accounts)s::int[]) AND court = ANY (%(courts)s::text[])
GROUP BY account, category, month
