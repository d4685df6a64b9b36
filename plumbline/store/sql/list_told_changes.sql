-- Told changes after a number, of some courts (NULL: of all), with their deviations and what was kept of each.
-- Index: deviation_change_pkey, forwards from the number; deviation_pkey, notice_pkey. Lock: none.
SELECT c.number, c.deviation, c.act, c.state, c.severity, c.court, c.at, d.watch, d.kind, d.subject, n.body
FROM deviation_change c
JOIN deviation d ON d.id = c.deviation
LEFT JOIN notice n ON n.number = c.number
WHERE c.number > %(after)s AND c.act = ANY (%(told)s::text[])
    AND (%(courts)s::text[] IS NULL OR c.court = ANY (%(courts)s::text[]))
ORDER BY c.number LIMIT %(most)s
