-- The feeds pulled from some sources (NULL: from all), or the one named, in the order of source and name.
-- Index: pull_pkey. Lock: none.
SELECT source, feed, version, cursor, state, holder, held_until, rows, accepted, duplicates, refused, withheld,
    losses, lost_at, error, moved_at, caught_up_at,
    floor(extract(epoch FROM clock_timestamp() - caught_up_at))::bigint AS lag_s,
    greatest(0, ceil(extract(epoch FROM held_until - clock_timestamp())))::bigint AS held_s
FROM pull
WHERE (%(sources)s::text[] IS NULL OR source = ANY (%(sources)s::text[]))
    AND (%(feed)s::text IS NULL OR feed = %(feed)s)
ORDER BY source, feed
