-- The last kept value of every cell of some indicators and courts, from a period start on.
-- Index: value_chart. Lock: none.
SELECT DISTINCT ON (indicator, version, court, scope, category, period)
       indicator, version, court, scope, category, period, numerator, denominator, reason,
       coverage
FROM value
WHERE indicator = ANY (%(indicators)s::text[]) AND court = ANY (%(courts)s::text[]) AND period_start >= %(first)s
  AND period = ANY (%(periods)s::text[])
ORDER BY indicator, version, court, scope, category, period, valued_on DESC
