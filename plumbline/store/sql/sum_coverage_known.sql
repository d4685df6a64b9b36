-- The closed days of some courts by day and type, as known on a page.
-- Index: coverage_line_ledger, page_pkey. Lock: none.
SELECT day, type,
       CASE WHEN type = '' THEN count(DISTINCT court) FILTER (WHERE declared > 0)
            ELSE coalesce(sum(declared) FILTER (WHERE closed), 0) END::bigint,
       coalesce(sum(least(declared, received)) FILTER (WHERE closed AND type <> ''), 0)::bigint,
       coalesce(sum(greatest(received - declared, 0)) FILTER (WHERE closed AND type <> ''), 0)::bigint,
       coalesce(sum(received) FILTER (WHERE closed IS NOT TRUE AND day_closed), 0)::bigint
FROM (
    SELECT court, day, type, declared, received,
           max(declared) FILTER (WHERE type = '') OVER (PARTITION BY court, day, source) > 0 AS closed,
           max(declared) FILTER (WHERE type = '') OVER (PARTITION BY court, day) > 0 AS day_closed
    FROM (
        SELECT l.court, l.day, l.source, l.type, sum(l.declared) AS declared, sum(l.received) AS received
        FROM coverage_line l
        LEFT JOIN page g ON g.id = l.page
        WHERE l.court = ANY (%(courts)s::text[]) AND (l.page = 0 OR g.number <= %(page)s)
        GROUP BY l.court, l.day, l.source, l.type
    ) lines
) days
GROUP BY day, type
