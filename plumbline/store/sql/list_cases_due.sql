-- Open cases whose limit passes within some days: the postings of the overdue stock that are dated in the future.
-- Index: posting_ledger, page_pkey, case_state_pkey. Lock: none.
SELECT p.day, p.home_court, p.subject, p.court, p.account, max(p.judge), max(p.division), sum(p.value)::bigint, max(g.number),
       coalesce(bool_or(s.sealed), false)
FROM posting p
JOIN page g ON g.id = p.page
LEFT JOIN case_state s ON s.home_court = p.home_court AND s.subject = p.subject
WHERE p.account = ANY (%(accounts)s::int[]) AND p.court = ANY (%(courts)s::text[])
  AND p.day > %(today)s AND p.day <= %(last)s
GROUP BY p.day, p.home_court, p.subject, p.court, p.account
HAVING sum(p.value) > 0
   AND (p.day, p.subject COLLATE "C", p.account) > (%(after_day)s::date, %(after_subject)s::text, %(after_account)s::int)
ORDER BY p.day, p.subject COLLATE "C", p.account
LIMIT %(limit)s
