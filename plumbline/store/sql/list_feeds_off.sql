-- Feeds that were off by their own watches before a change, by court.
-- Index: deviation_change_of. Lock: none.
SELECT d.court, d.object
FROM deviation d
JOIN LATERAL (
    SELECT state FROM deviation_change WHERE deviation = d.id AND number < %(before)s ORDER BY number DESC LIMIT 1
) c ON c.state <> 'resolved'
WHERE d.kind = 'feed'
ORDER BY d.court, d.object
