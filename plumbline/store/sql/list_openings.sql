-- The statements of opening stocks of some courts that were known on a page, oldest first.
-- Index: opening_pkey. Lock: none.
SELECT court, source, number, day, stated, why, principal, at, page
FROM opening
WHERE court = ANY (%(courts)s::text[]) AND page <= %(page)s
ORDER BY court COLLATE "C", source COLLATE "C", number
