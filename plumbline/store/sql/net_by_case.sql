-- The net posting of each case over days, on pages closed by a moment.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT sum(p.value)::bigint
FROM posting p
JOIN page g ON g.id = p.page
WHERE p.account = %(account)s AND p.court = ANY (%(courts)s::text[]) AND p.day >= %(first)s AND p.day < %(until)s
  AND g.closed_at <= %(known_at)s
  AND (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text IS NULL OR p.cause = %(cause)s)
GROUP BY p.home_court, p.subject
HAVING sum(p.value) <> 0
ORDER BY p.subject COLLATE "C"
