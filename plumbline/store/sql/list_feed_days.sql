-- Events of each source and court by the day they happened on, over some weeks, as known on a page.
-- Index: coverage_line_ledger, page_pkey. Lock: none.
SELECT l.source, l.court, l.day, sum(l.received)::bigint
FROM coverage_line l
LEFT JOIN page g ON g.id = l.page
WHERE l.court = ANY (%(courts)s::text[]) AND l.day >= %(first)s AND l.day < %(until)s AND l.type <> ''
  AND (l.page = 0 OR g.number <= %(page)s)
GROUP BY l.source, l.court, l.day
HAVING sum(l.received) <> 0
