-- What stands by court and week of its beginning, newest week first, then the courts in the order given: of each kind
-- how many, how many red, how many silent at a moment.
-- Index: deviation_court. Lock: none.
WITH counted AS (
    SELECT court, right(group_key, 8) AS week, kind, count(*)::int AS deviations,
           count(*) FILTER (WHERE severity = 'red')::int AS red,
           count(*) FILTER (WHERE silent_until > %(now)s)::int AS silent
    FROM deviation
    WHERE court = ANY (%(courts)s::text[]) AND state = ANY (%(states)s::text[])
    GROUP BY court, right(group_key, 8), kind
), card AS (
    SELECT DISTINCT court, week, array_position(%(courts)s::text[], court) AS place
    FROM counted
    WHERE (week < %(week)s OR week = %(week)s AND array_position(%(courts)s::text[], court) > %(place)s)
    ORDER BY week DESC, place
    LIMIT %(limit)s
)
SELECT c.court, c.week, d.kind, d.deviations, d.red, d.silent
FROM card c
JOIN counted d USING (court, week)
ORDER BY c.week DESC, c.place, d.kind
