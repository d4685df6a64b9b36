-- The net posting of each judge over days, on pages closed by a moment.
-- Index: posting_ledger, page_pkey. Lock: none.
WITH carried AS (
-- include find_carried
)
SELECT sum(p.value)::bigint
FROM posting p
JOIN page g ON g.id = p.page
LEFT JOIN carried c ON c.home_court = p.home_court AND c.subject = p.subject AND c.court = p.court
  AND coalesce(%(carried_on)s::date, p.day) >= c.since AND coalesce(%(carried_on)s::date, p.day) < c.until
WHERE p.account = %(account)s AND p.court = ANY (%(courts)s::text[]) AND p.day >= %(first)s AND p.day < %(until)s
  AND g.closed_at <= %(known_at)s AND p.judge IS NOT NULL
  AND (%(tag)s::int IS NULL OR c.subject IS NOT NULL)
  AND (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
GROUP BY p.judge
HAVING sum(p.value) <> 0
ORDER BY p.judge COLLATE "C"
