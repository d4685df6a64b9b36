-- Writes the changes of a court's counts on a page. Append-only.
-- Index: none. Lock: none.
INSERT INTO coverage_line (page, court, day, source, type, declared, received, received_at)
SELECT %(page)s, %(court)s, d, s, t, n, r, a
FROM unnest(%(days)s::date[], %(sources)s::text[], %(types)s::text[], %(declared)s::bigint[], %(received)s::bigint[],
            %(received_at)s::timestamptz[]) AS l (d, s, t, n, r, a)
