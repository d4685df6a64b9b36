-- The closed days of some courts by day and type.
-- Index: coverage_day_pkey. Lock: none.
SELECT day, type,
       CASE WHEN type = '' THEN count(DISTINCT court) FILTER (WHERE declared > 0)
            ELSE coalesce(sum(declared) FILTER (WHERE closed), 0) END::bigint,
       coalesce(sum(least(declared, received)) FILTER (WHERE closed AND type <> ''), 0)::bigint,
       coalesce(sum(greatest(received - declared, 0)) FILTER (WHERE closed AND type <> ''), 0)::bigint,
       coalesce(sum(received) FILTER (WHERE closed IS NOT TRUE AND day_closed), 0)::bigint
FROM (
    SELECT court, day, type, declared, received,
           max(declared) FILTER (WHERE type = '') OVER (PARTITION BY court, day, source) > 0 AS closed,
           max(declared) FILTER (WHERE type = '') OVER (PARTITION BY court, day) > 0 AS day_closed
    FROM coverage_day
    WHERE court = ANY (%(courts)s::text[]) AND day >= %(first)s AND day < %(until)s
) days
GROUP BY day, type
