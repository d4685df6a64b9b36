-- Adds the closed days of some months of a court up anew, from all their days.
-- Index: coverage_day_pkey, coverage_month_pkey. Lock: the month rows (the court's desk is held, so nobody waits).
INSERT INTO coverage_month AS c (court, month, type, declared, received, surplus, unclosed)
SELECT %(court)s, month, type,
       CASE WHEN type = '' THEN count(DISTINCT day) FILTER (WHERE declared > 0)
            ELSE coalesce(sum(declared) FILTER (WHERE closed), 0) END,
       coalesce(sum(least(declared, received)) FILTER (WHERE closed AND type <> ''), 0),
       coalesce(sum(greatest(received - declared, 0)) FILTER (WHERE closed AND type <> ''), 0),
       coalesce(sum(received) FILTER (WHERE closed IS NOT TRUE AND day_closed), 0)
FROM (
    SELECT m.month, d.day, d.type, d.declared, d.received,
           max(d.declared) FILTER (WHERE d.type = '') OVER (PARTITION BY d.day, d.source) > 0 AS closed,
           max(d.declared) FILTER (WHERE d.type = '') OVER (PARTITION BY d.day) > 0 AS day_closed
    FROM unnest(%(months)s::date[]) AS m (month)
    JOIN coverage_day d ON d.day >= m.month AND d.day < m.month + interval '1 month'
    WHERE d.court = %(court)s
) days
GROUP BY month, type
ON CONFLICT (court, month, type) DO UPDATE SET
    declared = excluded.declared, received = excluded.received, surplus = excluded.surplus, unclosed = excluded.unclosed
