-- Keeps when sources last said anything of a court.
-- Index: feed_heard_pkey. Lock: the rows touched (the court's desk is held, so nobody waits).
INSERT INTO feed_heard AS f (court, source, last_received_at)
SELECT %(court)s, s, a FROM unnest(%(sources)s::text[], %(received_at)s::timestamptz[]) AS l (s, a)
ON CONFLICT (court, source) DO UPDATE SET last_received_at = greatest(f.last_received_at, excluded.last_received_at)
