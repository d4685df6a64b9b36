-- Events of each source and court by day of happening, over some weeks.
-- Index: event_day. Lock: none.
SELECT source, home_court, (occurred_at AT TIME ZONE %(zone)s)::date AS day, count(*)
FROM event
WHERE home_court = ANY (%(courts)s::text[]) AND occurred_at >= %(first)s AND occurred_at < %(until)s
  AND type <> 'source.day_closed' AND replaces IS NULL
GROUP BY 1, 2, 3
