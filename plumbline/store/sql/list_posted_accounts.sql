-- Which of some accounts hold a line of some courts in some days, on pages up to one.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT DISTINCT p.account
FROM posting p
JOIN page g ON g.id = p.page
WHERE p.account = ANY (%(accounts)s::int[]) AND p.court = ANY (%(courts)s::text[]) AND p.day >= %(first)s AND p.day < %(until)s
  AND g.number <= %(page)s
  AND (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
