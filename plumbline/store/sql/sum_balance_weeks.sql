-- Sums of one account by court and week, counted from a first Monday, each week cut where the court tree changes.
-- Index: balance_day_pkey. Lock: none.
SELECT court, (day - %(first)s::date) / 7 AS week, width_bucket(day, %(cuts)s::date[]) AS piece,
       sum(value)::bigint AS value
FROM balance_day
WHERE account = %(account)s AND court = ANY (%(courts)s::text[])
  AND day >= %(first)s AND day < %(until)s
GROUP BY 1, 2, 3
