-- When each source last said anything of some courts, as known on a page.
-- Index: coverage_line_ledger, page_pkey. Lock: none.
SELECT l.court, l.source, max(l.received_at)
FROM coverage_line l
LEFT JOIN page g ON g.id = l.page
WHERE l.court = ANY (%(courts)s::text[]) AND (l.page = 0 OR g.number <= %(page)s) AND l.received_at IS NOT NULL
GROUP BY l.court, l.source
ORDER BY l.court, l.source
