-- The same sums from postings on pages closed by a moment.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT p.court, (p.day - %(first)s::date) / 7 AS week, width_bucket(p.day, %(cuts)s::date[]) AS piece,
       sum(p.value)::bigint AS value
FROM posting p
JOIN page g ON g.id = p.page
WHERE p.account = %(account)s AND p.court = ANY (%(courts)s::text[])
  AND p.day >= %(first)s AND p.day < %(until)s AND g.closed_at <= %(known_at)s
GROUP BY 1, 2, 3
