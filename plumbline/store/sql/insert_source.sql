-- A new source; an id already taken changes nothing and returns no row.
-- Index: source_pkey. Locks: the new row.
INSERT INTO source (id, title, courts, zone, rhythm_minutes, settings)
VALUES (%(id)s, %(title)s, %(courts)s, %(zone)s, %(rhythm_minutes)s, %(settings)s)
ON CONFLICT (id) DO NOTHING
RETURNING id
