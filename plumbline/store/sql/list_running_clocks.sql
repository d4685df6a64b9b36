-- Cases that are past a limit now, or pass it within some days: the postings of the stocks of overdue cases. A case enters
-- a stock once: that it moves on to another court, judge or category on a day leaves the day it came in as it was.
-- Index: posting_ledger, page_pkey, case_state_pkey. Lock: none.
WITH known AS (
    SELECT p.account, p.court, p.category, p.home_court, p.subject, p.day, p.value
    FROM posting p
    JOIN page g ON g.id = p.page AND g.closed_at <= %(known_at)s
    WHERE p.account = ANY (%(accounts)s::int[]) AND p.day <= %(last)s
), moved AS (
    SELECT account, home_court, subject, day, sum(value) AS moved
    FROM known GROUP BY account, home_court, subject, day
), entered AS (
    SELECT account, home_court, subject, max(day) FILTER (WHERE day <= %(today)s) AS passed_on,
           min(day) FILTER (WHERE day > %(today)s) AS passes_on
    FROM (
        SELECT account, home_court, subject, day, moved,
               sum(moved) OVER (PARTITION BY account, home_court, subject ORDER BY day) AS level
        FROM moved
    ) by_day
    WHERE level > 0 AND level - moved <= 0
    GROUP BY account, home_court, subject
)
SELECT p.account, p.court, p.category, p.home_court, p.subject, e.passes_on, e.passed_on,
       coalesce(sum(p.value) FILTER (WHERE p.day <= %(today)s), 0)::bigint AS standing,
       coalesce(sum(p.value) FILTER (WHERE p.day > %(today)s), 0)::bigint AS coming,
       coalesce(bool_or(s.sealed), false) AS sealed, max(s.facts ->> 'court-core.filed_on') AS filed_on
FROM known p
JOIN entered e USING (account, home_court, subject)
LEFT JOIN case_state s ON s.home_court = p.home_court AND s.subject = p.subject
WHERE p.court = ANY (%(courts)s::text[])
GROUP BY p.account, p.court, p.category, p.home_court, p.subject, e.passes_on, e.passed_on
HAVING coalesce(sum(p.value) FILTER (WHERE p.day <= %(today)s), 0) > 0
    OR coalesce(sum(p.value) FILTER (WHERE p.day > %(today)s), 0) > 0
