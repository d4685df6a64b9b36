-- Days that closed cases took, by court and category: per case the sum of an account, over closings of some days.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT court, category, array_agg(days ORDER BY days)
FROM (
    SELECT court, category, subject, sum(value)::bigint AS days
    FROM posting
    JOIN page g ON g.id = posting.page AND g.closed_at <= %(known_at)s
    WHERE account = %(account)s AND court = ANY (%(courts)s::text[]) AND day >= %(first)s AND day < %(until)s
    GROUP BY court, category, posting.home_court, subject
    HAVING sum(value) > 0
) each
GROUP BY court, category
