-- Cases that are past a limit now, or pass it within some days: the postings of the stocks of overdue cases.
-- Index: posting_ledger, page_pkey, case_state_pkey. Lock: none.
SELECT p.account, p.court, p.category, p.home_court, p.subject,
       min(p.day) FILTER (WHERE p.value > 0 AND p.day > %(today)s) AS passes_on,
       max(p.day) FILTER (WHERE p.value > 0 AND p.day <= %(today)s) AS passed_on,
       coalesce(sum(p.value) FILTER (WHERE p.day <= %(today)s), 0)::bigint AS standing,
       coalesce(sum(p.value) FILTER (WHERE p.day > %(today)s), 0)::bigint AS coming,
       coalesce(bool_or(s.sealed), false) AS sealed, max(s.facts ->> 'court-core.filed_on') AS filed_on
FROM posting p
JOIN page g ON g.id = p.page AND g.closed_at <= %(known_at)s
LEFT JOIN case_state s ON s.home_court = p.home_court AND s.subject = p.subject
WHERE p.account = ANY (%(accounts)s::int[]) AND p.court = ANY (%(courts)s::text[]) AND p.day <= %(last)s
GROUP BY p.account, p.court, p.category, p.home_court, p.subject
HAVING coalesce(sum(p.value) FILTER (WHERE p.day <= %(today)s), 0) > 0
    OR coalesce(sum(p.value) FILTER (WHERE p.day > %(today)s), 0) > 0
