-- Marks the months whose days have passed since a moment: a day that passed is to be declared. Only courts that are counted.
-- Index: coverage_month_pkey. Lock: none.
INSERT INTO dirty_value (account, court, category, month, page)
SELECT DISTINCT 0, court, 'all', date_trunc('month', d)::date, 0
FROM (SELECT DISTINCT court FROM coverage_month WHERE court = ANY (%(courts)s::text[])) c
CROSS JOIN generate_series(%(last)s::date, %(today)s::date - 1, interval '1 day') AS d
