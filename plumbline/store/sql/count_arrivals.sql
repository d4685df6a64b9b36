-- Of the events whose marks were taken: how many originals came, by source, court day and type, and when the last came.
-- A correction or retraction counts 0: what it replaces has been counted. A closing of a day is no event of the day.
-- Index: event_case, receipt_pkey. Lock: none.
SELECT e.source, (e.occurred_at AT TIME ZONE %(zone)s)::date, e.type,
       count(*) FILTER (WHERE e.replaces IS NULL AND e.type <> 'source.day_closed'), max(r.received_at)
FROM unnest(%(subjects)s::text[], %(receipts)s::bigint[]) AS m (subject, receipt)
JOIN event e ON e.subject = m.subject AND e.receipt = m.receipt
JOIN receipt r ON r.id = m.receipt
WHERE e.home_court = %(court)s AND e.subject = ANY (%(names)s::text[])
GROUP BY 1, 2, 3
