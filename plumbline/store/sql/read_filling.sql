-- Generations whose accounts still fill: when they were made, their accounts, and how many cases they have not reached:
-- in all courts, and in some.
-- Index: account_pkey, generation_pkey; dirty_case whole (only while something fills). Lock: none.
WITH filling AS (
    SELECT generation, count(*)::int AS accounts, array_agg(DISTINCT measure ORDER BY measure) AS measures
    FROM account WHERE status = 'filling' GROUP BY generation
), waiting AS (
    SELECT reference AS generation, count(DISTINCT (home_court, subject)) AS cases,
           count(DISTINCT (home_court, subject)) FILTER (WHERE %(courts)s::text[] IS NULL OR home_court = ANY (%(courts)s::text[])) AS yours
    FROM dirty_case WHERE cause = 'definition' AND reference IN (SELECT generation FROM filling)
    GROUP BY reference
)
SELECT f.generation, g.made_at, clock_timestamp(), f.accounts, f.measures, coalesce(w.cases, 0), coalesce(w.yours, 0)
FROM filling f
JOIN generation g ON g.number = f.generation
LEFT JOIN waiting w ON w.generation = f.generation
ORDER BY f.generation
