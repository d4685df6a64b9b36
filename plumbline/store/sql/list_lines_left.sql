-- What cases left out have posted to an account at the courts that object, by day; on pages up to one.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT p.court, p.category, p.cause, p.day, sum(p.value)::bigint
FROM unnest(%(left_courts)s::text[], %(left_homes)s::text[], %(left_subjects)s::text[]) AS l (court, home_court, subject)
JOIN posting p ON p.account = %(account)s AND p.court = l.court AND p.subject = l.subject AND p.home_court = l.home_court
JOIN page g ON g.id = p.page
WHERE g.number <= %(page)s
GROUP BY p.court, p.category, p.cause, p.day
HAVING sum(p.value) <> 0
