-- How many moves went from one of some courts to another of them, in one category and cause: counted both in and out.
-- Index: posting_ledger, page_pkey. Lock: none.
WITH asked AS (
    SELECT * FROM unnest(%(courts)s::text[], %(firsts)s::date[], %(untils)s::date[]) AS q (court, first, until)
), moved AS (
    SELECT p.home_court, p.subject, p.day, p.account, sum(p.value)::bigint AS value
    FROM asked q
    JOIN posting p ON p.account = ANY (%(accounts)s::int[]) AND p.court = q.court AND p.day >= q.first AND p.day < q.until
    JOIN page g ON g.id = p.page AND g.number <= %(page)s
    WHERE (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
    GROUP BY p.home_court, p.subject, p.day, p.account
    HAVING sum(p.value) <> 0
)
SELECT coalesce(sum(least(i.value, o.value)), 0)::bigint
FROM moved i
JOIN moved o ON o.home_court = i.home_court AND o.subject = i.subject AND o.day = i.day
WHERE i.account = %(into)s AND o.account = %(out_of)s
