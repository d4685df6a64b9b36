-- What became known of each month, and how many months after: sums of accounts by court, place of the month (the newest 0)
-- and months between its own and that of the page, which is moved back by a span so that months end as at the look.
-- Index: posting_ledger, page_pkey. Lock: none.
SELECT court, back, greatest(closed - month, 0)::int AS later, sum(value)::bigint AS value
FROM (
    SELECT p.court, p.value,
           (extract(year FROM p.day) * 12 + extract(month FROM p.day))::int AS month,
           (extract(year FROM %(newest)s::date) * 12 + extract(month FROM %(newest)s::date)
            - extract(year FROM p.day) * 12 - extract(month FROM p.day))::int AS back,
           (extract(year FROM (g.closed_at - %(span)s::interval) AT TIME ZONE %(zone)s) * 12
            + extract(month FROM (g.closed_at - %(span)s::interval) AT TIME ZONE %(zone)s))::int AS closed
    FROM posting p
    JOIN page g ON g.id = p.page AND g.closed_at <= %(known_at)s
    WHERE p.account = ANY (%(accounts)s::int[]) AND p.court = ANY (%(courts)s::text[])
      AND p.day >= %(first)s AND p.day < %(until)s
) each
GROUP BY court, back, later
ORDER BY court, back, later
