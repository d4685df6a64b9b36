-- Cases with more triggering events in some days than days that count them: candidates for "a clause was false or unknown".
-- Index: posting_ledger, page_pkey, case_state_pkey. Lock: none.
WITH carried AS (
-- include find_carried
), line AS (
    SELECT p.home_court, p.subject, p.account, p.court, p.day, sum(p.value)::bigint AS value, max(g.number) AS page
    FROM posting p
    JOIN page g ON g.id = p.page
    LEFT JOIN carried c ON c.home_court = p.home_court AND c.subject = p.subject AND c.court = p.court
      AND coalesce(%(carried_on)s::date, p.day) >= c.since AND coalesce(%(carried_on)s::date, p.day) < c.until
    WHERE p.account = ANY (ARRAY[%(trigger)s, %(account)s]::int[]) AND p.court = ANY (%(courts)s::text[])
      AND p.day >= %(first)s AND p.day < %(until)s AND g.number <= %(page)s
      AND (%(tag)s::int IS NULL OR c.subject IS NOT NULL)
      AND (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
      AND (p.subject COLLATE "C", p.home_court COLLATE "C") > (%(after_subject)s::text, %(after_court)s::text)
    GROUP BY p.home_court, p.subject, p.account, p.court, p.day
    HAVING sum(p.value) <> 0
)
SELECT l.home_court, l.subject, coalesce(sum(l.value) FILTER (WHERE l.account = %(trigger)s), 0)::bigint, max(l.page),
       jsonb_agg(jsonb_build_array(l.court, NULL, l.day, NULL, NULL, NULL, l.value) ORDER BY l.day, l.court)
           FILTER (WHERE l.account = %(trigger)s)
FROM line l
LEFT JOIN case_state s ON s.home_court = l.home_court AND s.subject = l.subject
GROUP BY l.home_court, l.subject
HAVING sum(l.value) FILTER (WHERE l.account = %(trigger)s) > 0
   AND (%(whole)s OR sum(l.value) FILTER (WHERE l.account = %(trigger)s)
                     > coalesce(sum(l.value) FILTER (WHERE l.account = %(account)s), 0))
   AND NOT coalesce(bool_or(s.sealed), false) AND bool_and(l.court = ANY (%(visible)s::text[]))
ORDER BY l.subject COLLATE "C", l.home_court COLLATE "C"
LIMIT %(limit)s
