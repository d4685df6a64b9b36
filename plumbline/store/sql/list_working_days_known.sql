-- The calendar as it was known at a moment: of each day the line that stood then.
-- Index: working_day_edition_pkey. Locks: none.
SELECT DISTINCT ON (day) day, working, status, note
FROM working_day_edition
WHERE known_from <= %(known_at)s
ORDER BY day, known_from DESC
