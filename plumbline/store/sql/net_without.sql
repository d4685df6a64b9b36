-- The net posting of each judge or of each case over days, on pages up to one, as if some cases did not exist.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT sum(p.value)::bigint
FROM posting p
JOIN page g ON g.id = p.page
WHERE p.account = %(account)s AND p.court = ANY (%(courts)s::text[]) AND p.day >= %(first)s AND p.day < %(until)s
  AND g.number <= %(page)s AND (p.judge IS NOT NULL OR NOT %(by_judge)s)
  AND (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
  AND NOT EXISTS (SELECT 1 FROM unnest(%(without_courts)s::text[], %(without_subjects)s::text[]) AS gone (home_court, subject)
                  WHERE gone.home_court = p.home_court AND gone.subject = p.subject)
GROUP BY CASE WHEN %(by_judge)s THEN '' ELSE p.home_court END, CASE WHEN %(by_judge)s THEN p.judge ELSE p.subject END
HAVING sum(p.value) <> 0
ORDER BY sum(p.value)
