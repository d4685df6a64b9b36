-- Move a feed's cursor, if it stands at the version named and no other puller holds it; no row: it does not.
-- Index: pull_pkey. Lock: the row.
INSERT INTO pull AS p (source, feed, version, cursor, state, holder, held_until, rows, accepted, duplicates,
    refused, withheld, losses, lost_at, error, moved_at, caught_up_at)
SELECT %(source)s, %(feed)s, 1, %(cursor)s, %(state)s, %(holder)s,
    clock_timestamp() + make_interval(secs => %(lease_s)s), %(rows)s, %(accepted)s, %(duplicates)s, %(refused)s,
    %(withheld)s, %(losses)s, CASE WHEN %(losses)s > 0 THEN clock_timestamp() END, %(error)s, clock_timestamp(),
    CASE WHEN %(state)s = 'caught_up' THEN clock_timestamp() END
WHERE %(version)s = 0 OR EXISTS (SELECT FROM pull WHERE source = %(source)s AND feed = %(feed)s)
ON CONFLICT (source, feed) DO UPDATE SET
    version = p.version + 1, cursor = excluded.cursor, state = excluded.state, holder = excluded.holder,
    held_until = excluded.held_until, rows = p.rows + excluded.rows, accepted = p.accepted + excluded.accepted,
    duplicates = p.duplicates + excluded.duplicates, refused = p.refused + excluded.refused,
    withheld = p.withheld + excluded.withheld, losses = p.losses + excluded.losses,
    lost_at = coalesce(excluded.lost_at, p.lost_at), error = excluded.error, moved_at = excluded.moved_at,
    caught_up_at = coalesce(excluded.caught_up_at, p.caught_up_at)
WHERE p.version = %(version)s
    AND (p.holder = %(holder)s OR p.held_until IS NULL OR p.held_until <= clock_timestamp() OR %(take_over)s)
RETURNING version
