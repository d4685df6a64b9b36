-- The first day each of some courts was closed, as known on a page.
-- Index: coverage_line_ledger, page_pkey. Lock: none.
SELECT court, min(day) FROM (
    SELECT l.court, l.day, l.source
    FROM coverage_line l
    LEFT JOIN page g ON g.id = l.page
    WHERE l.court = ANY (%(courts)s::text[]) AND l.type = '' AND (l.page = 0 OR g.number <= %(page)s)
    GROUP BY l.court, l.day, l.source
    HAVING sum(l.declared) > 0
) closings
GROUP BY court
