-- Adds changes to the counts of a court's days. Each key once a call.
-- Index: coverage_day_pkey. Lock: the rows touched (the court's desk is held, so nobody waits).
INSERT INTO coverage_day AS c (court, day, source, type, declared, received)
SELECT %(court)s, d, s, t, n, r
FROM unnest(%(days)s::date[], %(sources)s::text[], %(types)s::text[], %(declared)s::bigint[], %(received)s::bigint[])
    AS l (d, s, t, n, r)
ON CONFLICT (court, day, source, type) DO UPDATE SET
    declared = c.declared + excluded.declared, received = c.received + excluded.received
