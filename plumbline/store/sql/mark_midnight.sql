-- Marks the cells that hold postings dated on the court days that have just opened, and stocks when a month opens.
-- Index: balance_day_pkey (scan by account), balance_month_pkey. Lock: none.
INSERT INTO dirty_value (account, court, category, month, page)
SELECT account, court, category, date_trunc('month', day)::date, 0
FROM balance_day
WHERE court = ANY (%(courts)s::text[]) AND day > %(last)s AND day <= %(today)s
UNION
SELECT DISTINCT m.account, m.court, m.category, date_trunc('month', %(today)s::date)::date, 0
FROM balance_month m
WHERE m.court = ANY (%(courts)s::text[])
  AND date_trunc('month', %(today)s::date) > date_trunc('month', %(last)s::date)
