-- The cells of some courts that are kept and begin before a day, whatever their category.
-- Index: none (the kept values of the courts). Lock: none.
SELECT DISTINCT indicator, version, court, scope, period
FROM value
WHERE court = ANY (%(courts)s::text[]) AND period_start < %(until)s
