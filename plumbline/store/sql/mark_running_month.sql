-- Marks the series of some accounts in a month that was still running: their indicators count the days that have begun.
-- Index: balance_month_pkey. Lock: none.
INSERT INTO dirty_value (account, court, category, month, page)
SELECT DISTINCT account, court, category, %(month)s::date, 0
FROM balance_month
WHERE account = ANY (%(accounts)s::integer[]) AND court = ANY (%(courts)s::text[])
