-- Deviations of some courts, newest first, each with its last change that a watch wrote.
-- Index: deviation_court, deviation_change_of. Lock: none.
SELECT d.id, d.watch, d.kind, d.court, d.object, d.subject, d.state, d.severity, d.cause, d.level, d.group_key, d.begun_on,
       d.changed_at, d.silent_until, d.change, c.document
FROM deviation d
JOIN LATERAL (
    SELECT document FROM deviation_change WHERE deviation = d.id AND principal IS NULL AND act <> 'escalated'
    ORDER BY number DESC LIMIT 1
) c ON true
WHERE d.court = ANY (%(courts)s::text[]) AND d.id < %(before)s
  AND d.state = ANY (%(states)s::text[])
  AND (%(kind)s::text IS NULL OR d.kind = %(kind)s)
  AND (%(severity)s::text IS NULL OR d.severity = %(severity)s)
  AND (%(watch)s::text IS NULL OR d.watch = %(watch)s)
  AND (%(subject)s::text IS NULL OR d.subject = %(subject)s)
  AND (%(week)s::text IS NULL OR right(d.group_key, 8) = %(week)s)
ORDER BY d.id DESC
LIMIT %(limit)s
