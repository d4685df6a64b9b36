-- Keeps another coverage of cells whose value stands as it is: as the value of the day, where the last kept one has another.
-- Index: value_pkey. Lock: the value rows touched.
INSERT INTO value AS v (indicator, version, court, scope, category, period, period_start, valued_on,
                        numerator, denominator, value, reason, coverage, page)
SELECT l.indicator, l.version, l.court, l.scope, l.category, l.period, l.period_start, %(valued_on)s,
       l.numerator, l.denominator, l.value, l.reason, l.covered, %(page)s
FROM (
    SELECT DISTINCT ON (o.indicator, o.version, o.court, o.scope, o.category, o.period) o.*, t.covered
    FROM unnest(%(indicators)b::text[], %(versions)b::text[], %(courts)b::text[], %(scopes)b::text[],
                %(periods)b::text[], %(coverages)b::numeric[])
        AS t (indicator, version, court, scope, period, covered)
    JOIN value o USING (indicator, version, court, scope, period)
    ORDER BY o.indicator, o.version, o.court, o.scope, o.category, o.period, o.valued_on DESC
) l
WHERE l.coverage IS DISTINCT FROM l.covered
ON CONFLICT (indicator, version, court, scope, category, period, valued_on) DO UPDATE SET
    coverage = excluded.coverage, page = excluded.page, computed_at = clock_timestamp()
WHERE v.page <= excluded.page
