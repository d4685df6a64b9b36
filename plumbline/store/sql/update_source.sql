-- Another title, courts, rhythm and settings of a source; never its id or its zone.
-- Index: source_pkey. Locks: the row.
UPDATE source
SET title = %(title)s, courts = %(courts)s, rhythm_minutes = %(rhythm_minutes)s, settings = %(settings)s
WHERE id = %(id)s
