-- What was kept of a cell first after its period had ended.
-- Index: value_pkey. Lock: none.
SELECT numerator, denominator FROM value
WHERE indicator = %(indicator)s AND version = %(version)s AND court = %(court)s AND scope = %(scope)s AND category = 'all'
  AND period = %(period)s AND valued_on >= %(ended)s
ORDER BY valued_on
LIMIT 1
