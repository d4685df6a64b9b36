-- Sums by cause and day of postings on pages up to one; of cases that carry a tag where one is asked for, as in
-- read_postings_tagged.
-- Index: posting_ledger, page_pkey. Lock: none.
WITH carried AS (
-- include find_carried
)
SELECT p.account, p.category, p.cause, e.day, sum(e.value)::bigint AS value
FROM posting p
JOIN page g ON g.id = p.page
LEFT JOIN carried c ON c.home_court = p.home_court AND c.subject = p.subject AND c.court = p.court AND p.day < c.until
CROSS JOIN LATERAL (
    SELECT p.day AS day, p.value WHERE %(tag)s::int IS NULL OR p.day >= c.since
    UNION ALL
    SELECT c.since, p.value WHERE p.day < c.since AND p.account = ANY (%(levels)s::int[])
    UNION ALL
    SELECT c.until, -p.value WHERE c.until < 'infinity' AND p.account = ANY (%(levels)s::int[])
) e
WHERE p.account = ANY (%(accounts)s::int[]) AND p.court = ANY (%(courts)s::text[]) AND g.number <= %(page)s
GROUP BY p.account, p.category, p.cause, e.day
