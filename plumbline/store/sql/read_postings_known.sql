-- Sums by day of postings on pages closed by a moment, with the attributions asked for.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT p.account, p.category, p.day, sum(p.value)::bigint AS value
FROM posting p
JOIN page g ON g.id = p.page
WHERE p.account = ANY (%(accounts)s::int[]) AND p.court = ANY (%(courts)s::text[])
  AND g.closed_at <= %(known_at)s
  AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
GROUP BY p.account, p.category, p.day
