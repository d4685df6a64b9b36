-- Sums, and sums of squares, of the cases' amounts in an account, by court and month, on pages closed by a moment.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT court, month, sum(amount)::bigint AS amounts, sum(amount::numeric * amount) AS squares
FROM (
    SELECT p.court, date_trunc('month', p.day)::date AS month, sum(p.value)::bigint AS amount
    FROM posting p
    JOIN page g ON g.id = p.page AND g.closed_at <= %(known_at)s
    WHERE p.account = %(account)s AND p.court = ANY (%(courts)s::text[]) AND p.day >= %(first)s AND p.day < %(until)s
    GROUP BY p.court, date_trunc('month', p.day), p.home_court, p.subject
) each
GROUP BY court, month
ORDER BY court, month
