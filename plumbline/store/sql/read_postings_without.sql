-- Sums by day of postings on pages up to one, as if some cases did not exist.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT p.account, p.category, p.day, sum(p.value)::bigint AS value
FROM posting p
JOIN page g ON g.id = p.page
WHERE p.account = ANY (%(accounts)s::int[]) AND p.court = ANY (%(courts)s::text[]) AND g.number <= %(page)s
  AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
  AND NOT EXISTS (SELECT 1 FROM unnest(%(without_courts)s::text[], %(without_subjects)s::text[]) AS gone (home_court, subject)
                  WHERE gone.home_court = p.home_court AND gone.subject = p.subject)
GROUP BY p.account, p.category, p.day
