-- Of the days that sources closed: what they declared, and how much of it the journal holds, type by type.
-- Index: day_closed_court, event_family, event_case (the courts' events), receipt_pkey. Lock: none.
WITH edition AS (
    SELECT DISTINCT ON (d.source, d.court, d.day) d.source, d.court, d.day, d.event_id
    FROM day_closed d
    JOIN receipt r ON r.id = d.receipt
    WHERE d.court = ANY (%(courts)s::text[]) AND d.day >= %(first)s AND d.day < %(until)s AND r.received_at <= %(known_at)s
      AND NOT EXISTS (
          SELECT FROM event e WHERE e.source = d.source AND e.replaces = d.event_id AND e.type = 'event.retracted'
      )
    ORDER BY d.source, d.court, d.day, d.receipt DESC, d.event_id DESC
), told AS (
    SELECT d.source, d.court, d.day, d.type, d.declared
    FROM edition JOIN day_closed d USING (source, court, day, event_id)
), got AS (
    SELECT e.source, e.home_court AS court, (e.occurred_at AT TIME ZONE %(zone)s)::date AS day, e.type, count(*) AS received
    FROM event e
    JOIN receipt r ON r.id = e.receipt
    WHERE EXISTS (SELECT FROM told) AND e.home_court IN (SELECT court FROM told) AND e.replaces IS NULL
      AND e.occurred_at >= (%(first)s::date::timestamp AT TIME ZONE %(zone)s)
      AND e.occurred_at < (%(until)s::date::timestamp AT TIME ZONE %(zone)s) AND r.received_at <= %(known_at)s
    GROUP BY 1, 2, 3, 4
)
SELECT coalesce(sum(t.declared), 0)::bigint, coalesce(sum(least(t.declared, coalesce(g.received, 0))), 0)::bigint,
       (SELECT count(*) FROM (SELECT DISTINCT court, day FROM edition) days)
FROM told t
LEFT JOIN got g USING (source, court, day, type)
