-- Keeps the current value of each cell; an older page never overwrites a newer one.
-- Index: value_pkey. Lock: the value rows touched.
INSERT INTO value AS v (indicator, version, court, scope, category, period, period_start, valued_on,
                        numerator, denominator, value, reason, coverage, page)
SELECT t.indicator, t.version, t.court, t.scope, t.category, t.period, t.period_start, %(valued_on)s,
       t.numerator, t.denominator, t.value, t.reason, t.coverage, %(page)s
FROM unnest(%(indicators)b::text[], %(versions)b::text[], %(courts)b::text[], %(scopes)b::text[], %(categories)b::text[],
            %(periods)b::text[], %(starts)b::date[], %(numerators)b::numeric[], %(denominators)b::numeric[],
            %(values)b::numeric[], %(reasons)b::text[], %(coverages)b::numeric[])
    AS t (indicator, version, court, scope, category, period, period_start, numerator, denominator, value, reason,
          coverage)
ON CONFLICT (indicator, version, court, scope, category, period, valued_on) DO UPDATE SET
    numerator = excluded.numerator, denominator = excluded.denominator, value = excluded.value,
    reason = excluded.reason, coverage = excluded.coverage, page = excluded.page, computed_at = clock_timestamp()
WHERE v.page <= excluded.page
