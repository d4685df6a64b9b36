-- The first day each of some courts was closed.
-- Index: coverage_day_closed. Lock: none.
SELECT court, min(day) FROM coverage_day
WHERE court = ANY (%(courts)s::text[]) AND type = '' AND declared > 0
GROUP BY court
