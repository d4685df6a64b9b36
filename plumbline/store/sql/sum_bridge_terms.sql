-- What each term amounts to on each side.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT q.side, q.term, sum(p.value)::bigint
FROM unnest(%(sides)s::text[], %(terms)s::int[], %(accounts)s::int[], %(courts)s::text[], %(firsts)s::date[],
            %(untils)s::date[], %(pages)s::bigint[]) AS q (side, term, account, court, first, until, page)
JOIN posting p ON p.account = q.account AND p.court = q.court AND p.day >= q.first AND p.day < q.until
JOIN page g ON g.id = p.page AND g.number <= q.page
WHERE (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
GROUP BY q.side, q.term
