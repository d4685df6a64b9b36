-- Sums by day, for the months asked, of accounts over courts, every category apart.
-- Index: balance_day_pkey. Lock: none.
SELECT account, category, day, sum(value)::bigint AS value
FROM balance_day
WHERE account = ANY (%(accounts)s::int[]) AND court = ANY (%(courts)s::text[])
  AND day >= %(first)s AND day < %(until)s
GROUP BY account, category, day
