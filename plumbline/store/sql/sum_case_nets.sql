-- How many cases net to something over days, and what they add up to: all of them, and those that may be listed.
-- Index: posting_ledger, page_pkey, case_state_pkey. Lock: none.
WITH carried AS (
-- include find_carried
), net AS (
    SELECT p.home_court, p.subject, sum(p.value)::bigint AS value, bool_and(p.court = ANY (%(visible)s::text[])) AS seen
    FROM posting p
    JOIN page g ON g.id = p.page
    LEFT JOIN carried c ON c.home_court = p.home_court AND c.subject = p.subject AND c.court = p.court
      AND coalesce(%(carried_on)s::date, p.day) >= c.since AND coalesce(%(carried_on)s::date, p.day) < c.until
    WHERE p.account = %(account)s AND p.court = ANY (%(courts)s::text[]) AND p.day >= %(first)s AND p.day < %(until)s
      AND g.number <= %(page)s
      AND (%(tag)s::int IS NULL OR c.subject IS NOT NULL)
      AND (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
    GROUP BY p.home_court, p.subject
    HAVING sum(p.value) <> 0
)
SELECT count(*), coalesce(sum(n.value), 0)::bigint,
       count(*) FILTER (WHERE n.seen AND NOT coalesce(s.sealed, false)),
       coalesce(sum(n.value) FILTER (WHERE n.seen AND NOT coalesce(s.sealed, false)), 0)::bigint
FROM net n
LEFT JOIN case_state s ON s.home_court = n.home_court AND s.subject = n.subject
