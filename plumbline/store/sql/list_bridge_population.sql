-- The cases that stand in the population of one side and not of the other: that amount to something in one of its terms.
-- Index: posting_ledger, page_pkey. Lock: none.
WITH asked AS (
    SELECT * FROM unnest(%(sides)s::text[], %(terms)s::int[], %(accounts)s::int[], %(courts)s::text[], %(firsts)s::date[],
                         %(untils)s::date[], %(pages)s::bigint[]) AS q (side, term, account, court, first, until, page)
), net AS (
    SELECT q.side, p.home_court, p.subject
    FROM asked q
    JOIN posting p ON p.account = q.account AND p.court = q.court AND p.day >= q.first AND p.day < q.until
    JOIN page g ON g.id = p.page AND g.number <= q.page
    WHERE (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
    GROUP BY q.side, q.term, p.home_court, p.subject
    HAVING sum(p.value) <> 0
)
SELECT home_court, subject, bool_or(side = 'before')
FROM net
GROUP BY home_court, subject
HAVING bool_or(side = 'before') <> bool_or(side = 'after')
