-- Open deviations of a watch, each with the moment it was told first and how often it was taken up to the court above.
-- Index: deviation_standing, deviation_change_of. Lock: none.
SELECT d.id, min(c.at) FILTER (WHERE c.act = 'opened'), count(*) FILTER (WHERE c.act = 'escalated')
FROM deviation d
JOIN deviation_change c ON c.deviation = d.id
WHERE d.watch = %(watch)s AND d.state = 'open'
GROUP BY d.id
