-- Deviations of some cards (court and week), the red ones of each card first, then the oldest; so many a card.
-- Index: deviation_court, deviation_change_of. Lock: none.
SELECT d.id, d.watch, d.kind, d.court, d.object, d.subject, d.state, d.severity, d.cause, d.level, d.group_key, d.begun_on,
       d.changed_at, d.silent_until, d.change, c.document
FROM (
    SELECT *, row_number() OVER (PARTITION BY group_key ORDER BY (severity = 'red') DESC, id) AS place
    FROM deviation
    WHERE court = ANY (%(courts)s::text[]) AND state = ANY (%(states)s::text[]) AND group_key = ANY (%(groups)s::text[])
) d
JOIN LATERAL (
    SELECT document FROM deviation_change WHERE deviation = d.id AND principal IS NULL AND act <> 'escalated'
    ORDER BY number DESC LIMIT 1
) c ON true
WHERE d.place <= %(each)s
ORDER BY d.group_key, d.place
