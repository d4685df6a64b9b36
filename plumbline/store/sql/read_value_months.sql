-- The last kept values of some periods of one indicator, court and scope, every category together, in the order of time.
-- Index: value_pkey. Lock: none.
SELECT DISTINCT ON (period_start) period, numerator, denominator, value, reason
FROM value
WHERE indicator = %(indicator)s AND court = %(court)s AND scope = %(scope)s AND category = 'all'
  AND period = ANY (%(months)s::text[])
ORDER BY period_start, valued_on DESC
