-- The cases whose lines of an account net to something over days, on pages up to one; sealed and unseen cases left out.
-- Index: posting_ledger, page_pkey, case_state_pkey. Lock: none.
WITH carried AS (
-- include find_carried
), net AS (
    SELECT p.home_court, p.subject, p.court, p.category, p.day, p.division, p.judge, p.cause,
           sum(p.value)::bigint AS value, max(g.number) AS page
    FROM posting p
    JOIN page g ON g.id = p.page
    LEFT JOIN carried c ON c.home_court = p.home_court AND c.subject = p.subject AND c.court = p.court
      AND coalesce(%(carried_on)s::date, p.day) >= c.since AND coalesce(%(carried_on)s::date, p.day) < c.until
    WHERE p.account = %(account)s AND p.court = ANY (%(courts)s::text[]) AND p.day >= %(first)s AND p.day < %(until)s
      AND g.number <= %(page)s
      AND (%(tag)s::int IS NULL OR c.subject IS NOT NULL)
      AND (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
      AND (p.subject COLLATE "C", p.home_court COLLATE "C") > (%(after_subject)s::text, %(after_court)s::text)
    GROUP BY p.home_court, p.subject, p.court, p.category, p.day, p.division, p.judge, p.cause
    HAVING sum(p.value) <> 0
)
SELECT n.home_court, n.subject, sum(n.value)::bigint, max(n.page),
       jsonb_agg(jsonb_build_array(n.court, n.category, n.day, n.division, n.judge, n.cause, n.value) ORDER BY n.day, n.court, n.value)
FROM net n
LEFT JOIN case_state s ON s.home_court = n.home_court AND s.subject = n.subject
GROUP BY n.home_court, n.subject
HAVING sum(n.value) <> 0 AND NOT coalesce(bool_or(s.sealed), false) AND bool_and(n.court = ANY (%(visible)s::text[]))
ORDER BY n.subject COLLATE "C", n.home_court COLLATE "C"
LIMIT %(limit)s
