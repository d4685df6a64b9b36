-- The net posting of each judge, or of each case, over days, without the lines of cases left out; on pages up to one.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT sum(p.value)::bigint
FROM posting p
JOIN page g ON g.id = p.page
WHERE p.account = %(account)s AND p.court = ANY (%(courts)s::text[]) AND p.day >= %(first)s AND p.day < %(until)s
  AND g.number <= %(page)s
  AND (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(causes)s::text[] IS NULL OR p.cause = ANY (%(causes)s::text[]))
  AND NOT EXISTS (
      SELECT 1
      FROM unnest(%(left_courts)s::text[], %(left_homes)s::text[], %(left_subjects)s::text[]) AS l (court, home_court, subject)
      WHERE l.court = p.court AND l.home_court = p.home_court AND l.subject = p.subject)
  AND (p.judge IS NOT NULL OR NOT %(by_judge)s)
GROUP BY CASE WHEN %(by_judge)s THEN p.judge END, CASE WHEN %(by_judge)s THEN NULL ELSE p.home_court END,
         CASE WHEN %(by_judge)s THEN NULL ELSE p.subject END
HAVING sum(p.value) <> 0
ORDER BY min(CASE WHEN %(by_judge)s THEN p.judge ELSE p.subject END) COLLATE "C"
