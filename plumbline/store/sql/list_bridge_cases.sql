-- The cases whose amount in a term differs between two sides: another page, another account, or other days.
-- Index: posting_ledger, page_pkey, case_state_pkey. Lock: none.
WITH asked AS (
    SELECT * FROM unnest(%(sides)s::text[], %(terms)s::int[], %(accounts)s::int[], %(courts)s::text[], %(firsts)s::date[],
                         %(untils)s::date[], %(pages)s::bigint[]) AS q (side, term, account, court, first, until, page)
), net AS (
    SELECT q.side, q.term, p.home_court, p.subject, sum(p.value)::bigint AS value, bool_and(p.court = ANY (%(visible)s::text[])) AS seen
    FROM asked q
    JOIN posting p ON p.account = q.account AND p.court = q.court AND p.day >= q.first AND p.day < q.until
    JOIN page g ON g.id = p.page AND g.number <= q.page
    WHERE (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
    GROUP BY q.side, q.term, p.home_court, p.subject
)
SELECT n.term, n.home_court, n.subject,
       coalesce(sum(n.value) FILTER (WHERE n.side = 'before'), 0)::bigint AS was,
       coalesce(sum(n.value) FILTER (WHERE n.side = 'after'), 0)::bigint AS is_now,
       bool_and(n.seen) AND NOT coalesce(bool_or(s.sealed), false) AS listed
FROM net n
LEFT JOIN case_state s ON s.home_court = n.home_court AND s.subject = n.subject
GROUP BY n.term, n.home_court, n.subject
HAVING coalesce(sum(n.value) FILTER (WHERE n.side = 'before'), 0) <> coalesce(sum(n.value) FILTER (WHERE n.side = 'after'), 0)
