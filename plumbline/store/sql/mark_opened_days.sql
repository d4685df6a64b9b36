-- Marks the cells that hold postings of days that have just opened (or are compared with them, `years` later).
-- Index: none (a scan once a day). Lock: none.
INSERT INTO dirty_value (account, court, category, month, page)
SELECT DISTINCT account, court, category,
       (date_trunc('month', day) + make_interval(years => %(years)s))::date, 0
FROM balance_day
WHERE court = ANY (%(courts)s::text[]) AND day > %(last)s AND day <= %(today)s
